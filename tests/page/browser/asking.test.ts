// What people ask Margay about an alert, and what it has for them: details, threat intelligence, an AI's triage, and
// the app's Home.

import { expect, onTestFinished, test } from "vitest";
import { api, channel, person, stack } from "./stack";
import { openAs, withBrowser } from "./window";
import {
  alertMessage,
  assign,
  becomes,
  inThread,
  isSeen,
  message,
  openThread,
  readAlert,
  sendAlert,
  showAiTriages,
  statusOf,
} from "./workspace";

withBrowser();

const security = `slack/${channel("security-alerts")}`;
const cloud = `slack/${channel("cloud-alerts")}`;

test("details are shown in the thread where they were asked for, with a long first event as a file", async () => {
  const event = { eventName: "ConsoleLogin", sourceIPAddress: "8.8.8.8", log: "A long story. ".repeat(400) };
  const { title } = await sendAlert("Asked for its details", {
    firstEvent: event,
    summaryAttributes: ["sourceIPAddress"],
    logTypes: ["AWS.CloudTrail"],
  });
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", cloud);
  const [here, there] = [alertMessage(linus, title), alertMessage(auston, title)];
  await isSeen(here);
  await isSeen(there);
  await here.getByRole("button", { name: "Show Alert Details" }).click();
  await openThread(here);
  const details = inThread(linus).getByRole("article").filter({ hasText: "asked for the details" });
  for (const said of [
    `@${person("analyst").name} asked for the details of this alert`,
    "Summary Fields",
    "sourceIPAddress: 8.8.8.8 (🇺🇸 California, USA)",
    "Event Details",
    "Log types: AWS.CloudTrail",
    '"eventName": "ConsoleLogin"',
  ]) {
    await isSeen(details.getByText(said));
  }
  const link = inThread(linus).getByRole("link", { name: /First Event/ });
  await isSeen(link);
  const file = await linus.request.get(new URL((await link.getAttribute("href")) ?? "", stack.page_url).href);
  expect(await file.json()).toEqual(event);

  // What comes later reaches the other thread; so the details would have.
  await there.getByLabel("Update Status").selectOption("Triaged");
  await becomes(() => statusOf(here), "Triaged");
  await openThread(there);
  await isSeen(inThread(auston).getByText("set the status"));
  expect(await inThread(auston).getByText("asked for the details").count()).toBe(0);
});

