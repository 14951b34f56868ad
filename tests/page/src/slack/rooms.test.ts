import { expect, test } from "vitest";
import { acme, channel, message, person } from "./acme.fixture";
import { canDelete, canEdit, canSee, roomsOf } from "./rooms";

const workspace = acme();
const [linus = person("", ""), robin = person("", ""), gwen = person("", "")] = workspace.users;
const names = (me: typeof linus) => {
  const { channels, archived, joinable } = roomsOf(workspace, me);
  return [channels, archived, joinable].map((some) => some.map(({ name }) => name));
};

test("a person has the channels they are in, by name; archived ones and those to join apart", () => {
  expect(names(linus)).toEqual([["cloud-alerts", "security-alerts"], ["old"], []]);
  expect(names(robin)).toEqual([["secret"], ["old"], ["cloud-alerts", "security-alerts"]]);
});

test("a guest has only the channels they are in", () => {
  expect(names(gwen)).toEqual([["security-alerts"], [], []]);
});

test("nobody sees a private channel that they are not in", () => {
  const secret = channel("C1", "secret", { kind: "private", members: ["U0ROBIN"] });
  expect(canSee(secret, robin)).toBe(true);
  expect(canSee(secret, linus)).toBe(false);
  expect(canSee(secret, person("U1", "owner", { is_owner: true }))).toBe(false);
});

test("a direct message is seen by who is in it, even if no member is listed", () => {
  const direct = channel("D1", "", { kind: "im", user: "U0LINUS" });
  expect(canSee(direct, linus)).toBe(true);
  expect(canSee(direct, robin)).toBe(false);
  expect(roomsOf(acme({ conversations: [direct] }), linus).direct?.id).toBe("D1");
});

const room = channel("C1", "c", { members: ["U0LINUS", "U0ROBIN", "U0ADMIN"] });
const admin = person("U0ADMIN", "admin", { is_admin: true });
const owner = person("U0ADMIN", "owner", { is_owner: true });

test.each([
  ["their own", message("1", "U0LINUS"), linus, true, true],
  ["another's", message("1", "U0ROBIN"), linus, false, false],
  ["another's, as an administrator,", message("1", "U0ROBIN"), admin, false, true],
  ["another's, as an owner,", message("1", "U0ROBIN"), owner, false, true],
  ["the app's, as an administrator,", message("1", "U0BOT", { bot_id: "B0BOT" }), admin, false, true],
  ["what an app wrote as them", message("1", "U0LINUS", { bot_id: "B1" }), linus, false, false],
  ["a deleted one", message("1", "U0LINUS", { deleted: true }), linus, false, false],
])("of messages a person changes %s or not", (_, said, me, edits, deletes) => {
  expect([canEdit(said, room, me), canDelete(said, room, me)]).toEqual([edits, deletes]);
});

test("nothing is changed in an archived channel, nor by who has left", () => {
  const archived = { ...room, is_archived: true };
  const left = { ...room, members: [] };
  const own = message("1", "U0LINUS");
  for (const where of [archived, left]) {
    expect([canEdit(own, where, linus), canDelete(own, where, linus)]).toEqual([false, false]);
  }
});
