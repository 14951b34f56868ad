// Colours that are not the theme's own: a face's by whose it is, an attachment's by what its app says.

/** As many as src/theme.css has. */
const FACES = 8;

/** The same for the same id, on every machine. http://www.isthe.com/chongo/tech/comp/fnv/ */
export function faceColour(id: string): string {
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return `var(--avatar-${((hash >>> 13) % FACES) + 1})`;
}

const NAMED = new Map([
  ["good", "#2eb67d"],
  ["warning", "#ecb22e"],
  ["danger", "#e01e5a"],
]);

/**
 * Slack's three words, or six hexadecimal digits; anything else is the usual grey.
 * https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 */
export function attachmentColour(said: string | undefined): string {
  const named = NAMED.get(said ?? "");
  if (named) return named;
  const digits = /^#?([0-9a-f]{6})$/i.exec(said ?? "")?.[1];
  return digits ? `#${digits}` : "var(--border-strong)";
}
