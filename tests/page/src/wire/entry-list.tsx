// The log itself: a line an entry, the newest at the bottom, where it stays unless one has scrolled away.

import { type KeyboardEvent, memo, useCallback, useLayoutEffect, useRef, useState } from "react";
import { DownIcon } from "../page/icons";
import { nameIn } from "../page/person";
import type { WireEntry, Workspace } from "../simulator/types";
import {
  channelName,
  channelOf,
  directionOf,
  durationOf,
  outcomeOf,
  personOf,
  timeOf,
  titleOf,
} from "./entry";
import { faultName } from "./faults/kinds";
import "./entry-list.css";

type Properties = {
  entries: WireEntry[];
  chosen: string | undefined;
  choose: (id: string) => void;
  workspace: Workspace;
};

/** Closer to the end than this counts as being there. */
const NEAR_PX = 30;

export function EntryList({ entries, chosen, choose, workspace }: Properties) {
  const list = useRef<HTMLOListElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [lastSeen, setLastSeen] = useState("");
  const [focused, setFocused] = useState<string>();
  const newest = entries.at(-1)?.id ?? "";
  const unseen = atEnd ? 0 : entries.filter((entry) => entry.id > lastSeen).length;
  const reached = [focused, chosen].find((id) => entries.some((entry) => entry.id === id)) ?? newest;

  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the entries change, the end is elsewhere.
  useLayoutEffect(() => {
    if (atEnd) toEnd(list.current);
  }, [atEnd, entries]);

  const scrolled = () => {
    const element = list.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    if (atEnd && !isAtEnd) setLastSeen(newest);
    setAtEnd(isAtEnd);
  };

  // The same functions each time, so that lines which did not change are not drawn again.
  const latest = useRef({ chosen, choose });
  latest.current = { chosen, choose };
  const chooseLine = useCallback((id: string) => latest.current.choose(id), []);
  const pressed = useCallback((event: KeyboardEvent) => {
    const lines = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = lines.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: lines.length - 1 }[event.key];
    const line = to === undefined ? undefined : lines[to];
    if (!line) return;
    event.preventDefault();
    line.focus();
    // Who reads one entry goes on reading.
    if (latest.current.chosen && line.dataset.id) latest.current.choose(line.dataset.id);
  }, []);

  return (
    <div className="wire-log">
      <div className="wire-columns wire-heading" aria-hidden="true">
        <span>Time</span>
        <span>Direction</span>
        <span>Method</span>
        <span>Where</span>
        <span>Answer</span>
        <span className="wire-took">Took</span>
      </div>
      <ol ref={list} className="wire-entries" aria-label="Requests and answers" onScroll={scrolled}>
        {entries.map((entry) => (
          <Line
            key={entry.id}
            entry={entry}
            isChosen={entry.id === chosen}
            isReached={entry.id === reached}
            choose={chooseLine}
            focused={setFocused}
            pressed={pressed}
            workspace={workspace}
          />
        ))}
      </ol>
      {!atEnd && (
        <button type="button" className="button wire-to-end" onClick={() => toEnd(list.current)}>
          <DownIcon /> Newest{unseen > 0 && ` (${unseen} new)`}
        </button>
      )}
    </div>
  );
}

const toEnd = (list: HTMLOListElement | null) => list?.scrollTo({ top: list.scrollHeight });

type LineProperties = {
  entry: WireEntry;
  isChosen: boolean;
  /** The one line that Tab reaches. */
  isReached: boolean;
  choose: (id: string) => void;
  focused: (id: string) => void;
  pressed: (event: KeyboardEvent) => void;
  workspace: Workspace;
};

const Line = memo(function Line({ entry, isChosen, isReached, ...properties }: LineProperties) {
  const { choose, focused, pressed, workspace } = properties;
  const outcome = outcomeOf(entry);
  const channel = channelOf(entry);
  const person = personOf(entry);
  const where = [channel && channelName(workspace, channel), person && nameIn(workspace, person)];
  return (
    <li className="wire-entry">
      <button
        type="button"
        className="wire-columns wire-line"
        data-id={entry.id}
        aria-current={isChosen || undefined}
        tabIndex={isReached ? 0 : -1}
        onClick={() => choose(entry.id)}
        onFocus={() => focused(entry.id)}
        onKeyDown={pressed}
      >
        <span className="wire-time">{timeOf(entry.at)}</span>{" "}
        <span className={`wire-direction wire-${entry.direction}`}>{directionOf(entry)}</span>{" "}
        <span className="wire-method">{titleOf(entry)}</span>{" "}
        <span className="wire-where">{where.filter(Boolean).join(", ")}</span>{" "}
        <span className="wire-answer">
          <span className={`wire-outcome wire-${outcome.kind}`}>{outcome.text}</span>{" "}
          {entry.fault && (
            <span className="wire-fault">
              <span className="visually-hidden">fault: </span>
              {faultName(entry.fault)}
            </span>
          )}
        </span>{" "}
        <span className="wire-took">{durationOf(entry.took_ms)}</span>
      </button>
    </li>
  );
});