test("a value is chosen in the modal, and both threads show what the providers know of it", async () => {
  const { title } = await sendAlert("Whose address is that", {
    firstEvent: {
      p_any_ip_addresses: ["192.42.116.16", "10.20.30.40"],
      p_any_domain_names: ["evil.example.net"],
    },
  });
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", cloud);
  await isSeen(alertMessage(linus, title));
  await alertMessage(linus, title).getByRole("button", { name: "See Threat Intel" }).click();
  const modal = linus.getByRole("dialog", { name: "Threat intelligence" });
  const values = modal.getByRole("combobox", { name: "Choose a value" });
  await isSeen(values);
  const offered = await values
    .locator("optgroup")
    .evaluateAll((groups: HTMLOptGroupElement[]) =>
      groups.map(({ label, children }) => [label, ...[...children].map(({ textContent }) => textContent)]),
    );
  expect(offered).toEqual([
    ["IP addresses", "192.42.116.16", "10.20.30.40"],
    ["Domains", "evil.example.net"],
  ]);
  await values.selectOption({ label: "192.42.116.16" });
  await isSeen(modal.getByText(/Margay asks .*GreyNoise.* about 192\.42\.116\.16/));
  await modal.getByRole("button", { name: "Close" }).last().click();
  await modal.waitFor({ state: "hidden" });

  for (const page of [linus, auston]) {
    await openThread(alertMessage(page, title));
    const answer = inThread(page)
      .getByRole("article")
      .filter({ hasText: "asked what is known of 192.42.116.16" });
    await isSeen(answer.getByText(/GreyNoise: Malicious\./));
    await isSeen(answer.getByText(/AbuseIPDB: /));
    const more = answer.getByRole("link", { name: "More at GreyNoise" });
    expect(await more.getAttribute("href")).toMatch(/^https:\/\/viz\.greynoise\.io\//);
  }
});

test("an AI's triage that is given over the API is shown once, as text, in the channel that wants it", async () => {
  await showAiTriages("security-alerts", true);
  onTestFinished(() => showAiTriages("security-alerts", false));
  const { id, title } = await sendAlert("Triaged by an AI");
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", cloud);
  await isSeen(alertMessage(linus, title));
  await isSeen(alertMessage(auston, title));
  const triage = {
    summary: "Somebody guesses passwords, <!channel> *not* Robin.",
    keyFindings: ["Ten failures in a minute", "One address"],
    recommendedActions: "Block the address.",
  };
  for (const given of [triage, triage, { summary: "Another opinion." }]) {
    await api("PUT", `/alerts/${id}/ai-triage`, given);
  }
  await openThread(alertMessage(linus, title));
  const analyses = inThread(linus).getByRole("article").filter({ hasText: "AI Analysis" });
  for (const said of [triage.summary, ...triage.keyFindings, triage.recommendedActions]) {
    await isSeen(analyses.getByText(said));
  }
  await isSeen(analyses.getByText(/An AI wrote this/));

  await alertMessage(linus, title).getByLabel("Update Status").selectOption("Triaged");
  await openThread(alertMessage(auston, title));
  for (const page of [linus, auston]) await isSeen(inThread(page).getByText("set the status"));
  expect(await analyses.count()).toBe(1);
  expect(await inThread(linus).getByText("Another opinion.").count()).toBe(0);
  expect(await inThread(auston).getByText("AI Analysis").count()).toBe(0);
});

test("an alert stands in its assignee's Home, leads to its message, and is gone once it is resolved", async () => {
  const { id, title } = await sendAlert("Waits for Linus");
  const slack = await openAs("lead", security);
  await isSeen(alertMessage(slack, title));
  await assign(alertMessage(slack, title), person("analyst").name);
  await becomes(async () => (await readAlert(id)).assignee?.name, person("analyst").name);

  const home = await openAs("analyst", "slack/home");
  const shown = home.getByRole("region", { name: "App home" });
  await isSeen(shown.getByRole("heading", { name: "Your open alerts" }));
  await isSeen(
    shown
      .getByRole("listitem")
      .filter({ hasText: title })
      .getByText(/· Open · .* ago/),
  );
  const anothers = (await openAs("lead", "slack/home")).getByRole("region", { name: "App home" });
  await isSeen(anothers.getByText(/As of/));
  expect(await anothers.getByText(title).count()).toBe(0);

  await shown.getByRole("link", { name: title }).click();
  await isSeen(inThread(home).getByRole("heading", { name: title }));
  await isSeen(alertMessage(home, title));

  await api("PATCH", `/alerts/${id}`, { status: "RESOLVED" });
  await becomes(async () => (await readAlert(id)).status, "RESOLVED");
  const later = (await openAs("analyst", "slack/home")).getByRole("region", { name: "App home" });
  await isSeen(later.getByText(/As of/));
  await becomes(() => later.getByText(title).count(), 0);
});

test("who is not registered sees in their Home the question they were asked, and nothing of alerts", async () => {
  const { id, title } = await sendAlert("Not for Robin's eyes");
  const linus = await openAs("analyst", security);
  await isSeen(alertMessage(linus, title));
  await alertMessage(linus, title)
    .getByRole("button", { name: /Boomerang/ })
    .click();
  const modal = linus.getByRole("dialog", { name: /Boomerang/ });
  const question = `Do you know about ${id.slice(0, 6)}?`;
  await modal.getByRole("combobox", { name: "Recipient" }).selectOption({ label: person("employee").name });
  await modal.getByRole("textbox", { name: "Message" }).fill(question);
  await modal.getByRole("button", { name: /Send/ }).click();
  await modal.waitFor({ state: "hidden" });
  await openThread(alertMessage(linus, title));
  await isSeen(inThread(linus).getByText(question));

  const robin = await openAs("employee", "slack/home");
  const home = robin.getByRole("region", { name: "App home" });
  await isSeen(home.getByText(/You are not a registered user of Margay/));
  await isSeen(home.getByText(`@${person("analyst").name} asks: ${question}`));
  expect(await home.getByText(title).count()).toBe(0);
  await home.getByRole("link", { name: question }).click();
  await isSeen(message(robin, question).getByRole("button", { name: "Report Suspicious Activity" }));
});
