// Faults that are switched on on the page, and what Margay does about them.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { channel } from "./stack";
import { openAs, withBrowser } from "./window";
import { alertMessage, becomes, countMessages, isSeen, readAlert, SWEEPS_MS, sendAlert } from "./workspace";

withBrowser();

const onTheWire = (wire: Page, name: RegExp) =>
  wire.getByRole("list", { name: "Requests and answers" }).getByRole("button", { name });

const states = async (id: string) =>
  (await readAlert(id)).deliveries.map((delivery) => delivery.state).sort();

test(
  "an answer that is lost makes no second message",
  async () => {
    const wire = await openAs("analyst", "wire");
    await wire.getByRole("switch", { name: "Lost answer" }).click();
    await isSeen(wire.getByRole("list", { name: "Faults in force" }));
    const { id, title } = await sendAlert("Once and only once");
    await becomes(() => states(id), ["DELIVERED", "DELIVERED"], SWEEPS_MS);
    expect(await countMessages(title, "security-alerts")).toBe(1);
    expect(await countMessages(title, "cloud-alerts")).toBe(1);
    await isSeen(onTheWire(wire, /chat\.postMessage.*lost answer/));
  },
  SWEEPS_MS + 60_000,
);

test(
  "while Slack is down nothing is lost, and when it is back every copy comes",
  async () => {
    const wire = await openAs("analyst", "wire");
    await wire.getByRole("switch", { name: "Down" }).click();
    await isSeen(wire.getByRole("switch", { name: "Down", checked: true }));
    const { id, title } = await sendAlert("Sent into an outage");
    await isSeen(onTheWire(wire, /chat\.postMessage.*503/));
    await becomes(() => states(id), ["PENDING", "PENDING"]);
    await wire.getByRole("switch", { name: "Down" }).click();
    const slack = await openAs("lead", `slack/${channel("cloud-alerts")}`);
    await isSeen(alertMessage(slack, title), SWEEPS_MS);
    await becomes(() => states(id), ["DELIVERED", "DELIVERED"], SWEEPS_MS);
    expect(await countMessages(title, "cloud-alerts")).toBe(1);
  },
  2 * SWEEPS_MS,
);

test("the wire can be searched, opened and played again", async () => {
  const { title } = await sendAlert("On the wire");
  const wire = await openAs("analyst", "wire");
  await wire.getByRole("searchbox").fill(title);
  const posted = onTheWire(wire, /chat\.postMessage/);
  await becomes(() => posted.count(), 2);
  await posted.first().click();
  await isSeen(wire.getByRole("region", { name: /chat\.postMessage/ }).getByText(/"?ok"?: ?true/));

  const events = onTheWire(wire, /event: message/);
  await becomes(() => events.count(), 2);
  await events.first().click();
  await wire.getByRole("button", { name: "Replay the same bytes" }).click();
  await becomes(() => events.count(), 3);
});
