// Menus whose options the app is asked for, and menus of several choices.
// https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element

import { useState } from "react";
import * as simulator from "../simulator/control";
import { Acting } from "./acting";
import { Combobox, type Source } from "./combobox";
import { type Control, type Option, offeredBy, optionOf } from "./controls";
import { numberOf, textOf } from "./json";
import { MIN_QUERY_LENGTH } from "./suggestions";
import { useSurface } from "./surface";
import { type Naming, useControl } from "./use-control";

/** As many as Slack lets anyone choose. */
const MOST = 100;

export function MenuSelect({ control, naming }: { control: Control; naming: Naming }) {
  const { workspace, me, place } = useSurface();
  const { element, kind } = control;
  const handle = useControl(control, naming);
  const several = kind.startsWith("multi_");
  // Choosing several tells the app once, when the list closes.
  const [draft, setDraft] = useState<Option[]>();
  const held = draft ?? (typeof handle.held === "string" ? [] : handle.held);

  const source: Source = kind.endsWith("external_select")
    ? {
        kind: "asked",
        least: numberOf(element.min_query_length) ?? MIN_QUERY_LENGTH,
        ask: (typed) => {
          const { block_id, action_id } = control;
          return suggested({ user: me.id, block_id, action_id, ...place }, typed);
        },
      }
    : { kind: "known", options: offeredBy(element, workspace, me) };

  return (
    <Acting handle={handle} confirm={element.confirm}>
      <Combobox
        naming={naming}
        source={source}
        held={held}
        change={(now, more) => {
          if (several && control.tells && more) {
            setDraft(now);
            return;
          }
          setDraft(undefined);
          handle.use(now);
        }}
        closed={() => {
          setDraft(undefined);
          if (draft) handle.use(draft);
        }}
        {...(several && { most: numberOf(element.max_selected_items) ?? MOST })}
        clearable={control.inInput && control.optional}
        placeholder={textOf(element.placeholder) || (several ? "Choose options" : "Choose an option")}
        disabled={handle.disabled}
        busy={handle.busy}
      />
    </Acting>
  );
}

async function suggested(target: simulator.Control, typed: string): Promise<Option[]> {
  const said = await simulator.options(target, typed).catch(() => undefined);
  if (!said || said.shown_error) throw new Error("The options could not be loaded.");
  return (said.options ?? []).map((option) => optionOf(option));
}
