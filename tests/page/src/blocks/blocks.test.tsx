// @vitest-environment happy-dom

import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Block } from "../simulator/types";
import { Blocks, type BlocksProps } from "./blocks";
import { linus, option, plain, workspace } from "./workspace.fixture";

/** What was asked of the simulator, and what it answers. */
let asked: { path: string; body: Record<string, unknown> }[];
let answer: (path: string) => { status?: number; body: object };
let root: Root;

const MESSAGE = { channel: "C1", message_ts: "1.2" };
const DELIVERED = { status: 200, body: "", elapsed_ms: 1, wire_id: "1", shown_error: false };

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  asked = [];
  answer = () => ({ body: DELIVERED });
  vi.stubGlobal("fetch", async (address: string, request: { body: string }) => {
    const path = address.replace("/_control/", "");
    asked.push({ path, body: JSON.parse(request.body) });
    const { status, body } = answer(path);
    return new Response(JSON.stringify(body), { status: status ?? 200 });
  });
  const page = document.createElement("div");
  document.body.replaceChildren(page);
  root = createRoot(page);
});

afterEach(() => {
  act(() => root.unmount());
  vi.unstubAllGlobals();
});

const show = (blocks: object[], more: Partial<BlocksProps> = {}) =>
  act(async () =>
    root.render(
      <Blocks workspace={workspace} me={linus} place={MESSAGE} blocks={blocks as Block[]} {...more} />,
    ),
  );
const press = (name: string) =>
  act(async () => {
    const buttons = [...document.querySelectorAll("button")];
    buttons.find((button) => button.textContent === name)?.click();
  });
const choose = (value: string) =>
  act(async () => {
    const select = document.querySelector("select");
    if (!select) throw new Error("there is a select");
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
const shown = () => document.body.textContent;

const actions = (...elements: object[]) => ({ type: "actions", block_id: "b", elements });
const button = (more = {}) => ({ type: "button", action_id: "go", text: plain("Go"), ...more });
const status = (initial: string) => ({
  type: "static_select",
  action_id: "status",
  placeholder: plain("Status"),
  options: [option("Open"), option("Closed")],
  initial_option: option(initial),
});
const confirm = { title: plain("Sure?"), text: plain("Really."), confirm: plain("Yes"), deny: plain("No") };

test("one bad block is not shown, all others are, and it comes back when it is better", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const header = { type: "header", text: plain("Above") };
  await show([header, { type: "rich_text" }, { type: "header", text: plain("Below") }]);
  expect(shown()).toBe("AboveBlock of kind rich_text cannot be shownBelow");
  const elements = [{ type: "rich_text_section", elements: [{ type: "text", text: "Fine" }] }];
  await show([header, { type: "rich_text", elements }]);
  expect(shown()).toBe("AboveFine");
});

test("a button tells the app who pressed which button where", async () => {
  await show([actions(button())]);
  await press("Go");
  expect(asked).toEqual([{ path: "act", body: { user: "U1", block_id: "b", action_id: "go", ...MESSAGE } }]);
});

test("a button with a question tells the app only after a yes", async () => {
  await show([actions(button({ confirm }))]);
  await press("Go");
  expect(shown()).toContain("Really.");
  await press("No");
  expect(shown()).not.toContain("Really.");
  expect(asked).toEqual([]);
  await press("Go");
  await press("Yes");
  expect(asked.map(({ path }) => path)).toEqual(["act"]);
});

test("a menu with a question shows what it showed after a no", async () => {
  await show([actions({ ...status("Open"), confirm })]);
  await choose("closed");
  expect(shown()).toContain("Really.");
  await press("No");
  expect(document.querySelector("select")?.value).toBe("open");
  expect(asked).toEqual([]);
});

test("a menu shows what was chosen, then what the updated message says", async () => {
  await show([actions(status("Open"))]);
  await choose("closed");
  expect(asked[0]?.body).toMatchObject({ action_id: "status", value: "closed" });
  expect(document.querySelector("select")?.value).toBe("closed");
  const before = document.querySelector("select");
  await show([{ ...actions(status("Open")), block_id: "b2" }]);
  expect(document.querySelector("select")?.value).toBe("open");
  expect(document.querySelector("select")).toBe(before);
});

test("an app that fails is shown beside the control, until it is used again", async () => {
  answer = () => ({ body: { ...DELIVERED, status: 0, shown_error: true } });
  await show([actions(button())]);
  await press("Go");
  expect(document.querySelector("[role=alert]")?.textContent).toBe("The app did not answer in time.");
  answer = () => ({ body: DELIVERED });
  await press("Go");
  expect(document.querySelector("[role=alert]")).toBeNull();
});

test("what the simulator refuses is said, and not shown as chosen", async () => {
  answer = () => ({ status: 422, body: { error: "U1 is not a member of C1" } });
  await show([actions(status("Open"))]);
  await choose("closed");
  expect(shown()).toContain("U1 is not a member of C1");
  expect(document.querySelector("select")?.value).toBe("open");
  await show([{ ...actions(status("Open")), block_id: "b2" }]);
  expect(shown()).toContain("U1 is not a member of C1");
  answer = () => ({ body: DELIVERED });
  await choose("closed");
  expect(shown()).not.toContain("U1 is not a member of C1");
});

test("what stands in an input of the message is told before a button acts", async () => {
  const element = { type: "plain_text_input", action_id: "text" };
  await show([{ type: "input", block_id: "i", label: plain("Why"), element }, actions(button())]);
  await act(async () => {
    const input = document.querySelector("input");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input, "Because");
    input?.dispatchEvent(new Event("input", { bubbles: true }));
  });
  expect(asked).toEqual([]);
  await press("Go");
  expect(asked.map(({ path }) => path)).toEqual(["fill", "act"]);
  expect(asked[0]?.body).toMatchObject({ block_id: "i", action_id: "text", value: "Because" });
});

