import { expect, test } from "vitest";
import { acme, channel, person } from "./acme.fixture";
import { complete, completionAt } from "./completion";

const workspace = acme();
const [me = person("", ""), , gwen = person("", "")] = workspace.users;
const [conversation = channel("", "")] = workspace.conversations;
const room = { workspace, me, conversation };

/** What is suggested where the bar is. */
const suggested = (typed: string, withCommands = true): string[] => {
  const caret = typed.indexOf("|");
  const completion = completionAt(typed.replace("|", ""), caret, room, withCommands);
  return completion?.suggestions.map(({ insert }) => insert) ?? [];
};

test("an at sign suggests who is in the channel first, then the others, then everybody", () => {
  expect(suggested("@|")).toEqual(["@margay", "@gwen", "@linus", "@robin", "@here", "@channel"]);
});

test.each([
  ["@li|", ["@linus"]],
  ["@BER|", ["@linus"]],
  ["hello @rob| there", ["@robin"]],
  ["(@ok|", ["@robin"]],
  ["(@o|", ["@robin"]],
  ["me@l|", []],
  ["@x|", []],
  ["@ li|", []],
  ["#cl|", ["#cloud-alerts"]],
  ["#al|", ["#security-alerts", "#cloud-alerts"]],
  ["#secret|", []],
  ["/re|", ["/remove", "/rename"]],
  ["say /re|", []],
])("%s suggests %j", (typed, known) => {
  expect(suggested(typed)).toEqual(known);
});

test("what is already whole is not suggested: Enter sends it", () => {
  expect(suggested("/invite|")).toEqual([]);
  expect(suggested("/invite @Margay|")).toEqual([]);
});

test("commands are suggested only where they work", () => {
  expect(suggested("/re|", false)).toEqual([]);
  expect(suggested("@li|", false)).toEqual(["@linus"]);
});

test("who is deactivated is not suggested", () => {
  const users = workspace.users.map((user) => ({ ...user, deleted: user.id === "U0ROBIN" }));
  expect(completionAt("@rob", 4, { ...room, workspace: { ...workspace, users } }, true)).toBeUndefined();
});

test("the app is suggested once, though it is among the users", () => {
  const bot = person("U0BOT", "margay", { is_bot: true });
  const completion = completionAt("@m", 2, { ...room, workspace: { ...workspace, users: [bot] } }, true);
  expect(completion?.suggestions.map(({ label }) => label)).toEqual(["margay"]);
});

test("guests are told only of channels that they see", () => {
  expect(completionAt("#cl", 3, { ...room, me: gwen }, true)).toBeUndefined();
});

test.each([
  ["@li|", "@linus |"],
  ["hello @li| and you", "hello @linus |and you"],
  ["hello @li|, and you", "hello @linus |, and you"],
  ["/jo|", "/join |"],
])("a choice for %s gives %s", (typed, result) => {
  const caret = typed.indexOf("|");
  const text = typed.replace("|", "");
  const completion = completionAt(text, caret, room, true);
  const [first] = completion?.suggestions ?? [];
  if (!completion || !first) throw new Error("nothing is suggested");
  const done = complete(text, completion, first);
  expect(`${done.text.slice(0, done.caret)}|${done.text.slice(done.caret)}`).toBe(result);
});
