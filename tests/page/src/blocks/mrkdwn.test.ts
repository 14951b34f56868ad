import { expect, test } from "vitest";
import { richTextOf } from "./mrkdwn";

const inline = (mrkdwn: string) => {
  const [section] = richTextOf(mrkdwn) as { elements: unknown[] }[];
  return section?.elements;
};
const text = (words: string, style?: object) => ({ type: "text", text: words, ...(style && { style }) });

test.each([
  ["*b*", [text("b", { bold: true })]],
  ["_i_ ~s~", [text("i", { italic: true }), text(" "), text("s", { strike: true })]],
  ["*_both_*", [text("both", { bold: true, italic: true })]],
  ["`*raw*`", [text("*raw*", { code: true })]],
  ["snake_case_name 2*3*4", [text("snake_case_name 2*3*4")]],
  ["* no * bold", [text("* no * bold")]],
  [
    "<@U123> in <#C9|general>",
    [{ type: "user", user_id: "U123" }, text(" in "), { type: "channel", channel_id: "C9" }],
  ],
  ["<!here>", [{ type: "broadcast", range: "here" }]],
  ["<https://a.example|b &amp; c>", [{ type: "link", url: "https://a.example", text: "b & c" }]],
  ["see https://a.example/x.", [text("see "), { type: "link", url: "https://a.example/x" }, text(".")]],
  [
    "<!date^1700000000^{date}|then>",
    [{ type: "date", timestamp: 1700000000, format: "{date}", fallback: "then" }],
  ],
  [":wave::skin-tone-3:", [{ type: "emoji", name: "wave", skin_tone: 3 }]],
  ["12:30:45", [text("12"), { type: "emoji", name: "30" }, text("45")]],
])("%s is read as Slack reads it", (mrkdwn, expected) => {
  expect(inline(mrkdwn)).toEqual(expected);
});

test.each([
  ["&lt;!channel&gt;", "<!channel>"],
  ["&lt;@U123&gt; &amp;lt;", "<@U123> &lt;"],
  ["[click](https://a b)", "[click](https://a b)"],
  ["<script>", "<script>"],
  ["# no heading", "# no heading"],
  ["1. no list", "1. no list"],
])("%s stays text", (mrkdwn, expected) => {
  const words = inline(mrkdwn)?.map(
    (leaf) => (leaf as { text?: string; url?: string }).text ?? (leaf as { url: string }).url,
  );
  expect(words?.join("")).toBe(expected);
});

test("quoted lines and fences are blocks of their own", () => {
  expect(richTextOf("a\n> q1\n> q2\nb\n```\nx *y*\n```\nc")).toEqual([
    { type: "rich_text_section", elements: [text("a")] },
    { type: "rich_text_quote", elements: [text("q1\nq2")] },
    { type: "rich_text_section", elements: [text("b")] },
    { type: "rich_text_preformatted", elements: [text("x *y*")] },
    { type: "rich_text_section", elements: [text("c")] },
  ]);
});

test.each(["*", "_", "`", "<", ":", "```", "https://", "*a _b ~c `", "&lt;", "> "])(
  "100 kB of %s are read at once",
  (part) => {
    const before = performance.now();
    richTextOf(part.repeat(100_000 / part.length));
    expect(performance.now() - before).toBeLessThan(1000);
  },
);
