// What the Wire tab remembers while another tab is shown.

import * as control from "../simulator/control";
import type { WireEntry } from "../simulator/types";
import { EVERYTHING, type Filter } from "./filter";
import { goesOn, MOST, merge, readAfter } from "./log";

export const kept: { filter: Filter; faultsOpen: boolean | undefined } = {
  filter: EVERYTHING,
  faultsOpen: undefined,
};

let known: WireEntry[] = [];

/** Reads what is new on the wire. */
export async function readWire(signal: AbortSignal): Promise<WireEntry[]> {
  const read = await control.wire(readAfter(known), MOST, signal);
  known = goesOn(known, read) ? merge(known, read) : merge([], await control.wire(null, MOST, signal));
  return known;
}
