// The kinds of faults, in words.

import type { FaultKind } from "../../simulator/types";

/** A name, and what Slack does, after "Slack". */
const KINDS: Record<FaultKind, [name: string, does: string]> = {
  ratelimited: ["429", "does nothing and says how long to wait"],
  lost_answer: ["lost answer", "does it, then cuts the connection"],
  hang: ["hang", "does it and does not answer while the fault stands"],
  http_500: ["HTTP 500", "does nothing and answers with status 500"],
  http_503_html: ["HTTP 503", "does nothing and answers with status 503 and a page of HTML"],
  reset: ["reset", "cuts the connection before it does anything"],
  slow: ["slow", "waits, then does it"],
  error: ["error", "does nothing and refuses with an error code"],
  truncated_json: ["cut answer", "does it, and its answer breaks off"],
  duplicate_callback: ["sent twice", "sends clicks and events twice"],
  delay_callback: ["sent late", "sends clicks and events late"],
};

export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];

export const faultName = (kind: string): string => KINDS[kind as FaultKind]?.[0] ?? kind;

export const faultDoes = (kind: string): string => KINDS[kind as FaultKind]?.[1] ?? "breaks it";

/** Faults on requests to the app, and not on its calls. */
export const isOnCallbacks = (kind: string): boolean =>
  kind === "duplicate_callback" || kind === "delay_callback";
