// A button that opens a short list of things to do. Arrow keys and Tab go through it; Escape, a choice and a click
// elsewhere close it.

import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import "./menu.css";

export type MenuItem = { label: string; act: () => void; dangerous?: boolean };

type Properties = { label: string; icon: ReactNode; items: MenuItem[]; className?: string };

export function Menu({ label, icon, items, className = "icon-button" }: Properties) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // A press on the button closes an open list before the click comes, which must not open it again.
  const wasOpen = useRef(false);

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={label}
        aria-expanded={open}
        aria-haspopup="menu"
        title={label}
        onPointerDown={() => {
          wasOpen.current = open;
        }}
        onClick={(event) => {
          const byPointer = event.detail > 0;
          if (!(byPointer && wasOpen.current)) setOpen(true);
          wasOpen.current = false;
        }}
      >
        {icon}
      </button>
      {open && <MenuList label={label} items={items} button={button.current} closed={() => setOpen(false)} />}
    </>
  );
}

type ListProperties = {
  label: string;
  items: MenuItem[];
  button: HTMLElement | null;
  closed: () => void;
};

function MenuList({ label, items, button, closed }: ListProperties) {
  const list = useRef<HTMLDivElement>(null);
  const onClosed = useRef(closed);
  onClosed.current = closed;

  useLayoutEffect(() => {
    const element = list.current;
    if (!element || !button) return;
    element.showPopover();
    placeBelow(element, button);
    element.querySelector("button")?.focus();
  }, [button]);

  // What is below the button moves away from it when something scrolls.
  useEffect(() => {
    const close = () => list.current?.hidePopover();
    window.addEventListener("resize", close);
    document.addEventListener("scroll", close, true);
    return () => {
      window.removeEventListener("resize", close);
      document.removeEventListener("scroll", close, true);
    };
  }, []);

  const move = (event: KeyboardEvent) => {
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length)?.focus();
  };

  return (
    <div
      ref={list}
      popover="auto"
      className="menu"
      role="menu"
      aria-label={label}
      onKeyDown={move}
      onToggle={(event) => {
        if (event.newState === "closed") onClosed.current();
      }}
    >
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          className={item.dangerous ? "menu-item menu-item-dangerous" : "menu-item"}
          onClick={() => {
            list.current?.hidePopover();
            item.act();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** Below the button, or above it where there is no room; its right edges together, within the window. */
function placeBelow(element: HTMLElement, button: HTMLElement): void {
  const space = 4;
  const anchor = button.getBoundingClientRect();
  const { width, height } = element.getBoundingClientRect();
  const below = anchor.bottom + space;
  const top = below + height > window.innerHeight ? anchor.top - height - space : below;
  element.style.top = `${Math.max(space, top)}px`;
  element.style.left = `${Math.max(space, anchor.right - width)}px`;
}
