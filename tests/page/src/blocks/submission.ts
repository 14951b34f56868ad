// What a modal sends when it is submitted, and what Slack's client says about it before it does.

import type { InputValues } from "../simulator/control";
import type { Block, Json, Workspace } from "../simulator/types";
import { type Control, controlsOf, heldIn, type Values, written } from "./controls";
import { numberOf } from "./json";

const inputsOf = (blocks: Block[]): Control[] =>
  blocks.filter((block) => block.type === "input").flatMap(controlsOf);

/** What was put into inputs that are still there; the rest is forgotten, as Slack does when a block goes. */
export function kept(blocks: Block[], typed: InputValues): InputValues {
  const values: InputValues = {};
  for (const { block_id, action_id } of inputsOf(blocks)) {
    const value = typed[block_id]?.[action_id];
    if (value !== undefined) values[block_id] = { ...values[block_id], [action_id]: value };
  }
  return values;
}

/** With one input's new value. */
export const withInput = (
  typed: InputValues,
  block_id: string,
  action_id: string,
  value: Json,
): InputValues => ({
  ...typed,
  [block_id]: { ...typed[block_id], [action_id]: value },
});

/** Why the inputs cannot be submitted, by block id. */
export function problemsIn(
  blocks: Block[],
  values: Values,
  typed: InputValues,
  workspace: Workspace,
): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const control of inputsOf(blocks)) {
    const inTyped = typed[control.block_id]?.[control.action_id];
    const value = inTyped === undefined ? written(control.kind, heldIn(control, values, workspace)) : inTyped;
    const problem = problemOf(control, value);
    if (problem) problems[control.block_id] = problem;
  }
  return problems;
}

function problemOf({ kind, element, optional }: Control, value: Json): string | undefined {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
    return optional ? undefined : "Please complete this required field.";
  }
  if (typeof value !== "string") return undefined;
  switch (kind) {
    case "plain_text_input": {
      const least = numberOf(element.min_length) ?? 0;
      return [...value].length < least ? `Please enter at least ${least} characters.` : undefined;
    }
    case "email_text_input":
      return /^[^\s@]+@[^\s@]+$/.test(value) ? undefined : "Please enter a valid email address.";
    case "url_text_input":
      return URL.canParse(value) ? undefined : "Please enter a valid URL.";
    case "number_input":
      return problemOfNumber(element, value);
    default:
      return undefined;
  }
}

/** Bounds are texts. https://docs.slack.dev/reference/block-kit/block-elements/number-input-element */
function problemOfNumber(element: Control["element"], value: string): string | undefined {
  const number = Number(value);
  if (Number.isNaN(number)) return "Please enter a number.";
  if (element.is_decimal_allowed !== true && !Number.isInteger(number)) return "Please enter a whole number.";
  const { min_value: least, max_value: most } = element;
  if (typeof least === "string" && number < Number(least)) return `Please enter ${least} or more.`;
  if (typeof most === "string" && number > Number(most)) return `Please enter ${most} or less.`;
  return undefined;
}

/** The errors by block id in the body of an answer with `response_action: "errors"`. */
export function errorsIn(body: string): Record<string, string> {
  try {
    const answer = JSON.parse(body) as { errors?: Record<string, string> };
    return answer.errors ?? {};
  } catch {
    return {};
  }
}
