// One view of a modal: its blocks between its title and its buttons, and what happens when it is submitted.

import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import { Blocks } from "../blocks/blocks";
import { textOf } from "../blocks/json";
import { BackIcon, CloseIcon } from "../page/icons";
import type { Person, View, Workspace } from "../simulator/types";
import { useSubmission } from "./use-submission";
import { usePlace } from "./view-place";

type Properties = {
  workspace: Workspace;
  me: Person;
  view: View;
  /** It lies on top. */
  active: boolean;
  /** The id of its title. */
  title: string | undefined;
  depth: number;
  of: number;
  /** Closes the view, or all of them. */
  close: (all: boolean) => void;
  /** Slack may have other views now. */
  changed: () => void;
};

export function ModalView({ workspace, me, view, active, title, depth, of, close, changed }: Properties) {
  const form = useRef<HTMLFormElement>(null);
  const place = usePlace(view.id);
  const submission = useSubmission(workspace, me, view, changed);
  useFocus(form, active, view.hash);

  const { errors } = submission;
  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    const wrong = form.current?.querySelector<HTMLElement>("[aria-invalid]");
    // A group of choices takes no focus itself.
    (wrong?.matches("[role]:not(input)") ? wrong.querySelector("input") : wrong)?.focus();
  }, [errors]);

  /** From an input of many lines, too. */
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.current?.requestSubmit();
  };

  return (
    <form
      ref={form}
      className="modal-view"
      hidden={!active}
      noValidate
      aria-busy={submission.busy}
      onKeyDown={submitByKey}
      onSubmit={(event) => {
        event.preventDefault();
        if (view.submit) submission.submit();
      }}
    >
      <header className="modal-header">
        {depth > 1 && (
          <button
            type="button"
            className="icon-button"
            aria-label="Back"
            title="Back"
            onClick={() => close(false)}
          >
            <BackIcon />
          </button>
        )}
        <h2 id={title} tabIndex={-1}>
          {textOf(view.title)}
        </h2>
        {of > 1 && (
          <span className="modal-depth">
            {depth} of {of}
          </span>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label={of > 1 ? "Close all" : "Close"}
          title={of > 1 ? "Close all" : "Close"}
          onClick={() => close(true)}
        >
          <CloseIcon />
        </button>
      </header>
      <div className="modal-body">
        <Blocks
          workspace={workspace}
          me={me}
          place={place}
          blocks={view.blocks}
          values={view.state.values}
          errors={errors}
          onInput={submission.input}
        />
      </div>
      <footer className="modal-footer">
        {submission.problem && (
          <p className="problem" role="alert">
            {submission.problem}
          </p>
        )}
        <button type="button" className="button" onClick={() => close(false)}>
          {textOf(view.close) || (view.submit ? "Cancel" : "Close")}
        </button>
        {view.submit && (
          <button type="submit" className="button button-primary" aria-disabled={submission.busy}>
            {submission.busy && <span className="spinner" aria-hidden="true" />}
            {textOf(view.submit)}
          </button>
        )}
      </footer>
    </form>
  );
}

/** The first thing to fill in, when a view comes to the top; where one was, when one comes back to it. */
function useFocus(form: RefObject<HTMLFormElement | null>, active: boolean, hash: string): void {
  const last = useRef<Element>(null);
  useEffect(() => {
    const element = form.current;
    const remember = (event: FocusEvent) => {
      last.current = event.target as Element;
    };
    element?.addEventListener("focusin", remember);
    return () => element?.removeEventListener("focusin", remember);
  }, [form]);

  useEffect(() => {
    if (active) focusIn(form.current, last.current);
  }, [form, active]);

  // An update can take away what had the focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash says that the view was updated.
  useEffect(() => {
    if (active && document.activeElement === document.body) focusIn(form.current, null);
  }, [form, active, hash]);
}

function focusIn(form: HTMLFormElement | null, before: Element | null): void {
  const first =
    (before && form?.contains(before) ? (before as HTMLElement) : null) ??
    form?.querySelector<HTMLElement>("[data-focus-on-load]") ??
    form?.querySelector<HTMLElement>(".modal-body :is(input, select, textarea):not(:disabled)") ??
    form?.querySelector<HTMLElement>("h2");
  first?.focus();
}
