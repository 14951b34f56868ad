// What of the log is shown: the filter, pause, clear.

import type { Filter } from "./filter";

type Properties = {
  filter: Filter;
  change: (filter: Filter) => void;
  clear: () => void;
  isPaused: boolean;
  pause: (paused: boolean) => void;
  faultsOpen: boolean;
  openFaults: () => void;
  /** What is shown, in words. */
  count: string;
};

export function Toolbar({
  filter,
  change,
  clear,
  isPaused,
  pause,
  faultsOpen,
  openFaults,
  count,
}: Properties) {
  return (
    <div className="wire-toolbar" role="toolbar" aria-label="What is shown">
      <input
        type="search"
        className="wire-search"
        aria-label="Filter by text"
        placeholder="Filter: method, #channel, status, any text"
        value={filter.text}
        onChange={(event) => change({ ...filter, text: event.target.value })}
      />
      <select
        className="wire-select"
        aria-label="Direction"
        value={filter.direction}
        onChange={(event) => change({ ...filter, direction: event.target.value as Filter["direction"] })}
      >
        <option value="both">Both directions</option>
        <option value="to_slack">Margay → Slack</option>
        <option value="to_app">Slack → Margay</option>
      </select>
      <label className="wire-check">
        <input
          type="checkbox"
          checked={filter.failuresOnly}
          onChange={(event) => change({ ...filter, failuresOnly: event.target.checked })}
        />
        Failures only
      </label>
      <button type="button" className="button" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
        {isPaused ? "Resume" : "Pause"}
      </button>
      <button type="button" className="button" onClick={clear}>
        Clear
      </button>
      <button type="button" className="button" aria-expanded={faultsOpen} onClick={openFaults}>
        Faults
      </button>
      <span className="wire-count quiet">{count}</span>
    </div>
  );
}
