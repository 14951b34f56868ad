import { expect, test } from "vitest";
import { message } from "./acme.fixture";
import { firstNew, NEVER, newestOf, unread } from "./unread";

const ts = (at: number): string => `17000000${at}.000000`;
const messages = [
  message(ts(10), "U2"),
  message(ts(11), "U1"),
  message(ts(12), "U2", { deleted: true }),
  message(ts(13), "U2", { subtype: "channel_join" }),
  message(ts(14), "U2", {
    thread: [
      message(ts(15), "U2", { thread_ts: ts(14) }),
      message(ts(16), "U2", { thread_ts: ts(14), subtype: "thread_broadcast" }),
    ],
  }),
];

test("what others said since is unread: not one's own, deleted, or what happened to the channel", () => {
  expect(unread(messages, false, "U1", ts(10))).toEqual({ count: 2, atLeast: false });
});

test("a reply counts only if it was sent to the channel too", () => {
  expect(unread(messages, false, "U1", ts(14)).count).toBe(1);
  expect(unread(messages, false, "U1", ts(16)).count).toBe(0);
});

test("who never looked has everything unread", () => {
  expect(unread(messages, false, "U1", NEVER)).toEqual({ count: 3, atLeast: false });
});

test("more than is loaded may be unread only if nothing that is loaded was read", () => {
  expect(unread(messages, true, "U1", NEVER).atLeast).toBe(true);
  expect(unread(messages, true, "U2", NEVER)).toEqual({ count: 1, atLeast: true });
  expect(unread(messages, true, "U1", ts(10)).atLeast).toBe(false);
});

test("the mark of a workspace that was reset marks nothing", () => {
  expect(unread(messages, false, "U1", ts(99)).count).toBe(3);
  expect(firstNew(messages, "U1", ts(99))).toBeUndefined();
});

test("read is up to the newest, be it a reply in the channel", () => {
  expect(newestOf(messages)).toBe(ts(16));
  expect(newestOf([])).toBe(NEVER);
});

test("the line goes above the first that is new, and nowhere for who never looked", () => {
  expect(firstNew(messages, "U1", ts(10))).toBe(ts(14));
  expect(firstNew(messages, "U1", ts(16))).toBeUndefined();
  expect(firstNew(messages, "U1", NEVER)).toBeUndefined();
});
