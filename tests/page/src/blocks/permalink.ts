// Links to messages of this workspace, which lead to where they are in the page, as in Slack's client they stay in it.
// https://docs.slack.dev/reference/methods/chat.getPermalink

import { format } from "../address";
import type { Person, Workspace } from "../simulator/types";

/** Where in the page the message is that `address` leads to; nothing if it leads elsewhere. */
export function placeOf(address: string, workspace: Workspace, me: Person): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, pathname, searchParams } = new URL(address);
  if (origin !== `https://${workspace.team.domain}.slack.com`) return undefined;
  const [, channel, seconds, fraction] =
    /^\/archives\/([CDG][A-Z0-9]+)\/p(\d{1,20})(\d{6})$/.exec(pathname) ?? [];
  if (!channel || !seconds || !fraction) return undefined;
  const parent = searchParams.get("thread_ts") ?? "";
  const ts = /^\d{1,20}\.\d{6}$/.test(parent) ? parent : `${seconds}.${fraction}`;
  return format({ tab: "slack", path: [channel, ts], as: me.id });
}
