// Which entries of the wire log are shown.

import { nameIn } from "../page/person";
import type { WireEntry, Workspace } from "../simulator/types";
import { channelName, channelOf, directionOf, hasFailed, outcomeOf, personOf } from "./entry";
import { faultName } from "./faults/kinds";
import { isAfter } from "./log";

export type Filter = {
  /** Words that must all be there, somewhere. */
  text: string;
  direction: "both" | WireEntry["direction"];
  failuresOnly: boolean;
  /** Only what began after this moment; null for all. */
  since: string | null;
};

export const EVERYTHING: Filter = { text: "", direction: "both", failuresOnly: false, since: null };

export function filtered(entries: WireEntry[], filter: Filter, workspace: Workspace): WireEntry[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(
    (entry) =>
      (filter.since === null || isAfter(entry.at, filter.since)) &&
      (filter.direction === "both" || filter.direction === entry.direction) &&
      (!filter.failuresOnly || hasFailed(entry)) &&
      words.every((word) => textOf(entry, workspace).includes(word)),
  );
}

/** Everything in an entry that can be searched for. Written once for each entry: bodies can be large. */
function textOf(entry: WireEntry, workspace: Workspace): string {
  if (namesIn !== workspace) {
    namesIn = workspace;
    texts = new WeakMap();
  }
  const known = texts.get(entry);
  if (known !== undefined) return known;
  const channel = channelOf(entry);
  const person = personOf(entry);
  const parts = [
    entry.method,
    directionOf(entry),
    channel && channelName(workspace, channel),
    person && nameIn(workspace, person),
    outcomeOf(entry).text,
    entry.status,
    entry.fault && faultName(entry.fault),
    entry.fault,
    JSON.stringify(entry.request),
    JSON.stringify(entry.response),
  ];
  const text = parts.filter(Boolean).join("\n").toLowerCase();
  texts.set(entry, text);
  return text;
}

let namesIn: Workspace | undefined;
let texts = new WeakMap<WireEntry, string>();
