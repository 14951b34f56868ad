// The modals that someone has open: a stack, of which only the top can be seen and used. Those below keep what was
// typed into them. https://docs.slack.dev/surfaces/modals

import { useId, useLayoutEffect, useRef } from "react";
import * as control from "../simulator/control";
import { useLive } from "../simulator/live";
import type { Person, View, Workspace } from "../simulator/types";
import { ModalView } from "./modal-view";
import "./modals.css";

type Properties = { workspace: Workspace; me: Person };

export function Modals({ workspace, me }: Properties) {
  const views = useLive(
    `views/${me.id}`,
    (signal) => control.views(me.id, signal),
    (change) => change.what === "views" && change.id === me.id,
  );
  if (!views.value || views.value.length === 0) return null;
  return <Stack key={me.id} workspace={workspace} me={me} stack={views.value} reload={views.reload} />;
}

type StackProperties = Properties & { stack: View[]; reload: () => void };

function Stack({ workspace, me, stack, reload }: StackProperties) {
  const element = useRef<HTMLDialogElement>(null);
  const title = useId();
  const top = stack.at(-1);

  // The browser keeps the focus inside and gives it back. Closed before it is taken out of the page: else the focus
  // is lost.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  /** Slack tells the app only if it asked to be told; that it could not be told changes nothing. */
  const close = (all: boolean) => {
    if (!top) return;
    control.close(top.id, me.id, all).then(reload, reload);
  };

  return (
    <dialog
      ref={element}
      className="modal"
      aria-labelledby={title}
      onCancel={(event) => {
        if (event.target !== element.current) return;
        event.preventDefault();
        close(false);
      }}
    >
      {stack.map((view, at) => (
        <ModalView
          key={view.id}
          workspace={workspace}
          me={me}
          view={view}
          active={view === top}
          title={view === top ? title : undefined}
          depth={at + 1}
          of={stack.length}
          close={close}
          changed={reload}
        />
      ))}
    </dialog>
  );
}
