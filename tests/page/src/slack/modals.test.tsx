// @vitest-environment happy-dom

import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { linus, plain, workspace } from "../blocks/workspace.fixture";
import type { View } from "../simulator/types";
import { Modals } from "./modals";

let stack: View[];
let asked: { path: string; body: unknown }[];
let delivered: object;
let root: Root;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  asked = [];
  delivered = {};
  vi.stubGlobal("fetch", async (address: string, request: { method: string; body?: string }) => {
    if (request.method === "GET") return new Response(JSON.stringify({ views: stack }));
    asked.push({ path: address.replace("/_control/", ""), body: JSON.parse(request.body ?? "null") });
    const said = { status: 200, body: "", elapsed_ms: 1, wire_id: "1", shown_error: false, ...delivered };
    return new Response(JSON.stringify(said));
  });
  const page = document.createElement("div");
  document.body.replaceChildren(page);
  root = createRoot(page);
});

afterEach(() => {
  act(() => root.unmount());
  vi.unstubAllGlobals();
});

const show = () => act(async () => root.render(<Modals workspace={workspace} me={linus} />));
const top = () => document.querySelector("form:not([hidden])");
const press = (name: string) =>
  act(async () => {
    const buttons = [...(top()?.querySelectorAll("button") ?? [])];
    const found = buttons.find(
      (button) => (button.getAttribute("aria-label") ?? button.textContent) === name,
    );
    if (!found) throw new Error(`there is a button ${name}`);
    found.click();
  });
const type = (text: string) =>
  act(async () => {
    const input = top()?.querySelector("input");
    if (!input) throw new Error("there is an input");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

const view = (id: string, title: string, more = {}): View =>
  ({
    id,
    type: "modal",
    title: plain(title),
    submit: plain("Send"),
    close: null,
    blocks: [
      {
        type: "input",
        block_id: "name",
        label: plain("Name"),
        element: { type: "plain_text_input", action_id: "text" },
      },
    ],
    state: { values: {} },
    hash: "1",
    previous_view_id: null,
    root_view_id: id,
    ...more,
  }) as View;

test("without views there is no dialog", async () => {
  stack = [];
  await show();
  expect(document.querySelector("dialog")).toBeNull();
});

test("a required input is asked for before anything is sent", async () => {
  stack = [view("V1", "First")];
  await show();
  await press("Send");
  expect(top()?.textContent).toContain("Please complete this required field.");
  expect(asked).toEqual([]);
  await type("x");
  expect(top()?.textContent).not.toContain("Please complete");
});

test("what was typed is sent by block and action", async () => {
  stack = [view("V1", "First")];
  await show();
  await type("Linus");
  await press("Send");
  expect(asked).toEqual([
    { path: "views/V1/submit", body: { user: "U1", values: { name: { text: "Linus" } } } },
  ]);
});

test("the app's errors stand under their inputs, and what was typed stays", async () => {
  stack = [view("V1", "First")];
  delivered = {
    response_action: "errors",
    body: JSON.stringify({ response_action: "errors", errors: { name: "Taken." } }),
  };
  await show();
  await type("Linus");
  await press("Send");
  expect(top()?.querySelector(".input-error")?.textContent).toBe("Taken.");
  expect(top()?.querySelector("input")?.value).toBe("Linus");
});

test("an app that fails is trouble, and one can try again", async () => {
  stack = [view("V1", "First")];
  delivered = { status: 500, shown_error: true };
  await show();
  await type("Linus");
  await press("Send");
  expect(top()?.querySelector("[role=alert]")?.textContent).toBe(
    "We had some trouble connecting. Try again?",
  );
  delivered = {};
  await press("Send");
  expect(asked).toHaveLength(2);
  expect(top()?.querySelector("[role=alert]")).toBeNull();
});

test("only the top of the stack is shown; back goes one down, to what was typed there", async () => {
  stack = [view("V1", "First")];
  await show();
  await type("below");
  stack = [view("V1", "First"), view("V2", "Second")];
  await press("Send");
  expect(top()?.querySelector("h2")?.textContent).toBe("Second");
  expect(top()?.textContent).toContain("2 of 2");
  stack = [view("V1", "First")];
  asked = [];
  await press("Back");
  expect(asked).toEqual([{ path: "views/V2/close", body: { user: "U1", clear: false } }]);
  expect(top()?.querySelector("h2")?.textContent).toBe("First");
  expect(top()?.querySelector("input")?.value).toBe("below");
});

test("the cross closes all views", async () => {
  stack = [view("V1", "First"), view("V2", "Second")];
  await show();
  stack = [];
  await press("Close all");
  expect(asked).toEqual([{ path: "views/V2/close", body: { user: "U1", clear: true } }]);
  expect(document.querySelector("dialog")).toBeNull();
});
