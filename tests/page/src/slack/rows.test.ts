import { describe, expect, test } from "vitest";
import type { Ephemeral, Message } from "../simulator/types";
import { message } from "./acme.fixture";
import { channelRows, inChannel, type Row, threadRows } from "./rows";

const now = new Date(2026, 2, 1, 12, 0);
/** So many seconds after ten o'clock today, or on another day. */
const at = (seconds: number, date = 1): string =>
  `${new Date(2026, 2, date, 10, 0, 0).getTime() / 1000 + seconds}.000000`;

const ephemeral = (ts: string, thread_ts: string | null = null): Ephemeral => ({
  channel: "C1",
  user: "U1",
  text: "only you",
  blocks: [],
  thread_ts,
  ts,
});

const rows = (messages: Message[], more: Partial<Parameters<typeof channelRows>[0]> = {}): Row[] =>
  channelRows({ messages, more: false, ephemerals: [], now, ...more });

/** A row in a word or two. */
function said(row: Row): string {
  switch (row.kind) {
    case "day":
      return row.label;
    case "message":
      return `${row.grouped ? "+" : ""}${row.broadcast ? "to all " : ""}${row.message.text}`;
    case "replies":
      return `${row.count} replies`;
    default:
      return row.kind;
  }
}

const told = (messages: Message[], more = {}): string[] => rows(messages, more).map(said);

describe("in a channel", () => {
  test("what one author says within five minutes stands together", () => {
    const messages = [
      message(at(0), "U1", { text: "a" }),
      message(at(299), "U1", { text: "b" }),
      message(at(598), "U1", { text: "c" }),
      message(at(899), "U1", { text: "d" }),
    ];
    expect(told(messages)).toEqual(["Today", "a", "+b", "+c", "d"]);
  });

  test("another author begins anew, also the app that writes as a person's user", () => {
    const messages = [
      message(at(0), "U1", { text: "a" }),
      message(at(1), "U2", { text: "b" }),
      message(at(2), "U2", { text: "c", bot_id: "B1" }),
    ];
    expect(told(messages)).toEqual(["Today", "a", "b", "c"]);
  });

  test("each day has its line, and begins anew", () => {
    const messages = [
      message(`${new Date(2026, 1, 28, 23, 59, 59).getTime() / 1000}.000000`, "U1", { text: "a" }),
      message(`${new Date(2026, 2, 1, 0, 0, 1).getTime() / 1000}.000000`, "U1", { text: "b" }),
    ];
    expect(told(messages)).toEqual(["Yesterday", "a", "Today", "b"]);
  });

  test("what is new has a line above it, and a head of its own", () => {
    const messages = [message(at(0), "U1", { text: "a" }), message(at(1), "U1", { text: "b" })];
    expect(told(messages, { newFrom: at(1) })).toEqual(["Today", "a", "new", "b"]);
  });

  test("a deleted message is gone, unless it has replies that are there", () => {
    const reply = message(at(9), "U2", { thread_ts: at(0) });
    const gone = (thread: Message[]) => message(at(0), "U1", { deleted: true, thread });
    expect(told([gone([])])).toEqual([]);
    expect(told([gone([{ ...reply, deleted: true }])])).toEqual([]);
    expect(told([gone([reply])])).toEqual(["Today", "tombstone"]);
  });

  test("what happened to the channel is a quiet line, and parts messages", () => {
    const messages = [
      message(at(0), "U1", { text: "a" }),
      message(at(1), "U1", { subtype: "channel_join" }),
      message(at(2), "U1", { text: "b" }),
    ];
    expect(told(messages)).toEqual(["Today", "a", "system", "b"]);
  });

  test("a shared file and an unknown kind are messages", () => {
    const messages = [
      message(at(0), "U1", { text: "a", subtype: "file_share" }),
      message(at(1), "U2", { text: "b", subtype: "channel_joined_by_magic" }),
    ];
    expect(told(messages)).toEqual(["Today", "a", "b"]);
  });

  test("a reply that was sent to the channel too stands there at its time, once", () => {
    const reply = message(at(5), "U1", { text: "reply", thread_ts: at(0), subtype: "thread_broadcast" });
    const parent = message(at(0), "U1", {
      text: "a",
      thread: [message(at(4), "U1", { thread_ts: at(0) }), reply],
    });
    const after = message(at(9), "U1", { text: "b" });
    expect(told([parent, after])).toEqual(["Today", "a", "to all reply", "+b"]);
    expect(inChannel([parent, reply, after]).map(({ ts }) => ts)).toEqual([at(0), at(5), at(9)]);
  });

  test("what only one sees stands at its time, and parts messages", () => {
    const messages = [message(at(0), "U1", { text: "a" }), message(at(9), "U1", { text: "b" })];
    expect(told(messages, { ephemerals: [ephemeral(at(5))] })).toEqual(["Today", "a", "ephemeral", "b"]);
  });

  test("what only one sees is not shown in a thread's stead, nor before what is loaded", () => {
    const messages = [message(at(10), "U1", { text: "a" })];
    expect(told(messages, { ephemerals: [ephemeral(at(20), at(10))] })).toEqual(["Today", "a"]);
    expect(told(messages, { ephemerals: [ephemeral(at(5))], more: true })).toEqual(["Today", "a"]);
    expect(told(messages, { ephemerals: [ephemeral(at(5))], more: false })).toEqual([
      "Today",
      "ephemeral",
      "a",
    ]);
  });

  test("no two rows have the same key", () => {
    const messages = [message(at(0), "U1"), message(at(0, 2), "U1"), message(at(1, 2), "U1")];
    const keys = rows(messages, { ephemerals: [ephemeral(at(1, 2))], newFrom: at(0, 2) }).map(
      ({ key }) => key,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("in a thread", () => {
  const parent = message(at(0), "U1", {
    text: "a",
    thread: [
      message(at(1), "U1", { text: "b", thread_ts: at(0), subtype: "thread_broadcast" }),
      message(at(2), "U1", { text: "deleted", thread_ts: at(0), deleted: true }),
      message(at(3), "U1", { text: "c", thread_ts: at(0) }),
    ],
  });

  test("the replies that are there follow the message, under their number", () => {
    expect(threadRows(parent, [], now).map(said)).toEqual(["Today", "a", "2 replies", "b", "+c"]);
  });

  test("only what belongs to this thread is shown to one alone", () => {
    const others = [ephemeral(at(4)), ephemeral(at(5), at(99)), ephemeral(at(6), at(0))];
    expect(threadRows(parent, others, now).map(said)).toEqual([
      "Today",
      "a",
      "2 replies",
      "b",
      "+c",
      "ephemeral",
    ]);
  });

  test("a message that was deleted leaves its replies", () => {
    expect(threadRows({ ...parent, deleted: true }, [], now).map(said)).toEqual([
      "Today",
      "tombstone",
      "2 replies",
      "b",
      "+c",
    ]);
  });

  test("a reply of another day says so", () => {
    const late = message(at(0, 2), "U1", { text: "late", thread_ts: at(0) });
    const told = threadRows({ ...parent, thread: [late] }, [], new Date(2026, 2, 2, 12)).map(said);
    expect(told).toEqual(["Yesterday", "a", "1 replies", "Today", "late"]);
  });

  test("a message without replies has no number", () => {
    expect(threadRows({ ...parent, thread: [] }, [], now).map(said)).toEqual(["Today", "a"]);
  });
});
