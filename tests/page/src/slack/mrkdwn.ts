// Slack's stored text as words: what someone typed to write it, or what a screen reader should say of it.
// https://docs.slack.dev/messaging/formatting-message-text

import { nameIn } from "../page/person";
import type { Workspace } from "../simulator/types";

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&" };

/** The handle after `@` that people type. */
export function handleOf(workspace: Workspace, user: string): string {
  if (user === workspace.app.bot_user_id) return workspace.app.bot_name;
  return workspace.users.find((person) => person.id === user)?.name ?? user;
}

/** What one would type to write this; a stored mention is `@handle` again. */
export const asTyped = (workspace: Workspace, text: string): string =>
  resolved(workspace, text, (user) => handleOf(workspace, user), false);

/** What it says, in one line. */
export const asSpoken = (workspace: Workspace, text: string): string =>
  resolved(workspace, text, (user) => nameIn(workspace, user), true)
    .replace(/\s+/g, " ")
    .trim();

function resolved(
  workspace: Workspace,
  text: string,
  person: (user: string) => string,
  labels: boolean,
): string {
  return text.replace(/<([^<>]+)>|&(lt|gt|amp);/g, (whole, inside?: string, entity?: string) => {
    if (inside === undefined) return ENTITIES[entity ?? ""] ?? whole;
    const bar = inside.indexOf("|");
    const target = bar < 0 ? inside : inside.slice(0, bar);
    const label = bar < 0 ? undefined : decoded(inside.slice(bar + 1));
    if (target.startsWith("@")) return `@${person(target.slice(1))}`;
    if (target.startsWith("#"))
      return `#${channelName(workspace, target.slice(1)) ?? label ?? target.slice(1)}`;
    if (target.startsWith("!")) return label ?? `@${target.slice(1).split("^")[0]}`;
    return labels && label ? label : decoded(target.replace(/^mailto:/, ""));
  });
}

const channelName = (workspace: Workspace, channel: string): string | undefined =>
  workspace.conversations.find((conversation) => conversation.id === channel)?.name;

const decoded = (text: string): string =>
  text.replace(/&(lt|gt|amp);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
