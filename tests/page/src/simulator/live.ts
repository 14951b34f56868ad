// Keeps what the page shows up to date. The simulator's feed only says what is no longer as it was; whoever shows
// it reads it anew. So it does not matter how many changes are merged into one, or read twice.

import { useEffect, useRef, useState } from "react";
import type { Change } from "./types";

type Listener = (changes: Change[]) => void;

const listeners = new Set<Listener>();
const connectionListeners = new Set<(connected: boolean) => void>();
let connected = false;

function say(changes: Change[]): void {
  for (const listener of listeners) listener(changes);
}

function setConnected(now: boolean): void {
  connected = now;
  for (const listener of connectionListeners) listener(now);
}

/**
 * Connects to the feed while the page can be seen. The browser connects again by itself; each connection begins with
 * "all", so nothing is missed. Hidden pages let go: browsers keep six connections to a host, for all their tabs.
 */
export function listen(): void {
  let feed: EventSource | undefined;
  const connectIfSeen = () => {
    feed?.close();
    feed = undefined;
    if (document.visibilityState === "hidden") return;
    feed = new EventSource("/_control/feed");
    feed.onopen = () => setConnected(true);
    feed.onerror = () => setConnected(false);
    feed.onmessage = (event) => say((JSON.parse(event.data as string) as { changed: Change[] }).changed);
  };
  document.addEventListener("visibilitychange", connectIfSeen);
  connectIfSeen();
}

/** Whether the simulator is there. */
export function useConnected(): boolean {
  const [now, setNow] = useState(connected);
  useEffect(() => {
    setNow(connected);
    connectionListeners.add(setNow);
    return () => {
      connectionListeners.delete(setNow);
    };
  }, []);
  return now;
}

/** What was read, or why it could not be. `value` keeps the last good one. */
export type Live<T> = { value: T | undefined; problem: string | undefined; reload: () => void };

/**
 * Reads something, and again whenever a change concerns it, or `key` becomes another. Changes that come while it is
 * being read lead to one more reading.
 */
export function useLive<T>(
  key: string,
  read: (signal: AbortSignal) => Promise<T>,
  concerns: (change: Change) => boolean,
): Live<T> {
  const [shown, setShown] = useState<{ key: string; value?: T; problem?: string }>({ key });
  const latest = useRef({ read, concerns });
  latest.current = { read, concerns };
  const reload = useRef(() => {});

  useEffect(() => {
    const abort = new AbortController();
    let reading = false;
    let again = false;
    const readAnew = async () => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      do {
        again = false;
        try {
          const value = await latest.current.read(abort.signal);
          if (abort.signal.aborted) return;
          setShown({ key, value });
        } catch (error) {
          if (abort.signal.aborted) return;
          const problem = error instanceof Error ? error.message : String(error);
          setShown((before) => ({ ...(before.key === key ? before : {}), key, problem }));
        }
      } while (again);
      reading = false;
    };
    const listener: Listener = (changes) => {
      if (changes.some((change) => change.what === "all" || latest.current.concerns(change))) void readAnew();
    };
    reload.current = () => void readAnew();
    listeners.add(listener);
    void readAnew();
    return () => {
      listeners.delete(listener);
      abort.abort();
    };
  }, [key]);

  const current = shown.key === key ? shown : undefined;
  return { value: current?.value, problem: current?.problem, reload: () => reload.current() };
}
