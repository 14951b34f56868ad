// Below a message with replies: how many, by whom, when last. Opens the thread.

import type { Message, Workspace } from "../simulator/types";
import { Avatar } from "./avatar";
import { repliesOf } from "./rows";
import { dayAndClock } from "./time";

type Properties = { workspace: Workspace; message: Message; open: (ts: string) => void };

const FACES = 4;

export function ThreadButton({ workspace, message, open }: Properties) {
  const replies = repliesOf(message);
  const last = replies.at(-1);
  if (!last) return null;
  const authors = [...new Set(replies.map((reply) => reply.user))].slice(0, FACES);
  const count = countOf(replies.length);
  const when = `last reply ${dayAndClock(last.ts, new Date())}`;
  return (
    <button type="button" className="thread-button" data-thread={message.ts} onClick={() => open(message.ts)}>
      {authors.map((user) => (
        <Avatar key={user} workspace={workspace} user={user} small />
      ))}
      <span className="thread-count">{count},</span> <span className="quiet">{when}</span>
    </button>
  );
}

export const countOf = (replies: number): string => (replies === 1 ? "1 reply" : `${replies} replies`);
