// A channel, or the conversation with the app: its head, its messages, and where one writes.

import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { Problem } from "../page/problem";
import { useNarrow } from "../page/use-media";
import * as control from "../simulator/control";
import type { Conversation, Ephemeral, Message, Person, Workspace } from "../simulator/types";
import { ChannelHeader } from "./channel-header";
import { Composer } from "./composer";
import { MessageList } from "./message-list";
import { markRead, readMark } from "./read-marks";
import { canWrite, isGuest, isMember, titleOf } from "./rooms";
import { channelRows } from "./rows";
import { firstNew, newestOf } from "./unread";
import { useDeed } from "./use-deed";
import { useMessages } from "./use-messages";
import { useVisible } from "./use-visible";
import "./channel.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  ephemerals: Ephemeral[];
  open: (path: string[]) => void;
  /** The thread beside it takes the focus, not this. */
  threadOpen: boolean;
};

/** Keyed by person and conversation. */
export function Channel({ workspace, me, conversation, ephemerals, open, threadOpen }: Properties) {
  const { id } = conversation;
  const narrow = useNarrow();
  const { messages, more, problem, loadOlder } = useMessages(id);
  const newFrom = useReading(me, conversation, messages);
  const [takeFocus] = useState(() => !threadOpen && !narrow && focusIsHere());
  const openThread = useMemo(() => (ts: string) => open([id, ts]), [open, id]);

  const rows = useMemo(() => {
    return channelRows({
      messages: messages ?? [],
      more,
      ephemerals: ephemerals.filter((ephemeral) => ephemeral.channel === id),
      now: new Date(),
      newFrom,
    });
  }, [messages, more, ephemerals, id, newFrom]);

  return (
    <section className="channel" aria-label="Channel">
      <ChannelHeader workspace={workspace} me={me} conversation={conversation} open={open} />
      <Problem>{problem}</Problem>
      {messages ? (
        <MessageList
          workspace={workspace}
          me={me}
          conversation={conversation}
          label={`Messages in ${titleOf(workspace, conversation)}`}
          rows={rows}
          openThread={openThread}
        >
          {more ? (
            <button type="button" className="button load-older" onClick={loadOlder}>
              Load older messages
            </button>
          ) : (
            <Beginning workspace={workspace} conversation={conversation} />
          )}
        </MessageList>
      ) : (
        <p className="channel-loading quiet">{!problem && "Loading…"}</p>
      )}
      {canWrite(conversation, me) ? (
        <Composer
          workspace={workspace}
          me={me}
          conversation={conversation}
          takeFocus={takeFocus}
          openChannel={(channel) => open([channel])}
        />
      ) : (
        <CannotWrite workspace={workspace} me={me} conversation={conversation} />
      )}
    </section>
  );
}

/** Who chooses another person by the keyboard stays at that; who chose a channel wants to write in it. */
function focusIsHere(): boolean {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || activeElement.closest(".slack") !== null;
}

/**
 * Marks what is shown in a visible window as read. Gives the first message that was new when one came, or when one
 * looked at the window again; what comes under one's eyes is not new.
 */
function useReading(
  me: Person,
  conversation: Conversation,
  messages: Message[] | undefined,
): string | undefined {
  const visible = useVisible();
  const looked = useRef(false);
  const [newFrom, setNewFrom] = useState<string>();

  useLayoutEffect(() => {
    if (!messages || !isMember(conversation, me)) return;
    if (!visible || !looked.current) {
      setNewFrom(firstNew(messages, me.id, readMark(me.id, conversation.id)));
    }
    if (!visible) return;
    looked.current = true;
    markRead(me.id, conversation.id, newestOf(messages));
  }, [visible, messages, me, conversation]);
  return newFrom;
}

function Beginning({ workspace, conversation }: { workspace: Workspace; conversation: Conversation }) {
  const title = titleOf(workspace, conversation);
  return (
    <p className="channel-beginning">
      <strong>{title}</strong>
      <span className="quiet">
        {conversation.kind === "im"
          ? `This is between you and ${title}. Nobody else sees it.`
          : `This is where ${title} begins.`}
      </span>
    </p>
  );
}

type CannotWriteProperties = { workspace: Workspace; me: Person; conversation: Conversation };

function CannotWrite({ workspace, me, conversation }: CannotWriteProperties) {
  const { problem, attempt } = useDeed(workspace);
  const deed = conversation.is_archived ? "unarchive" : "join";
  const may = !isGuest(me) && (conversation.kind === "public" || isMember(conversation, me));
  const act = () => attempt(() => control.doToChannel(deed, conversation.id, { user: me.id }));
  return (
    <div className="cannot-write">
      <p>
        {conversation.is_archived
          ? "This channel is archived."
          : `You are not a member of #${conversation.name}.`}
      </p>
      {may && (
        <button type="button" className="button button-primary" onClick={act}>
          {conversation.is_archived ? "Unarchive" : "Join channel"}
        </button>
      )}
      <Problem>{problem}</Problem>
    </div>
  );
}
