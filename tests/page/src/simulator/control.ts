// Requests to the simulator: what is there, and what a person does.

import type {
  Delivered,
  Ephemeral,
  Fault,
  FaultInForce,
  Json,
  Message,
  View,
  WireEntry,
  Workspace,
} from "./types";

/** The simulator said no; the message is its reason. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Where a control stands: in a message, or in a view. */
export type Place = { channel: string; message_ts: string } | { view_id: string };

export type InputValues = Record<string, Record<string, Json>>;

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(`/_control/${path}`, {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    }),
    ...(signal && { signal }),
  });
  const said = (await answer.json()) as T & { error?: string };
  if (!answer.ok) throw new Refused(answer.status, said.error ?? `status ${answer.status}`);
  return said;
}

const get = <T>(path: string, signal?: AbortSignal) => call<T>("GET", path, undefined, signal);
const post = <T>(path: string, body: unknown) => call<T>("POST", path, body);
const id = encodeURIComponent;

export const workspace = (signal?: AbortSignal) => get<Workspace>("workspace", signal);

export const messages = (channel: string, newest: number, signal?: AbortSignal) =>
  get<{ messages: Message[]; more: boolean }>(`channels/${id(channel)}/messages?newest=${newest}`, signal);

export const ephemerals = (user: string, signal?: AbortSignal) =>
  get<{ ephemerals: Ephemeral[] }>(`ephemerals?user=${id(user)}`, signal).then((said) => said.ephemerals);

export const views = (user: string, signal?: AbortSignal) =>
  get<{ views: View[] }>(`views?user=${id(user)}`, signal).then((said) => said.views);

export const home = (user: string, signal?: AbortSignal) =>
  get<{ view: View | null }>(`home?user=${id(user)}`, signal).then((said) => said.view);

export const write = (user: string, channel: string, text: string, thread_ts?: string, broadcast?: boolean) =>
  post<{ ts: string }>("messages", {
    user,
    channel,
    text,
    ...(thread_ts && { thread_ts }),
    ...(broadcast && { broadcast }),
  });

export const edit = (user: string, channel: string, ts: string, text: string) =>
  call<object>("PATCH", `channels/${id(channel)}/messages/${id(ts)}`, { user, text });

export const remove = (user: string, channel: string, ts: string) =>
  call<object>("DELETE", `channels/${id(channel)}/messages/${id(ts)}?user=${id(user)}`);

export const dismiss = (user: string, ts: string) =>
  call<object>("DELETE", `ephemerals/${id(ts)}?user=${id(user)}`);

export const share = (
  user: string,
  channel: string,
  files: { name: string; content_base64: string }[],
  text: string,
  thread_ts?: string,
) => post<{ ts: string }>("files", { user, channel, files, text, ...(thread_ts && { thread_ts }) });

/** Where a shared file can be looked at. */
export const fileAddress = (file: string) => `/_control/files/${id(file)}/content`;

export const openDirectMessage = (user: string) => post<{ channel: string }>("im", { user });

export const openHome = (user: string, tab: "home" | "messages") => post<object>("home/open", { user, tab });

/** What people do to channels. */
export type ChannelDeed = "invite" | "remove" | "join" | "leave" | "archive" | "unarchive" | "rename";

export const doToChannel = (
  deed: ChannelDeed,
  channel: string,
  body: { user: string; [key: string]: string },
) => post<object>(`channels/${id(channel)}/${deed}`, body);

export type Control = { user: string; action_id: string; block_id?: string } & Place;

/** Clicks or chooses; the app is told at once. */
export const act = (control: Control, value?: Json) =>
  post<Delivered>("act", { ...control, ...(value !== undefined && { value }) });

/** Types into an input of a message that does not tell the app by itself. */
export const fill = (control: Control, value: Json) => post<object>("fill", { ...control, value });

/** Asks the app for the options of an external select. */
export const options = (control: Control, typed: string) =>
  post<Delivered>("options", { ...control, value: typed });

export const submit = (view: string, user: string, values: InputValues) =>
  post<Delivered>(`views/${id(view)}/submit`, { user, values });

export const close = (view: string, user: string, clear = false) =>
  post<Partial<Delivered>>(`views/${id(view)}/close`, { user, clear });

export const wire = (after: string | null, newest: number, signal?: AbortSignal) =>
  get<{ wire: WireEntry[] }>(`wire?newest=${newest}${after ? `&after=${id(after)}` : ""}`, signal).then(
    (said) => said.wire,
  );

/** The same callback once more. */
export const replay = (wire_id: string, fresh_signature: boolean) =>
  post<Delivered>("replay", { wire_id, fresh_signature });

export const faults = (signal?: AbortSignal) =>
  get<{ faults: FaultInForce[]; violations: Json[] }>("faults", signal);

export const addFault = (fault: Fault) => post<object>("faults", fault);
export const removeFault = (index: number) => call<object>("DELETE", `faults/${index}`);
export const clearFaults = () => call<object>("DELETE", "faults");

export const backend = (signal?: AbortSignal) =>
  get<{ there: boolean; url: string | null }>("backend", signal);
