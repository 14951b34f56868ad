// What the window is called, so that two of them can be told apart.

import { useEffect } from "react";

const USUAL = "Margay: a local Slack workspace";

/** The most telling word first: tabs are narrow. */
export function useTitle(...words: (string | undefined)[]): void {
  const title = words.filter(Boolean).join(" · ");
  useEffect(() => {
    document.title = title || USUAL;
    return () => {
      document.title = USUAL;
    };
  }, [title]);
}
