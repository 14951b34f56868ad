import { expect, test } from "vitest";
import type { Json, WireEntry, Workspace } from "../simulator/types";
import { channelName, channelOf, durationOf, outcomeOf, personOf, titleOf } from "./entry";

const entry = (more: Partial<WireEntry>): WireEntry => ({
  id: "w1",
  at: "1795250000.000000",
  direction: "to_slack",
  method: "chat.postMessage",
  request: {},
  status: 200,
  response: { ok: true },
  took_ms: 5,
  ...more,
});

test.each<[string, Partial<WireEntry>, string, string]>([
  ["runs", { status: null, took_ms: null }, "running", "running"],
  ["is sent once more", { status: 500, took_ms: null }, "running", "running"],
  ["was cut", { status: null, took_ms: 12 }, "no answer", "bad"],
  ["was answered", {}, "200", "good"],
  ["was refused by Slack", { response: { ok: false, error: "is_archived" } }, "is_archived", "bad"],
  ["came too often", { status: 429, response: { ok: false, error: "ratelimited" } }, "429", "bad"],
  ["met a server that is down", { status: 503, response: "<html>" }, "503", "bad"],
  ["has an answer that breaks off", { fault: "truncated_json" }, "200, cut off", "bad"],
  ["was answered with nothing", { response: null }, "200", "good"],
  ["was a submission with mistakes", { response: { response_action: "errors" } }, "200", "good"],
])("a request that %s says so", (_, more, text, kind) => {
  expect(outcomeOf(entry(more))).toEqual({ text, kind });
});

test.each<[string, Json, string | undefined]>([
  ["a call", { channel: "C1" }, "C1"],
  ["a click", { channel: { id: "C2", name: "soc" } }, "C2"],
  ["a click in a view of a message", { container: { channel_id: "C3" } }, "C3"],
  ["an event", { event: { type: "message", channel: "C4" } }, "C4"],
  ["an event about a channel", { event: { channel: { id: "C5" } } }, "C5"],
  ["a reaction", { event: { item: { channel: "C6" } } }, "C6"],
  ["a call without one", { user: "U1" }, undefined],
  ["what is no object", "text", undefined],
])("the channel of %s is found", (_, request, channel) => {
  expect(channelOf(entry({ request }))).toBe(channel);
});

const workspace = {
  users: [{ id: "U1", name: "linus", real_name: "Linus Berg", display_name: null }],
  conversations: [
    { id: "C1", name: "soc", kind: "public" },
    { id: "D1", name: "U1", kind: "im", user: "U1" },
  ],
} as unknown as Workspace;

test("a channel is called by its name, whether its id or its name was sent", () => {
  expect(channelName(workspace, "C1")).toBe("#soc");
  expect(channelName(workspace, "#soc")).toBe("#soc");
  expect(channelName(workspace, "soc")).toBe("#soc");
  expect(channelName(workspace, "D1")).toBe("DM with Linus Berg");
  expect(channelName(workspace, "C404")).toBe("C404");
});

test("the person behind a callback is found; a call and an app's own message have none", () => {
  expect(personOf(entry({ direction: "to_app", request: { user: { id: "U1" } } }))).toBe("U1");
  expect(personOf(entry({ direction: "to_app", request: { event: { user: "U2" } } }))).toBe("U2");
  const byApp = { event: { user: "U3", bot_id: "B1" } };
  expect(personOf(entry({ direction: "to_app", request: byApp }))).toBeUndefined();
  expect(personOf(entry({ request: { user: "U1" } }))).toBeUndefined();
});

test("an event's title says which event it is", () => {
  const event = entry({ method: "event_callback", request: { event: { type: "message" } } });
  expect(titleOf(event)).toBe("event: message");
  expect(titleOf(entry({}))).toBe("chat.postMessage");
});

test("durations have a unit that fits", () => {
  expect(durationOf(null)).toBe("");
  expect(durationOf(0.4)).toBe("0 ms");
  expect(durationOf(999)).toBe("999 ms");
  expect(durationOf(8012)).toBe("8.0 s");
});
