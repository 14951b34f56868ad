// Radio buttons and checkboxes.
// https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element

import { Acting } from "./acting";
import { type Control, optionOf } from "./controls";
import { partsOf } from "./json";
import { Text } from "./text";
import { type Naming, useControl } from "./use-control";

export function Choices({ control, naming }: { control: Control; naming: Naming }) {
  const handle = useControl(control, naming);
  const several = control.kind === "checkboxes";
  const held = typeof handle.held === "string" ? [] : handle.held;
  const { id, "aria-required": required, ...named } = naming;

  return (
    <Acting handle={handle} confirm={control.element.confirm}>
      <div
        {...named}
        id={id}
        className="choices"
        role={several ? "group" : "radiogroup"}
        {...(!several && required && { "aria-required": true })}
      >
        {partsOf(control.element.options).map((part) => {
          const option = optionOf(part);
          const chosen = held.some((one) => one.value === option.value);
          return (
            <label key={option.value} className="choice">
              <input
                type={several ? "checkbox" : "radio"}
                name={id}
                checked={chosen}
                disabled={handle.disabled}
                onChange={() => {
                  const others = held.filter((one) => one.value !== option.value);
                  if (several) handle.use(chosen ? others : [...held, option]);
                  else handle.use([option]);
                }}
              />
              <span>
                <Text value={part.text} />
                {option.description && (
                  <span className="choice-description">
                    <Text value={part.description} />
                  </span>
                )}
              </span>
            </label>
          );
        })}
      </div>
    </Acting>
  );
}
