// What a person sees and does in the workspace, by the names that a screen reader says.

import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { api, channel, control } from "./stack";

/** How long the whole system may take to show something. */
export const PATIENCE_MS = 30_000;

/** A destination that was down is tried again after a while, by a sweep each minute. */
export const SWEEPS_MS = 150_000;

export const inChannel = (page: Page): Locator => page.getByRole("region", { name: "Channel" });
export const inThread = (page: Page): Locator => page.getByRole("region", { name: "Thread" });

/** The message of an alert with this title in the channel that is open. */
export function alertMessage(page: Page, title: string): Locator {
  // The severity's sign stands before the title.
  const heading = page.getByRole("heading", { name: new RegExp(`${literally(title)}$`) });
  return inChannel(page).getByRole("article").filter({ has: heading });
}

const literally = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** A message with this text in the channel that is open. */
export function message(page: Page, text: string): Locator {
  return inChannel(page).getByRole("article").filter({ hasText: text });
}

/** The status that a message's menu shows. */
export const statusOf = (message: Locator): Promise<string | null> =>
  message.getByLabel("Update Status").locator("option:checked").textContent();

export async function write(page: Page, where: string, text: string): Promise<void> {
  const composer = page.getByRole("textbox", { name: where, exact: true });
  await composer.fill(text);
  await composer.press("Enter");
}

/** Chooses what a message's action does, such as "Edit message". */
export async function doTo(message: Locator, action: string): Promise<void> {
  await message.hover();
  await message.getByRole("button", { name: "More actions" }).click();
  await message.page().getByRole("menuitem", { name: action }).click();
}

/** Opens a message's thread, once it has one. */
export async function openThread(message: Locator): Promise<void> {
  await message.getByRole("button", { name: /\d+ repl(y|ies)/ }).click();
}

/** Chooses whom an alert is assigned to, in its message. */
export async function assign(message: Locator, name: string): Promise<void> {
  const assignee = message.getByRole("combobox", { name: "Set Assignee" });
  await assignee.click();
  await assignee.fill(name);
  await message.page().getByRole("listbox").getByRole("option", { name }).click();
}

/** Whether a channel's threads show what AIs say of alerts. */
export async function showAiTriages(name: string, yes: boolean): Promise<void> {
  type Destination = { id: string; channel: string };
  const { results } = await api<{ results: Destination[] }>("GET", "/destinations");
  const destination = results.find((one) => [`#${name}`, channel(name)].includes(one.channel));
  if (!destination) throw new Error(`no destination is #${name}`);
  await api("PATCH", `/destinations/${destination.id}`, { aiTriage: yes });
}

/** Sends an alert as a producer would; gives its title, which no other alert has. */
export async function sendAlert(title: string, more: object = {}): Promise<{ id: string; title: string }> {
  const unique = `${title} ${Date.now().toString(36)}`;
  const accepted = await api<{ alertId: string }>("POST", "/alerts", {
    title: unique,
    severity: "HIGH",
    ...more,
  });
  return { id: accepted.alertId, title: unique };
}

export type Alert = {
  status: string;
  assignee: { name: string } | null;
  deliveries: { outputId: string; state: string; reason: string | null }[];
  activity: { kind?: string }[];
};

export const readAlert = (id: string): Promise<Alert> =>
  api<Alert>("GET", `/alerts/${encodeURIComponent(id)}`);

/** How many messages of an alert a channel shows, counted behind the page's back. */
export async function countMessages(title: string, name: string): Promise<number> {
  type Said = { messages: { blocks: unknown[]; deleted: boolean }[] };
  const said = await control<Said>("GET", `channels/${channel(name)}/messages`);
  return said.messages.filter((message) => !message.deleted && JSON.stringify(message.blocks).includes(title))
    .length;
}

export async function isSeen(locator: Locator, within = PATIENCE_MS): Promise<void> {
  await locator.first().waitFor({ state: "visible", timeout: within });
}

export async function becomes<T>(read: () => T | Promise<T>, wanted: T, within = PATIENCE_MS): Promise<void> {
  await expect.poll(read, { timeout: within, interval: 100 }).toEqual(wanted);
}
