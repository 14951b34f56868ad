import { expect, test } from "vitest";
import { childrenOf, cut, depthShown, summaryOf, written } from "./json";

test("lists and objects have children, all else has none", () => {
  expect(childrenOf(["a", 1])).toEqual([
    ["0", "a"],
    ["1", 1],
  ]);
  expect(childrenOf({ a: null })).toEqual([["a", null]]);
  expect([childrenOf("text"), childrenOf(null), childrenOf(0)]).toEqual([undefined, undefined, undefined]);
});

test("a folded part says how much is in it", () => {
  expect([[], {}, [1, 2], { a: 1 }].map(summaryOf)).toEqual(["[]", "{}", "[ 2 ]", "{ 1 }"]);
  expect(summaryOf({ type: "rich_text", elements: [] })).toBe("{ 2 } rich_text");
});

test("a small document is shown whole and a large one to its second level", () => {
  expect(depthShown({ a: [1, { b: 2 }] })).toBe(Number.POSITIVE_INFINITY);
  expect(depthShown(Array.from({ length: 100_000 }, (_, n) => n))).toBe(2);
  expect(depthShown(Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 0)))).toBe(2);
});

test("what cannot be seen, or turns the reading order, is written as an escape", () => {
  expect(written("a\u202eb\u200bc\u0007\n")).toBe('"a\\u202eb\\u200bc\\u0007\\n"');
  expect(written("grüße 🪃 <b>")).toBe('"grüße 🪃 <b>"');
});

test("a cut never goes through a character", () => {
  expect(cut("ab🪃c", 3)).toBe("ab");
  expect(cut("ab🪃c", 4)).toBe("ab🪃");
  expect(cut("short", 300)).toBe("short");
});
