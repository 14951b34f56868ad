// A menu that one types into. The keyboard works as the ARIA pattern says:
// https://www.w3.org/WAI/ARIA/apg/patterns/combobox/

import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useReducer, useRef } from "react";
import type { Option } from "./controls";
import { OptionList } from "./option-list";
import { CLOSED, matching, missing, next, noteOn, toggled } from "./suggestions";
import { useBelow } from "./use-below";
import type { Naming } from "./use-control";

/** What it offers: all of it, or what the app answers to what is typed. */
export type Source =
  | { kind: "known"; options: Option[] }
  | { kind: "asked"; least: number; ask: (typed: string) => Promise<Option[]> };

type Properties = {
  naming: Naming;
  source: Source;
  held: Option[];
  /** Something was chosen, or taken away; `more` may follow while the list is open. */
  change: (held: Option[], more: boolean) => void;
  /** The list closed. */
  closed?: () => void;
  /** Several can be chosen. */
  most?: number;
  clearable: boolean;
  placeholder: string;
  disabled: boolean;
  busy: boolean;
};

/** Milliseconds. */
const PAUSE = 250;

export function Combobox(properties: Properties) {
  const { naming, source, held, change, closed, most, clearable, placeholder, disabled, busy } = properties;
  const [suggestions, happen] = useReducer(next, CLOSED);
  const { open, typed, active } = suggestions;
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const popover = useRef<HTMLDivElement>(null);
  useBelow(popover, frame, open);
  useAnswers(source, suggestions, happen);

  const several = most !== undefined;
  const least = source.kind === "asked" ? source.least : 0;
  const found = source.kind === "asked" ? suggestions.options : matching(source.options, typed);
  const shown = missing(typed, least) > 0 ? [] : found;
  const full = several && held.length >= most ? `No more than ${most} can be chosen` : "";
  const waiting = source.kind === "asked" && suggestions.waiting;
  const note = noteOn({ ...suggestions, waiting }, shown.length, least);

  const start = () => {
    if (!disabled && !busy) happen({ what: "opened" });
  };
  const close = () => {
    if (!open) return;
    happen({ what: "closed" });
    closed?.();
  };
  const choose = (option: Option) => {
    if (busy) return;
    if (several) {
      change(toggled(held, option, most), true);
      return;
    }
    close();
    change([option], false);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { key } = event;
    if (key === "Escape" && open) {
      // Only the list closes, not the dialog that it stands in.
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (key === "Backspace" && several && typed === "" && held.length > 0) {
      change(held.slice(0, -1), open);
    } else if (["ArrowDown", "ArrowUp", "PageDown", "PageUp"].includes(key)) {
      event.preventDefault();
      if (open) happen({ what: "moved", key, count: shown.length });
      else start();
    } else if (key === "Enter") {
      event.preventDefault();
      const option = shown[active];
      if (!open) start();
      else if (option && !waiting) choose(option);
    }
  };

  return (
    <div ref={frame} className="combobox">
      {several &&
        held.map((option) => (
          <span key={option.value} className="chip">
            {option.label}
            <button
              type="button"
              aria-label={`Remove ${option.label}`}
              disabled={disabled}
              onClick={() => {
                input.current?.focus();
                change(
                  held.filter((one) => one.value !== option.value),
                  open,
                );
              }}
            >
              ×
            </button>
          </span>
        ))}
      <input
        {...naming}
        ref={input}
        type="text"
        role="combobox"
        autoComplete="off"
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={open ? list : undefined}
        aria-activedescendant={open && shown[active] ? `${list}-${active}` : undefined}
        disabled={disabled}
        value={open ? typed : several ? "" : (held[0]?.label ?? "")}
        placeholder={several ? (held.length > 0 ? "" : placeholder) : (held[0]?.label ?? placeholder)}
        onChange={(event) => {
          if (!busy) happen({ what: "typed", typed: event.target.value });
        }}
        onClick={start}
        onFocus={(event) => event.target.select()}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      {clearable && !several && held.length > 0 && !disabled && (
        <button
          type="button"
          className="combobox-clear"
          aria-label="Clear"
          onClick={() => {
            input.current?.focus();
            change([], false);
          }}
        >
          ×
        </button>
      )}
      {open && (
        <OptionList
          popover={popover}
          id={list}
          label={naming["aria-label"] ?? placeholder}
          options={shown}
          active={active}
          held={held}
          several={several}
          full={full !== ""}
          note={note || full}
          choose={choose}
        />
      )}
    </div>
  );
}

/** Asks the app for what fits what is typed, once typing pauses, and takes the answer if nothing else was typed. */
function useAnswers(
  source: Source,
  suggestions: ReturnType<typeof next>,
  happen: (happening: Parameters<typeof next>[1]) => void,
): void {
  const { open, typed, question, waiting } = suggestions;
  const ask = source.kind === "asked" ? source.ask : undefined;
  const enough = source.kind === "asked" && missing(typed, source.least) === 0;
  const latest = useRef(ask);
  useLayoutEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (!open || !waiting || !enough) return;
    const timer = setTimeout(
      () => {
        latest
          .current?.(typed)
          .then((options) => happen({ what: "answered", question, options }))
          .catch((error: Error) => happen({ what: "failed", question, problem: error.message }));
      },
      typed === "" ? 0 : PAUSE,
    );
    return () => clearTimeout(timer);
  }, [open, waiting, enough, typed, question, happen]);
}
