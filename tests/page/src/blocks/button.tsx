// Buttons and overflow menus: they hold nothing, a press tells the app.

import { MoreIcon } from "../page/icons";
import { Menu } from "../page/menu";
import { Acting } from "./acting";
import { type Control, offeredBy } from "./controls";
import { safeAddress, textOf, wordOf } from "./json";
import { useSurface } from "./surface";
import { useControl, useOwnNaming } from "./use-control";

/** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
export function Button({ control }: { control: Control }) {
  const { element } = control;
  const text = textOf(element.text);
  const spoken = wordOf(element.accessibility_label) || text;
  const handle = useControl(control, useOwnNaming(control, spoken));
  const style =
    { primary: "button button-primary", danger: "button button-danger" }[wordOf(element.style)] ?? "button";
  const address = safeAddress(wordOf(element.url));
  const name = handle.naming["aria-label"] === text ? {} : { "aria-label": spoken };

  return (
    <Acting handle={handle} confirm={element.confirm}>
      {address && !element.confirm && !handle.disabled ? (
        // Slack opens the address and tells the app as well.
        <a
          {...name}
          className={style}
          href={address}
          target="_blank"
          rel="noopener noreferrer"
          onClick={() => handle.press()}
        >
          {text}
        </a>
      ) : (
        <button
          {...name}
          type="button"
          className={style}
          disabled={handle.disabled}
          aria-disabled={handle.busy}
          onClick={() => handle.press(undefined, () => openAddress(address))}
        >
          {text}
        </button>
      )}
    </Acting>
  );
}

/** https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element */
export function Overflow({ control }: { control: Control }) {
  const { workspace, me } = useSurface();
  const handle = useControl(control, useOwnNaming(control, "More actions"));
  const items = offeredBy(control.element, workspace, me).map(({ value, label, address }) => ({
    label,
    act: () => handle.press(value, () => openAddress(safeAddress(address))),
  }));
  return (
    <Acting handle={handle} confirm={control.element.confirm}>
      <Menu
        label="More actions"
        icon={<MoreIcon />}
        items={handle.disabled ? [] : items}
        className="button overflow-button"
      />
    </Acting>
  );
}

function openAddress(address: string | undefined): void {
  if (address) window.open(address, "_blank", "noopener,noreferrer");
}
