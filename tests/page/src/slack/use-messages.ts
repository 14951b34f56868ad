// The messages of a channel, and one thread of it, kept up to date.

import { useEffect, useMemo, useRef, useState } from "react";
import * as control from "../simulator/control";
import { useLive } from "../simulator/live";
import type { Change, Message } from "../simulator/types";
import { keepSame } from "./same";

/** How many more messages each "Load older" brings. */
export const PAGE = 50;

const concerns = (channel: string) => (change: Change) => change.what === "channel" && change.id === channel;

export type ChannelMessages = {
  /** Undefined until they were read once. */
  messages: Message[] | undefined;
  more: boolean;
  problem: string | undefined;
  loadOlder: () => void;
};

export function useMessages(channel: string): ChannelMessages {
  const [newest, setNewest] = useState(PAGE);
  const read = (signal: AbortSignal) => control.messages(channel, newest, signal);
  const { value, problem, reload } = useLive(`messages/${channel}`, read, concerns(channel));

  const reloadNow = useRef(reload);
  reloadNow.current = reload;
  useEffect(() => {
    if (newest > PAGE) reloadNow.current();
  }, [newest]);

  const messages = useSame(value?.messages);
  return { messages, more: value?.more ?? false, problem, loadOlder: () => setNewest((many) => many + PAGE) };
}

export type Thread = { parent: Message | undefined; read: boolean; problem: string | undefined };

/** The thread that a message begins or stands in. */
export function useThread(channel: string, ts: string): Thread {
  const { value, problem } = useLive(
    `thread/${channel}/${ts}`,
    (signal) => readThread(channel, ts, signal),
    concerns(channel),
  );
  const [parent] = useSame(value) ?? [];
  return { parent, read: value !== undefined, problem };
}

/** A thread may be older than the newest messages: looks ever further back. */
async function readThread(channel: string, ts: string, signal: AbortSignal): Promise<Message[]> {
  for (let newest = PAGE; ; newest *= 10) {
    const { messages, more } = await control.messages(channel, newest, signal);
    const parent = messages.find(
      (message) => message.ts === ts || message.thread.some((reply) => reply.ts === ts),
    );
    if (parent) return [parent];
    if (!more) return [];
  }
}

function useSame(messages: Message[] | undefined): Message[] | undefined {
  const before = useRef<Message[]>([]);
  return useMemo(() => {
    if (!messages) return undefined;
    before.current = keepSame(before.current, messages);
    return before.current;
  }, [messages]);
}
