// The newest part of the wire log, as the page knows it, and how it is brought up to date without reading it whole.

import type { WireEntry } from "../simulator/types";

/** How many entries are shown at most. */
export const MOST = 500;

/** Slack sends an event that was not taken again at once, after one minute and after five more: the same entry. */
const EVENT_RETRIED_S = 400;

/**
 * The first entry that has to be read anew: the oldest that may still change, or else the newest, which tells whether
 * the log is still the same one.
 */
function firstToRead(known: WireEntry[]): number {
  const now = Number(known.at(-1)?.at);
  const unfinished = known.findIndex((entry) => entry.took_ms === null || isSentAgain(entry, now));
  return unfinished === -1 ? known.length - 1 : unfinished;
}

function isSentAgain(entry: WireEntry, now: number): boolean {
  const taken = entry.status !== null && entry.status < 300;
  return entry.method === "event_callback" && !taken && now - Number(entry.at) < EVENT_RETRIED_S;
}

/** Behind which entry to read on; null for the newest of all. */
export function readAfter(known: WireEntry[]): string | null {
  return known[firstToRead(known) - 1]?.id ?? null;
}

/** Whether what was read goes on where `known` ends. It does not if the log began anew, or much has happened. */
export function goesOn(known: WireEntry[], read: WireEntry[]): boolean {
  const expected = known[firstToRead(known)];
  return !expected || read.some((entry) => entry.id === expected.id && entry.at === expected.at);
}

/** Both together, each entry once, in order, and the oldest dropped. What did not change stays the same object. */
export function merge(known: WireEntry[], read: WireEntry[], most = MOST): WireEntry[] {
  const byId = new Map(known.map((entry) => [entry.id, entry]));
  for (const entry of read) {
    const before = byId.get(entry.id);
    if (!before || !isSame(before, entry)) byId.set(entry.id, entry);
  }
  const inOrder = [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  return inOrder.slice(-most);
}

/** A finished entry changes only if its request is sent once more. */
function isSame(one: WireEntry, other: WireEntry): boolean {
  return (
    one.at === other.at &&
    one.took_ms !== null &&
    one.took_ms === other.took_ms &&
    one.status === other.status &&
    one.fault === other.fault
  );
}

/** Whether `at`, as seconds and microseconds, is after `then`. */
export function isAfter(at: string, then: string): boolean {
  return at.length === then.length ? at > then : at.length > then.length;
}
