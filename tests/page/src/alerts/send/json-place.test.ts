import { expect, test } from "vitest";
import { mistakeIn } from "./json-place";

test.each([
  ["{}"],
  [' [1, -0.5e+3, "a\\u00e9\\n", true, false, null, {"a": {"b": []}}]\n'],
  ['"text"'],
  ["0"],
])("%j is JSON", (text) => {
  expect(mistakeIn(text)).toBeUndefined();
  expect(() => JSON.parse(text)).not.toThrow();
});

test.each([
  ["", 1, 1, "a value"],
  ['{"a":}', 1, 6, "a value"],
  ['{\n  "a": 1,\n}', 3, 1, "a name in double quotes"],
  ['{"a": 1 "b": 2}', 1, 9, "a comma or }"],
  ["[1, 2", 1, 6, "a comma or ]"],
  ['{"a" 1}', 1, 6, "a colon"],
  ["{'a': 1}", 1, 2, "a name in double quotes"],
  ['["one\ntwo"]', 1, 6, "the string's end"],
  ['["\\x"]', 1, 3, "a known escape"],
  ["[1] 2", 1, 5, "nothing more"],
  ["[01]", 1, 3, "a comma or ]"],
  ["[undefined]", 1, 2, "a value"],
  ["[1\u00a0]", 1, 3, "a comma or ]"],
])("in %j the mistake is at line %i, column %i, where %s should be", (text, line, column, expected) => {
  expect(mistakeIn(text)).toMatchObject({ line, column, expected });
  expect(() => JSON.parse(text)).toThrow();
});

test("it says the same as JSON.parse about every text that a slip can make", () => {
  const sound = '{"title": "a\\"b", "n": [1.5, -2e3, null, true], "o": {"x": {}}}';
  for (let at = 0; at < sound.length; at++) {
    for (const slip of ["", ",", "}", '"', "\\", "0", "\n", "-", "."]) {
      const text = sound.slice(0, at) + slip + sound.slice(at + 1);
      expect(mistakeIn(text) === undefined, text).toBe(parses(text));
    }
  }
});

test("a text as large as an alert may be is looked through whole", () => {
  const long = JSON.stringify({
    a: "x\n".repeat(130_000),
    b: Array.from({ length: 10_000 }, (_, n) => ({ n })),
  });
  expect(mistakeIn(long)).toBeUndefined();
  expect(mistakeIn(long.slice(0, -1))).toMatchObject({ at: long.length - 1, expected: "a comma or }" });
});

test("nesting without end is a mistake and no crash", () => {
  expect(mistakeIn("[".repeat(100_000))).toMatchObject({ expected: "less nesting" });
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
