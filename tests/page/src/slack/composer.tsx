// Where a person writes to a channel or a thread. What could not be sent stays, with the reason beside it.

import { type DragEvent, useId, useState } from "react";
import { SendIcon } from "../page/icons";
import { Problem } from "../page/problem";
import * as control from "../simulator/control";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { AddFiles } from "./add-files";
import { ChosenFiles } from "./chosen-files";
import { CommandHelp } from "./command-help";
import { type Deed, meaningOf } from "./commands";
import { type Draft, draftAt, draftPlace, keepDraft } from "./drafts";
import { Editor } from "./editor";
import { encoded, MOST_BYTES, sizeOf } from "./files";
import { problemOf } from "./refusal";
import { titleOf } from "./rooms";
import "./composer.css";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  /** The message whose thread one replies in. */
  thread?: string;
  takeFocus?: boolean;
  /** Goes to a channel. */
  openChannel: (channel: string) => void;
};

/** Keyed by its place, so that each has its own draft. */
export function Composer({ workspace, me, conversation, thread, takeFocus, openChannel }: Properties) {
  const place = draftPlace(me.id, conversation.id, thread);
  const [draft, setDraft] = useState(() => draftAt(place));
  const [broadcast, setBroadcast] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [help, setHelp] = useState(false);
  const [dropping, setDropping] = useState(false);
  const problemId = useId();
  const title = titleOf(workspace, conversation);

  const change = (to: Partial<Draft>) => {
    const next = { ...draftAt(place), ...to };
    keepDraft(place, next);
    setDraft(next);
    setProblem(undefined);
  };

  const addFiles = (files: File[]) => {
    const all = [...draftAt(place).files, ...files];
    const bytes = all.reduce((sum, file) => sum + file.size, 0);
    if (bytes > MOST_BYTES) {
      return setProblem(`These files have ${sizeOf(bytes)} together; ${sizeOf(MOST_BYTES)} is the most.`);
    }
    change({ files: all });
  };

  // What was typed meanwhile stays.
  const sent = (text: string, files: File[]) => {
    const now = draftAt(place);
    change({
      text: now.text === text ? "" : now.text,
      files: now.files.filter((file) => !files.includes(file)),
    });
  };

  const send = async () => {
    const { text, files } = draftAt(place);
    if (sending || (!text.trim() && files.length === 0)) return;
    const meaning = meaningOf(text, { workspace, me, conversation, inThread: thread !== undefined });
    if (meaning.kind === "mistake") return setProblem(meaning.problem);
    setSending(true);
    setProblem(undefined);
    setHelp(meaning.kind === "help");
    try {
      if (meaning.kind === "deeds") {
        await inOrder(meaning.deeds);
        sent(text, []);
        if (meaning.open) openChannel(meaning.open);
      } else if (meaning.kind === "help") {
        sent(text, []);
      } else {
        if (files.length > 0) {
          await control.share(me.id, conversation.id, await encoded(files), meaning.text, thread);
        } else {
          await control.write(me.id, conversation.id, meaning.text, thread, broadcast);
        }
        sent(text, files);
        setBroadcast(false);
      }
    } catch (error) {
      setProblem(problemOf(workspace, error));
    } finally {
      setSending(false);
    }
  };

  const onDrop = (event: DragEvent) => {
    setDropping(false);
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    addFiles([...event.dataTransfer.files]);
  };

  return (
    <form
      className={dropping ? "composer composer-dropping" : "composer"}
      aria-label={thread ? "Reply" : `Message ${title}`}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={() => setDropping(false)}
      onDrop={onDrop}
    >
      {help && <CommandHelp close={() => setHelp(false)} />}
      <Problem id={problemId}>{problem}</Problem>
      <div className="composer-box">
        <Editor
          workspace={workspace}
          me={me}
          conversation={conversation}
          label={thread ? "Reply to thread" : `Message ${title}`}
          placeholder={thread ? "Reply…" : `Message ${title}`}
          text={draft.text}
          onText={(text) => change({ text })}
          onEnter={() => void send()}
          onFiles={addFiles}
          withCommands={thread === undefined}
          takeFocus={takeFocus ?? false}
          describedBy={problem && problemId}
        />
        <ChosenFiles files={draft.files} keep={(files) => change({ files })} />
        <div className="composer-bar">
          <AddFiles add={addFiles} />
          {thread && conversation.kind !== "im" && (
            <label className="composer-broadcast">
              <input
                type="checkbox"
                checked={broadcast && draft.files.length === 0}
                disabled={draft.files.length > 0}
                onChange={(event) => setBroadcast(event.target.checked)}
              />
              <span>Also send to {title}</span>
            </label>
          )}
          <button
            type="submit"
            className="composer-send"
            aria-label="Send"
            title="Send"
            disabled={sending || isEmpty(draft)}
          >
            <SendIcon />
          </button>
        </div>
      </div>
    </form>
  );
}

const isEmpty = ({ text, files }: Draft): boolean => !text.trim() && files.length === 0;

async function inOrder(deeds: Deed[]): Promise<void> {
  for (const { deed, channel, body } of deeds) await control.doToChannel(deed, channel, body);
}
