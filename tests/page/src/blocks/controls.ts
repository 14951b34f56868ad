// The controls in blocks: which there are, what they hold, and how what they hold is written for Slack.
// https://docs.slack.dev/reference/block-kit/block-elements

import { nameOf } from "../page/person";
import type { Block, Json, Person, View, Workspace } from "../simulator/types";
import { kindOf, listOf, numberOf, type Part, partOf, partsOf, textOf, type Value, wordOf } from "./json";

export type Values = View["state"]["values"];

export type Option = {
  value: string;
  label: string;
  description: string;
  /** Of an overflow menu. */
  address: string;
  /** The label of the group that it stands in. */
  group: string;
};

/** What a control holds: text (a date and a time are texts, too), or what is chosen from a menu. */
export type Held = string | Option[];

/** An interactive element and where it stands. */
export type Control = {
  block_id: string;
  action_id: string;
  kind: string;
  element: Part;
  /** In an input block. */
  inInput: boolean;
  /** Using it tells the app. */
  tells: boolean;
  optional: boolean;
  /** What its block says, for who cannot see where it stands. */
  label: string;
};

/** The controls of a block, in order. */
export function controlsOf(block: Block): Control[] {
  const inInput = block.type === "input";
  const elements = {
    section: [partOf(block.accessory)],
    actions: partsOf(block.elements),
    input: [partOf(block.element)],
  }[block.type];
  return (elements ?? [])
    .filter((element) => kindOf(element) !== "" && kindOf(element) !== "image")
    .map((element) => ({
      block_id: block.block_id ?? "",
      action_id: wordOf(element.action_id),
      kind: kindOf(element),
      element,
      inInput,
      tells: !inInput || block.dispatch_action === true,
      optional: block.optional === true,
      label: textOf(block.label ?? block.text),
    }));
}

const holdsText = (kind: string): boolean => kind.endsWith("_input") || kind.endsWith("picker");

const holdsMany = (kind: string): boolean => kind.startsWith("multi_") || kind === "checkboxes";

/** Where `state.values` and an element's `initial_…` keep what a control of this kind holds. */
function keyOf(kind: string): string {
  const single = kind.replace(/^multi_/, "");
  const what =
    {
      users_select: "user",
      conversations_select: "conversation",
      channels_select: "channel",
      datepicker: "date",
      timepicker: "time",
      datetimepicker: "date_time",
    }[single] ?? "option";
  return holdsMany(kind) ? `${what}s` : what;
}

/** What the control holds as far as Slack knows: `values` if it says something, else what the app put there. */
export function heldIn(control: Control, values: Values | undefined, workspace: Workspace): Held {
  const { kind, element } = control;
  const state = values?.[control.block_id]?.[control.action_id];
  const known = state && state.type === kind ? state : undefined;
  if (kind.endsWith("_input")) return wordOf(known ? known.value : element.initial_value);
  const value = known ? known[`selected_${keyOf(kind)}`] : element[`initial_${keyOf(kind)}`];
  if (kind === "datetimepicker") return localTime(numberOf(value));
  if (holdsText(kind)) return wordOf(value);
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    if (typeof item === "string") return [named(item, workspace)];
    return item ? [optionOf(item)] : [];
  });
}

/** As the control API takes it: text, a number of seconds, an option's value, or a list of values. */
export function written(kind: string, held: Held): Json {
  if (typeof held !== "string") {
    const values = held.map((option) => option.value);
    return holdsMany(kind) ? values : (values[0] ?? null);
  }
  if (held === "") return null;
  return kind === "datetimepicker" ? Math.floor(new Date(held).getTime() / 1000) : held;
}

/** The inverse of reading `YYYY-MM-DDTHH:MM` as a local time. */
function localTime(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  const at = new Date(seconds * 1000);
  const two = (part: number) => String(part).padStart(2, "0");
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function optionOf(value: Value, group = ""): Option {
  const option = partOf(value);
  return {
    value: wordOf(option.value),
    label: textOf(option.text),
    description: textOf(option.description),
    address: wordOf(option.url),
    group,
  };
}

/** What the element itself offers, or the workspace for it. */
export function offeredBy(element: Part, workspace: Workspace, me: Person): Option[] {
  switch (kindOf(element).replace(/^multi_/, "")) {
    case "users_select":
      return sorted(
        workspace.users.filter((user) => !user.deleted).map((user) => plain(user.id, nameOf(user))),
      );
    case "conversations_select":
      return conversations(element, workspace, me);
    case "channels_select":
      return conversations({ filter: { include: ["public"] } }, workspace, me);
    default: {
      const groups = partsOf(element.option_groups);
      const grouped = groups.flatMap((group) =>
        listOf(group.options).map((option) => optionOf(option, textOf(group.label))),
      );
      return [...listOf(element.options).map((option) => optionOf(option)), ...grouped];
    }
  }
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object */
function conversations(element: Part, workspace: Workspace, me: Person): Option[] {
  const filter = partOf(element.filter);
  const kinds = listOf(filter.include);
  const seen = workspace.conversations.filter((conversation) => {
    const { kind, user, members, is_archived, is_ext_shared } = conversation;
    if (is_archived || (kinds.length > 0 && !kinds.includes(kind))) return false;
    if (is_ext_shared && filter.exclude_external_shared_channels === true) return false;
    if (kind === "im") return user === me.id && filter.exclude_bot_users !== true;
    return kind === "public" || members.includes(me.id);
  });
  return sorted(seen.map(({ id }) => named(id, workspace)));
}

/** A person or conversation as an option. */
function named(id: string, workspace: Workspace): Option {
  const person = workspace.users.find((user) => user.id === id);
  if (person) return plain(id, nameOf(person));
  const conversation = workspace.conversations.find((one) => one.id === id);
  if (!conversation) return plain(id, id);
  return plain(id, conversation.kind === "im" ? workspace.app.bot_name : `#${conversation.name}`);
}

const plain = (value: string, label: string): Option => ({
  value,
  label,
  description: "",
  address: "",
  group: "",
});

const sorted = (options: Option[]): Option[] =>
  options.toSorted((a, b) => a.label.localeCompare(b.label, "en"));
