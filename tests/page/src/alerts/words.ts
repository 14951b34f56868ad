// The API's words, as people say them.

import type { Activity, Actor, Delivery, DeliveryState, ListedAlert, Severity, Status } from "./types";

export const STATUS: Record<Status, string> = {
  OPEN: "Open",
  TRIAGED: "Triaged",
  RESOLVED: "Resolved",
  CLOSED: "Invalid",
};

export const SEVERITY: Record<Severity, string> = {
  INFO: "Info",
  LOW: "Low",
  MEDIUM: "Medium",
  HIGH: "High",
  CRITICAL: "Critical",
};

/** A state in words, and whether that is good. */
export const STATE: Record<DeliveryState, { words: string; kind: "good" | "wait" | "quiet" | "bad" }> = {
  PENDING: { words: "waiting to be posted", kind: "wait" },
  DELIVERED: { words: "posted", kind: "good" },
  SUPPRESSED: { words: "not posted, on purpose", kind: "quiet" },
  UNCERTAIN: { words: "perhaps posted", kind: "bad" },
  DEAD: { words: "given up", kind: "bad" },
};

const WHY: Record<ListedAlert["routing"]["why"], string> = {
  DYNAMIC: "The alert names its destinations (destinations).",
  STATIC: "The alert names its destinations (outputIds).",
  FILTERS: "The destinations' own filters decided: severity, type, log type.",
  SKIPPED: "The alert asked to be skipped.",
};

/** Why the alert goes where it goes: one sentence or more. */
export function routingOf({ routing }: ListedAlert): string[] {
  const unknown = routing.unknown.join(", ");
  return [
    WHY[routing.why],
    unknown && `No destination is called ${unknown}.`,
    routing.nowhere && `It went nowhere.${unknown ? "" : ` ${routing.nowhere}`}`,
  ].filter((sentence): sentence is string => Boolean(sentence));
}

/** Whether a copy shows everything. */
export function behind(delivery: Delivery, seq: number): string {
  if (delivery.state !== "DELIVERED") return "";
  const missing = seq - delivery.syncedSeq;
  return missing > 0 ? `${missing} behind` : "up to date";
}

/** In a line of the list: how far the alert has got. */
export function deliveriesOf(alert: ListedAlert): { words: string; kind: "good" | "wait" | "quiet" | "bad" } {
  const { deliveries } = alert;
  if (deliveries.length === 0) return { words: "went nowhere", kind: "quiet" };
  const count = (state: DeliveryState) => deliveries.filter((delivery) => delivery.state === state).length;
  const lost = count("DEAD") + count("UNCERTAIN");
  const posted = `${count("DELIVERED")} of ${deliveries.length} posted`;
  if (lost > 0) return { words: `${posted}, ${lost} given up or uncertain`, kind: "bad" };
  const isBehind = deliveries.some((delivery) => behind(delivery, alert.seq).endsWith("behind"));
  if (count("PENDING") > 0) return { words: posted, kind: "wait" };
  return isBehind ? { words: `${posted}, behind`, kind: "wait" } : { words: posted, kind: "good" };
}

/** What happened, after the name of who did it. */
export function deedOf(activity: Activity): string {
  switch (activity.kind) {
    case "CREATED":
      return "took the alert in";
    case "STATUS_CHANGED":
      return `set the status from ${STATUS[activity.from]} to ${STATUS[activity.to]}`;
    case "ASSIGNED":
      if (!activity.to) return activity.from ? `took it from ${activity.from.name}` : "assigned it to nobody";
      return activity.to.id === activity.actor.id ? "took it over" : `assigned it to ${activity.to.name}`;
    case "COMMENT_ADDED":
      return "commented";
    case "COMMENT_EDITED":
      return "edited a comment";
    case "COMMENT_DELETED":
      return "deleted a comment";
    case "BOOMERANG_SENT":
      return `asked ${named(activity.recipient)}`;
    case "BOOMERANG_ANSWERED":
      return activity.verdict === "CONFIRMED"
        ? "answered that it was them"
        : "answered that it is suspicious";
    case "BOOMERANG_CANCELLED":
      return `took back the question to ${named(activity.recipient)}`;
    case "BOOMERANG_OVERDUE":
      return `had no answer from ${named(activity.recipient)} in time`;
    case "BOOMERANG_UNDELIVERED":
      return `could not ask ${named(activity.recipient)}`;
    case "DETAILS_SHOWN":
      return "asked for the details";
    case "INTEL_SHOWN":
      return `asked what is known of ${activity.intel.indicator.value}`;
    case "AI_TRIAGED":
      return "gave an AI's triage";
  }
}

/** Of some people Slack tells only the id. */
const named = ({ id, name }: { id: string; name: string }): string => name || id;

/** What was said with it, which may be long. */
export function wordsOf(activity: Activity): string {
  switch (activity.kind) {
    case "STATUS_CHANGED":
    case "COMMENT_ADDED":
    case "COMMENT_EDITED":
      return activity.comment ?? "";
    case "BOOMERANG_SENT":
      return activity.question;
    case "BOOMERANG_ANSWERED":
      return activity.answer ?? "";
    case "AI_TRIAGED":
      return activity.aiTriage.summary;
    case "CREATED":
    case "ASSIGNED":
    case "COMMENT_DELETED":
    case "BOOMERANG_CANCELLED":
    case "BOOMERANG_OVERDUE":
    case "BOOMERANG_UNDELIVERED":
    case "DETAILS_SHOWN":
    case "INTEL_SHOWN":
      return "";
  }
}

/** Where somebody acts: people do in Slack, programs over the API. */
export const ORIGIN: Record<Actor["type"], string> = {
  user: "a person, in Slack",
  "api-token": "an API key",
  system: "Margay itself",
};

/** A day and a time, in the reader's zone. */
export function momentOf(instant: string): string {
  const time = new Date(instant);
  const options: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "medium" };
  return Number.isNaN(time.getTime()) ? instant : new Intl.DateTimeFormat("en-GB", options).format(time);
}
