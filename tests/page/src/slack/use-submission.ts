// What was put into a view, and its way to the app.

import { useCallback, useEffect, useRef, useState } from "react";
import { errorsIn, kept, problemsIn, withInput } from "../blocks/submission";
import type { InputValues } from "../simulator/control";
import * as control from "../simulator/control";
import type { Json, Person, View, Workspace } from "../simulator/types";

export type Submission = {
  /** An input holds this now. */
  input: (block_id: string, action_id: string, value: Json) => void;
  submit: () => void;
  busy: boolean;
  /** What is wrong with inputs, by block id. */
  errors: Record<string, string>;
  /** What is wrong with the whole. */
  problem: string | undefined;
};

const NOTHING = {};
const TROUBLE = "We had some trouble connecting. Try again?";

export function useSubmission(workspace: Workspace, me: Person, view: View, changed: () => void): Submission {
  const typed = useRef<InputValues>({});
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>(NOTHING);
  const [problem, setProblem] = useState<string>();

  // What was typed into a block that went is not there when it comes back. An update begins without errors.
  const { blocks, hash } = view;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hash says that the blocks are others.
  useEffect(() => {
    typed.current = kept(blocks, typed.current);
    setErrors(NOTHING);
    setProblem(undefined);
  }, [hash]);

  const input = useCallback((block_id: string, action_id: string, value: Json) => {
    typed.current = withInput(typed.current, block_id, action_id, value);
    setErrors((before) => {
      if (!(block_id in before)) return before;
      const { [block_id]: _, ...others } = before;
      return others;
    });
  }, []);

  const submit = async () => {
    if (running.current) return;
    const wrong = problemsIn(blocks, view.state.values, typed.current, workspace);
    setErrors(wrong);
    setProblem(undefined);
    if (Object.keys(wrong).length > 0) return;
    running.current = true;
    setBusy(true);
    try {
      const said = await control.submit(view.id, me.id, kept(blocks, typed.current));
      if (said.shown_error) setProblem(TROUBLE);
      else if (said.response_action === "errors") setErrors(errorsIn(said.body));
      else changed();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : TROUBLE);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };

  return { input, submit: () => void submit(), busy, errors, problem };
}
