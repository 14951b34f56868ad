// How JSON is cut into lines that can be read: pure.

import type { Json } from "../../simulator/types";

/** Longer strings are cut until one asks for all. */
export const LONG_STRING = 300;
/** So many children of a list or object are drawn at once. */
export const MANY_CHILDREN = 50;
/** Smaller documents are shown unfolded. */
const SMALL = 250;

/** The parts of a list or object, each with its key or index. */
export function childrenOf(value: Json): [string, Json][] | undefined {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item]);
  if (value !== null && typeof value === "object") return Object.entries(value);
  return undefined;
}

/** How deep a document is unfolded at first: wholly if it is small. */
export function depthShown(value: Json): number {
  return isSmall(value) ? Number.POSITIVE_INFINITY : 2;
}

function isSmall(value: Json): boolean {
  let left = SMALL;
  const waiting: Json[] = [value];
  while (waiting.length > 0) {
    left -= 1;
    if (left < 0) return false;
    const next = waiting.pop();
    if (next !== undefined)
      waiting.push(...(childrenOf(next) ?? []).slice(0, SMALL).map(([, child]) => child));
  }
  return true;
}

/** What a list or object says of itself: how much is in it, and its type if it has one, as Slack's blocks do. */
export function summaryOf(value: Json): string {
  const count = childrenOf(value)?.length ?? 0;
  if (Array.isArray(value)) return count === 0 ? "[]" : `[ ${count} ]`;
  if (count === 0) return "{}";
  const type = value !== null && typeof value === "object" ? value.type : undefined;
  return `{ ${count} }${typeof type === "string" && type.length < 40 ? ` ${written(type).slice(1, -1)}` : ""}`;
}

/**
 * A string, number, boolean or null as JSON writes it. Characters that cannot be seen, or that would turn the order of
 * the others around, are written as escapes.
 */
export function written(value: Json): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u00a0\u00ad\u061c\u115f\u180e\u2000-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The start of a long string, never through the middle of a character. */
export function cut(text: string, most = LONG_STRING): string {
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return text.slice(0, end);
}
