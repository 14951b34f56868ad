// What stands under one another in a channel or a thread: messages, dividers, quiet lines.

import type { Ephemeral, Message } from "../simulator/types";
import { day, sameDay } from "./time";

export type Row =
  | { kind: "day"; key: string; label: string }
  | { kind: "new"; key: string }
  | { kind: "replies"; key: string; count: number }
  | { kind: "system"; key: string; message: Message }
  | { kind: "tombstone"; key: string; message: Message }
  /** `grouped`: goes on what the same author said just before. `broadcast`: a reply, shown in the channel too. */
  | { kind: "message"; key: string; message: Message; grouped: boolean; broadcast: boolean }
  | { kind: "ephemeral"; key: string; ephemeral: Ephemeral };

/** Seconds that an author may pause before a message has its own head again. */
const GROUP_S = 300;

/** Messages that say what happened to the channel. https://docs.slack.dev/reference/events/message#subtypes */
const SYSTEM =
  /^(channel|group)_(join|leave|archive|unarchive|name|topic|purpose|convert_to_private|convert_to_public)$/;

export const isSystem = (message: Message): boolean => SYSTEM.test(message.subtype ?? "");

export const authorId = (message: Message): string => message.bot_id ?? message.user;

/** The replies that are still there. */
export const repliesOf = (message: Message): Message[] => message.thread.filter((reply) => !reply.deleted);

export const isBroadcast = (message: Message): boolean =>
  message.subtype === "thread_broadcast" && message.thread_ts !== message.ts;

/** What a channel shows of itself: its messages, and the replies that were sent to it too. In order, each once. */
export function inChannel(messages: Message[]): Message[] {
  const shown = messages.flatMap((message) => [message, ...message.thread.filter(isBroadcast)]);
  return [...new Map(shown.map((message) => [message.ts, message])).values()].sort(byTs);
}

type ChannelContent = {
  messages: Message[];
  /** There are older ones, not loaded. */
  more: boolean;
  ephemerals: Ephemeral[];
  now: Date;
  /** The first message that is new; a line goes above it. */
  newFrom?: string | undefined;
};

export function channelRows({ messages, more, ephemerals, now, newFrom }: ChannelContent): Row[] {
  const oldest = more ? (messages[0]?.ts ?? "") : "";
  const entries = [
    ...inChannel(messages).flatMap((message) => messageRow(message, isBroadcast(message))),
    ...ephemerals.filter(({ thread_ts, ts }) => !thread_ts && ts > oldest).map(ephemeralRow),
  ];
  return arranged(entries, now, { newFrom });
}

export function threadRows(parent: Message, ephemerals: Ephemeral[], now: Date): Row[] {
  const replies = repliesOf(parent);
  const head = messageRow(parent);
  const rest = [
    ...replies.flatMap((reply) => messageRow(reply)),
    ...ephemerals.filter(({ thread_ts }) => thread_ts === parent.ts).map(ephemeralRow),
  ];
  const count: Row[] = replies.length > 0 ? [{ kind: "replies", key: "replies", count: replies.length }] : [];
  return [...arranged(head, now), ...count, ...arranged(rest, now, { after: parent.ts })];
}

type Entry = { ts: string; row: Exclude<Row, { kind: "day" | "new" | "replies" }> };

function messageRow(message: Message, broadcast = false): Entry[] {
  const { ts } = message;
  if (message.deleted) {
    return repliesOf(message).length > 0 ? [{ ts, row: { kind: "tombstone", key: ts, message } }] : [];
  }
  if (isSystem(message)) return [{ ts, row: { kind: "system", key: ts, message } }];
  return [{ ts, row: { kind: "message", key: ts, message, grouped: false, broadcast } }];
}

const ephemeralRow = (ephemeral: Ephemeral): Entry => ({
  ts: ephemeral.ts,
  row: { kind: "ephemeral", key: `only-you-${ephemeral.ts}`, ephemeral },
});

type Surroundings = {
  newFrom?: string | undefined;
  /** What stands above, and says the day. */
  after?: string;
};

/** In order of time, with a line before each day and before what is new, and one author's messages together. */
function arranged(entries: Entry[], now: Date, { newFrom, after }: Surroundings = {}): Row[] {
  const rows: Row[] = [];
  let before: Entry | undefined;
  for (const entry of entries.sort(byTs)) {
    const { ts } = entry;
    const dayAbove = before?.ts ?? after;
    const newDay = !dayAbove || !sameDay(dayAbove, ts);
    if (newDay) rows.push({ kind: "day", key: `day-${ts}`, label: day(ts, now) });
    if (ts === newFrom) rows.push({ kind: "new", key: "new" });
    const grouped = !newDay && ts !== newFrom && goesOn(before?.row, entry.row);
    rows.push(entry.row.kind === "message" ? { ...entry.row, grouped } : entry.row);
    before = entry;
  }
  return rows;
}

function goesOn(before: Row | undefined, row: Row): boolean {
  return (
    before?.kind === "message" &&
    row.kind === "message" &&
    !row.broadcast &&
    authorId(before.message) === authorId(row.message) &&
    Number(row.message.ts) - Number(before.message.ts) < GROUP_S
  );
}

const byTs = (one: { ts: string }, other: { ts: string }): number => (one.ts < other.ts ? -1 : 1);
