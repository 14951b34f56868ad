// A small workspace for tests.

import type { Workspace } from "../simulator/types";
import { channel, person } from "../slack/acme.fixture";

export const linus = person("U1", "linus", { real_name: "Linus Berg" });
export const auston = person("U2", "auston", { real_name: "Auston Reyes" });

export const workspace: Workspace = {
  team: { id: "T1", name: "Acme", domain: "acme" },
  enterprise: null,
  app: { app_id: "A1", bot_user_id: "U9", bot_id: "B9", bot_name: "margay" },
  users: [linus, auston],
  conversations: [
    channel("C1", "security", { members: ["U1"] }),
    channel("C2", "secret", { kind: "private", members: ["U2"] }),
    channel("C3", "general"),
  ],
};

export const plain = (text: string) => ({ type: "plain_text", text, emoji: false });
export const option = (label: string) => ({ text: plain(label), value: label.toLowerCase() });
