// What could be meant by the word before the caret: `@` a person or the app, `#` a channel, `/` a command.

import { appName, nameOf, roleOf } from "../page/person";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { COMMANDS } from "./commands";
import { canSee } from "./rooms";

export type Suggestion = {
  /** What is put in the place of the word. */
  insert: string;
  label: string;
  detail: string | undefined;
  /** What the word may begin: the names it goes by, in small letters. */
  names: string[];
};

export type Completion = { from: number; to: number; suggestions: Suggestion[] };

type Room = { workspace: Workspace; me: Person; conversation: Conversation };

const MOST = 8;

/** Many people at once. https://slack.com/help/articles/202009646-Notify-a-channel-or-workspace */
const RANGES = [
  ["here", "everyone here who is active"],
  ["channel", "everyone in this channel"],
] as const;

/** Nothing where no such word is before the caret, nothing fits, or the word is already what it would become. */
export function completionAt(
  text: string,
  caret: number,
  room: Room,
  withCommands: boolean,
): Completion | undefined {
  const before = text.slice(0, caret);
  const word =
    /(?:^|[\s(])([@#])([^\s@#]*)$/.exec(before) ?? (withCommands ? /^(\/)(\S*)$/.exec(before) : null);
  if (!word) return undefined;
  const [, sign = "", typed = ""] = word;
  const query = typed.toLowerCase();
  const known = sign === "@" ? people(room) : sign === "#" ? channels(room) : commands();
  if (known.some(({ names }) => names.includes(query))) return undefined;
  const suggestions = known.filter(({ names }) => names.some((name) => begins(name, query))).slice(0, MOST);
  if (suggestions.length === 0) return undefined;
  return { from: caret - typed.length - 1, to: caret, suggestions };
}

/** The text after a choice, and where the caret is then. */
export function complete(
  text: string,
  { from, to }: Completion,
  { insert }: Suggestion,
): { text: string; caret: number } {
  const rest = text.slice(to).replace(/^ /, "");
  return { text: `${text.slice(0, from)}${insert} ${rest}`, caret: from + insert.length + 1 };
}

const begins = (name: string, query: string): boolean =>
  name.startsWith(query) || name.split(/[\s._-]+/).some((part) => part.startsWith(query));

/** Those who are in the conversation first. */
function people({ workspace, conversation }: Room): Suggestion[] {
  const { bot_user_id, bot_name } = workspace.app;
  const members = new Set(conversation.members);
  const app = called(bot_user_id, bot_name, [appName(workspace)], "app");
  const persons = workspace.users
    .filter((person) => !person.deleted && person.id !== bot_user_id)
    .map((person) => called(person.id, person.name, [nameOf(person), person.real_name], roleOf(person)))
    .sort((one, other) => one.label.localeCompare(other.label));
  const known = [app, ...persons].sort(
    (one, other) => Number(members.has(other.id)) - Number(members.has(one.id)),
  );
  const ranges = RANGES.map(([name, detail]) => ({
    insert: `@${name}`,
    label: `@${name}`,
    detail,
    names: [name],
  }));
  return [...known, ...ranges];
}

/** `names`: what they go by beside their handle; the first is shown. */
function called(
  id: string,
  handle: string,
  names: string[],
  role: string | undefined,
): Suggestion & { id: string } {
  return {
    id,
    insert: `@${handle}`,
    label: names[0] ?? handle,
    detail: role ? `@${handle}, ${role}` : `@${handle}`,
    names: [handle, ...names].map((name) => name.toLowerCase()),
  };
}

const channels = ({ workspace, me }: Room): Suggestion[] =>
  workspace.conversations
    .filter((one) => one.kind !== "im" && canSee(one, me))
    .map(({ name, is_archived }) => ({
      insert: `#${name}`,
      label: `#${name}`,
      detail: is_archived ? "archived" : undefined,
      names: [name.toLowerCase()],
    }));

const commands = (): Suggestion[] =>
  COMMANDS.map(({ name, takes, does }) => ({
    insert: `/${name}`,
    label: `/${name}${takes && ` ${takes}`}`,
    detail: does,
    names: [name],
  }));
