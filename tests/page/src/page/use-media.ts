// Whether the window is as wide, or the device of the kind, that a media query names.

import { useSyncExternalStore } from "react";

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** One pane at a time. The same width stands in src/slack/slack-tab.css. */
export const useNarrow = (): boolean => useMedia("(max-width: 700px)");
