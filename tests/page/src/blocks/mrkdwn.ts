// Slack's mrkdwn as the elements of a rich_text block: https://docs.slack.dev/messaging/formatting-message-text
//
// The drawing library reads mrkdwn itself, but as CommonMark, after it has decoded `&lt;`: an escaped `<!channel>` is
// drawn as a mention, and `[x](y)` as a link. The leaves of rich_text it draws as they are, so everything becomes
// those first.

import type { Json } from "../simulator/types";

type Style = { bold?: true; italic?: true; strike?: true; code?: true };

const FENCE = /```\n?([\s\S]+?)\n?```/;
const QUOTED = /^(?:>|&gt;) ?/;

/** The elements of a rich_text block that shows `mrkdwn`. */
export function richTextOf(mrkdwn: string): Json[] {
  const parts = mrkdwn.split(FENCE);
  // Every second part is the inside of a fence.
  return parts.flatMap((part, at) =>
    at % 2 === 1 ? [preformatted(part)] : paragraphs(trimmedAt(parts, at)),
  );
}

/** A fence ends its line by itself. */
function trimmedAt(parts: string[], at: number): string {
  let part = parts[at] ?? "";
  if (at > 0) part = part.replace(/^\n/, "");
  if (at < parts.length - 1) part = part.replace(/\n$/, "");
  return part;
}

function preformatted(inside: string): Json {
  const text = inside.replace(/<([^<>\n]+)>/g, (_, link: string) => link.split("|").pop() ?? link);
  return { type: "rich_text_preformatted", elements: [{ type: "text", text: decoded(text) }] };
}

/** Lines in a row that are quoted, or are not, stand together. */
function paragraphs(text: string): Json[] {
  if (text === "") return [];
  const runs: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quoted = QUOTED.test(line);
    const run = runs.at(-1);
    if (run?.quoted === quoted) run.lines.push(line.replace(QUOTED, ""));
    else runs.push({ quoted, lines: [quoted ? line.replace(QUOTED, "") : line] });
  }
  return runs.map(({ quoted, lines }) => ({
    type: quoted ? "rich_text_quote" : "rich_text_section",
    elements: leaves(lines.join("\n"), {}),
  }));
}

// Markup begins and ends at the edge of a word, on one line. No part can match in two ways, so a long text takes time
// in proportion to its length.
const MARKUP = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    ...[
      ["\\*", "bold"],
      ["_", "italic"],
      ["~", "strike"],
    ].map(
      ([mark, name]) =>
        `(?<![\\p{L}\\p{N}])${mark}(?<${name}>(?![\\s${mark}])[^${mark}\\n]*(?<!\\s))${mark}(?![\\p{L}\\p{N}])`,
    ),
    ":(?<emoji>[a-z0-9_+'-]+)(?:::skin-tone-(?<tone>[2-6]))?:",
    "(?<url>https?://[^\\s<>|]*[^\\s<>|.,;:!?'\")\\]}*_~])",
  ].join("|"),
  "gu",
);

function leaves(text: string, style: Style): Json[] {
  const found: Json[] = [];
  const say = (words: string) => {
    if (words) found.push(leaf({ type: "text", text: decoded(words) }, style));
  };
  let said = 0;
  for (const match of text.matchAll(MARKUP)) {
    say(text.slice(said, match.index));
    said = match.index + match[0].length;
    const { code, angle, bold, italic, strike, emoji, tone, url } = match.groups ?? {};
    if (code) found.push(leaf({ type: "text", text: decoded(code) }, { ...style, code: true }));
    else if (angle) found.push(leaf(special(angle) ?? { type: "text", text: decoded(match[0]) }, style));
    else if (bold) found.push(...leaves(bold, { ...style, bold: true }));
    else if (italic) found.push(...leaves(italic, { ...style, italic: true }));
    else if (strike) found.push(...leaves(strike, { ...style, strike: true }));
    else if (emoji) found.push({ type: "emoji", name: emoji, ...(tone && { skin_tone: Number(tone) }) });
    else if (url) found.push(leaf({ type: "link", url: decoded(url) }, style));
  }
  say(text.slice(said));
  return found;
}

const leaf = (element: { [key: string]: Json }, style: Style): Json =>
  Object.keys(style).length > 0 ? { ...element, style } : element;

/** What stands in angle brackets: a mention, a date or a link. */
function special(inside: string): { [key: string]: Json } | undefined {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : decoded(inside.slice(bar + 1));
  const [, user] = /^@([UW][A-Z0-9]+)$/.exec(target) ?? [];
  if (user) return { type: "user", user_id: user };
  const [, channel] = /^#([CDG][A-Z0-9]+)$/.exec(target) ?? [];
  if (channel) return { type: "channel", channel_id: channel };
  const [, range] = /^!(here|channel|everyone)$/.exec(target) ?? [];
  if (range) return { type: "broadcast", range };
  const [, group] = /^!subteam\^(S[A-Z0-9]+)$/.exec(target) ?? [];
  if (group) return { type: "usergroup", usergroup_id: group };
  const [, timestamp, format] = /^!date\^(\d+)\^([^^]+)/.exec(target) ?? [];
  if (timestamp && format) {
    return { type: "date", timestamp: Number(timestamp), format, fallback: label ?? "" };
  }
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  return { type: "link", url: decoded(target), ...(label && { text: label }) };
}

const ENTITIES: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

const decoded = (text: string): string =>
  text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
