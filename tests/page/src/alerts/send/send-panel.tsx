// Sends an alert: a sample, as it is or changed, or one's own.

import { type KeyboardEvent, useRef, useState } from "react";
import * as api from "../api";
import { ProblemBox } from "../problem-box";
import { SAMPLES } from "../samples/samples";
import { useDeed } from "../use-deed";
import { MAX_BYTES, randomSuffix, sizeOf, withNewId } from "./draft";
import { type Mistake, mistakeIn } from "./json-place";
import "./send.css";

/** What the panel remembers while another tab is shown. */
const kept = { sample: 0, text: SAMPLES[0]?.text() ?? "", isNew: true, sent: "" };

export function SendPanel({ open }: { open: (alert: string) => void }) {
  const [draft, setDraft] = useState({ ...kept });
  const [mistake, setMistake] = useState<Mistake>();
  const sending = useDeed<string>();
  const text = useRef<HTMLTextAreaElement>(null);

  const change = (to: Partial<typeof kept>) => {
    Object.assign(kept, to);
    setDraft({ ...kept });
    setMistake(undefined);
  };
  const post = async (body: string) => {
    const wasSent = await sending.run(async () => {
      const id = await api.send(body);
      open(id);
      return id;
    });
    if (wasSent) change({ sent: body });
  };
  const send = () => {
    const found = mistakeIn(draft.text);
    setMistake(found);
    if (found) {
      text.current?.focus();
      text.current?.setSelectionRange(found.at, found.at + 1);
      return;
    }
    void post(draft.isNew ? withNewId(draft.text, randomSuffix()) : draft.text);
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send();
  };

  const size = sizeOf(draft.text);
  return (
    <section className="send" aria-label="Send an alert">
      <h2>Send an alert</h2>
      <label className="field">
        Sample
        <select
          value={draft.sample}
          onChange={(event) => {
            const sample = Number(event.target.value);
            change({ sample, text: SAMPLES[sample]?.text() ?? "" });
          }}
        >
          {SAMPLES.map(({ name }, index) => (
            <option key={name} value={index}>
              {name}
            </option>
          ))}
          <option value={-1}>Your own</option>
        </select>
      </label>
      <p className="send-hint quiet">
        {SAMPLES[draft.sample]?.hint ?? "Only title and severity are needed. Unknown keys are kept."}
      </p>
      <label className="field send-text">
        Alert as JSON
        <textarea
          ref={text}
          value={draft.text}
          placeholder='{"title": "…", "severity": "HIGH"}'
          spellCheck={false}
          autoCapitalize="off"
          aria-invalid={mistake !== undefined}
          onChange={(event) => change({ sample: -1, text: event.target.value })}
          onKeyDown={pressed}
        />
      </label>
      <p className={`send-size ${size > MAX_BYTES ? "alerts-bad" : "quiet"}`}>
        {size.toLocaleString("en")} of at most {MAX_BYTES.toLocaleString("en")} bytes
      </p>
      <label className="send-new">
        <input
          type="checkbox"
          checked={draft.isNew}
          onChange={(event) => change({ isNew: event.target.checked })}
        />
        As a new alert each time, with an alertId of its own
      </label>
      <div className="send-buttons">
        <button type="button" className="button button-primary" disabled={sending.isRunning} onClick={send}>
          Send
        </button>
        <button
          type="button"
          className="button"
          disabled={sending.isRunning || draft.sent === ""}
          onClick={() => void post(draft.sent)}
        >
          Send the same again
        </button>
      </div>
      <p role="status" className="send-said">
        {sending.isRunning && "Sending."}
        {sending.done && (
          <>
            Margay has it in its queue.{" "}
            <button type="button" className="link-button" onClick={() => open(sending.done ?? "")}>
              Show {sending.done}
            </button>
          </>
        )}
      </p>
      {mistake && (
        <p role="alert" className="problem">
          This is not JSON: at line {mistake.line}, column {mistake.column} there should be {mistake.expected}
          .
        </p>
      )}
      {sending.problem && !mistake && <ProblemBox problem={sending.problem} />}
    </section>
  );
}
