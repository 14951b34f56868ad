// Text, email, address and number inputs.
// https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element

import { type KeyboardEvent, useEffect, useRef } from "react";
import { Acting } from "./acting";
import type { Control } from "./controls";
import { listOf, numberOf, type Part, partOf, textOf } from "./json";
import { type Naming, useControl } from "./use-control";

const TYPES: Record<string, string> = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "number",
};

/** Milliseconds after the last character until the app hears what was typed. */
const PAUSE = 500;

export function TextInput({ control, naming }: { control: Control; naming: Naming }) {
  const { element, kind } = control;
  const handle = useControl(control, naming);
  const held = typeof handle.held === "string" ? handle.held : "";
  const on = control.tells ? tellsOn(element) : [];
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const use = useRef(handle.use);
  use.current = handle.use;
  useEffect(() => () => clearTimeout(pause.current), []);

  const common = {
    ...naming,
    className: "text-input",
    disabled: handle.disabled,
    value: held,
    placeholder: textOf(element.placeholder),
    onChange: (event: { target: { value: string } }) => {
      const typed = event.target.value;
      handle.put(typed);
      if (!on.includes("on_character_entered")) return;
      clearTimeout(pause.current);
      pause.current = setTimeout(() => use.current(typed), PAUSE);
    },
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
      if (!on.includes("on_enter_pressed")) return;
      event.preventDefault();
      handle.use(held);
    },
  };
  const most = numberOf(element.max_length);

  return (
    <Acting handle={handle} confirm={undefined}>
      {element.multiline === true ? (
        <textarea {...common} rows={4} {...(most !== undefined && { maxLength: most })} />
      ) : (
        <input
          {...common}
          type={TYPES[kind]}
          autoComplete="off"
          {...(most !== undefined && { maxLength: most })}
          {...(kind === "number_input" && { step: element.is_decimal_allowed === true ? "any" : 1 })}
        />
      )}
      {on.includes("on_enter_pressed") && <span className="input-hint">Press Enter to send</span>}
      {most !== undefined && held.length > most * 0.8 && <CharactersLeft left={most - held.length} />}
    </Acting>
  );
}

/** Shown when the end is near. */
const CharactersLeft = ({ left }: { left: number }) => (
  <span className="input-hint" role="status">
    {left === 1 ? "1 character left" : `${left} characters left`}
  </span>
);

/** Enter, unless the input says otherwise.
 * https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object */
function tellsOn(element: Part) {
  const { trigger_actions_on } = partOf(element.dispatch_action_config);
  return trigger_actions_on === undefined ? ["on_enter_pressed"] : listOf(trigger_actions_on);
}
