// The head of a channel: its name, who is in it, and what one can do to it.

import { useState } from "react";
import { HashIcon, LockIcon, MoreIcon, PeopleIcon } from "../page/icons";
import { Menu, type MenuItem } from "../page/menu";
import { appName } from "../page/person";
import { Problem } from "../page/problem";
import { type ChannelDeed, doToChannel } from "../simulator/control";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { AppHeader } from "./app-header";
import { BackButton } from "./back-button";
import { Members } from "./members";
import { RenameChannel } from "./rename-channel";
import { isGuest, isMember } from "./rooms";
import { useDeed } from "./use-deed";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  open: (path: string[]) => void;
};

export function ChannelHeader(properties: Properties) {
  const { workspace, me, conversation, open } = properties;
  return conversation.kind === "im" ? (
    <AppHeader workspace={workspace} me={me} shown="messages" open={open} />
  ) : (
    <RoomHeader {...properties} />
  );
}

function RoomHeader({ workspace, me, conversation, open }: Properties) {
  const [dialog, setDialog] = useState<"members" | "rename">();
  const { problem, attempt } = useDeed(workspace);
  const { id, name, kind, members, is_archived } = conversation;
  const app = workspace.app.bot_user_id;
  const close = () => setDialog(undefined);

  const does =
    (deed: ChannelDeed, more: Record<string, string> = {}) =>
    () =>
      attempt(() => doToChannel(deed, id, { user: me.id, ...more }));
  const member = isMember(conversation, me);
  const full = !isGuest(me);
  const manages = full && member && !is_archived;
  const items: (MenuItem | false)[] = [
    manages &&
      !members.includes(app) && { label: `Add ${appName(workspace)}`, act: does("invite", { invitee: app }) },
    { label: manages ? "Add or remove people" : "Members", act: () => setDialog("members") },
    manages && { label: "Rename channel", act: () => setDialog("rename") },
    full && is_archived && { label: "Unarchive channel", act: does("unarchive") },
    manages && { label: "Archive channel", act: does("archive"), dangerous: true },
    member && !is_archived && { label: "Leave channel", act: does("leave"), dangerous: true },
  ];

  return (
    <header className="channel-header">
      <BackButton back={() => open([])} />
      <h2 className="channel-name">
        {kind === "private" ? <LockIcon /> : <HashIcon />}
        <span className="channel-name-text">{name}</span>
        {kind === "private" && <span className="visually-hidden">, private</span>}
        {is_archived && <span className="channel-mark">archived</span>}
        {conversation.is_ext_shared && <span className="channel-mark">shared</span>}
      </h2>
      <button
        type="button"
        className="member-count"
        aria-label={members.length === 1 ? "1 member" : `${members.length} members`}
        onClick={() => setDialog("members")}
      >
        <PeopleIcon />
        {members.length}
      </button>
      <Menu label="Channel actions" icon={<MoreIcon />} items={items.filter((item) => item !== false)} />
      <Problem className="problem channel-problem">{problem}</Problem>
      {dialog === "members" && (
        <Members workspace={workspace} me={me} conversation={conversation} close={close} />
      )}
      {dialog === "rename" && (
        <RenameChannel workspace={workspace} me={me} conversation={conversation} close={close} />
      )}
    </header>
  );
}
