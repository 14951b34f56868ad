// A small workspace for the tests of the logic.

import type { Conversation, Message, Person, Workspace } from "../simulator/types";

export function person(id: string, name: string, more: Partial<Person> = {}): Person {
  return {
    id,
    name,
    real_name: name,
    display_name: null,
    email: null,
    deleted: false,
    is_admin: false,
    is_owner: false,
    is_bot: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_stranger: false,
    tz: null,
    team_id: null,
    ...more,
  };
}

export function channel(id: string, name: string, more: Partial<Conversation> = {}): Conversation {
  return { id, name, kind: "public", is_archived: false, is_ext_shared: false, members: [], ...more };
}

export function acme(more: Partial<Workspace> = {}): Workspace {
  return {
    team: { id: "T0ACME", name: "Acme", domain: "acme" },
    enterprise: null,
    app: { app_id: "A0APP", bot_user_id: "U0BOT", bot_id: "B0BOT", bot_name: "margay" },
    users: [
      person("U0LINUS", "linus", { real_name: "Linus Berg" }),
      person("U0ROBIN", "robin", { real_name: "Robin Okafor", display_name: "Robin O." }),
      person("U0GWEN", "gwen", { real_name: "Gwen Guest", is_restricted: true }),
    ],
    conversations: [
      channel("C0SECURITY", "security-alerts", { members: ["U0BOT", "U0LINUS", "U0GWEN"] }),
      channel("C0CLOUD", "cloud-alerts", { members: ["U0LINUS"] }),
      channel("C0SECRET", "secret", { kind: "private", members: ["U0ROBIN"] }),
      channel("C0OLD", "old", { is_archived: true, members: ["U0LINUS"] }),
    ],
    ...more,
  };
}

export function message(ts: string, user: string, more: Partial<Message> = {}): Message {
  return {
    ts,
    user,
    bot_id: null,
    text: `said at ${ts}`,
    blocks: [],
    edited: null,
    deleted: false,
    thread: [],
    ...more,
  };
}
