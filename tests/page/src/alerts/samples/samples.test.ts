import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Json } from "../../simulator/types";
import { field } from "../../wire/entry";
import { MAX_BYTES, sizeOf, withNewId } from "../send/draft";
import { ALERT_TYPES, SEVERITIES } from "../types";
import { SAMPLES } from "./samples";

const ADDRESS = /(?<![\d.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d.])/g;
const FOR_DOCUMENTATION = /^(192\.0\.2|198\.51\.100|203\.0\.113)\./;

test.each(SAMPLES)("the sample $name keeps the API's rules", ({ text }) => {
  const alert = JSON.parse(text()) as Json;
  expect(field(alert, "title")).toMatch(/\S/);
  expect(SEVERITIES).toContain(field(alert, "severity"));
  expect(ALERT_TYPES).toContain(field(alert, "type"));
  for (const name of ["id", "name", "version"]) {
    expect(String(field(alert, name)).length, name).toBeLessThanOrEqual(200);
  }
  for (const name of ["logTypes", "tags"]) {
    expect(field(alert, name), name).toSatisfy(
      (list: Json) => Array.isArray(list) && list.every((item) => typeof item === "string"),
    );
  }
  expect(field(alert, "alertId"), "each press is another alert").toBeUndefined();
  expect(sizeOf(withNewId(text(), "12345678"))).toBeLessThan(MAX_BYTES - 200);
});

test.each(SAMPLES)("the sample $name has only addresses and mailboxes that are nobody's", ({ text }) => {
  for (const [address] of text().matchAll(ADDRESS)) expect(address).toMatch(FOR_DOCUMENTATION);
  for (const [, domain] of text().matchAll(/@([a-z0-9-]+\.[a-z0-9.-]+)/g))
    expect(domain).toMatch(/\.example$/);
  for (const [, domain] of text().matchAll(/:\/\/([a-z0-9.-]+)/g)) expect(domain).toMatch(/\.example$/);
});

test("every file of a sample is offered", () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter((name) => name.endsWith(".json"));
  // The huge one is made in code.
  expect(SAMPLES).toHaveLength(files.length + 1);
  expect(new Set(SAMPLES.map(({ name }) => name)).size).toBe(SAMPLES.length);
});

test("the huge one is just about as large as an alert may be", () => {
  const huge = SAMPLES.find(({ name }) => name === "A huge one")?.text() ?? "";
  expect(sizeOf(huge)).toBeGreaterThan(MAX_BYTES - 3000);
});

test("the hostile one keeps the keys that code would lose", () => {
  const hostile = SAMPLES.at(-1)?.text() ?? "";
  expect(withNewId(hostile, "x")).toContain('"__proto__"');
});
