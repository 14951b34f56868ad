// What stands around each control: a warning when the app failed, and the question before it acts.

import type { ReactNode } from "react";
import { Dialog } from "../page/dialog";
import type { Json } from "../simulator/types";
import { partOf, textOf } from "./json";
import { Text } from "./text";
import type { Handle } from "./use-control";

type Properties = { handle: Handle; confirm: Json | undefined; children: ReactNode };

export function Acting({ handle, confirm, children }: Properties) {
  return (
    <div className="control" aria-busy={handle.busy}>
      {children}
      {handle.problem && (
        <span className="control-problem" role="alert">
          <WarningIcon />
          <span>{handle.problem}</span>
        </span>
      )}
      {handle.asking && <Confirm confirm={confirm} answer={handle.answer} />}
    </div>
  );
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
function Confirm({ confirm, answer }: { confirm: Json | undefined; answer: (yes: boolean) => void }) {
  const { title, text, confirm: yes, deny, style } = partOf(confirm);
  return (
    <Dialog title={textOf(title) || "Are you sure?"} close={() => answer(false)}>
      <Text value={text} />
      <div className="dialog-buttons">
        <button type="button" className="button" onClick={() => answer(false)}>
          {textOf(deny) || "Cancel"}
        </button>
        <button
          type="button"
          className={`button ${style === "danger" ? "button-danger" : "button-primary"}`}
          onClick={() => answer(true)}
        >
          {textOf(yes) || "Yes"}
        </button>
      </div>
    </Dialog>
  );
}

function WarningIcon() {
  return (
    <svg width="14" height="14" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">
      <path d="M10 1.8 19 18H1zM9.100 7v5.500h1.800V7zm0 7v1.800h1.800V14z" fillRule="evenodd" />
    </svg>
  );
}
