// What one line of the wire log says: words for people, out of an entry.

import { nameIn } from "../page/person";
import type { Json, WireEntry, Workspace } from "../simulator/types";

/** How a request ended, as one word, and whether that is good. */
export type Outcome = { text: string; kind: "running" | "good" | "bad" };

export function outcomeOf(entry: WireEntry): Outcome {
  const { status, response } = entry;
  if (entry.took_ms === null) return { text: "running", kind: "running" };
  if (status === null) return { text: "no answer", kind: "bad" };
  const refused = field(response, "ok") === false ? field(response, "error") : undefined;
  if (entry.fault === "truncated_json") return { text: `${status}, cut off`, kind: "bad" };
  if (status >= 400) return { text: String(status), kind: "bad" };
  if (typeof refused === "string") return { text: refused, kind: "bad" };
  return { text: String(status), kind: "good" };
}

export const hasFailed = (entry: WireEntry): boolean => outcomeOf(entry).kind === "bad";

/** In words, for who hears it and for the filter. */
export const directionOf = (entry: WireEntry): string =>
  entry.direction === "to_slack" ? "Margay → Slack" : "Slack → Margay";

/** The method, and of an event which one it is. */
export function titleOf(entry: WireEntry): string {
  const event = field(field(entry.request, "event"), "type");
  return typeof event === "string" ? `event: ${event}` : entry.method;
}

/** The id (or name, as it was sent) of the channel that the request is about. */
export function channelOf(entry: WireEntry): string | undefined {
  const { request } = entry;
  const event = field(request, "event");
  const candidates = [
    field(request, "channel"),
    field(field(request, "channel"), "id"),
    field(field(request, "container"), "channel_id"),
    field(event, "channel"),
    field(field(event, "channel"), "id"),
    field(field(event, "item"), "channel"),
    field(request, "channel_id"),
  ];
  return candidates.find((candidate) => typeof candidate === "string" && candidate !== "") as
    | string
    | undefined;
}

/** A channel as people call it: `#soc`, or who the direct message is with. */
export function channelName(workspace: Workspace, channel: string): string {
  const name = channel.replace(/^#/, "");
  const found = workspace.conversations.find(({ id, name: called }) => id === channel || called === name);
  if (found?.kind === "im") return `DM with ${found.user ? nameIn(workspace, found.user) : "somebody"}`;
  return found ? `#${found.name}` : channel;
}

/** Who it was that did what a callback tells of; nobody if it was an app. */
export function personOf(entry: WireEntry): string | undefined {
  if (entry.direction !== "to_app" || field(field(entry.request, "event"), "bot_id")) return undefined;
  const user =
    field(field(entry.request, "user"), "id") ??
    field(field(entry.request, "event"), "user") ??
    field(entry.request, "user");
  return typeof user === "string" ? user : undefined;
}

/** Hours to milliseconds, in the reader's time. */
export function timeOf(at: string): string {
  const time = new Date(Number(at) * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const milliseconds = String(time.getMilliseconds()).padStart(3, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${milliseconds}`;
}

export function durationOf(took_ms: number | null): string {
  if (took_ms === null) return "";
  return took_ms < 1000 ? `${Math.round(took_ms)} ms` : `${(took_ms / 1000).toFixed(1)} s`;
}

/** A field of what may be an object. */
export function field(value: Json | undefined, name: string): Json | undefined {
  return value && typeof value === "object" && !Array.isArray(value) ? value[name] : undefined;
}
