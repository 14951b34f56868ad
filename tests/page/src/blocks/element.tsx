// The control that an element is.

import { Button, Overflow } from "./button";
import { Choices } from "./choices";
import type { Control } from "./controls";
import { textOf } from "./json";
import { MenuSelect } from "./menu-select";
import { Picker } from "./picker";
import { Select } from "./select";
import { TextInput } from "./text-input";
import { type Naming, useOwnNaming } from "./use-control";

/** A control outside an input: it is named by itself. */
export function OwnElement({ control }: { control: Control }) {
  const naming = useOwnNaming(control, nameOf(control));
  const focus = control.element.focus_on_load === true;
  return <Element control={control} naming={focus ? { ...naming, "data-focus-on-load": true } : naming} />;
}

/** A menu is named by what it says while nothing is chosen; choices by the section they stand beside. */
const nameOf = ({ kind, element }: Control): string =>
  kind === "radio_buttons" || kind === "checkboxes" ? "" : textOf(element.placeholder);

export function Element({ control, naming }: { control: Control; naming: Naming }) {
  switch (control.kind) {
    case "button":
      return <Button control={control} />;
    case "overflow":
      return <Overflow control={control} />;
    case "static_select":
    case "users_select":
    case "conversations_select":
    case "channels_select":
      return <Select control={control} naming={naming} />;
    case "external_select":
    case "multi_static_select":
    case "multi_external_select":
    case "multi_users_select":
    case "multi_conversations_select":
    case "multi_channels_select":
      return <MenuSelect control={control} naming={naming} />;
    case "radio_buttons":
    case "checkboxes":
      return <Choices control={control} naming={naming} />;
    case "datepicker":
    case "timepicker":
    case "datetimepicker":
      return <Picker control={control} naming={naming} />;
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input":
      return <TextInput control={control} naming={naming} />;
    default:
      return <p className="not-shown">A control of kind {control.kind} cannot be used here.</p>;
  }
}
