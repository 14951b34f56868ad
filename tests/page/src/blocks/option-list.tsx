// The list under a combobox, over everything else on the page.

import { type RefObject, useEffect } from "react";
import type { Option } from "./controls";

type Properties = {
  popover: RefObject<HTMLDivElement | null>;
  id: string;
  label: string;
  options: Option[];
  active: number;
  held: Option[];
  several: boolean;
  /** No more can be chosen. */
  full: boolean;
  note: string;
  choose: (option: Option) => void;
};

export function OptionList({
  popover,
  id,
  label,
  options,
  active,
  held,
  several,
  full,
  note,
  choose,
}: Properties) {
  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [id, active]);

  return (
    // The focus stays in the input, whatever is pressed here.
    <div
      ref={popover}
      popover="manual"
      className="option-list"
      onPointerDown={(event) => event.preventDefault()}
    >
      <div id={id} role="listbox" aria-label={label} aria-multiselectable={several || undefined}>
        {options.map((option, at) => {
          const chosen = held.some((one) => one.value === option.value);
          const begins = option.group !== "" && option.group !== options[at - 1]?.group;
          return [
            begins && (
              <div key={`group ${option.group}`} className="option-group" role="presentation">
                {option.group}
              </div>
            ),
            // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: keys go to the input.
            <div
              key={option.value}
              id={`${id}-${at}`}
              role="option"
              className={at === active ? "option option-active" : "option"}
              aria-selected={chosen}
              aria-disabled={full && !chosen ? true : undefined}
              onClick={() => choose(option)}
            >
              <span className="option-mark" aria-hidden="true">
                {chosen ? "✓" : ""}
              </span>
              <span>
                {option.label}
                {option.description && <span className="choice-description">{option.description}</span>}
              </span>
            </div>,
          ];
        })}
      </div>
      <div className="option-note" role="status">
        {note}
      </div>
    </div>
  );
}
