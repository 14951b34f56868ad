import { expect, test } from "vitest";
import type { Block, Json } from "../simulator/types";
import { controlsOf, heldIn, type Option, written } from "./controls";
import { errorsIn, kept, problemsIn, withInput } from "./submission";
import { option, plain, workspace } from "./workspace.fixture";

const input = (block_id: string, element: object, more = {}) =>
  ({ type: "input", block_id, label: plain(block_id), element, ...more }) as Block;
const text = (block_id: string, more = {}) =>
  input(block_id, { type: "plain_text_input", action_id: "a", ...more });

const only = (block: Block) => {
  const [control] = controlsOf(block);
  if (!control) throw new Error("the block has a control");
  return control;
};

test("what was typed into a block that went is not sent", () => {
  const typed = withInput(withInput({}, "stays", "a", "x"), "goes", "a", "y");
  expect(kept([text("stays"), text("comes")], typed)).toEqual({ stays: { a: "x" } });
});

test("several inputs of one block id are kept apart by action id", () => {
  expect(withInput({ b: { one: 1 } }, "b", "two", 2)).toEqual({ b: { one: 1, two: 2 } });
});

test.each<[string, object, Json]>([
  ["plain_text_input", { initial_value: "x" }, "x"],
  ["number_input", {}, null],
  ["static_select", { initial_option: option("Red"), options: [option("Red")] }, "red"],
  ["checkboxes", { initial_options: [option("Red")] }, ["red"]],
  ["multi_static_select", {}, []],
  ["users_select", { initial_user: "U2" }, "U2"],
  ["multi_channels_select", { initial_channels: ["C1", "C3"] }, ["C1", "C3"]],
  ["datepicker", { initial_date: "2025-11-21" }, "2025-11-21"],
  ["datetimepicker", { initial_date_time: 1763700000 }, 1763700000],
])("%s starts with what the app put there, and is sent as Slack wants it", (type, more, sent) => {
  const control = only(input("b", { type, action_id: "a", ...more }));
  expect(written(type, heldIn(control, {}, workspace))).toEqual(sent);
});

test("what Slack knows of an input goes before what the app put there, if it is of the same kind", () => {
  const control = only(text("b", { initial_value: "old" }));
  const state = (type: string) => ({ b: { a: { type, value: "new" } } });
  expect(heldIn(control, state("plain_text_input"), workspace)).toBe("new");
  expect(heldIn(control, state("email_text_input"), workspace)).toBe("old");
});

test("chosen people and channels have names", () => {
  const control = only(input("b", { type: "multi_conversations_select", action_id: "a" }));
  const values = { b: { a: { type: "multi_conversations_select", selected_conversations: ["C3", "C404"] } } };
  const held = heldIn(control, values, workspace) as Option[];
  expect(held.map((one) => one.label)).toEqual(["#general", "C404"]);
});

const problem = (block: Block, typed?: Json) =>
  problemsIn([block], {}, typed === undefined ? {} : { b: { a: typed } }, workspace).b;

test("a required input that is empty is named, an optional one is not", () => {
  expect(problem(text("b"))).toBe("Please complete this required field.");
  expect(problem({ ...text("b"), optional: true })).toBeUndefined();
  expect(problem(text("b", { initial_value: "x" }))).toBeUndefined();
  expect(problem(text("b", { initial_value: "x" }), null)).toBe("Please complete this required field.");
  expect(problem(input("b", { type: "checkboxes", action_id: "a" }), [])).toBe(
    "Please complete this required field.",
  );
});

test.each<[string, object, string, string | undefined]>([
  ["plain_text_input", { min_length: 3 }, "ab", "Please enter at least 3 characters."],
  ["plain_text_input", { min_length: 2 }, "😀😀", undefined],
  ["email_text_input", {}, "a@b", undefined],
  ["email_text_input", {}, "a", "Please enter a valid email address."],
  ["url_text_input", {}, "https://a.example", undefined],
  ["url_text_input", {}, "a.example", "Please enter a valid URL."],
  ["number_input", { is_decimal_allowed: false }, "1.5", "Please enter a whole number."],
  ["number_input", { is_decimal_allowed: true }, "1.5", undefined],
  ["number_input", { min_value: "2" }, "1", "Please enter 2 or more."],
  ["number_input", { max_value: "2" }, "3", "Please enter 2 or less."],
])("%s with %j and %j typed: what Slack's client says of it", (type, more, typed, expected) => {
  expect(problem(input("b", { type, action_id: "a", ...more }), typed)).toBe(expected);
});

test("the app's errors are read by block id, and nothing from a body that is none", () => {
  expect(errorsIn('{"response_action":"errors","errors":{"b":"Taken."}}')).toEqual({ b: "Taken." });
  expect(errorsIn("<html>")).toEqual({});
  expect(errorsIn("{}")).toEqual({});
});
