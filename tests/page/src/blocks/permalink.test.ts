import { expect, test } from "vitest";
import { placeOf } from "./permalink";
import { linus, workspace } from "./workspace.fixture";

const place = (address: string) => placeOf(address, workspace, linus);

test("a link to a message of the workspace leads to its thread in the page", () => {
  expect(place("https://acme.slack.com/archives/C1/p1795249800000100")).toBe(
    "#/slack/C1/1795249800.000100?as=U1",
  );
});

test("a link to a reply leads to the thread that it stands in", () => {
  expect(
    place("https://acme.slack.com/archives/C1/p1795249900000200?thread_ts=1795249800.000100&cid=C1"),
  ).toBe("#/slack/C1/1795249800.000100?as=U1");
  expect(place("https://acme.slack.com/archives/C1/p1795249900000200?thread_ts=../../wire")).toBe(
    "#/slack/C1/1795249900.000200?as=U1",
  );
});

test.each([
  "https://other.slack.com/archives/C1/p1795249800000100",
  "https://acme.slack.com.evil.example/archives/C1/p1795249800000100",
  "https://acme.slack.com@evil.example/archives/C1/p1795249800000100",
  "http://acme.slack.com/archives/C1/p1795249800000100",
  "https://acme.slack.com:8443/archives/C1/p1795249800000100",
  "https://acme.slack.com/archives/C1",
  "https://acme.slack.com/archives/../x/p1795249800000100",
  "https://acme.slack.com/archives/C1/p12",
  "acme.slack.com",
])("%s leads elsewhere", (address) => {
  expect(place(address)).toBeUndefined();
});
