// What a person's line in the composer means: words to send, or a command.

import type { ChannelDeed } from "../simulator/control";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { canSee } from "./rooms";

export type Command = { name: string; takes: string; does: string };

export const COMMANDS: Command[] = [
  { name: "archive", takes: "", does: "Archive this channel" },
  { name: "help", takes: "", does: "List these commands" },
  { name: "invite", takes: "@name", does: "Add people or the app to this channel" },
  { name: "join", takes: "#channel", does: "Join a public channel" },
  { name: "leave", takes: "", does: "Leave this channel" },
  { name: "remove", takes: "@name", does: "Remove people or the app from this channel" },
  { name: "rename", takes: "new-name", does: "Rename this channel" },
  { name: "unarchive", takes: "#channel", does: "Bring an archived channel back" },
];

export type Deed = { deed: ChannelDeed; channel: string; body: { user: string; [key: string]: string } };

export type Meaning =
  | { kind: "message"; text: string }
  | { kind: "help" }
  /** One after the other; `open` is the channel to go to then. */
  | { kind: "deeds"; deeds: Deed[]; open?: string }
  | { kind: "mistake"; problem: string };

export type Room = { workspace: Workspace; me: Person; conversation: Conversation; inThread: boolean };

/** A line that begins with a space is never a command. */
export function meaningOf(line: string, room: Room): Meaning {
  const command = /^\/(\S*)\s*([\s\S]*)$/.exec(line.trimEnd());
  if (!command) return { kind: "message", text: line.trim() };
  const [, name = "", rest = ""] = command;
  if (!COMMANDS.some((one) => one.name === name)) {
    return mistake(
      `/${name} is not a command here. /help lists what there is. To send it as a message, begin with a space.`,
    );
  }
  if (name === "help") return { kind: "help" };
  if (room.inThread) return mistake(`/${name} does not work in threads.`);
  return deedsOf(name as ChannelDeed, rest.trim(), room);
}

function deedsOf(deed: ChannelDeed, rest: string, room: Room): Meaning {
  const { me, conversation } = room;
  const here = conversation.id;
  const inDirect = conversation.kind === "im";
  if (inDirect && deed !== "join" && deed !== "unarchive") return mistake(`/${deed} works in channels only.`);
  switch (deed) {
    case "invite":
    case "remove":
      return peopleDeeds(deed, rest, room);
    case "rename":
      if (!rest) return mistake("/rename needs the new name: /rename incident-42");
      return deeds({ deed, channel: here, body: { user: me.id, name: rest.replace(/^#/, "") } });
    case "join":
    case "unarchive": {
      const channel = findChannel(room, rest);
      if (!rest) return mistake(`/${deed} needs a channel: /${deed} #general`);
      if (!channel) return mistake(`There is no channel ${rest} that you can see.`);
      return { ...deeds({ deed, channel: channel.id, body: { user: me.id } }), open: channel.id };
    }
    case "leave":
    case "archive":
      if (rest) return mistake(`/${deed} takes nothing after it; it is for the channel you are in.`);
      return deeds({ deed, channel: here, body: { user: me.id } });
  }
}

function peopleDeeds(deed: "invite" | "remove", rest: string, room: Room): Meaning {
  if (!rest) return mistake(`/${deed} needs a name: /${deed} @${room.workspace.app.bot_name}`);
  const who = deed === "invite" ? "invitee" : "removed";
  const found: Deed[] = [];
  for (const said of rest.split(/\s+(?=@)/)) {
    const user = findPerson(room.workspace, said);
    if (!user) return mistake(`There is nobody called ${said} in this workspace.`);
    found.push({ deed, channel: room.conversation.id, body: { user: room.me.id, [who]: user } });
  }
  return deeds(...found);
}

const deeds = (...deeds: Deed[]): { kind: "deeds"; deeds: Deed[] } => ({ kind: "deeds", deeds });
const mistake = (problem: string): Meaning => ({ kind: "mistake", problem });

/** The id of whom `@linus`, `@Linus Berg` or an id names. */
export function findPerson(workspace: Workspace, said: string): string | undefined {
  const name = said.trim().replace(/^@/, "").toLowerCase();
  const { bot_user_id, bot_name } = workspace.app;
  if (bot_name.toLowerCase() === name) return bot_user_id;
  const goesBy = (person: Person) => [person.id, person.name, person.display_name, person.real_name];
  const called = workspace.users.filter((one) => goesBy(one).some((known) => known?.toLowerCase() === name));
  return (called.find((person) => !person.deleted) ?? called[0])?.id;
}

function findChannel({ workspace, me }: Room, said: string): Conversation | undefined {
  const name = said.replace(/^#/, "");
  return workspace.conversations.find(
    (one) => one.kind !== "im" && canSee(one, me) && (one.name === name || one.id === name),
  );
}
