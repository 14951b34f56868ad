import { expect, test } from "vitest";
import { format, parse } from "./address";

test.each([
  ["", { tab: "slack", path: [], as: undefined }],
  [
    "#/slack/C0SECURITY/1700000000.000100?as=U1",
    { tab: "slack", path: ["C0SECURITY", "1700000000.000100"], as: "U1" },
  ],
  ["#/alerts/a%2Fb", { tab: "alerts", path: ["a/b"], as: undefined }],
  ["#/nowhere/C1?as=", { tab: "slack", path: [], as: undefined }],
  ["#/wire/%", { tab: "wire", path: ["%"], as: undefined }],
])("the address %j is read", (hash, address) => {
  expect(parse(hash)).toEqual(address);
});

test("an address that was written is read as it was", () => {
  const address = { tab: "alerts" as const, path: ["a/b?c#d", "é"], as: "U&1" };
  expect(parse(format(address))).toEqual(address);
});
