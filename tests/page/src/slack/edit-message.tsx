// A message while its author changes it, in its place.

import { useId, useState } from "react";
import { Problem } from "../page/problem";
import * as control from "../simulator/control";
import type { Conversation, Message, Person, Workspace } from "../simulator/types";
import { Editor } from "./editor";
import { asTyped } from "./mrkdwn";
import { useDeed } from "./use-deed";

type Properties = {
  workspace: Workspace;
  me: Person;
  conversation: Conversation;
  message: Message;
  done: () => void;
};

export function EditMessage({ workspace, me, conversation, message, done }: Properties) {
  const [before] = useState(() => asTyped(workspace, message.text));
  const [text, setText] = useState(before);
  const { problem, attempt } = useDeed(workspace);
  const problemId = useId();

  const save = async () => {
    const typed = text.trim();
    const saved = typed === before || (await attempt(() => edit(typed)));
    if (saved) done();
  };
  const edit = async (typed: string) => {
    if (!typed && !message.files?.length) {
      throw new Error("There is nothing left. To take the message away, delete it.");
    }
    await control.edit(me.id, conversation.id, message.ts, typed);
  };

  return (
    <form
      className="edit-message"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Editor
        workspace={workspace}
        me={me}
        conversation={conversation}
        label="Edit message"
        text={text}
        onText={setText}
        onEnter={() => void save()}
        onEscape={done}
        takeFocus
        describedBy={problem && problemId}
      />
      <Problem id={problemId}>{problem}</Problem>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={done}>
          Cancel
        </button>
        <button type="submit" className="button button-primary">
          Save
        </button>
      </div>
    </form>
  );
}
