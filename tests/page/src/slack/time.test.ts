import { expect, test } from "vitest";
import { clock, day, dayAndClock, full, sameDay } from "./time";

const ts = (year: number, month: number, date: number, hours = 9, minutes = 5): string =>
  `${new Date(year, month - 1, date, hours, minutes, 7).getTime() / 1000}.000100`;

const now = new Date(2026, 2, 1, 0, 30);

test.each([
  [ts(2026, 3, 1, 0, 0), "Today"],
  [ts(2026, 2, 28, 23, 59), "Yesterday"],
  [ts(2026, 2, 27), "Friday 27 February"],
  [ts(2025, 12, 31), "Wednesday 31 December 2025"],
  [ts(2026, 3, 2), "Monday 2 March"],
])("the day of %s is called %s", (at, said) => {
  expect(day(at, now).replace(",", "")).toBe(said);
});

test("a time has two digits for hours and minutes, of twenty-four hours", () => {
  expect(clock(ts(2026, 3, 1, 9, 5))).toBe("09:05");
  expect(clock(ts(2026, 3, 1, 0, 0))).toBe("00:00");
  expect(clock(ts(2026, 3, 1, 23, 59))).toBe("23:59");
});

test("the whole time says the second", () => {
  // Versions of Unicode differ about the comma.
  expect(full(ts(2026, 3, 1, 9, 5)).replace(",", "")).toBe("Sunday 1 March 2026 at 09:05:07");
});

test("a day within a sentence is in small letters", () => {
  expect(dayAndClock(ts(2026, 3, 1, 0, 10), now)).toBe("today at 00:10");
  expect(dayAndClock(ts(2026, 2, 28), now)).toBe("yesterday at 09:05");
  expect(dayAndClock(ts(2026, 2, 27), now).replace(",", "")).toBe("Friday 27 February at 09:05");
});

test("midnight parts two days, not two seconds", () => {
  expect(sameDay(ts(2026, 3, 1, 0, 0), ts(2026, 3, 1, 23, 59))).toBe(true);
  expect(sameDay(ts(2026, 2, 28, 23, 59), ts(2026, 3, 1, 0, 0))).toBe(false);
});
