import { expect, test } from "vitest";
import type { Activity, Delivery, ListedAlert } from "./types";
import { behind, deedOf, deliveriesOf, momentOf, routingOf, wordsOf } from "./words";

const delivery = (state: Delivery["state"], syncedSeq = 3): Delivery => ({
  outputId: "d1",
  label: "SOC",
  dispatchedAt: null,
  state,
  reason: null,
  syncedSeq,
  retryAt: null,
});
const alert = (more: Partial<ListedAlert>) =>
  ({
    seq: 3,
    deliveries: [],
    routing: { why: "FILTERS", unknown: [], nowhere: null },
    ...more,
  }) as ListedAlert;

test("a copy says how far it is behind, if it was posted at all", () => {
  expect(behind(delivery("DELIVERED", 3), 3)).toBe("up to date");
  expect(behind(delivery("DELIVERED", 1), 3)).toBe("2 behind");
  expect(behind(delivery("DELIVERED", 2), 3)).toBe("1 behind");
  expect(behind(delivery("PENDING", 0), 3)).toBe("");
});

test.each<[string, Delivery[], string, string]>([
  ["it went nowhere", [], "went nowhere", "quiet"],
  ["all is well", [delivery("DELIVERED"), delivery("DELIVERED")], "2 of 2 posted", "good"],
  ["one waits", [delivery("DELIVERED"), delivery("PENDING")], "1 of 2 posted", "wait"],
  ["one is behind", [delivery("DELIVERED", 1)], "1 of 1 posted, behind", "wait"],
  ["one died", [delivery("DELIVERED"), delivery("DEAD")], "1 of 2 posted, 1 given up or uncertain", "bad"],
])("the list says it when %s", (_, deliveries, words, kind) => {
  expect(deliveriesOf(alert({ deliveries }))).toEqual({ words, kind });
});

test("routing says why, which names nobody has, and why it went nowhere", () => {
  const nowhere = "No destination is called pager.";
  expect(routingOf(alert({ routing: { why: "DYNAMIC", unknown: ["pager"], nowhere } }))).toEqual([
    "The alert names its destinations (destinations).",
    "No destination is called pager.",
    "It went nowhere.",
  ]);
  const filtered = "No destination takes alerts of this severity, type and log type.";
  expect(routingOf(alert({ routing: { why: "FILTERS", unknown: [], nowhere: filtered } }))[1]).toBe(
    `It went nowhere. ${filtered}`,
  );
});

const linus = { id: "u1", type: "user", name: "Linus" } as const;
const auston = { id: "u2", type: "user", name: "Auston" } as const;
const robin = { id: "U1", name: "Robin" };
const entry = (more: object) =>
  ({ seq: 2, at: "2026-11-21T08:30:00Z", actor: linus, changeId: "c", ...more }) as Activity;

test.each([
  [{ kind: "CREATED" }, "took the alert in"],
  [{ kind: "STATUS_CHANGED", from: "OPEN", to: "CLOSED" }, "set the status from Open to Invalid"],
  [{ kind: "ASSIGNED", from: null, to: auston }, "assigned it to Auston"],
  [{ kind: "ASSIGNED", from: null, to: linus }, "took it over"],
  [{ kind: "ASSIGNED", from: auston, to: null }, "took it from Auston"],
  [{ kind: "COMMENT_ADDED", comment: "x" }, "commented", "x"],
  [{ kind: "COMMENT_EDITED", comment: "y", commentSeq: 2 }, "edited a comment", "y"],
  [{ kind: "COMMENT_DELETED", commentSeq: 2 }, "deleted a comment"],
  [{ kind: "BOOMERANG_SENT", recipient: robin, question: "You?" }, "asked Robin", "You?"],
  [
    { kind: "BOOMERANG_ANSWERED", recipient: robin, verdict: "SUSPICIOUS", answer: "No." },
    "answered that it is suspicious",
    "No.",
  ],
  [
    { kind: "BOOMERANG_ANSWERED", recipient: robin, verdict: "CONFIRMED", answer: null },
    "answered that it was them",
  ],
  [{ kind: "BOOMERANG_CANCELLED", recipient: robin }, "took back the question to Robin"],
  [{ kind: "BOOMERANG_OVERDUE", recipient: robin }, "had no answer from Robin in time"],
  [{ kind: "BOOMERANG_UNDELIVERED", recipient: { id: "U2", name: "" } }, "could not ask U2"],
  [{ kind: "DETAILS_SHOWN" }, "asked for the details"],
  [
    { kind: "INTEL_SHOWN", intel: { indicator: { kind: "ip", value: "192.42.116.16" }, answers: [] } },
    "asked what is known of 192.42.116.16",
  ],
  [{ kind: "AI_TRIAGED", aiTriage: { summary: "Fine." }, first: true }, "gave an AI's triage", "Fine."],
])("the activity %j is told", (activity, words, said = "") => {
  expect(deedOf(entry(activity))).toBe(words);
  expect(wordsOf(entry(activity))).toBe(said);
});

test("what is no time is shown as it is", () => {
  expect(momentOf("yesterday")).toBe("yesterday");
  expect(momentOf("2026-11-21T08:30:00Z")).toMatch(/21 Nov 2026/);
});
