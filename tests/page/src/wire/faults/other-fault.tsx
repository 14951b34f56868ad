// A form with every field of a fault, for those who know what they want.

import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { Fault, FaultKind, Workspace } from "../../simulator/types";
import { fieldsOf, read, type Typed, UNTOUCHED } from "./fault-form";
import { FAULT_KINDS, faultDoes, faultName } from "./kinds";
import { ChannelSelect } from "./preset-item";

/** The methods that Margay calls; any other of Slack's can be typed. */
const METHODS = [
  "*",
  "auth.test",
  "chat.postEphemeral",
  "chat.postMessage",
  "chat.update",
  "conversations.history",
  "conversations.list",
  "conversations.replies",
  "users.info",
  "users.lookupByEmail",
  "views.open",
];

const LABELS: Record<keyof Typed, string> = {
  method: "Method (* for all)",
  channel: "Channel",
  kind: "What happens",
  retry_after: "Seconds to wait (30 unless given)",
  error: "Slack's error code",
  ms: "Milliseconds (1000 unless given)",
  times: "How often at most (empty: until removed)",
  skip: "Calls that pass first",
  probability: "Probability, 0 to 1 (empty: always)",
};

type Properties = { workspace: Workspace; isBusy: boolean; add: (fault: Fault) => void };

export function OtherFault({ workspace, isBusy, add }: Properties) {
  const [typed, setTyped] = useState(UNTOUCHED);
  const [problems, setProblems] = useState<Partial<Record<keyof Typed, string>>>({});
  const methods = useId();
  const change = (name: keyof Typed, value: string) => setTyped({ ...typed, [name]: value });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const said = read(typed);
    setProblems("problems" in said ? said.problems : {});
    if ("fault" in said) add(said.fault);
  };
  const input = (name: keyof Typed): ReactNode => {
    if (name === "kind") {
      return (
        <select value={typed.kind} onChange={(event) => change("kind", event.target.value as FaultKind)}>
          {FAULT_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {faultName(kind)}: Slack {faultDoes(kind)}
            </option>
          ))}
        </select>
      );
    }
    if (name === "channel") {
      return (
        <ChannelSelect
          workspace={workspace}
          value={typed.channel}
          change={(channel) => change("channel", channel)}
        />
      );
    }
    return (
      <input
        value={typed[name]}
        list={name === "method" ? methods : undefined}
        inputMode={name === "method" || name === "error" ? "text" : "decimal"}
        aria-invalid={problems[name] !== undefined}
        onChange={(event) => change(name, event.target.value)}
      />
    );
  };
  return (
    <form className="fault-form" onSubmit={submit} noValidate>
      <datalist id={methods}>
        {METHODS.map((method) => (
          <option key={method} value={method} />
        ))}
      </datalist>
      {fieldsOf(typed.kind).map((name) => (
        // biome-ignore lint/a11y/noLabelWithoutControl: the control is what `input` gives.
        <label key={name} className="field">
          {LABELS[name]}
          {input(name)}
          {problems[name] && (
            <span role="alert" className="problem">
              This must be {problems[name]}.
            </span>
          )}
        </label>
      ))}
      <button type="submit" className="button button-primary" disabled={isBusy}>
        Add the fault
      </button>
    </form>
  );
}
