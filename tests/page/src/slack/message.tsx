// One message: who, when, what, and what one may do with it.

import { memo, useState } from "react";
import { Dialog } from "../page/dialog";
import { nameIn } from "../page/person";
import { Problem } from "../page/problem";
import * as control from "../simulator/control";
import type { Conversation, Message as MessageType, Person, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { EditMessage } from "./edit-message";
import { MessageActions } from "./message-actions";
import { MessageContent } from "./message-content";
import { canDelete, canEdit, canWrite } from "./rooms";
import { ThreadButton } from "./thread-button";
import { clock, full } from "./time";
import { useDeed } from "./use-deed";
import "./message.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  message: MessageType;
  /** It goes on what its author said just before: no head of its own. */
  grouped: boolean;
  /** A reply, shown in the channel too. */
  broadcast: boolean;
  /** Opens the thread of a message; absent in the thread itself. */
  openThread?: ((ts: string) => void) | undefined;
};

export const Message = memo(function Message(properties: Properties) {
  const { workspace, me, conversation, message, grouped, broadcast, openThread } = properties;
  const [doing, setDoing] = useState<"edit" | "delete">();
  const author = nameIn(workspace, message.user);
  const parent = message.thread_ts ?? message.ts;
  const done = () => setDoing(undefined);

  return (
    <article
      className={grouped ? "message message-grouped" : "message"}
      aria-label={`${author} at ${clock(message.ts)}`}
      data-ts={message.ts}
    >
      <div className="message-gutter">
        {grouped ? <Time ts={message.ts} /> : <Avatar workspace={workspace} user={message.user} />}
      </div>
      <div className="message-body">
        {!grouped && <Head workspace={workspace} message={message} author={author} />}
        {broadcast && openThread && (
          <p className="message-note">
            replied to{" "}
            <button type="button" className="link-button" onClick={() => openThread(parent)}>
              a thread
            </button>
          </p>
        )}
        {doing === "edit" ? (
          <EditMessage
            workspace={workspace}
            me={me}
            conversation={conversation}
            message={message}
            done={done}
          />
        ) : (
          <MessageContent
            workspace={workspace}
            me={me}
            channel={conversation.id}
            ts={message.ts}
            text={message.text}
            blocks={message.blocks}
            attachments={message.attachments}
            files={message.files}
            disabled={!canWrite(conversation, me)}
          />
        )}
        {message.edited && doing !== "edit" && (
          <span className="message-edited quiet" title={`Edited ${full(message.edited.ts)}`}>
            (edited)
          </span>
        )}
        {openThread && !broadcast && (
          <ThreadButton workspace={workspace} message={message} open={openThread} />
        )}
      </div>
      {doing === undefined && (
        <MessageActions
          channel={conversation.id}
          message={message}
          reply={openThread && (() => openThread(parent))}
          edit={canEdit(message, conversation, me) ? () => setDoing("edit") : undefined}
          remove={canDelete(message, conversation, me) ? () => setDoing("delete") : undefined}
        />
      )}
      {doing === "delete" && (
        <ConfirmDelete
          workspace={workspace}
          me={me}
          channel={conversation.id}
          ts={message.ts}
          whose={message.user === me.id ? "your message" : `the message of ${author}`}
          done={done}
        />
      )}
    </article>
  );
});

function Head({
  workspace,
  message,
  author,
}: {
  workspace: Workspace;
  message: MessageType;
  author: string;
}) {
  return (
    <div className="message-head">
      <span className="message-author">{author}</span>
      {(message.bot_id || message.user === workspace.app.bot_user_id) && (
        <span className="app-badge">APP</span>
      )}
      <Time ts={message.ts} />
    </div>
  );
}

export function Time({ ts }: { ts: string }) {
  return (
    <time className="message-time" dateTime={new Date(Number(ts) * 1000).toISOString()} title={full(ts)}>
      {clock(ts)}
    </time>
  );
}

type ConfirmProperties = {
  workspace: Workspace;
  me: Person;
  channel: string;
  ts: string;
  /** As in "this deletes your message". */
  whose: string;
  done: () => void;
};

function ConfirmDelete({ workspace, me, channel, ts, whose, done }: ConfirmProperties) {
  const { problem, attempt } = useDeed(workspace);
  const remove = () => attempt(() => control.remove(me.id, channel, ts).then(done));
  return (
    <Dialog title="Delete message" close={done}>
      <p>This deletes {whose} for everyone. It cannot be undone.</p>
      <Problem>{problem}</Problem>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={done}>
          Cancel
        </button>
        <button type="button" className="button button-danger" onClick={remove}>
          Delete
        </button>
      </div>
    </Dialog>
  );
}
