// The main job by mouse and keyboard: an alert comes in, people work on it, every copy tells the same story.

import { expect, test } from "vitest";
import { channel, person } from "./stack";
import { openAs, withBrowser } from "./window";
import { alertMessage, becomes, inThread, isSeen, readAlert, sendAlert, statusOf } from "./workspace";

withBrowser();

const security = `slack/${channel("security-alerts")}`;
const cloud = `slack/${channel("cloud-alerts")}`;

test("a sample alert sent on the page reaches both channels, and the API's view stands beside it", async () => {
  const title = "AWS: root login without MFA";
  const page = await openAs("analyst", "alerts");
  const lead = await openAs("lead", cloud);
  await page.getByLabel("Sample").selectOption(title);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const deliveries = page.getByRole("table", { name: "Deliveries" });
  await isSeen(deliveries);
  await becomes(() => deliveries.getByText("DELIVERED", { exact: true }).count(), 2);

  const shown = await page
    .getByRole("region", { name: "Alert", exact: true })
    .getByRole("heading")
    .first()
    .textContent();
  await isSeen(alertMessage(lead, shown ?? ""));
});

test("what one person does in one channel the other sees in the other, without a reload", async () => {
  const { id, title } = await sendAlert("Triage across channels");
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", cloud);
  const here = alertMessage(linus, title);
  const there = alertMessage(auston, title);
  await isSeen(here);
  await isSeen(there);

  await here.getByLabel("Update Status").selectOption("Triaged");
  await becomes(() => statusOf(there), "Triaged");

  const assignee = there.getByRole("combobox", { name: "Set Assignee" });
  await assignee.click();
  await assignee.fill("Lin");
  await auston
    .getByRole("listbox")
    .getByRole("option", { name: person("analyst").name })
    .click();
  await isSeen(here.getByText(person("analyst").name, { exact: false }));

  await here.getByLabel("Update Status").selectOption("Resolved");
  const modal = linus.getByRole("dialog", { name: "Resolve alert" });
  await modal.getByRole("textbox").fill("A planned login, <!channel> *not* markup");
  await modal.getByRole("button", { name: "Resolve" }).click();
  await modal.waitFor({ state: "hidden" });

  await there.getByRole("button", { name: /replies/ }).click();
  await isSeen(inThread(auston).getByText("A planned login, <!channel> *not* markup"));
  await becomes(async () => (await readAlert(id)).status, "RESOLVED");
  expect((await readAlert(id)).assignee?.name).toBe(person("analyst").name);
});

test("what the console does reaches the channels", async () => {
  const { id, title } = await sendAlert("Triage in the console");
  const slack = await openAs("lead", cloud);
  await isSeen(alertMessage(slack, title));
  const console = await openAs("analyst", `alerts/${id}`);
  await console.getByRole("combobox", { name: "Status", exact: true }).selectOption("Invalid");
  await console.getByLabel("Comment with it").fill("Seen before");
  await console.getByRole("button", { name: "Set status" }).click();
  const message = alertMessage(slack, title);
  await becomes(() => statusOf(message), "Invalid");
  await message
    .getByRole("button", { name: /repl(y|ies)/ })
    .first()
    .click();
  await isSeen(inThread(slack).getByText("Seen before"));
});

test("two people who choose at once: the second is told, and sees what the first chose", async () => {
  const { id, title } = await sendAlert("Two at once");
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", cloud);
  const [here, there] = [alertMessage(linus, title), alertMessage(auston, title)];
  await isSeen(here);
  await isSeen(there);
  await Promise.all([
    here.getByLabel("Update Status").selectOption("Triaged"),
    there.getByLabel("Update Status").selectOption("Invalid"),
  ]);
  await becomes(async () => ["TRIAGED", "CLOSED"].includes((await readAlert(id)).status), true);
  const chosen = (await readAlert(id)).status === "TRIAGED" ? "Triaged" : "Invalid";
  const loser = chosen === "Triaged" ? auston : linus;
  await isSeen(loser.getByRole("article", { name: /only visible to you/ }));
  for (const message of [here, there]) {
    await becomes(() => statusOf(message), chosen);
  }
});
