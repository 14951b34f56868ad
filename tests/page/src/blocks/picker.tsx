// Dates and times, with the browser's own pickers. https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element

import { useEffect, useState } from "react";
import { Acting } from "./acting";
import type { Control } from "./controls";
import { wordOf } from "./json";
import { type Naming, useControl } from "./use-control";

const TYPES: Record<string, string> = {
  datepicker: "date",
  timepicker: "time",
  datetimepicker: "datetime-local",
};

/** While a date is typed, each digit makes another date. The app hears of it when it stays for this long, in
 * milliseconds, or the picker is left. */
const SETTLED = 1500;

export function Picker({ control, naming }: { control: Control; naming: Naming }) {
  const handle = useControl(control, naming);
  const held = typeof handle.held === "string" ? handle.held : "";
  const [draft, setDraft] = useState<string>();
  const zone = wordOf(control.element.timezone);

  const settle = () => {
    if (draft === undefined) return;
    setDraft(undefined);
    if (draft !== held) handle.use(draft);
  };
  useSettled(draft, settle);

  return (
    <Acting handle={handle} confirm={control.element.confirm}>
      <span className="picker">
        <input
          {...naming}
          type={TYPES[control.kind]}
          className="text-input"
          disabled={handle.disabled}
          value={draft ?? held}
          onChange={(event) => {
            if (control.tells) setDraft(event.target.value);
            else handle.use(event.target.value);
          }}
          onBlur={settle}
          onKeyDown={(event) => {
            if (event.key === "Enter" && draft !== undefined) {
              event.preventDefault();
              settle();
            }
          }}
        />
        {zone && <span className="quiet">{zone}</span>}
      </span>
    </Acting>
  );
}

/** Calls `settle` when `draft` has stayed the same for a while. */
function useSettled(draft: string | undefined, settle: () => void): void {
  const [due, setDue] = useState<string>();
  useEffect(() => {
    if (draft === undefined) return;
    const timer = setTimeout(() => setDue(draft), SETTLED);
    return () => clearTimeout(timer);
  }, [draft]);
  useEffect(() => {
    if (due === undefined) return;
    setDue(undefined);
    if (due === draft) settle();
  }, [due, draft, settle]);
}
