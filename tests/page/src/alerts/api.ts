// Margay's REST API, through the simulator, which adds the key.

import { Failed, problemOf } from "./problem";
import type { Alert, Destination, ListedAlert, Status, User } from "./types";
import { ALERT_TYPES } from "./types";

type Request = {
  method?: string;
  /** JSON as it is sent. */
  body?: string;
  /** The same key again has no second effect. */
  idempotencyKey?: string;
  signal?: AbortSignal;
};

/** What may pass by itself: reading is tried again after so long, in milliseconds. */
const PASSING = [429, 502, 503];
const WAITS_MS = [500, 1500];

async function call<T>(path: string, request: Request): Promise<T> {
  const waits = (request.method ?? "GET") === "GET" ? WAITS_MS : [];
  for (const wait of waits) {
    try {
      return await once<T>(path, request);
    } catch (error) {
      if (!(error instanceof Failed && PASSING.includes(error.problem.status))) throw error;
      await new Promise((wake) => setTimeout(wake, wait));
      request.signal?.throwIfAborted();
    }
  }
  return once<T>(path, request);
}

async function once<T>(path: string, { method = "GET", body, idempotencyKey, signal }: Request): Promise<T> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (idempotencyKey) headers["Idempotency-Key"] = idempotencyKey;
  const request = { method, headers, ...(body !== undefined && { body }), ...(signal && { signal }) };
  const answer = await fetch(`/_backend/${path}`, request).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Failed(problemOf(0, "", null));
  });
  const text = await answer.text();
  if (!answer.ok) throw new Failed(problemOf(answer.status, text, answer.headers.get("Retry-After")));
  return (text ? JSON.parse(text) : undefined) as T;
}

const id = encodeURIComponent;

export type Page<T> = { results: T[]; next?: string };

/** Alerts of every type, the newest first. */
export function list(status: Status | "", cursor: string | undefined, signal?: AbortSignal) {
  // Without `sub-type` the API leaves out the errors of rules and of the system.
  const query = new URLSearchParams({ "sub-type": ALERT_TYPES.join(","), limit: "25" });
  if (status) query.set("status", status);
  if (cursor) query.set("cursor", cursor);
  return call<Page<ListedAlert>>(`alerts?${query}`, { ...(signal && { signal }) });
}

/** An alert with its history; null if Margay does not have it, or not yet. */
export async function load(alert: string, signal?: AbortSignal): Promise<Alert | null> {
  try {
    return await call<Alert>(`alerts/${id(alert)}`, { ...(signal && { signal }) });
  } catch (error) {
    if (error instanceof Failed && error.problem.status === 404) return null;
    throw error;
  }
}

/** Sends an alert, as written. Returns its id. */
export const send = (body: string) =>
  call<{ alertId: string }>("alerts", { method: "POST", body }).then((said) => said.alertId);

export type AlertChange = { status: Status; comment?: string } | { assignee: string | null };

export const change = (alert: string, to: AlertChange, idempotencyKey: string) =>
  call<void>(`alerts/${id(alert)}`, { method: "PATCH", body: JSON.stringify(to), idempotencyKey });

export const comment = (alertId: string, body: string, idempotencyKey: string) =>
  call<object>("alert-comments", {
    method: "POST",
    body: JSON.stringify({ alertId, body, format: "PLAIN_TEXT" }),
    idempotencyKey,
  });

export const users = (signal?: AbortSignal) =>
  call<Page<User>>("users", { ...(signal && { signal }) }).then((page) => page.results);

export const destinations = (signal?: AbortSignal) =>
  call<Page<Destination>>("destinations", { ...(signal && { signal }) }).then((page) => page.results);
