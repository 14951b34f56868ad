// What the simulator's control API says, as far as the page reads it. The table stands in tests/simulator/control.rs.

export type Person = {
  id: string;
  name: string;
  real_name: string;
  display_name: string | null;
  email: string | null;
  deleted: boolean;
  is_admin: boolean;
  is_owner: boolean;
  is_bot: boolean;
  is_restricted: boolean;
  is_ultra_restricted: boolean;
  is_stranger: boolean;
  tz: string | null;
  team_id: string | null;
};

export type Conversation = {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  /** With whom the bot speaks; only in direct messages. */
  user?: string | null;
  is_archived: boolean;
  is_ext_shared: boolean;
  members: string[];
};

export type Workspace = {
  team: { id: string; name: string; domain: string };
  enterprise: { id: string; name: string } | null;
  app: { app_id: string; bot_user_id: string; bot_id: string; bot_name: string };
  users: Person[];
  conversations: Conversation[];
};

/** A Block Kit block or element as Slack stores it. Only its type is certain. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Block = { type: string; block_id?: string; [key: string]: Json | undefined };

export type SharedFile = {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  filetype: string;
  size: number;
};

export type Message = {
  /** Seconds and microseconds, unique in its channel. */
  ts: string;
  thread_ts?: string;
  user: string;
  bot_id: string | null;
  subtype?: string;
  text: string;
  blocks: Block[];
  attachments?: { color?: string; blocks?: Block[]; text?: string; fallback?: string }[];
  files?: SharedFile[];
  edited: { user: string; ts: string } | null;
  deleted: boolean;
  thread: Message[];
};

export type Ephemeral = {
  channel: string;
  user: string;
  text: string;
  blocks: Block[];
  thread_ts: string | null;
  ts: string;
};

export type PlainText = { type: "plain_text"; text: string; emoji?: boolean };

export type View = {
  id: string;
  type: "modal" | "home";
  title: PlainText | null;
  submit: PlainText | null;
  close: PlainText | null;
  blocks: Block[];
  state: { values: Record<string, Record<string, { [key: string]: Json }>> };
  hash: string;
  previous_view_id: string | null;
  root_view_id: string;
};

/** What came of a callback to the app. */
export type Delivered = {
  /** 0 if the app did not answer in time. */
  status: number;
  body: string;
  elapsed_ms: number;
  wire_id: string;
  shown_error: boolean;
  response_action?: "errors" | "update" | "push" | "clear" | "";
  problems?: string[];
  options?: Json[];
};

export type WireEntry = {
  id: string;
  /** Seconds and microseconds. */
  at: string;
  direction: "to_slack" | "to_app";
  /** A Web API method, or the kind of a callback. */
  method: string;
  request: Json;
  /** Null: no answer, or none yet. */
  status: number | null;
  response: Json;
  fault?: string;
  /** Null while it runs. */
  took_ms: number | null;
};

export type FaultKind =
  | "ratelimited"
  | "lost_answer"
  | "hang"
  | "http_500"
  | "http_503_html"
  | "reset"
  | "slow"
  | "error"
  | "truncated_json"
  | "duplicate_callback"
  | "delay_callback";

export type Fault = {
  /** A Web API method, `*` for all, or `callback`. */
  method: string;
  channel?: string;
  kind: FaultKind;
  /** Seconds. */
  retry_after?: number;
  error?: string;
  ms?: number;
  /** How often it fires at most. */
  times?: number;
  skip?: number;
  probability?: number;
};

export type FaultInForce = Fault & { seen: number; fired: number };

/** One thing that is no longer as it was read. */
export type Change = {
  what: "all" | "workspace" | "channel" | "ephemerals" | "views" | "home" | "wire" | "faults" | "backend";
  id?: string;
};
