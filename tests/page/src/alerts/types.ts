// What Margay's REST API says of alerts, as far as the page reads it (docs/api.md, openapi.json).

import type { Json } from "../simulator/types";

export const SEVERITIES = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STATUSES = ["OPEN", "TRIAGED", "RESOLVED", "CLOSED"] as const;
export type Status = (typeof STATUSES)[number];

export const ALERT_TYPES = [
  "RULE",
  "RULE_ERROR",
  "SCHEDULED_RULE",
  "SCHEDULED_RULE_ERROR",
  "CORRELATION_RULE",
  "POLICY",
  "SYSTEM_ERROR",
] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

export type Actor = { id: string; type: "user" | "api-token" | "system"; name: string };

export type DeliveryState = "PENDING" | "DELIVERED" | "SUPPRESSED" | "UNCERTAIN" | "DEAD";

export type Delivery = {
  outputId: string;
  /** The destination's name. */
  label: string;
  dispatchedAt: string | null;
  state: DeliveryState;
  reason: string | null;
  /** The last activity that this copy shows. */
  syncedSeq: number;
  retryAt: string | null;
};

export type Activity = { seq: number; at: string; actor: Actor; changeId: string } & (
  | { kind: "CREATED" }
  | { kind: "STATUS_CHANGED"; from: Status; to: Status; comment: string | null }
  | { kind: "ASSIGNED"; from: Actor | null; to: Actor | null }
  | { kind: "COMMENT_ADDED" | "COMMENT_EDITED"; comment: string }
  | { kind: "COMMENT_DELETED" }
  | { kind: "BOOMERANG_SENT"; recipient: { id: string; name: string }; question: string }
  | {
      kind: "BOOMERANG_ANSWERED";
      recipient: { id: string; name: string };
      verdict: "CONFIRMED" | "SUSPICIOUS";
      answer: string | null;
    }
  | {
      kind: "BOOMERANG_CANCELLED" | "BOOMERANG_OVERDUE" | "BOOMERANG_UNDELIVERED";
      recipient: { id: string; name: string };
    }
  | { kind: "DETAILS_SHOWN" }
  | { kind: "INTEL_SHOWN"; intel: { indicator: { value: string } } }
  | { kind: "AI_TRIAGED"; aiTriage: { summary: string } }
);

export type ListedAlert = {
  id: string;
  title: string;
  severity: Severity;
  status: Status;
  type: AlertType;
  createdAt: string;
  updatedAt: string;
  assignee: Actor | null;
  description: string;
  runbook: string;
  detection: { id: string; name: string | null } | null;
  context: Json;
  deliveries: Delivery[];
  link: string | null;
  tags: string[];
  logTypes: string[];
  summaryAttributes: Json;
  routing: { why: "DYNAMIC" | "STATIC" | "FILTERS" | "SKIPPED"; unknown: string[]; nowhere: string | null };
  /** The number of the last activity. */
  seq: number;
  /** How often it came in. */
  received: number;
};

export type Alert = ListedAlert & { firstEvent: Json; activity: Activity[]; activityOmitted: number };

export type User = { id: string; name: string; email: string };

export type Destination = { id: string; displayName: string; channel: string };
