// What a screen reader says politely, from anywhere in the page: one live region, so that nothing is said twice.

import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let words = "";

/** Says this once whatever is being said now has been said. */
export function speak(text: string): void {
  // The same words again are news, too: a space makes them others.
  words = text === words ? `${text} ` : text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function Spoken() {
  return (
    <p className="visually-hidden" role="status">
      {useSyncExternalStore(subscribe, () => words)}
    </p>
  );
}
