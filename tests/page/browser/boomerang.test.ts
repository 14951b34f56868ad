// An analyst asks the person whom an alert is about; the person answers in a direct message.

import { test } from "vitest";
import { channel, person } from "./stack";
import { openAs, picture, withBrowser } from "./window";
import {
  alertMessage,
  becomes,
  inChannel,
  inThread,
  isSeen,
  message,
  readAlert,
  sendAlert,
} from "./workspace";

withBrowser();

test("a boomerang is asked, answered as the other person, and shown in every channel", async () => {
  const { id, title } = await sendAlert("Robin signed in from somewhere new", {
    firstEvent: { eventName: "ConsoleLogin", sourceIPAddress: "203.0.113.24" },
  });
  const linus = await openAs("analyst", `slack/${channel("security-alerts")}`);
  const auston = await openAs("lead", `slack/${channel("cloud-alerts")}`);
  const question = `Was that you, in the night of alert ${id.slice(0, 6)}? <!channel>`;

  await isSeen(alertMessage(linus, title));
  await alertMessage(linus, title)
    .getByRole("button", { name: /Boomerang/ })
    .click();
  const modal = linus.getByRole("dialog", { name: /Boomerang/ });
  await modal.getByRole("combobox", { name: "Recipient" }).selectOption({ label: person("employee").name });
  await modal.getByRole("textbox", { name: "Message" }).fill(question);
  await modal.getByRole("checkbox").check();
  await picture(linus, "boomerang");
  await modal.getByRole("button", { name: /Send/ }).click();
  await modal.waitFor({ state: "hidden" });

  const robin = await openAs("employee", "slack");
  const direct = robin
    .getByRole("navigation", { name: "Channels" })
    .getByRole("link", { name: /^Margay( \d+ unread)?$/ });
  await direct.click();
  const asked = message(robin, question);
  await isSeen(asked.getByText("Your help has been requested!"));
  await isSeen(asked.getByText("ConsoleLogin"));
  await asked.getByRole("textbox").fill("No. I was asleep.");
  await picture(robin, "boomerang-asked");
  await asked.getByRole("button", { name: "Report Suspicious Activity" }).click();
  const sure = robin.getByRole("dialog");
  if (await sure.isVisible()) await sure.getByRole("button").last().click();
  await becomes(() => asked.getByRole("textbox").count(), 0);
  await isSeen(inChannel(robin).getByText("No. I was asleep."));

  await alertMessage(auston, title)
    .getByRole("button", { name: /replies/ })
    .click();
  await isSeen(inThread(auston).getByText(question));
  await isSeen(inThread(auston).getByText("No. I was asleep."));
  await becomes(async () => (await readAlert(id)).status, "OPEN");
});

test("what is written in an alert's thread in one channel is read in the other's", async () => {
  const { title } = await sendAlert("Talked about in two channels");
  const linus = await openAs("analyst", `slack/${channel("security-alerts")}`);
  const auston = await openAs("lead", `slack/${channel("cloud-alerts")}`);
  await isSeen(alertMessage(linus, title));
  await alertMessage(linus, title).hover();
  await alertMessage(linus, title).getByRole("button", { name: "Reply in thread" }).click();
  const composer = linus.getByRole("textbox", { name: "Reply to thread" });
  await composer.fill("I am looking at *this* one");
  await composer.press("Enter");
  await alertMessage(auston, title)
    .getByRole("button", { name: /1 reply/ })
    .click();
  await isSeen(inThread(auston).getByText(/I am looking at/));
  await isSeen(inThread(auston).getByText(new RegExp(person("analyst").name)));
});
