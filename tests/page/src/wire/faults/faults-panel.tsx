// The faults: what is in force, the presets, and a form for any other.

import { useLayoutEffect, useRef, useState } from "react";
import * as control from "../../simulator/control";
import type { Fault, FaultInForce, Workspace } from "../../simulator/types";
import { describe, isInForce, progressOf, violationText } from "./in-force";
import { OtherFault } from "./other-fault";
import { PresetItem } from "./preset-item";
import { PRESETS } from "./presets";
import type { Faults } from "./use-faults";
import "./faults.css";

type Properties = {
  faults: Faults;
  workspace: Workspace;
  /** It takes the place of the list. */
  isAlone: boolean;
  close: () => void;
};

export function FaultsPanel({ faults, workspace, isAlone, close }: Properties) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const back = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isAlone) back.current?.focus();
  }, [isAlone]);

  const all = faults.value?.faults ?? [];
  const violations = faults.value?.violations ?? [];

  const change = async (deed: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await deed();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
    faults.reload();
  };
  const add = (fault: Fault) => void change(() => control.addFault(fault));
  const remove = (isMeant: (fault: FaultInForce) => boolean) =>
    void change(async () => {
      // As they are now: their numbers are their places. The last one first, so that the other places stay.
      const { faults } = await control.faults();
      for (const [index, fault] of [...faults.entries()].reverse()) {
        if (isMeant(fault)) await control.removeFault(index);
      }
    });

  return (
    <section className="wire-faults" aria-label="Faults">
      <header className="wire-pane-header">
        <h2>Faults</h2>
        {all.length > 0 && (
          <button
            type="button"
            className="button"
            disabled={isBusy}
            onClick={() => void change(control.clearFaults)}
          >
            Clear all faults
          </button>
        )}
        <button ref={back} type="button" className="button" onClick={close}>
          {isAlone ? "Back" : "Close"}
        </button>
        {(problem ?? faults.problem) && (
          <p role="alert" className="problem">
            {problem ?? faults.problem}
          </p>
        )}
      </header>
      {violations.length > 0 && (
        <section className="fault-violations" role="alert" aria-label="Calls that did not wait">
          <h3>Calls that did not wait</h3>
          <p>Slack had said to wait, and Margay called all the same:</p>
          <ul>
            {violations.slice(-20).map((violation, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they have no other name, and only ever become more.
              <li key={index}>{violationText(violation, workspace)}</li>
            ))}
          </ul>
        </section>
      )}
      {all.length > 0 && (
        <ul className="fault-list" aria-label="Faults in force">
          {all.map((fault, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a fault's place is its name.
            <li key={index} data-spent={!isInForce(fault) || undefined}>
              <span>
                {describe(fault, workspace)}
                <span className="quiet"> {progressOf(fault)}</span>
                {!isInForce(fault) && <span className="fault-spent">spent</span>}
              </span>
              <button
                type="button"
                className="link-button"
                aria-label={`Remove: ${describe(fault, workspace)}`}
                disabled={isBusy}
                onClick={() => void change(() => control.removeFault(index))}
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <ul className="fault-presets" aria-label="Presets">
        {PRESETS.map((preset) => (
          <PresetItem
            key={preset.id}
            preset={preset}
            faults={all}
            workspace={workspace}
            isBusy={isBusy}
            add={add}
            remove={remove}
          />
        ))}
      </ul>
      <details className="fault-other">
        <summary>Another fault</summary>
        <OtherFault workspace={workspace} isBusy={isBusy} add={add} />
      </details>
    </section>
  );
}
