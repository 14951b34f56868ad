// The faults in force, in words.

import type { Fault, FaultInForce, Json, Workspace } from "../../simulator/types";
import { channelName, durationOf, field } from "../entry";
import { faultName } from "./kinds";

/** Whether a fault can still strike. */
export const isInForce = (fault: FaultInForce): boolean =>
  fault.times === undefined || fault.fired < fault.times;

/** What goes wrong, for which calls: `chat.postMessage in #soc: 429, wait 30 s`. */
export function describe(fault: Fault, workspace: Workspace): string {
  const calls = { "*": "every method", callback: "clicks and events" }[fault.method] ?? fault.method;
  const where = fault.channel ? ` in ${channelName(workspace, fault.channel)}` : "";
  const details = [
    fault.kind === "error" ? (fault.error ?? "error") : faultName(fault.kind),
    fault.kind === "ratelimited" && `wait ${fault.retry_after ?? 30} s`,
    (fault.kind === "slow" || fault.kind === "delay_callback") && durationOf(fault.ms ?? 1000),
    fault.skip && `after ${fault.skip} that pass`,
    typeof fault.probability === "number" && `in ${Math.round(fault.probability * 100)} % of the calls`,
  ];
  return `${calls}${where}: ${details.filter(Boolean).join(", ")}`;
}

/** How it went so far: `broke 1 of 3; 4 calls seen`. */
export function progressOf(fault: FaultInForce): string {
  const limit = typeof fault.times === "number" ? ` of ${fault.times}` : "";
  const seen = `${fault.seen} ${fault.seen === 1 ? "call" : "calls"} seen`;
  return `struck ${fault.fired}${limit}; ${seen}`;
}

/** A call that was made although a 429 had said to wait. */
export function violationText(violation: Json, workspace: Workspace): string {
  const channel = field(violation, "channel");
  const where = typeof channel === "string" ? ` in ${channelName(workspace, channel)}` : "";
  const after = durationOf(Number(field(violation, "after_ms")));
  const early = durationOf(Number(field(violation, "early_ms")));
  return `${String(field(violation, "method"))}${where}: called ${after} after the 429, ${early} too early`;
}
