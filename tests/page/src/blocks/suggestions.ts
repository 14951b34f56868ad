// The list under a menu that one types into: what is open, what is asked for, and what may be shown. Pure: the
// combobox keeps the state and asks.

import type { Option } from "./controls";

/** Slack asks once this many characters are typed, unless the menu says otherwise.
 * https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select */
export const MIN_QUERY_LENGTH = 3;

export type Suggestions = {
  open: boolean;
  typed: string;
  /** Which option Enter chooses, if there is such a one. */
  active: number;
  /** The number of the newest question; answers to older ones come too late. */
  question: number;
  /** Typed something, and no answer to it yet. */
  waiting: boolean;
  options: Option[];
  problem: string | undefined;
};

export type Happening =
  | { what: "opened" }
  | { what: "closed" }
  | { what: "typed"; typed: string }
  | { what: "answered"; question: number; options: Option[] }
  | { what: "failed"; question: number; problem: string }
  | { what: "moved"; key: string; count: number };

export const CLOSED: Suggestions = {
  open: false,
  typed: "",
  active: 0,
  question: 0,
  waiting: false,
  options: [],
  problem: undefined,
};

export function next(before: Suggestions, happening: Happening): Suggestions {
  switch (happening.what) {
    case "opened":
      return before.open ? before : asked({ ...CLOSED, open: true, question: before.question }, "");
    case "closed":
      return { ...CLOSED, question: before.question + 1 };
    case "typed":
      return asked({ ...before, open: true }, happening.typed);
    case "answered":
      if (happening.question !== before.question) return before;
      return { ...before, waiting: false, options: happening.options, active: 0 };
    case "failed":
      if (happening.question !== before.question) return before;
      return { ...before, waiting: false, options: [], problem: happening.problem };
    case "moved":
      return { ...before, active: moved(before.active, happening.key, happening.count) };
  }
}

function asked(before: Suggestions, typed: string): Suggestions {
  return { ...before, typed, question: before.question + 1, waiting: true, active: 0, problem: undefined };
}

function moved(active: number, key: string, count: number): number {
  if (count === 0) return 0;
  switch (key) {
    case "ArrowDown":
      return (active + 1) % count;
    case "ArrowUp":
      return active <= 0 ? count - 1 : active - 1;
    case "PageDown":
      return Math.min(active + 10, count - 1);
    case "PageUp":
      return Math.max(active - 10, 0);
    default:
      return active;
  }
}

/** How many characters are still missing before Slack asks the app. */
export const missing = (typed: string, least: number): number => Math.max(0, least - [...typed].length);

/** The options whose label has `typed` in it, in any case. */
export function matching(options: Option[], typed: string): Option[] {
  const wanted = typed.trim().toLowerCase();
  return options.filter((option) => option.label.toLowerCase().includes(wanted));
}

/** What is held after `option` was chosen from a menu of several: it comes or it goes. */
export function toggled(held: Option[], option: Option, most: number): Option[] {
  if (held.some((one) => one.value === option.value)) return held.filter((one) => one.value !== option.value);
  return held.length < most ? [...held, option] : held;
}

/** What stands in the list instead of options, or beside them; empty if nothing need be said. */
export function noteOn(suggestions: Suggestions, count: number, least: number): string {
  const { typed, waiting, problem } = suggestions;
  const wanted = missing(typed, least);
  if (wanted > 0) return wanted === 1 ? "Type one more character" : `Type ${wanted} more characters`;
  if (problem) return problem;
  if (waiting) return "Loading…";
  return count === 0 ? "No results" : "";
}
