// One request and its answer, whole.

import { useLayoutEffect, useRef } from "react";
import { nameIn } from "../page/person";
import type { WireEntry, Workspace } from "../simulator/types";
import { channelName, channelOf, directionOf, durationOf, outcomeOf, personOf, titleOf } from "./entry";
import { faultDoes, faultName } from "./faults/kinds";
import { JsonView } from "./json/json-view";
import { Replay } from "./replay";
import "./entry-detail.css";

type Properties = {
  entry: WireEntry;
  workspace: Workspace;
  /** It takes the place of the list. */
  isAlone: boolean;
  close: () => void;
  choose: (id: string) => void;
};

export function EntryDetail({ entry, workspace, isAlone, close, choose }: Properties) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isAlone) button.current?.focus();
  }, [isAlone]);

  const outcome = outcomeOf(entry);
  const channel = channelOf(entry);
  const person = personOf(entry);
  const facts: [string, string | undefined][] = [
    ["Direction", directionOf(entry)],
    ["Began", new Date(Number(entry.at) * 1000).toISOString()],
    ["Answer", outcome.text],
    ["Took", durationOf(entry.took_ms) || undefined],
    ["Channel", channel && `${channelName(workspace, channel)} (${channel})`],
    ["Person", person && `${nameIn(workspace, person)} (${person})`],
    ["Fault", entry.fault && `${faultName(entry.fault)}: Slack ${faultDoes(entry.fault)}`],
  ];
  return (
    <section className="wire-detail" aria-label={`Entry: ${titleOf(entry)}`}>
      <header className="wire-pane-header">
        <h2>{titleOf(entry)}</h2>
        <button ref={button} type="button" className="button" onClick={close}>
          {isAlone ? "Back" : "Close"}
        </button>
      </header>
      <dl className="wire-facts">
        {facts.map(
          ([name, fact]) =>
            fact && (
              <div key={name}>
                <dt>{name}</dt>
                <dd className={name === "Answer" ? `wire-${outcome.kind}` : undefined}>{fact}</dd>
              </div>
            ),
        )}
      </dl>
      {entry.direction === "to_app" && <Replay id={entry.id} choose={choose} />}
      <JsonView label={entry.direction === "to_app" ? "Payload" : "Request"} value={entry.request} />
      {entry.response !== null && <JsonView label={answerLabel(entry)} value={entry.response} />}
    </section>
  );
}

/** Of a lost answer the log shows what it would have been. */
function answerLabel(entry: WireEntry): string {
  return entry.status === null || entry.fault === "truncated_json" ? "Answer, as it was written" : "Answer";
}
