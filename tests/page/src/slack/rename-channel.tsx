// Gives a channel another name.

import { useState } from "react";
import { Dialog } from "../page/dialog";
import { Problem } from "../page/problem";
import { doToChannel } from "../simulator/control";
import type { Conversation, Person, Workspace } from "../simulator/types";
import { useDeed } from "./use-deed";

type Properties = { workspace: Workspace; me: Person; conversation: Conversation; close: () => void };

export function RenameChannel({ workspace, me, conversation, close }: Properties) {
  const [name, setName] = useState(conversation.name);
  const { problem, attempt } = useDeed(workspace);
  const rename = () => {
    const body = { user: me.id, name: name.trim().replace(/^#/, "") };
    return attempt(() => doToChannel("rename", conversation.id, body).then(close));
  };
  return (
    <Dialog title="Rename channel" close={close}>
      <form
        className="rename"
        onSubmit={(event) => {
          event.preventDefault();
          void rename();
        }}
      >
        <label className="field">
          Name
          <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" />
        </label>
        <p className="quiet">Small letters, digits, hyphens and underscores; 80 at most.</p>
        <Problem>{problem}</Problem>
        <div className="dialog-buttons">
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="button button-primary">
            Rename
          </button>
        </div>
      </form>
    </Dialog>
  );
}
