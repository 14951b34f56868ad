// What attackers write into alerts is shown as they wrote it.

import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import type { Block } from "../simulator/types";
import { Blocks } from "./blocks";
import { linus, plain, workspace } from "./workspace.fixture";

const place = { channel: "C1", message_ts: "1.2" };
const html = (...blocks: object[]) =>
  renderToStaticMarkup(<Blocks workspace={workspace} me={linus} place={place} blocks={blocks as Block[]} />);
/** What can be read. */
const words = (...blocks: object[]) =>
  html(...blocks)
    .replace(/<[^>]*>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&amp;", "&");
const section = (...elements: object[]) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements }],
});
const leaf = (text: string) => section({ type: "text", text });

const HOSTILE =
  "<!channel> <@U1> <#C1> *b* _i_ `c` :smile: <https://e.example|x> [y](javascript:a()) <script>a()</script> &lt;!here&gt; \u202Ertl\u202C\u200F";

test.each([
  ["a leaf of rich text", leaf(HOSTILE)],
  ["a header", { type: "header", text: plain(HOSTILE) }],
  ["a section", { type: "section", text: plain(HOSTILE) }],
  ["a field", { type: "section", fields: [plain(HOSTILE)] }],
  ["a context", { type: "context", elements: [plain(HOSTILE)] }],
  ["a table's cell", { type: "table", rows: [[{ type: "raw_text", text: HOSTILE }]] }],
  [
    "code",
    {
      type: "rich_text",
      elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text: HOSTILE }] }],
    },
  ],
])("%s shows hostile text as it is, without markup, mentions and links", (_, block) => {
  expect(words(block)).toBe(HOSTILE);
  expect(html(block)).not.toMatch(/<(a|script|strong|em|b|i)[ >]|mention/);
});

test("a button and an option show hostile text as it is", () => {
  const button = { type: "button", action_id: "a", text: plain(HOSTILE) };
  const select = {
    type: "static_select",
    action_id: "s",
    placeholder: plain("Choose"),
    options: [{ text: plain(HOSTILE), value: "v" }],
  };
  expect(words({ type: "actions", elements: [button, select] })).toBe(`${HOSTILE}Choose${HOSTILE}`);
});

test("escaped markup in mrkdwn stays text, real markup does not", () => {
  const text = "&lt;!channel&gt; <!here> *b*";
  const block = { type: "section", text: { type: "mrkdwn", text } };
  expect(words(block)).toBe("<!channel> @here b");
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,x",
  " javascript:alert(1)",
  "vbscript:x",
])("%s is no address of a link, wherever it stands", (url) => {
  const shown = html(
    section({ type: "link", url, text: "in rich text" }),
    { type: "section", text: { type: "mrkdwn", text: `<${url}|in mrkdwn>` } },
    { type: "markdown", text: `[in markdown](${url})` },
    { type: "image", image_url: url, alt_text: "of an image" },
    { type: "actions", elements: [{ type: "button", action_id: "a", text: plain("of a button"), url }] },
    section({ type: "date", timestamp: 1, format: "{date}", fallback: "", url }),
  );
  expect(shown).not.toMatch(/href="[^"]/);
  for (const place of ["in rich text", "in mrkdwn", "in markdown", "of an image", "of a button"]) {
    expect(shown).toContain(place);
  }
});

test("links open elsewhere and learn nothing of this page", () => {
  const shown = html(section({ type: "link", url: "https://e.example/x", text: "x" }));
  expect(shown).toContain('href="https://e.example/x" target="_blank" rel="noopener noreferrer"');
});

test("a link to a message of the workspace stays in the page", () => {
  const url = "https://acme.slack.com/archives/C1/p1795249800000100";
  const shown = html(section({ type: "link", url, text: "x" }));
  expect(shown).toContain('<a class="block-link" href="#/slack/C1/1795249800.000100?as=U1">x</a>');
});

test("nothing is loaded from elsewhere", () => {
  const shown = html(
    { type: "image", image_url: "https://e.example/x.png", alt_text: "A graph" },
    {
      type: "context",
      elements: [{ type: "image", image_url: "https://e.example/x.png", alt_text: "An icon" }],
    },
    {
      type: "video",
      video_url: "https://e.example/v",
      thumbnail_url: "https://e.example/t",
      alt_text: "A film",
    },
  );
  expect(shown).not.toMatch(/<(img|iframe|link|video)/);
  expect(shown).toContain("A graph");
  expect(shown).toContain("An icon");
});

test("mentions show names, and ids of who is not known", () => {
  const user = (user_id: string) => ({ type: "user", user_id });
  expect(words(section(user("U2"), user("U9"), user("U404"), { type: "channel", channel_id: "C3" }))).toBe(
    "@Auston Reyes@margay@U404#general",
  );
});

test.each(["constructor", "__proto__", "no_such_emoji"])("an emoji called %s is its name", (name) => {
  expect(words(section({ type: "emoji", name }))).toBe(`:${name}:`);
});

test("100 kB of text are shown whole and at once", () => {
  const text = "<!channel> *a* ".repeat(7000);
  const before = performance.now();
  expect(words(leaf(text))).toBe(text);
  expect(words({ type: "section", text: plain(text) })).toBe(text);
  expect(performance.now() - before).toBeLessThan(2000);
});

test("a kind of block that is not known is named", () => {
  expect(words({ type: "hologram" })).toBe("Block of kind hologram cannot be shown");
});

test("a control that cannot be used is named", () => {
  const element = { type: "file_input", action_id: "f" };
  expect(words({ type: "input", label: plain("File"), element })).toBe(
    "FileA control of kind file_input cannot be used here.",
  );
});
