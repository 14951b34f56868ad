// Reads Block Kit, of which only the type is certain: what is missing or of another kind reads as empty.

import { get } from "node-emoji";
import type { Json } from "../simulator/types";

export type Part = { [key: string]: Json | undefined };

/** A JSON value, or an object of which only some fields are there. */
export type Value = Json | Part | undefined;

export const partOf = (value: Value): Part =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};

export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export const partsOf = (value: Json | undefined): Part[] => listOf(value).map(partOf);

export const wordOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");

export const numberOf = (value: Json | undefined): number | undefined =>
  typeof value === "number" ? value : undefined;

export const kindOf = (part: Part): string => wordOf(part.type);

/**
 * The words of a text object, without markup: `:wave:` becomes an emoji where Slack makes it one.
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function textOf(value: Value): string {
  const { text, emoji } = partOf(value);
  return emoji === false ? wordOf(text) : withEmoji(wordOf(text));
}

/** The emoji of that name, if there is one. */
export const emojiOf = (name: string): string | undefined => get(`:${name}:`);

const withEmoji = (text: string): string =>
  text.replace(/:([a-z0-9_+-]+):/g, (whole, name: string) => emojiOf(name) ?? whole);

/**
 * An address that a click may open. Slack takes http and https in blocks and makes links of some more in text; what
 * would run in this page (`javascript:`, `data:`) is never among them.
 */
export function safeAddress(address: string): string | undefined {
  return /^(https?|mailto|tel|slack):/i.test(address) && URL.canParse(address) ? address : undefined;
}
