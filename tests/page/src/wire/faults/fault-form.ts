// The form for any fault: what was typed, as a fault, or what is wrong with it.

import type { Fault, FaultKind } from "../../simulator/types";
import { isOnCallbacks } from "./kinds";

/** As typed. Empty is: not given. */
export type Typed = {
  method: string;
  channel: string;
  kind: FaultKind;
  retry_after: string;
  error: string;
  ms: string;
  times: string;
  skip: string;
  probability: string;
};

export const UNTOUCHED: Typed = {
  method: "chat.update",
  channel: "",
  kind: "error",
  retry_after: "",
  error: "internal_error",
  ms: "",
  times: "1",
  skip: "",
  probability: "",
};

/** Which of the fields mean something for a kind. */
export function fieldsOf(kind: FaultKind): (keyof Typed)[] {
  const calls: (keyof Typed)[] = isOnCallbacks(kind) ? [] : ["method", "channel"];
  const own: Partial<Record<FaultKind, (keyof Typed)[]>> = {
    ratelimited: ["retry_after"],
    error: ["error"],
    slow: ["ms"],
    delay_callback: ["ms"],
  };
  return ["kind", ...calls, ...(own[kind] ?? []), "times", "skip", "probability"];
}

/** The fault that was typed, or which fields are wrong and why. */
export function read(typed: Typed): { fault: Fault } | { problems: Partial<Record<keyof Typed, string>> } {
  const fields = fieldsOf(typed.kind);
  const problems: Partial<Record<keyof Typed, string>> = {};
  const text = (name: "method" | "channel" | "error") => (fields.includes(name) ? typed[name].trim() : "");
  const number = (name: keyof Typed, least: number, most: number, whole: boolean) => {
    const written = typed[name].trim();
    if (!fields.includes(name) || written === "") return undefined;
    const value = Number(written);
    const isSound = value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!isSound)
      problems[name] = whole ? `a whole number from ${least}` : `a number from ${least} to ${most}`;
    return value;
  };
  const given = {
    retry_after: number("retry_after", 0, Number.MAX_SAFE_INTEGER, true),
    ms: number("ms", 0, Number.MAX_SAFE_INTEGER, true),
    times: number("times", 1, Number.MAX_SAFE_INTEGER, true),
    skip: number("skip", 0, Number.MAX_SAFE_INTEGER, true),
    probability: number("probability", 0, 1, false),
  };
  const method = isOnCallbacks(typed.kind) ? "callback" : text("method");
  if (!method) problems.method = "a method, such as chat.update, or * for all";
  if (typed.kind === "error" && !text("error")) problems.error = "Slack's code, such as internal_error";
  if (Object.keys(problems).length > 0) return { problems };

  const fault: Fault = { method, kind: typed.kind };
  if (text("channel")) fault.channel = text("channel");
  if (text("error")) fault.error = text("error");
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) fault[name as keyof typeof given] = value;
  }
  return { fault };
}
