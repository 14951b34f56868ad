// Sends a callback once more.

import { useState } from "react";
import * as control from "../simulator/control";
import type { Delivered } from "../simulator/types";

type Properties = { id: string; choose: (id: string) => void };

export function Replay({ id, choose }: Properties) {
  const [running, setRunning] = useState(false);
  const [said, setSaid] = useState<{ delivered?: Delivered; problem?: string }>({});

  const replay = async (freshSignature: boolean) => {
    setRunning(true);
    setSaid({});
    try {
      setSaid({ delivered: await control.replay(id, freshSignature) });
    } catch (error) {
      setSaid({ problem: error instanceof Error ? error.message : String(error) });
    }
    setRunning(false);
  };

  const { delivered, problem } = said;
  return (
    <section className="wire-replay" aria-label="Replay">
      <div className="wire-buttons">
        <button type="button" className="button" disabled={running} onClick={() => void replay(false)}>
          Replay the same bytes
        </button>
        <button type="button" className="button" disabled={running} onClick={() => void replay(true)}>
          Replay, newly signed
        </button>
      </div>
      <p className="quiet">
        A change that was made is not made again by a replay: it has the same id. The same bytes are refused
        (401) once their signature is five minutes old.
      </p>
      <p role="status" className="wire-replayed">
        {running && "Sent; waiting for the answer."}
        {delivered && (
          <>
            {delivered.status === 0
              ? "Margay did not answer in time. "
              : `Margay answered ${delivered.status} after ${delivered.elapsed_ms} ms. `}
            {delivered.wire_id !== id && (
              <button type="button" className="link-button" onClick={() => choose(delivered.wire_id)}>
                Show it
              </button>
            )}
          </>
        )}
      </p>
      {problem && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
    </section>
  );
}
