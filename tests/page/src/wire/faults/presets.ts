// Faults that are worth watching, each as a switch. What Margay does about them is decided in
// shared/slack/src/client/answer.rs, shared/slack/src/refusal.rs and shared/delivery/src/failure.rs.

import type { Fault, FaultInForce } from "../../simulator/types";

export type Preset = {
  id: string;
  name: string;
  /** What Slack does. */
  slack: string;
  /** What Margay is seen to do about it. */
  margay: string;
  fault: Fault;
  /** What else the fault may be about: the methods, or the codes of an error. */
  variants?: { label: string; change: Partial<Fault> }[];
  /** How often it happens, unless one chooses otherwise. */
  often: Often;
};

export type Often = "once" | "thrice" | "always";

export const OFTEN: Record<Often, { label: string; times?: number }> = {
  once: { label: "once", times: 1 },
  thrice: { label: "3 times", times: 3 },
  always: { label: "until switched off" },
};

const POSTS = { label: "posting a message", change: { method: "chat.postMessage" } };
const EVERY_METHOD = { label: "every method", change: { method: "*" } };

export const PRESETS: Preset[] = [
  {
    id: "ratelimited",
    name: "429: too many requests",
    slack:
      "Slack refuses with Retry-After: 30, and goes on refusing this method in this channel until the 30 seconds are over.",
    margay:
      "Margay leaves the channel alone for as long as it was told. The next sweep, one a minute, then posts. A channel that was not refused does not wait.",
    fault: { method: "chat.postMessage", kind: "ratelimited", retry_after: 30 },
    variants: [POSTS, EVERY_METHOD],
    often: "once",
  },
  {
    id: "lost_answer",
    name: "Lost answer",
    slack: "Slack posts the message, and the connection breaks before the answer.",
    margay:
      "Margay cannot know whether the message is there. At the next sweep it looks for it in the channel (conversations.history, conversations.replies) before it posts again: one message, not two.",
    fault: { method: "chat.postMessage", kind: "lost_answer" },
    often: "once",
  },
  {
    id: "slow",
    name: "Slow",
    slack: "Slack takes 5 seconds over each call.",
    margay:
      "Messages only come late: Margay waits up to 8 seconds for an answer. With every method slow, a click can fail: asking Slack who clicked may take 2.2 seconds at most, and then the person sees an error.",
    fault: { method: "chat.postMessage", kind: "slow", ms: 5000 },
    variants: [POSTS, EVERY_METHOD],
    often: "always",
  },
  {
    id: "down",
    name: "Down",
    slack: "Slack answers every call with status 503 and a page of HTML.",
    margay:
      "Margay tries again for a day, within a minute at first and every quarter of an hour in the end. A 503 does not say that nothing was posted, so it looks in the channel before it posts again. Once Slack is back, every copy is brought up to date.",
    fault: { method: "*", kind: "http_503_html" },
    often: "always",
  },
  {
    id: "hang",
    name: "Hang",
    slack: "Slack posts the message, keeps the connection open and does not answer.",
    margay:
      "Margay stops waiting after 8 seconds, and goes on as after a lost answer: it looks before it posts.",
    fault: { method: "chat.postMessage", kind: "hang" },
    often: "once",
  },
  {
    id: "token",
    name: "Token revoked",
    slack: "Slack refuses every call because of the bot token.",
    margay:
      "The token may have been rotated: a minute or two later Margay tries once more, with the secret as it is then. Refused again, the delivery is DEAD, says what to do, and stays so.",
    fault: { method: "*", kind: "error", error: "token_revoked" },
    variants: ["token_revoked", "invalid_auth", "account_inactive"].map((error) => ({
      label: error,
      change: { error },
    })),
    often: "always",
  },
  {
    id: "twice",
    name: "Clicks and events arrive twice",
    slack: "Slack sends each click, submission and event twice.",
    margay:
      "The id of a change follows from the click, so the second one does nothing: one line in the alert's activity, one reply in each thread.",
    fault: { method: "callback", kind: "duplicate_callback" },
    often: "always",
  },
  {
    id: "late",
    name: "Clicks and events arrive late",
    slack: "Slack sends each click, submission and event 5 seconds late.",
    margay:
      "A change is made when it arrives; if somebody else was faster, the person is told that theirs was not applied. Choosing Resolved opens no window, for Slack allows that for 3 seconds: the person is asked to choose again.",
    fault: { method: "callback", kind: "delay_callback", ms: 5000 },
    often: "always",
  },
];

/** Whether a preset can be held to one channel: callbacks cannot. */
export const hasChannel = (preset: Preset): boolean => preset.fault.method !== "callback";

/** The fault of a preset as it was chosen. */
export function faultOf(preset: Preset, variant: number, channel: string, often: Often): Fault {
  const { times } = OFTEN[often];
  return {
    ...preset.fault,
    ...preset.variants?.[variant]?.change,
    ...(channel && hasChannel(preset) && { channel }),
    ...(times !== undefined && { times }),
  };
}

/** Whether a fault could have come of this preset. */
export function isOf(preset: Preset, fault: FaultInForce): boolean {
  const { method, kind, error } = preset.fault;
  const variants: { change: Partial<Fault> }[] = preset.variants ?? [{ change: {} }];
  return variants.some(
    ({ change }) =>
      fault.kind === kind &&
      fault.method === (change.method ?? method) &&
      fault.error === (change.error ?? error),
  );
}
