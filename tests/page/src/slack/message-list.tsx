// The messages of a channel or a thread, under one another, kept at the end as long as one is there.

import { memo, type ReactNode, useEffect, useRef } from "react";
import { DownIcon } from "../page/icons";
import { appName, nameIn } from "../page/person";
import { speak } from "../page/spoken";
import type { Conversation, Message as MessageType, Person, Workspace } from "../simulator/types";
import { Ephemeral } from "./ephemeral";
import { Message, Time } from "./message";
import { asSpoken } from "./mrkdwn";
import type { Row } from "./rows";
import { countOf, ThreadButton } from "./thread-button";
import { useStick } from "./use-stick";
import "./message-list.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  /** What it is called for who cannot see it. */
  label: string;
  rows: Row[];
  /** Absent in a thread. */
  openThread?: (ts: string) => void;
  /** Stands above the first row. */
  children?: ReactNode;
};

export function MessageList({ workspace, me, conversation, label, rows, openThread, children }: Properties) {
  const last = rows.at(-1);
  const mine = last?.kind === "message" && last.message.user === me.id;
  const firstMessage = rows.find((row) => row.kind !== "day");
  const { scroller, content, unseen, onScroll, toEnd } = useStick(firstMessage?.key, last?.key, mine);
  useNews(workspace, me, rows);

  return (
    <div className="message-list">
      <div
        ref={scroller}
        className="message-scroller"
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={label}
      >
        <div ref={content} className="message-rows">
          {children}
          {rows.map((row) => (
            <RowView
              key={row.key}
              row={row}
              workspace={workspace}
              me={me}
              conversation={conversation}
              openThread={openThread}
            />
          ))}
        </div>
      </div>
      {unseen && (
        <button type="button" className="unseen" onClick={toEnd}>
          <DownIcon /> New messages
        </button>
      )}
    </div>
  );
}

type RowProperties = {
  row: Row;
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  openThread: ((ts: string) => void) | undefined;
};

function RowView({ row, workspace, me, conversation, openThread }: RowProperties) {
  switch (row.kind) {
    case "day":
      return <Divider className="divider">{row.label}</Divider>;
    case "new":
      return <Divider className="divider divider-new">New</Divider>;
    case "replies":
      return <Divider className="divider divider-replies">{countOf(row.count)}</Divider>;
    case "system":
      return <SystemLine workspace={workspace} message={row.message} />;
    case "tombstone":
      return (
        <article className="message tombstone" aria-label="Deleted message" data-ts={row.message.ts}>
          <p className="quiet">This message was deleted.</p>
          {openThread && <ThreadButton workspace={workspace} message={row.message} open={openThread} />}
        </article>
      );
    case "ephemeral":
      return <Ephemeral workspace={workspace} me={me} ephemeral={row.ephemeral} />;
    case "message":
      return (
        <Message
          workspace={workspace}
          me={me}
          conversation={conversation}
          message={row.message}
          grouped={row.grouped}
          broadcast={row.broadcast}
          openThread={openThread}
        />
      );
  }
}

/** The line is drawn; the words are read. */
function Divider({ className, children }: { className: string; children: string }) {
  return (
    <p className={className}>
      <span>{children}</span>
    </p>
  );
}

const SystemLine = memo(function SystemLine({
  workspace,
  message,
}: {
  workspace: Workspace;
  message: MessageType;
}) {
  const text = asSpoken(workspace, message.text).replace(/^@/, "");
  const begins = message.text.startsWith("<@");
  return (
    <p className="system-line quiet" data-ts={message.ts}>
      {begins ? text : `${nameIn(workspace, message.user)} ${text}`} <Time ts={message.ts} />
    </p>
  );
});

const MOST_SPOKEN = 150;

/** Says when others write: who, and how it begins. Nothing of what was there at first. */
function useNews(workspace: Workspace, me: Person, rows: Row[]): void {
  const heard = useRef<string>(undefined);
  useEffect(() => {
    const spoken = rows.flatMap((row) => {
      if (row.kind === "ephemeral") {
        return [{ ts: row.ephemeral.ts, user: appName(workspace), text: row.ephemeral.text }];
      }
      if (row.kind !== "message") return [];
      const { ts, user, text } = row.message;
      return [{ ts, user: user === me.id ? undefined : nameIn(workspace, user), text }];
    });
    const newest = spoken.at(-1)?.ts ?? "";
    const before = heard.current;
    heard.current = before && before > newest ? before : newest;
    if (before === undefined) return;
    const fresh = spoken.filter(({ ts, user }) => ts > before && user);
    const latest = fresh.at(-1);
    if (!latest) return;
    const text = asSpoken(workspace, latest.text).slice(0, MOST_SPOKEN);
    const many = fresh.length > 1 ? `${fresh.length} new messages, the last from` : "New message from";
    speak(`${many} ${latest.user}: ${text}`);
  }, [rows, workspace, me.id]);
}
