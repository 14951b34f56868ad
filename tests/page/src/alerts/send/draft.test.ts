import { expect, test } from "vitest";
import { randomSuffix, sizeOf, withNewId } from "./draft";

const idOf = (document: object, suffix = "x1") =>
  JSON.parse(withNewId(JSON.stringify(document), suffix)).alertId;

test("each alert that is sent gets an id of its own, with the detection's name in it", () => {
  expect(idOf({ id: "Okta.User.Locked", title: "t" })).toBe("okta.user.locked-x1");
  expect(idOf({ id: "Okta", alertId: "mine" })).toBe("mine-x1");
  expect(idOf({ title: "t" })).toBe("alert-x1");
  expect(randomSuffix()).toMatch(/^[a-z0-9]{8}$/);
  expect(randomSuffix()).not.toBe(randomSuffix());
});

test("the id is one that the API takes, whatever the detection is called", () => {
  expect(idOf({ id: "Größe <!channel> " })).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  expect(idOf({ id: "x".repeat(300) })).toHaveLength(128);
});

test("all else stays as it was written, whether it has an id or not", () => {
  const document = { id: "a", title: "t", extra: [1, { b: null }] };
  expect(JSON.parse(withNewId(JSON.stringify(document), "x"))).toEqual({ ...document, alertId: "a-x" });
  const same = { ...document, alertId: "mine" };
  expect(JSON.parse(withNewId(JSON.stringify(same), "x"))).toEqual({ ...document, alertId: "mine-x" });
  expect(JSON.parse(withNewId("{}", "x"))).toEqual({ alertId: "alert-x" });
  expect(withNewId('{"id": "$&", "n": 12345678901234567890}', "x")).toContain("12345678901234567890");
});

test("what is no object is left for the API to refuse", () => {
  expect(withNewId("[1, 2]", "x")).toBe("[1, 2]");
  expect(withNewId("null", "x")).toBe("null");
});

test("sizes are in bytes", () => {
  expect(sizeOf("aé🪃")).toBe(7);
});
