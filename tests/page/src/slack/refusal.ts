// What the simulator refuses, for people: it speaks of ids.

import { nameIn } from "../page/person";
import type { Workspace } from "../simulator/types";

/** Why something did not work. */
export function problemOf(workspace: Workspace, error: unknown): string {
  // What fetch throws where nobody answers.
  if (error instanceof TypeError) return "The simulator does not answer. Nothing was done.";
  return inWords(workspace, error instanceof Error ? error.message : String(error));
}

/** With the names of the people and channels it mentions. */
export function inWords(workspace: Workspace, refusal: string): string {
  return refusal.replace(/\b[A-Z][A-Z0-9]{3,}\b/g, (id) => {
    const channel = workspace.conversations.find((conversation) => conversation.id === id);
    if (channel && channel.kind !== "im") return `#${channel.name}`;
    return nameIn(workspace, id);
  });
}
