import { expect, test } from "vitest";
import type { Fault, FaultInForce, Workspace } from "../../simulator/types";
import { fieldsOf, read, type Typed, UNTOUCHED } from "./fault-form";
import { describe, isInForce, progressOf, violationText } from "./in-force";
import { FAULT_KINDS } from "./kinds";
import { faultOf, isOf, type Often, PRESETS } from "./presets";

const workspace = {
  users: [],
  conversations: [{ id: "C1", name: "soc", kind: "public" }],
} as unknown as Workspace;

const inForce = (fault: Fault, seen = 0, fired = 0): FaultInForce => ({ ...fault, skip: 0, seen, fired });
const typed = (more: Partial<Typed>): Typed => ({ ...UNTOUCHED, ...more });

test("whatever is chosen, a preset's fault is one that the simulator takes, and is known as its own", () => {
  for (const preset of PRESETS) {
    for (const [variant] of (preset.variants ?? [{}]).entries()) {
      for (const often of ["once", "thrice", "always"] as Often[]) {
        const fault = faultOf(preset, variant, "C1", often);
        const isCallback = ["duplicate_callback", "delay_callback"].includes(fault.kind);
        expect(fault.method === "callback").toBe(isCallback);
        expect(fault.kind === "error").toBe(fault.error !== undefined);
        expect(fault.channel).toBe(isCallback ? undefined : "C1");
        expect(PRESETS.filter((other) => isOf(other, inForce(fault)))).toEqual([preset]);
      }
    }
  }
});

test("a fault that no preset orders belongs to none, however alike", () => {
  for (const fault of [
    { method: "*", kind: "error", error: "is_archived" },
    { method: "chat.update", kind: "lost_answer" },
  ] as Fault[]) {
    expect(PRESETS.filter((preset) => isOf(preset, inForce(fault)))).toEqual([]);
  }
});

test("how often a preset's fault strikes is what was chosen", () => {
  const [preset] = PRESETS;
  const times = (often: Often) => preset && faultOf(preset, 0, "", often).times;
  expect([times("once"), times("thrice"), times("always")]).toEqual([1, 3, undefined]);
});

test("a fault is in force until it has struck as often as it may", () => {
  const fault: Fault = { method: "*", kind: "reset", times: 2 };
  expect(isInForce(inForce(fault, 5, 1))).toBe(true);
  expect(isInForce(inForce(fault, 5, 2))).toBe(false);
  expect(isInForce(inForce({ method: "*", kind: "reset" }, 99, 99))).toBe(true);
});

test.each<[Fault, string]>([
  [{ method: "*", kind: "http_503_html" }, "every method: HTTP 503"],
  [
    { method: "chat.postMessage", channel: "C1", kind: "ratelimited" },
    "chat.postMessage in #soc: 429, wait 30 s",
  ],
  [{ method: "callback", kind: "delay_callback", ms: 5000 }, "clicks and events: sent late, 5.0 s"],
  [
    { method: "chat.update", kind: "error", error: "is_archived", skip: 2, probability: 0.5 },
    "chat.update: is_archived, after 2 that pass, in 50 % of the calls",
  ],
])("the fault %j is described", (fault, words) => {
  expect(describe(fault, workspace)).toBe(words);
});

test("how a fault went is counted in words", () => {
  expect(progressOf(inForce({ method: "*", kind: "reset", times: 3 }, 1, 1))).toBe(
    "struck 1 of 3; 1 call seen",
  );
  expect(progressOf(inForce({ method: "*", kind: "reset" }, 4, 2))).toBe("struck 2; 4 calls seen");
});

test("a violation says how early the call was", () => {
  const violation = { method: "chat.postMessage", channel: "C1", after_ms: 250, early_ms: 29_750 };
  expect(violationText(violation, workspace)).toBe(
    "chat.postMessage in #soc: called 250 ms after the 429, 29.8 s too early",
  );
});

test("the form gives exactly the fields that were typed and mean something", () => {
  expect(read(typed({ times: "", error: " is_archived " }))).toEqual({
    fault: { method: "chat.update", kind: "error", error: "is_archived" },
  });
  expect(read(typed({ kind: "delay_callback", channel: "C1", ms: "250", probability: "0.5" }))).toEqual({
    fault: { method: "callback", kind: "delay_callback", ms: 250, times: 1, probability: 0.5 },
  });
  expect(
    read(typed({ kind: "ratelimited", method: "*", channel: "C1", retry_after: "0", skip: "1" })),
  ).toEqual({
    fault: { method: "*", kind: "ratelimited", channel: "C1", retry_after: 0, times: 1, skip: 1 },
  });
});

test("every wrong field of the form is named", () => {
  const said = read(typed({ method: " ", error: "", times: "0", skip: "1.5", probability: "2" }));
  expect("problems" in said && Object.keys(said.problems).sort()).toEqual([
    "error",
    "method",
    "probability",
    "skip",
    "times",
  ]);
});

test("every kind of fault can be ordered with the fields it needs", () => {
  for (const kind of FAULT_KINDS) {
    expect(fieldsOf(kind)).toContain("times");
    expect(read(typed({ kind }))).toHaveProperty("fault.kind", kind);
  }
});
