// How much of a channel a person has not seen.

import type { Message } from "../simulator/types";
import { inChannel, isSystem } from "./rows";

/** Nothing read yet. */
export const NEVER = "";

export type Unread = { count: number; atLeast: boolean };

/** The timestamp up to which everything is read once one has seen these messages. */
export const newestOf = (messages: Message[]): string => inChannel(messages).at(-1)?.ts ?? NEVER;

/** A mark later than the newest message is from another workspace's channel of this name: a reset one. */
const valid = (messages: Message[], mark: string): string => (mark > newestOf(messages) ? NEVER : mark);

function newMessages(messages: Message[], me: string, mark: string): Message[] {
  const after = valid(messages, mark);
  return inChannel(messages).filter(
    (message) => message.ts > after && !message.deleted && !isSystem(message) && message.user !== me,
  );
}

/** `more`: there are older messages than these. */
export function unread(messages: Message[], more: boolean, me: string, mark: string): Unread {
  const oldest = messages[0]?.ts ?? NEVER;
  return { count: newMessages(messages, me, mark).length, atLeast: more && valid(messages, mark) < oldest };
}

/** Above which message the line "New" goes. None where everything is new. */
export function firstNew(messages: Message[], me: string, mark: string): string | undefined {
  return valid(messages, mark) === NEVER ? undefined : newMessages(messages, me, mark)[0]?.ts;
}
