// A conversation in the sidebar, bold and with a number where something in it is unread.

import { format } from "../address";
import { HashIcon, LockIcon } from "../page/icons";
import { appName } from "../page/person";
import * as control from "../simulator/control";
import { useLive } from "../simulator/live";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { useReadMark } from "./read-marks";
import { isMember } from "./rooms";
import { unread } from "./unread";
import { PAGE } from "./use-messages";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  /** The conversation that is shown. */
  shown: string | undefined;
};

export function ChannelLink({ workspace, me, conversation, shown }: Properties) {
  const { id, kind } = conversation;
  const { count, atLeast } = useUnread(me, conversation);
  const name = kind === "im" ? appName(workspace) : conversation.name;
  const number = `${count}${atLeast ? "+" : ""}`;
  const label = `${name}${count > 0 ? ` ${number} unread` : ""}${kind === "private" ? ", private" : ""}`;
  return (
    <a
      className={count > 0 ? "sidebar-link sidebar-unread" : "sidebar-link"}
      href={format({ tab: "slack", path: [id], as: me.id })}
      aria-current={shown === id ? "page" : undefined}
      aria-label={label}
    >
      <Mark workspace={workspace} conversation={conversation} />
      <span className="sidebar-name">{name}</span>{" "}
      {count > 0 && <span className="sidebar-count">{number}</span>}
    </a>
  );
}

function Mark({ workspace, conversation: { kind } }: { workspace: Workspace; conversation: Conversation }) {
  if (kind === "im") return <Avatar workspace={workspace} user={workspace.app.bot_user_id} small />;
  return kind === "private" ? <LockIcon /> : <HashIcon />;
}

/** None in archived channels: nothing happens there. */
function useUnread(me: Person, conversation: Conversation): { count: number; atLeast: boolean } {
  const { id, is_archived } = conversation;
  const mark = useReadMark(me.id, id);
  const { value } = useLive(
    `unread/${id}`,
    (signal) => control.messages(id, PAGE, signal),
    (change) => change.what === "channel" && change.id === id,
  );
  if (!value || is_archived || !isMember(conversation, me)) return { count: 0, atLeast: false };
  return unread(value.messages, value.more, me.id, mark);
}
