// An alert as it is written, and as it is sent.

import type { Json } from "../../simulator/types";
import { field } from "../../wire/entry";

/** The API's limit (shared/alert/src/input.rs), in bytes. */
export const MAX_BYTES = 256 * 1024;
/** The longest id that the API takes. */
const MAX_ID = 128;

export const sizeOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * The alert under an id that no other has: the one it is written with, or the name of its detection, and `suffix`
 * behind it. All else stays as it was written. What is no object is left for the API to refuse.
 */
export function withNewId(text: string, suffix: string): string {
  const document = JSON.parse(text) as Json;
  if (document === null || typeof document !== "object" || Array.isArray(document)) return text;
  const written = field(document, "alertId") || field(document, "id");
  const base = typeof written === "string" && written !== "" ? written : "alert";
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9._:-]+/g, "-")
    .slice(0, MAX_ID - suffix.length - 1);
  const alertId = `${name}-${suffix}`;
  if (Object.hasOwn(document, "alertId")) return JSON.stringify({ ...document, alertId }, null, 2);
  const more = Object.keys(document).length > 0 ? "," : "";
  return text.replace("{", () => `{\n  "alertId": ${JSON.stringify(alertId)}${more}`);
}

/** Eight random letters and digits. */
export function randomSuffix(): string {
  const letters = "abcdefghijkmnpqrstuvwxyz23456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => letters[byte % letters.length]).join(
    "",
  );
}
