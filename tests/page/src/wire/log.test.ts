import { expect, test } from "vitest";
import type { WireEntry } from "../simulator/types";
import { goesOn, isAfter, merge, readAfter } from "./log";

function entry(id: number, took_ms: number | null = 1, more: Partial<WireEntry> = {}): WireEntry {
  return {
    id: `w${String(id).padStart(8, "0")}`,
    at: `1795250000.${String(id).padStart(6, "0")}`,
    direction: "to_slack",
    method: "chat.postMessage",
    request: {},
    status: took_ms === null ? null : 200,
    response: null,
    took_ms,
    ...more,
  };
}

const event = (id: number, status: number) =>
  entry(id, 1, { direction: "to_app", method: "event_callback", status });
const LATER = "1795250900.000000";

const ids = (entries: WireEntry[]) => entries.map((entry) => Number(entry.id.slice(1)));

test.each([
  ["nothing is known", [], null],
  ["only one entry is known", [entry(1)], null],
  ["all have ended: the newest is read once more", [entry(1), entry(2), entry(3)], "w00000002"],
  ["one runs: it and all behind it are read", [entry(1), entry(2, null), entry(3)], "w00000001"],
  ["the oldest runs", [entry(1, null), entry(2)], null],
  ["an event was not taken and comes again", [entry(1), event(2, 500), event(3, 200)], "w00000001"],
  ["an event was not taken long ago", [entry(1), event(2, 500), entry(3, 1, { at: LATER })], "w00000002"],
])("reading goes on at the right place if %s", (_, known, after) => {
  expect(readAfter(known)).toBe(after);
});

test("a log goes on if the entry where reading began is there", () => {
  const known = [entry(1), entry(2, null), entry(3)];
  expect(goesOn(known, [entry(2), entry(3), entry(4)])).toBe(true);
  expect(goesOn([], [])).toBe(true);
});

test("a log that began anew, or ran away, does not go on", () => {
  const known = [entry(1), entry(2)];
  expect(goesOn(known, [])).toBe(false);
  expect(goesOn(known, [entry(700), entry(701)])).toBe(false);
  expect(goesOn(known, [entry(2, 1, { at: "1795259999.000000" })])).toBe(false);
});

test("what was running is replaced by its end, and each entry is there once and in order", () => {
  const known = [entry(1), entry(2, null), entry(3)];
  const merged = merge(known, [entry(5), entry(2, 7), entry(3), entry(4)]);
  expect(ids(merged)).toEqual([1, 2, 3, 4, 5]);
  expect(merged[1]?.took_ms).toBe(7);
});

test("what did not change stays the same object, so that it is not drawn again", () => {
  const known = [entry(1), entry(2)];
  const merged = merge(known, [entry(2), entry(3)]);
  expect(merged[0]).toBe(known[0]);
  expect(merged[1]).toBe(known[1]);
});

test("an ended entry that was sent once more is taken anew", () => {
  const merged = merge([entry(1, 20, { status: null })], [entry(1, 20)]);
  expect(merged[0]?.status).toBe(200);
});

test("beyond the most that is shown the oldest are dropped", () => {
  expect(ids(merge([entry(1), entry(2)], [entry(3), entry(4)], 3))).toEqual([2, 3, 4]);
});

test("times are compared as numbers", () => {
  expect(isAfter("1795250000.000002", "1795250000.000001")).toBe(true);
  expect(isAfter("1795250000.000001", "1795250000.000001")).toBe(false);
  expect(isAfter("10000000000.000000", "9999999999.999999")).toBe(true);
});
