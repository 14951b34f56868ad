// Up to which message each person has read each channel. Kept by the browser, so that a reload marks nothing unread
// again; where it keeps nothing (private windows), marks live as long as the page.

import { useSyncExternalStore } from "react";
import { NEVER } from "./unread";

const KEY = "margay.read";
const listeners = new Set<() => void>();
let marks = stored();

const keyOf = (person: string, channel: string): string => `${person}/${channel}`;

function stored(): Record<string, string> {
  try {
    const found: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, string>) : {};
  } catch {
    return {};
  }
}

function changed(event: StorageEvent): void {
  if (event.key !== KEY) return;
  marks = stored();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("storage", changed);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("storage", changed);
  };
}

export function readMark(person: string, channel: string): string {
  const mark = marks[keyOf(person, channel)];
  return typeof mark === "string" ? mark : NEVER;
}

export const useReadMark = (person: string, channel: string): string =>
  useSyncExternalStore(subscribe, () => readMark(person, channel));

/** Everything up to `ts` is read. It may be earlier than before: a new workspace begins anew. */
export function markRead(person: string, channel: string, ts: string): void {
  if (readMark(person, channel) === ts) return;
  marks = { ...marks, [keyOf(person, channel)]: ts };
  try {
    window.localStorage.setItem(KEY, JSON.stringify({ ...stored(), [keyOf(person, channel)]: ts }));
  } catch {
    // Full or forbidden: the marks last as long as the page.
  }
  for (const listener of listeners) listener();
}
