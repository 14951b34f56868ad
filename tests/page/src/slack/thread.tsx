// A thread beside its channel: the message that began it, the replies, and where one replies.

import { useEffect, useMemo, useRef } from "react";
import { CloseIcon } from "../page/icons";
import { Problem } from "../page/problem";
import { useNarrow } from "../page/use-media";
import type { Conversation, Ephemeral, Person, Workspace } from "../simulator/types";
import { BackButton } from "./back-button";
import { Composer } from "./composer";
import { MessageList } from "./message-list";
import { canWrite, titleOf } from "./rooms";
import { threadRows } from "./rows";
import { useThread } from "./use-messages";
import "./thread.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  ts: string;
  ephemerals: Ephemeral[];
  close: () => void;
  openChannel: (channel: string) => void;
};

/** Keyed by person and thread. */
export function Thread({ workspace, me, conversation, ts, ephemerals, close, openChannel }: Properties) {
  const { parent, read, problem } = useThread(conversation.id, ts);
  const narrow = useNarrow();
  useEscape(close);
  const rows = useMemo(() => {
    const here = ephemerals.filter((ephemeral) => ephemeral.channel === conversation.id);
    return parent ? threadRows(parent, here, new Date()) : [];
  }, [parent, ephemerals, conversation.id]);

  return (
    <section className="thread" aria-label="Thread">
      <header className="channel-header">
        <BackButton back={close} />
        <h2 className="channel-name">
          Thread <span className="thread-where quiet">{titleOf(workspace, conversation)}</span>
        </h2>
        {!narrow && (
          <button
            type="button"
            className="icon-button"
            aria-label="Close thread"
            title="Close thread"
            onClick={close}
          >
            <CloseIcon />
          </button>
        )}
      </header>
      <Problem>{problem}</Problem>
      {parent ? (
        <MessageList
          workspace={workspace}
          me={me}
          conversation={conversation}
          label="Messages in the thread"
          rows={rows}
        />
      ) : (
        <p className="channel-loading quiet">{read ? "This message is not there any more." : "Loading…"}</p>
      )}
      {parent && canWrite(conversation, me) && (
        <Composer
          workspace={workspace}
          me={me}
          conversation={conversation}
          thread={parent.ts}
          takeFocus={!narrow}
          openChannel={openChannel}
        />
      )}
    </section>
  );
}

/** Escape closes the thread, unless something closer took it: a list of suggestions, a menu, a dialog. */
function useEscape(close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open], :popover-open, [role=dialog]")) return;
      latest.current();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
