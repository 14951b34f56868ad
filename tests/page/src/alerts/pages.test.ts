import { expect, test } from "vitest";
import { withFirst, withNext } from "./pages";
import type { ListedAlert } from "./types";

/** An alert of that minute. */
const alert = (minute: number, status = "OPEN") =>
  ({ id: `a${minute}`, createdAt: `2026-11-21T08:${minute}:00Z`, status }) as ListedAlert;
const page = (minutes: number[], next?: string) => ({
  results: minutes.map((minute) => alert(minute)),
  ...(next && { next }),
});
const ids = ({ alerts }: { alerts: ListedAlert[] }) => alerts.map(({ id }) => id);

test("a first page that is the only one is the list", () => {
  const before = { alerts: [alert(30), alert(20)], next: "x" };
  expect(withFirst(before, page([40]))).toEqual({ alerts: [alert(40)], next: undefined });
  expect(withFirst(before, page([]))).toEqual({ alerts: [], next: undefined });
});

test("older pages stay below a first page that was read anew, with their cursor", () => {
  const before = withNext(withFirst(undefined, page([30, 29], "c1")), page([28, 27], "c2"));
  expect(ids(before)).toEqual(["a30", "a29", "a28", "a27"]);
  const after = withFirst(before, page([31, 30], "c0"));
  expect(ids(after)).toEqual(["a31", "a30", "a29", "a28", "a27"]);
  expect(after.next).toBe("c2");
});

test("what is no longer where the first page reaches is gone", () => {
  const before = withFirst(undefined, page([30, 29, 28], "c1"));
  expect(ids(withFirst(before, page([30, 28, 27], "c2")))).toEqual(["a30", "a28", "a27"]);
});

test("without older pages the cursor is that of the first", () => {
  const before = withFirst(undefined, page([30, 29], "c1"));
  expect(withFirst(before, page([30, 29], "c9")).next).toBe("c9");
});

test("an alert that both pages have is listed once", () => {
  const before = withFirst(undefined, page([30, 29], "c1"));
  const after = withNext(before, page([29, 28]));
  expect(ids(after)).toEqual(["a30", "a29", "a28"]);
  expect(after.next).toBeUndefined();
});
