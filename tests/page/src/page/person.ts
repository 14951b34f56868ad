// How people and the app are called and marked.

import type { Person, Workspace } from "../simulator/types";

export const nameOf = (person: Person): string => person.display_name || person.real_name || person.name;

/** What a colleague would say of them in a word; nothing for most. */
export function roleOf(person: Person): string | undefined {
  if (person.deleted) return "deactivated";
  if (person.is_bot) return "app";
  if (person.is_stranger) return "other organization";
  if (person.is_restricted || person.is_ultra_restricted) return "guest";
  if (person.is_owner) return "owner";
  if (person.is_admin) return "admin";
  return undefined;
}

/** The name of a user id; the id itself for who is not known. */
export function nameIn(workspace: Workspace, user: string): string {
  const person = workspace.users.find((person) => person.id === user);
  if (person) return nameOf(person);
  return user === workspace.app.bot_user_id ? workspace.app.bot_name : user;
}

export const appName = (workspace: Workspace): string => nameIn(workspace, workspace.app.bot_user_id);

/** The first letters of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return (
    ends
      .map((word) => [...(word ?? "")][0] ?? "")
      .join("")
      .toUpperCase() || "?"
  );
}
