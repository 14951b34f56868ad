// The button that adds files to a message: from this machine, or written here as a text snippet.

import { useRef, useState } from "react";
import { Dialog } from "../page/dialog";
import { PlusIcon } from "../page/icons";
import { Menu } from "../page/menu";

export function AddFiles({ add }: { add: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [snippet, setSnippet] = useState(false);
  return (
    <>
      <Menu
        label="Attach"
        icon={<PlusIcon />}
        items={[
          { label: "Upload files", act: () => input.current?.click() },
          { label: "Write a text snippet", act: () => setSnippet(true) },
        ]}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={(event) => {
          add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      {snippet && <Snippet add={(file) => add([file])} close={() => setSnippet(false)} />}
    </>
  );
}

function Snippet({ add, close }: { add: (file: File) => void; close: () => void }) {
  const [name, setName] = useState("snippet.txt");
  const [content, setContent] = useState("");
  return (
    <Dialog title="Text snippet" close={close}>
      <label className="field">
        File name
        <input value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label className="field">
        Content
        <textarea
          rows={8}
          className="snippet-content"
          value={content}
          onChange={(event) => setContent(event.target.value)}
        />
      </label>
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={!content || !name.trim()}
          onClick={() => {
            add(new File([content], name.trim(), { type: "text/plain" }));
            close();
          }}
        >
          Add to message
        </button>
      </div>
    </Dialog>
  );
}