test("a second press while the first runs tells the app nothing more", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push({ path, body: {} });
    await held;
    return new Response(JSON.stringify(DELIVERED));
  });
  await show([actions(button())]);
  await press("Go");
  await press("Go");
  expect(document.querySelector("[aria-busy=true]")).not.toBeNull();
  expect(asked).toHaveLength(1);
  await act(async () => release());
  expect(document.querySelector("[aria-busy=true]")).toBeNull();
});

test("an input of a view tells its view, not the app", async () => {
  const told: unknown[] = [];
  const element = { ...status("Open"), initial_option: undefined };
  await show([{ type: "input", block_id: "i", label: plain("Status"), element }], {
    place: { view_id: "V1" },
    onInput: (...input) => told.push(input),
  });
  await choose("closed");
  expect(told).toEqual([["i", "status", "closed"]]);
  expect(asked).toEqual([]);
});

test("in a view, what was chosen stays when the view is updated", async () => {
  const block = { type: "input", block_id: "i", label: plain("Status"), element: status("Open") };
  const view = { place: { view_id: "V1" }, onInput: () => {} };
  await show([block], view);
  await choose("closed");
  await show(
    [
      { type: "header", text: plain("New") },
      { ...block, hint: plain("New too") },
    ],
    view,
  );
  expect(document.querySelector("select")?.value).toBe("closed");
  await show([block], { place: { view_id: "V2" } });
  expect(document.querySelector("select")?.value).toBe("open");
});

test("an error stands under its input, which it describes", async () => {
  const element = { type: "plain_text_input", action_id: "a" };
  await show([{ type: "input", block_id: "i", label: plain("Name"), element }], {
    place: { view_id: "V1" },
    errors: { i: "Taken." },
  });
  const input = document.querySelector("input");
  expect(input?.getAttribute("aria-invalid")).toBe("true");
  const described = document.getElementById(input?.getAttribute("aria-describedby") ?? "");
  expect(described?.textContent).toBe("Taken.");
});

test("who may only look finds controls that cannot be used", async () => {
  await show([actions(button(), button({ action_id: "url", url: "https://e.example" }), status("Open"))], {
    disabled: true,
  });
  expect(document.querySelectorAll(".control > :disabled")).toHaveLength(3);
  expect(document.querySelector("a")).toBeNull();
});
