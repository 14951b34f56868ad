import { describe, expect, test } from "vitest";
import type { Conversation } from "../simulator/types";
import { acme, channel, person } from "./acme.fixture";
import { COMMANDS, findPerson, type Meaning, meaningOf } from "./commands";

const workspace = acme();
const [linus = person("", ""), , gwen = person("", "")] = workspace.users;
const [security = channel("", "")] = workspace.conversations;

const means = (line: string, conversation: Conversation = security, inThread = false): Meaning =>
  meaningOf(line, { workspace, me: linus, conversation, inThread });

const problem = (line: string): string => {
  const meaning = means(line);
  return meaning.kind === "mistake" ? meaning.problem : `no mistake: ${meaning.kind}`;
};

test("words are a message, without the empty lines around them", () => {
  expect(means("\n hello\nthere \n")).toEqual({ kind: "message", text: "hello\nthere" });
});

test("a slash later on, or after a space, is no command", () => {
  expect(means("and/or").kind).toBe("message");
  expect(means(" /archive")).toEqual({ kind: "message", text: "/archive" });
  expect(means("see\n/archive").kind).toBe("message");
});

test("an unknown command is never sent, and one is told what to do", () => {
  expect(problem("/shrug hello")).toBe(
    "/shrug is not a command here. /help lists what there is. To send it as a message, begin with a space.",
  );
  expect(problem("/")).toContain("/ is not a command");
  expect(problem("/constructor")).toContain("/constructor is not a command");
});

test("every command that is listed is known", () => {
  for (const { name } of COMMANDS) expect(problem(`/${name}`)).not.toContain("is not a command");
});

describe("in a channel", () => {
  const body = { user: "U0LINUS" };

  test.each([
    ["/archive", { deed: "archive", channel: "C0SECURITY", body }],
    ["/leave ", { deed: "leave", channel: "C0SECURITY", body }],
    ["/rename  new-name", { deed: "rename", channel: "C0SECURITY", body: { ...body, name: "new-name" } }],
    ["/rename #new-name", { deed: "rename", channel: "C0SECURITY", body: { ...body, name: "new-name" } }],
    ["/invite @robin", { deed: "invite", channel: "C0SECURITY", body: { ...body, invitee: "U0ROBIN" } }],
    ["/invite Linus Berg", { deed: "invite", channel: "C0SECURITY", body: { ...body, invitee: "U0LINUS" } }],
    ["/invite @Margay", { deed: "invite", channel: "C0SECURITY", body: { ...body, invitee: "U0BOT" } }],
    ["/remove @robin o.", { deed: "remove", channel: "C0SECURITY", body: { ...body, removed: "U0ROBIN" } }],
  ])("%s", (line, deed) => {
    expect(means(line)).toEqual({ kind: "deeds", deeds: [deed] });
  });

  test("several people are invited one after the other", () => {
    const meaning = means("/invite @robin @Linus Berg @margay");
    expect(meaning.kind === "deeds" && meaning.deeds.map((deed) => deed.body.invitee)).toEqual([
      "U0ROBIN",
      "U0LINUS",
      "U0BOT",
    ]);
  });

  test.each([
    ["/join #cloud-alerts", "join", "C0CLOUD"],
    ["/join cloud-alerts", "join", "C0CLOUD"],
    ["/unarchive #old", "unarchive", "C0OLD"],
  ])("%s, and one goes there", (line, deed, id) => {
    expect(means(line)).toEqual({ kind: "deeds", deeds: [{ deed, channel: id, body }], open: id });
  });

  test.each([
    ["/invite", "/invite needs a name: /invite @margay"],
    ["/invite @nobody", "There is nobody called @nobody in this workspace."],
    ["/invite @robin @nobody", "There is nobody called @nobody in this workspace."],
    ["/rename", "/rename needs the new name: /rename incident-42"],
    ["/join", "/join needs a channel: /join #general"],
    ["/join #secret", "There is no channel #secret that you can see."],
    ["/leave #general", "/leave takes nothing after it; it is for the channel you are in."],
  ])("%s is a mistake: %s", (line, said) => {
    expect(problem(line)).toBe(said);
  });
});

test("in a thread only /help works, as in Slack", () => {
  expect(means("/help", security, true).kind).toBe("help");
  expect(means("/archive", security, true)).toEqual({
    kind: "mistake",
    problem: "/archive does not work in threads.",
  });
});

test("what is done to channels is not done to a direct message", () => {
  const direct = channel("D1", "", { kind: "im", user: "U0LINUS" });
  expect(means("/archive", direct)).toEqual({ kind: "mistake", problem: "/archive works in channels only." });
  expect(means("/join #cloud-alerts", direct).kind).toBe("deeds");
});

test("a guest names no channel that they cannot see", () => {
  const meaning = meaningOf("/join #cloud-alerts", {
    workspace,
    me: gwen,
    conversation: security,
    inThread: false,
  });
  expect(meaning.kind).toBe("mistake");
});

test("of two people with one name, the one who is still there is meant", () => {
  const twins = acme({
    users: [
      person("U1", "ann", { real_name: "Ann Lee", deleted: true }),
      person("U2", "annlee", { real_name: "Ann Lee" }),
    ],
  });
  expect(findPerson(twins, "@ann lee")).toBe("U2");
  expect(findPerson(twins, "@ann")).toBe("U1");
});
