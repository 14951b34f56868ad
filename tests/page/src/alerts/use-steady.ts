// Keeps what the API says up to date: when something happened in Slack, and every few seconds, for the API itself tells
// nobody. At most twice a second, and never two requests at once.

import { useEffect, useRef } from "react";
import { type Live, useLive } from "../simulator/live";

const PAUSE_MS = 500;
const EVERY_MS = 3000;

export function useSteady<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Live<T> {
  const last = useRef({ key: "", at: 0 });
  const live = useLive(
    key,
    async (signal) => {
      const since = last.current.key === key ? performance.now() - last.current.at : PAUSE_MS;
      if (since < PAUSE_MS) await new Promise((wake) => setTimeout(wake, PAUSE_MS - since));
      signal.throwIfAborted();
      last.current = { key, at: performance.now() };
      return read(signal);
    },
    (change) => change.what === "channel" || change.what === "wire" || change.what === "backend",
  );
  const reload = useRef(live.reload);
  reload.current = live.reload;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") reload.current();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return live;
}
