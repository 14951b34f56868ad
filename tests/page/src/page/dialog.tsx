// A dialog over the page. The browser keeps the focus in it, closes it by Escape and gives the focus back. It stands
// at the end of the document: what opened it may be a form or a message, and it is part of neither.

import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { CloseIcon } from "./icons";
import "./dialog.css";

type Properties = { title: string; close: () => void; children: ReactNode };

export function Dialog({ title, close, children }: Properties) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();

  // Closed before it is taken out of the page: else the focus is lost.
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);

  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it, as Escape does.
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === element.current) close();
      }}
    >
      <div className="dialog-content">
        <header className="dialog-header">
          <h2 id={heading}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={close}>
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </dialog>,
    document.body,
  );
}
