import { expect, test, vi } from "vitest";
import { Fills } from "./fills";

test("typing is told once, when it pauses", async () => {
  vi.useFakeTimers();
  const told: string[] = [];
  const fills = new Fills();
  for (const typed of ["a", "ab", "abc"]) fills.later("comment", async () => told.push(typed));
  expect(told).toEqual([]);
  await vi.runAllTimersAsync();
  expect(told).toEqual(["abc"]);
  vi.useRealTimers();
});

test("before a button acts, all that was typed is told, and answered", async () => {
  const told: string[] = [];
  const fills = new Fills();
  fills.later("comment", () => Promise.resolve().then(() => told.push("comment")));
  fills.later("name", () => Promise.resolve().then(() => told.push("name")));
  await fills.flush();
  expect(told).toEqual(["comment", "name"]);
  await fills.flush();
  expect(told).toEqual(["comment", "name"]);
});
