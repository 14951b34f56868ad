// Which conversations a person has, and what they may do there. The simulator decides in the end; this is what
// Slack's client would offer.

import { appName } from "../page/person";
import type { Conversation, Message, Person, Workspace } from "../simulator/types";

export const isGuest = (person: Person): boolean =>
  person.is_restricted || person.is_ultra_restricted || person.is_stranger;

export const isMember = (conversation: Conversation, me: Person): boolean =>
  conversation.kind === "im" ? conversation.user === me.id : conversation.members.includes(me.id);

export const canSee = (conversation: Conversation, me: Person): boolean =>
  isMember(conversation, me) || (conversation.kind === "public" && !isGuest(me));

export const canWrite = (conversation: Conversation, me: Person): boolean =>
  isMember(conversation, me) && !conversation.is_archived;

export type Rooms = {
  channels: Conversation[];
  archived: Conversation[];
  joinable: Conversation[];
  /** The conversation with the app, once there is one. */
  direct: Conversation | undefined;
};

/** By name, as in Slack's sidebar. */
export function roomsOf(workspace: Workspace, me: Person): Rooms {
  const all = workspace.conversations
    .filter((one) => one.kind !== "im" && canSee(one, me))
    .sort((one, other) => one.name.localeCompare(other.name));
  return {
    channels: all.filter((one) => isMember(one, me) && !one.is_archived),
    archived: all.filter((one) => one.is_archived),
    joinable: all.filter((one) => !isMember(one, me) && !one.is_archived),
    direct: workspace.conversations.find((one) => one.kind === "im" && one.user === me.id),
  };
}

/** `#security-alerts`; the app's name for the conversation with it. */
export const titleOf = (workspace: Workspace, conversation: Conversation): string =>
  conversation.kind === "im" ? appName(workspace) : `#${conversation.name}`;

/** Only people edit, and only what they wrote. */
export const canEdit = (message: Message, conversation: Conversation, me: Person): boolean =>
  canWrite(conversation, me) && message.user === me.id && !message.bot_id && !message.deleted;

/** Administrators and owners may delete what anybody wrote. */
export const canDelete = (message: Message, conversation: Conversation, me: Person): boolean =>
  canWrite(conversation, me) &&
  !message.deleted &&
  ((message.user === me.id && !message.bot_id) || me.is_admin || me.is_owner);
