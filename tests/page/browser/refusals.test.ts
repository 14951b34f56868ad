// Who may not do a thing is told why, alone, and nothing changes.

import { expect, test } from "vitest";
import { channel } from "./stack";
import { openAs, withBrowser } from "./window";
import { alertMessage, becomes, isSeen, readAlert, sendAlert } from "./workspace";

withBrowser();

const security = `slack/${channel("security-alerts")}`;
const onlyYou = /only visible to you/;

test.each([
  ["guest", "guest"],
  ["stranger", "another organisation"],
  ["employee", "not registered"],
] as const)("the %s who clicks changes nothing, and alone is told why", async (role, why) => {
  const { id, title } = await sendAlert(`Not for the ${role}`);
  const refused = await openAs(role, security);
  const analyst = await openAs("analyst", security);
  const message = alertMessage(refused, title);
  await isSeen(message);
  await isSeen(alertMessage(analyst, title));
  await message.getByLabel("Update Status").selectOption("Triaged");
  const told = refused.getByRole("article", { name: onlyYou });
  await isSeen(told);
  expect(await told.last().textContent()).toMatch(new RegExp(why, "i"));
  expect(await analyst.getByRole("article", { name: onlyYou }).count()).toBe(0);
  expect((await readAlert(id)).status).toBe("OPEN");
  await told.last().getByRole("button", { name: "Dismiss" }).click();
  await becomes(() => told.count(), 0);
});

test("a guest sees only the channels they are in", async () => {
  const page = await openAs("guest", "slack");
  const channels = page.getByRole("navigation", { name: "Channels" });
  await isSeen(channels.getByRole("link", { name: /^security-alerts/ }));
  expect(await channels.getByRole("link", { name: /^cloud-alerts/ }).count()).toBe(0);
});
