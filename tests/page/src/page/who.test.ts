import { expect, test } from "vitest";
import { acme, person } from "../slack/acme.fixture";
import { whoIs } from "./who";

test("one is the first person when the address names nobody", () => {
  expect(whoIs(acme(), undefined).me?.id).toBe("U0LINUS");
});

test("one is whom the address names", () => {
  expect(whoIs(acme(), "U0ROBIN").me?.name).toBe("robin");
});

test("who is deactivated is nobody else, and one is told", () => {
  const workspace = acme({
    users: [person("U0LINUS", "linus"), person("U0ROBIN", "robin", { deleted: true })],
  });
  expect(whoIs(workspace, "U0ROBIN")).toMatchObject({
    me: undefined,
    people: [{ id: "U0LINUS" }],
    problem: "robin is deactivated and sees nothing of Slack. Be someone else: choose above.",
  });
});

test("the app is not a person one can be", () => {
  const workspace = acme({
    users: [person("U0BOT", "margay", { is_bot: true }), person("U0LINUS", "linus")],
  });
  expect(whoIs(workspace, undefined).me?.id).toBe("U0LINUS");
  expect(whoIs(workspace, "U0BOT").me).toBeUndefined();
});

test("an id that nobody has is said", () => {
  expect(whoIs(acme(), "U0NOBODY").problem).toContain("U0NOBODY");
});
