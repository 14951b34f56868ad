// Who one is: whom the address names, else the first person. Someone who is gone is not silently someone else.

import type { Person, Workspace } from "../simulator/types";
import { nameOf } from "./person";

export type Who = { people: Person[]; me: Person | undefined; problem: string | undefined };

export function whoIs(workspace: Workspace, named: string | undefined): Who {
  const people = workspace.users.filter(
    (user) => !user.is_bot && !user.deleted && user.id !== workspace.app.bot_user_id,
  );
  const me = named ? people.find((person) => person.id === named) : people[0];
  return { people, me, problem: me ? undefined : problemOf(workspace, named) };
}

function problemOf(workspace: Workspace, named: string | undefined): string {
  if (!named) return "There is nobody in this workspace.";
  const person = workspace.users.find((user) => user.id === named);
  if (person?.deleted)
    return `${nameOf(person)} is deactivated and sees nothing of Slack. Be someone else: choose above.`;
  if (person) return `${nameOf(person)} is an app. Be a person: choose above.`;
  return `There is no ${named} in this workspace. Be someone else: choose above.`;
}
