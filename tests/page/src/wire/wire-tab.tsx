// Each request and answer between Slack and Margay as it happens, and the faults that break them.

import { useDeferredValue, useMemo, useState } from "react";
import { useMedia } from "../page/use-media";
import { useLive } from "../simulator/live";
import type { WireEntry, Workspace } from "../simulator/types";
import { EntryDetail } from "./entry-detail";
import { EntryList } from "./entry-list";
import { FaultsPanel } from "./faults/faults-panel";
import { isInForce } from "./faults/in-force";
import { useFaults } from "./faults/use-faults";
import { EVERYTHING, type Filter, filtered } from "./filter";
import { kept, readWire } from "./kept";
import { isAfter, MOST } from "./log";
import { Toolbar } from "./toolbar";
import "../page/controls.css";
import "./wire.css";

/** Two panes side by side need more. The same width stands in wire.css. */
const ONE_PANE = "(max-width: 900px)";

export function WireTab({ workspace }: { workspace: Workspace }) {
  const isNarrow = useMedia(ONE_PANE);
  const wire = useLive("wire", readWire, (change) => change.what === "wire");
  const faults = useFaults();
  const [filter, setFilter] = useState(kept.filter);
  const [faultsOpen, setFaultsOpen] = useState(kept.faultsOpen ?? !isNarrow);
  const [paused, setPaused] = useState<WireEntry[]>();
  const [chosen, setChosen] = useState<string>();

  const latest = wire.value ?? [];
  const all = paused ?? latest;
  const asked = useDeferredValue(filter);
  const shown = useMemo(() => filtered(all, asked, workspace), [all, asked, workspace]);
  const { since } = filter;
  const count = since === null ? all.length : all.filter(({ at }) => isAfter(at, since)).length;
  const entry = latest.find(({ id }) => id === chosen) ?? all.find(({ id }) => id === chosen);
  const inForce = faults.value?.faults.filter(isInForce).length ?? 0;

  const change = (to: Filter) => {
    kept.filter = to;
    setFilter(to);
  };
  const openFaults = (open: boolean) => {
    kept.faultsOpen = open;
    setFaultsOpen(open);
    setChosen(undefined);
  };
  const clear = () => {
    setPaused(undefined);
    setChosen(undefined);
    change({ ...filter, since: latest.at(-1)?.at ?? null });
  };
  const closeDetail = () => {
    setChosen(undefined);
    // The list was not there while the detail took its place.
    if (isNarrow) setTimeout(() => document.querySelector<HTMLElement>(`[data-id="${chosen}"]`)?.focus());
  };
  const pane = entry ? "detail" : faultsOpen ? "faults" : "none";

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes the detail wherever the focus is.
    <div
      className="wire"
      data-pane={pane}
      onKeyDown={(event) => {
        if (event.key === "Escape" && entry) closeDetail();
      }}
    >
      <header className="wire-header">
        <h2>
          Wire
          {inForce > 0 && (
            <span className="wire-badge">
              {inForce} {inForce === 1 ? "fault" : "faults"} in force
            </span>
          )}
        </h2>
        <Toolbar
          filter={filter}
          change={change}
          clear={clear}
          isPaused={paused !== undefined}
          pause={(on) => setPaused(on ? latest : undefined)}
          faultsOpen={pane === "faults"}
          openFaults={() => openFaults(pane !== "faults")}
          count={countOf(shown.length, count, paused && newerThan(paused, latest))}
        />
      </header>
      <div className="wire-main">
        {wire.problem && (
          <p role="alert" className="problem">
            The log cannot be read: {wire.problem}
          </p>
        )}
        {all.length >= MOST && since === null && (
          <p className="wire-note quiet">Older entries are not shown.</p>
        )}
        {shown.length > 0 && (
          <EntryList entries={shown} chosen={entry?.id} choose={setChosen} workspace={workspace} />
        )}
        {shown.length === 0 && wire.value && (
          <p className="wire-note quiet">
            {isFiltered(filter) ? "Nothing matches the filter. " : "Nothing yet. "}
            {filter !== EVERYTHING && (
              <button type="button" className="link-button" onClick={() => change(EVERYTHING)}>
                Show everything
              </button>
            )}
          </p>
        )}
      </div>
      {entry && (
        <EntryDetail
          key={entry.id}
          entry={entry}
          workspace={workspace}
          isAlone={isNarrow}
          close={closeDetail}
          choose={setChosen}
        />
      )}
      {!entry && faultsOpen && (
        <FaultsPanel
          faults={faults}
          workspace={workspace}
          isAlone={isNarrow}
          close={() => openFaults(false)}
        />
      )}
    </div>
  );
}

const isFiltered = (filter: Filter): boolean =>
  filter.text.trim() !== "" || filter.direction !== "both" || filter.failuresOnly;

function newerThan(paused: WireEntry[], latest: WireEntry[]): number {
  const last = paused.at(-1)?.id ?? "";
  return latest.filter((entry) => entry.id > last).length;
}

function countOf(shown: number, all: number, newer: number | undefined): string {
  const count = shown === all ? `${all} ${all === 1 ? "entry" : "entries"}` : `${shown} of ${all} entries`;
  if (newer === undefined) return count;
  return `${count}; paused, ${newer === MOST ? `${MOST} or more` : newer} newer`;
}
