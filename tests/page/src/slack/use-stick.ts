// Where a list of messages stands: at its end as long as one is there, else where one left it.

import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** So close to the end, in pixels, is at the end. */
const NEAR = 40;

/** In pixels; `fromEnd` from the first line that is seen. */
type Measures = { fromEnd: number; height: number; room: number };

type Stick = {
  scroller: RefObject<HTMLDivElement | null>;
  content: RefObject<HTMLDivElement | null>;
  /** Something came at the end while one was elsewhere. */
  unseen: boolean;
  onScroll: () => void;
  toEnd: () => void;
};

/** `first` and `last` name what stands at the ends; `mine`: the last is one's own, so one wants to see it. */
export function useStick(first: string | undefined, last: string | undefined, mine: boolean): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const shown = useRef({ first, last });
  const measures = useRef<Measures>({ fromEnd: 0, height: 0, room: 0 });
  const [unseen, setUnseen] = useState(false);

  const toEnd = () => {
    const element = scroller.current;
    if (!element) return;
    sticks.current = true;
    element.scrollTop = element.scrollHeight;
    setUnseen(false);
  };

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const { height, room } = measures.current;
    // Late news of a scroll of our own: meanwhile the content has grown, which nobody scrolled.
    if (sticks.current && (element.scrollHeight !== height || element.clientHeight !== room)) return;
    measures.current = measuresOf(element);
    sticks.current = measures.current.fromEnd - element.clientHeight < NEAR;
    if (sticks.current) setUnseen(false);
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const grewAtEnd = shown.current.last !== last;
    if (grewAtEnd && mine) sticks.current = true;
    if (sticks.current) {
      element.scrollTop = element.scrollHeight;
      setUnseen(false);
    } else if (grewAtEnd) {
      setUnseen(true);
    } else if (shown.current.first !== first) {
      // Older ones came above: what one sees stays where it is.
      element.scrollTop = element.scrollHeight - measures.current.fromEnd;
    }
    shown.current = { first, last };
    measures.current = measuresOf(element);
  }, [first, last, mine]);

  // A message that grows, an image that loads, a composer that needs more room.
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (sticks.current) element.scrollTop = element.scrollHeight;
      measures.current = measuresOf(element);
    });
    observer.observe(element);
    if (content.current) observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  return { scroller, content, unseen, onScroll, toEnd };
}

const measuresOf = ({ scrollHeight, scrollTop, clientHeight }: HTMLElement): Measures => ({
  fromEnd: scrollHeight - scrollTop,
  height: scrollHeight,
  room: clientHeight,
});
