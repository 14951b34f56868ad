import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** As a page that was just loaded, with this storage. */
async function loaded(localStorage: object) {
  vi.stubGlobal("window", { localStorage });
  return import("./read-marks");
}

const storing = (kept: Map<string, string>) => ({
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});

test("each person has their own mark in each channel, and it outlives the page", async () => {
  const kept = new Map<string, string>();
  const page = await loaded(storing(kept));
  page.markRead("U1", "C1", "2.0");
  page.markRead("U2", "C1", "1.0");
  vi.resetModules();
  const reloaded = await loaded(storing(kept));
  expect(["U1", "U2", "U3"].map((person) => reloaded.readMark(person, "C1"))).toEqual(["2.0", "1.0", ""]);
  expect(reloaded.readMark("U1", "C2")).toBe("");
});

test("a mark can go back: a workspace that was reset begins anew", async () => {
  const page = await loaded(storing(new Map()));
  page.markRead("U1", "C1", "2.0");
  page.markRead("U1", "C1", "1.0");
  expect(page.readMark("U1", "C1")).toBe("1.0");
});

test("what another window marked meanwhile is not lost", async () => {
  const kept = new Map<string, string>();
  const page = await loaded(storing(kept));
  kept.set("margay.read", JSON.stringify({ "U2/C2": "9.0" }));
  page.markRead("U1", "C1", "1.0");
  expect(JSON.parse(kept.get("margay.read") ?? "")).toEqual({ "U1/C1": "1.0", "U2/C2": "9.0" });
});

test.each(["no JSON", "null", "[1]", '{"U1/C1": 7}'])("what is kept as %s marks nothing", async (broken) => {
  const page = await loaded(storing(new Map([["margay.read", broken]])));
  expect(page.readMark("U1", "C1")).toBe("");
});

test("where the browser keeps nothing, marks live as long as the page", async () => {
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  const page = await loaded({ getItem: refuse, setItem: refuse });
  page.markRead("U1", "C1", "1.0");
  expect(page.readMark("U1", "C1")).toBe("1.0");
});
