// Who is in a channel; adds and removes people and the app.

import type { ReactNode } from "react";
import { Dialog } from "../page/dialog";
import { appName, nameIn, nameOf, roleOf } from "../page/person";
import { Problem } from "../page/problem";
import { doToChannel } from "../simulator/control";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { canWrite, isGuest } from "./rooms";
import { useDeed } from "./use-deed";
import "./members.css";

type Properties = { workspace: Workspace; me: Person; conversation: Conversation; close: () => void };

export function Members({ workspace, me, conversation, close }: Properties) {
  const { problem, attempt } = useDeed(workspace);
  const { id, name, kind, members } = conversation;
  const may = canWrite(conversation, me) && !isGuest(me);
  const mayRemove = may && (kind === "private" || me.is_admin || me.is_owner);
  const others = outside(workspace, conversation);

  const change = (deed: "invite" | "remove", user: string) => {
    const body = { user: me.id, ...(deed === "invite" ? { invitee: user } : { removed: user }) };
    return attempt(() => doToChannel(deed, id, body));
  };

  return (
    <Dialog title={`Members of #${name}`} close={close}>
      <Problem>{problem}</Problem>
      <ul className="members" aria-label="Members">
        {members.map((user) => (
          <Someone key={user} workspace={workspace} user={user} me={me}>
            {mayRemove && user !== me.id && (
              <button
                type="button"
                className="button"
                aria-label={`Remove ${nameIn(workspace, user)}`}
                onClick={() => change("remove", user)}
              >
                Remove
              </button>
            )}
          </Someone>
        ))}
      </ul>
      {may && others.length > 0 && (
        <>
          <h3 className="members-heading">Not in this channel</h3>
          <ul className="members" aria-label="Not in this channel">
            {others.map((user) => (
              <Someone key={user} workspace={workspace} user={user} me={me}>
                <button
                  type="button"
                  className="button"
                  aria-label={`Add ${nameIn(workspace, user)}`}
                  onClick={() => change("invite", user)}
                >
                  Add
                </button>
              </Someone>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

type SomeoneProperties = { workspace: Workspace; user: string; me: Person; children: ReactNode };

function Someone({ workspace, user, me, children }: SomeoneProperties) {
  const person = workspace.users.find((one) => one.id === user);
  const isApp = user === workspace.app.bot_user_id;
  const role = isApp ? "app" : person && roleOf(person);
  return (
    <li className="member">
      <Avatar workspace={workspace} user={user} small />
      <span className="member-name">
        {isApp ? appName(workspace) : person ? nameOf(person) : user}
        {user === me.id && <span className="quiet"> (you)</span>}
        {role && <span className="member-role quiet">{role}</span>}
      </span>
      {children}
    </li>
  );
}

/** The app first. */
function outside(workspace: Workspace, { members }: Conversation): string[] {
  const app = workspace.app.bot_user_id;
  const people = workspace.users.filter((person) => !person.deleted && person.id !== app).map(({ id }) => id);
  return [app, ...people].filter((user) => !members.includes(user));
}
