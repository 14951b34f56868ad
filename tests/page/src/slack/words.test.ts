// Small wordings: sizes, refusals, initials, colours.

import { expect, test } from "vitest";
import { initialsOf } from "../page/person";
import { acme, message } from "./acme.fixture";
import { attachmentColour, faceColour } from "./colours";
import { encoded, sizeOf } from "./files";
import { inWords, problemOf } from "./refusal";
import { keepSame } from "./same";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [12_345, "12 kB"],
  [3_200_000, "3.2 MB"],
])("%d bytes are %s", (bytes, words) => {
  expect(sizeOf(bytes)).toBe(words);
});

test("bytes of every value and more than one piece survive base64", async () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
  const [file] = await encoded([new File([bytes], "a.bin")]);
  expect(file?.name).toBe("a.bin");
  expect(Buffer.from(file?.content_base64 ?? "", "base64").equals(bytes)).toBe(true);
});

test("a refusal names people and channels, not ids", () => {
  expect(inWords(acme(), "U0LINUS is no administrator and C0CLOUD is public")).toBe(
    "Linus Berg is no administrator and #cloud-alerts is public",
  );
  expect(inWords(acme(), "U0BOT is already in C0GONE: HTTP")).toBe("margay is already in C0GONE: HTTP");
});

test("what cannot reach the simulator says so", () => {
  expect(problemOf(acme(), new TypeError("Failed to fetch"))).toBe(
    "The simulator does not answer. Nothing was done.",
  );
  expect(problemOf(acme(), new Error("no user U0LINUS"))).toBe("no user Linus Berg");
});

test.each([
  ["Linus Berg", "LB"],
  ["robin", "R"],
  ["Ann-Marie van der Lee", "AL"],
  ["<b>", "B"],
  ["👾", "?"],
  ["", "?"],
  ["élodie ñandú", "ÉÑ"],
])("the initials of %s are %s", (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test("a face has one of eight colours, always the same", () => {
  expect(faceColour("U0LINUS")).toBe(faceColour("U0LINUS"));
  for (const id of ["", "U1", "👾", "x".repeat(1000)])
    expect(faceColour(id)).toMatch(/^var\(--avatar-[1-8]\)$/);
});

test.each([
  ["danger", "#e01e5a"],
  ["#d4351c", "#d4351c"],
  ["D4351C", "#D4351C"],
  ["red; background: url(x)", "var(--border-strong)"],
  ["constructor", "var(--border-strong)"],
  [undefined, "var(--border-strong)"],
])("an attachment's colour %s is drawn as %s", (said, drawn) => {
  expect(attachmentColour(said)).toBe(drawn);
});

test("what was read anew and says the same is the same object", () => {
  const before = [message("1", "U1"), message("2", "U1")];
  const after = [message("1", "U1"), message("2", "U1", { text: "edited" }), message("3", "U1")];
  const kept = keepSame(before, after);
  expect(kept[0]).toBe(before[0]);
  expect(kept[1]).toBe(after[1]);
  expect(kept).toHaveLength(3);
  expect(keepSame(before, [message("1", "U1"), message("2", "U1")])).toBe(before);
  expect(keepSame(before, [message("1", "U1")])).toEqual([before[0]]);
});
