// A channel is read anew as a whole whenever anything in it changes. What is as before keeps its identity, so that
// React draws only what changed, and what people have typed into a message's inputs stays.

import type { Message } from "../simulator/types";

/** `after`, with the objects of `before` wherever they say the same. */
export function keepSame(before: Message[], after: Message[]): Message[] {
  const known = new Map(before.map((message) => [message.ts, message]));
  const kept = after.map((message) => {
    const old = known.get(message.ts);
    return old && JSON.stringify(old) === JSON.stringify(message) ? old : message;
  });
  const nothingNew = kept.length === before.length && kept.every((message, at) => message === before[at]);
  return nothingNew ? before : kept;
}
