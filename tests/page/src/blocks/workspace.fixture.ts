// A small workspace for tests.

import type { Person, Workspace } from "../simulator/types";

const person = (id: string, name: string, real_name: string): Person => ({
  id,
  name,
  real_name,
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
});

export const linus = person("U1", "linus", "Linus Berg");
export const auston = person("U2", "auston", "Auston Reyes");

const room = (id: string, name: string, kind: "public" | "private", members: string[]) => ({
  id,
  name,
  kind,
  is_archived: false,
  is_ext_shared: false,
  members,
});

export const workspace: Workspace = {
  team: { id: "T1", name: "Acme", domain: "acme" },
  enterprise: null,
  app: { app_id: "A1", bot_user_id: "U9", bot_id: "B9", bot_name: "margay" },
  users: [linus, auston],
  conversations: [
    room("C1", "security", "public", ["U1"]),
    room("C2", "secret", "private", ["U2"]),
    room("C3", "general", "public", []),
  ],
};

export const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
export const option = (label: string) => ({ text: plain(label), value: label.toLowerCase() });
