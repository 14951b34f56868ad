// Keeps a popover below what it belongs to, or above where there is no room, as wide as that at least.

import { type RefObject, useLayoutEffect } from "react";

/** Between the two, and to the window's edge, in pixels. */
const SPACE = 4;

export function useBelow(
  popover: RefObject<HTMLElement | null>,
  anchor: RefObject<HTMLElement | null>,
  open: boolean,
): void {
  useLayoutEffect(() => {
    const element = popover.current;
    if (!open || !element) return;
    element.showPopover();
    const place = () => {
      const to = anchor.current?.getBoundingClientRect();
      if (!to) return;
      element.style.minWidth = `${to.width}px`;
      const { width, height } = element.getBoundingClientRect();
      const below = to.bottom + SPACE;
      const fits = below + height <= window.innerHeight || to.top < height;
      element.style.top = `${Math.max(SPACE, fits ? below : to.top - height - SPACE)}px`;
      element.style.left = `${Math.max(SPACE, Math.min(to.left, window.innerWidth - width - SPACE))}px`;
    };
    place();
    const grown = new ResizeObserver(place);
    grown.observe(element);
    if (anchor.current) grown.observe(anchor.current);
    window.addEventListener("resize", place);
    document.addEventListener("scroll", place, true);
    return () => {
      grown.disconnect();
      window.removeEventListener("resize", place);
      document.removeEventListener("scroll", place, true);
    };
  }, [popover, anchor, open]);
}
