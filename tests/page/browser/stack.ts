// The running stack that the tests drive, as `cargo dev` describes it.

import { readFileSync } from "node:fs";

export type Stack = {
  api_url: string;
  api_key: string;
  slack_url: string;
  page_url: string;
  users: { role: "analyst" | "lead" | "employee" | "guest" | "stranger"; slack_id: string; name: string }[];
  channels: { id: string; name: string }[];
};

function wanted(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo dev test --only browser\``);
  return value;
}

export const stack = JSON.parse(readFileSync(wanted("MARGAY_STACK"), "utf8")) as Stack;
export const chromiumPath = wanted("CHROMIUM");
export const screenshots = wanted("MARGAY_SCREENSHOTS");

/** A seeded person. */
export function person(role: Stack["users"][number]["role"]): { id: string; name: string } {
  const found = stack.users.find((user) => user.role === role);
  if (!found) throw new Error(`nobody is the ${role}`);
  return { id: found.slack_id, name: found.name };
}

/** The channel that the app is not in. */
const GENERAL = { id: "C0GENERAL1", name: "general" };

/** A seeded channel's id. */
export function channel(name: string): string {
  const found = [...stack.channels, GENERAL].find((channel) => channel.name === name);
  if (!found) throw new Error(`there is no #${name}`);
  return found.id;
}

/** Asks the REST API, as a console would. */
export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${stack.api_url}${path}`, {
    method,
    headers: { "X-API-Key": stack.api_key, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** Takes away what only one person sees, and all faults: nobody begins with what another test left. */
export async function clearTraces(): Promise<void> {
  await control("DELETE", "faults");
  for (const { slack_id: user } of stack.users) {
    const { ephemerals } = await control<{ ephemerals: { ts: string }[] }>("GET", `ephemerals?user=${user}`);
    for (const { ts } of ephemerals) await control("DELETE", `ephemerals/${ts}?user=${user}`);
  }
}

/** Asks the simulator's control API. */
export async function control<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${stack.slack_url}/_control/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** From now on the fake of a provider of threat intelligence says this of a value. */
export async function isKnown(provider: string, value: string, answer: unknown): Promise<void> {
  const address = `${stack.slack_url}/intel/_answer/${provider}/${value}`;
  const told = await fetch(address, { method: "PUT", body: JSON.stringify(answer) });
  if (!told.ok) throw new Error(`PUT ${address}: ${told.status} ${await told.text()}`);
}
