// Menus of one choice whose options are known: a native select.
// https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element

import type { KeyboardEvent } from "react";
import { Acting } from "./acting";
import { type Control, type Option, offeredBy } from "./controls";
import { textOf } from "./json";
import { useSurface } from "./surface";
import { type Naming, useControl } from "./use-control";

export function Select({ control, naming }: { control: Control; naming: Naming }) {
  const { workspace, me } = useSurface();
  const handle = useControl(control, naming);
  const options = offeredBy(control.element, workspace, me);
  const held = typeof handle.held === "string" ? undefined : handle.held[0];
  const placeholder = textOf(control.element.placeholder) || "Choose an option";
  // What the app chose at first need not be among what is offered now.
  const others = held && !options.some((option) => option.value === held.value) ? [held] : [];

  return (
    <Acting handle={handle} confirm={control.element.confirm}>
      <select
        {...naming}
        className={held ? "select" : "select select-empty"}
        disabled={handle.disabled}
        value={held?.value ?? ""}
        onKeyDown={control.tells ? openInsteadOfChoosing : undefined}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          handle.use(chosen ? [chosen] : []);
        }}
      >
        <option value="" disabled={!(control.inInput && control.optional)} hidden={held && !control.optional}>
          {placeholder}
        </option>
        {others.map(drawn)}
        {groupsOf(options).map(([group, inGroup]) =>
          group ? (
            <optgroup key={group} label={group}>
              {inGroup.map(drawn)}
            </optgroup>
          ) : (
            inGroup.map(drawn)
          ),
        )}
      </select>
    </Acting>
  );
}

const drawn = ({ value, label, description }: Option) => (
  <option key={value} value={value}>
    {description ? `${label} · ${description}` : label}
  </option>
);

export function groupsOf(options: Option[]): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  for (const option of options) groups.set(option.group, [...(groups.get(option.group) ?? []), option]);
  return [...groups];
}

/**
 * A closed select takes the next option at each press of an arrow key or a letter. Where a choice tells the app, it
 * opens instead, and Enter chooses. https://www.w3.org/WAI/WCAG22/Understanding/on-input.html
 */
function openInsteadOfChoosing(event: KeyboardEvent<HTMLSelectElement>): void {
  const { key, ctrlKey, metaKey, altKey, currentTarget } = event;
  const chooses =
    ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].includes(key) || key.length === 1;
  if (!chooses || ctrlKey || metaKey || altKey || !("showPicker" in currentTarget)) return;
  event.preventDefault();
  currentTarget.showPicker();
}
