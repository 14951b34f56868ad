import { expect, test } from "vitest";
import type { Option } from "./controls";
import { CLOSED, type Happening, matching, missing, next, noteOn, toggled } from "./suggestions";

const option = (label: string): Option => ({
  value: label.toLowerCase(),
  label,
  description: "",
  address: "",
  group: "",
});
const [linus, auston, robin] = [option("Linus"), option("Auston"), option("Robin")];
const after = (...happenings: Happening[]) => happenings.reduce(next, CLOSED);
const typed = (text: string): Happening => ({ what: "typed", typed: text });

test("an answer to what is no longer typed is not shown", () => {
  const first = after({ what: "opened" }, typed("li"));
  const second = next(first, typed("lin"));
  const late = next(second, { what: "answered", question: first.question, options: [auston] });
  expect(late).toEqual(second);
  const right = next(late, { what: "answered", question: second.question, options: [linus] });
  expect(right).toMatchObject({ waiting: false, options: [linus], active: 0 });
});

test("an answer that comes after the list was closed, or opened again, is not shown", () => {
  const asked = after({ what: "opened" });
  const closed = next(asked, { what: "closed" });
  const answer: Happening = { what: "answered", question: asked.question, options: [linus] };
  expect(next(closed, answer)).toEqual(closed);
  const again = next(closed, { what: "opened" });
  expect(next(again, answer)).toEqual(again);
});

test("a late failure changes nothing; the newest is said", () => {
  const first = after({ what: "opened" }, typed("a"));
  const second = next(first, typed("ab"));
  expect(next(second, { what: "failed", question: first.question, problem: "no" })).toEqual(second);
  const failed = next(second, { what: "failed", question: second.question, problem: "no" });
  expect(noteOn(failed, 0, 0)).toBe("no");
  expect(noteOn(next(failed, typed("abc")), 0, 0)).toBe("Loading…");
});

test.each([
  ["", 3, 3],
  ["ab", 3, 1],
  ["abc", 3, 0],
  ["", 0, 0],
  ["😀😀", 2, 0],
])("of %j, with %i characters wanted, %i are missing", (text, least, expected) => {
  expect(missing(text, least)).toBe(expected);
});

test("the note says what is missing, that an answer is awaited, or that there is none", () => {
  const opened = after({ what: "opened" });
  expect(noteOn(opened, 0, 3)).toBe("Type 3 more characters");
  expect(noteOn(next(opened, typed("ab")), 0, 3)).toBe("Type one more character");
  expect(noteOn(opened, 0, 0)).toBe("Loading…");
  const empty = next(opened, { what: "answered", question: opened.question, options: [] });
  expect(noteOn(empty, 0, 0)).toBe("No results");
  expect(noteOn(empty, 2, 0)).toBe("");
});

test.each([
  [0, "ArrowDown", 1],
  [2, "ArrowDown", 0],
  [0, "ArrowUp", 2],
  [1, "ArrowUp", 0],
  [0, "PageDown", 2],
  [2, "PageUp", 0],
])("from option %i, %s goes to option %i of three", (active, key, expected) => {
  const open = { ...after({ what: "opened" }), active };
  expect(next(open, { what: "moved", key, count: 3 }).active).toBe(expected);
});

test("options match in any case", () => {
  expect(matching([linus, auston, robin], " IN ")).toEqual([linus, robin]);
});

test("choosing again takes away, and no more than allowed are taken", () => {
  expect(toggled([linus], auston, 2)).toEqual([linus, auston]);
  expect(toggled([linus, auston], linus, 2)).toEqual([auston]);
  expect(toggled([linus, auston], robin, 2)).toEqual([linus, auston]);
});
