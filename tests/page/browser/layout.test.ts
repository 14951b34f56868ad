// Every tab works at 1280 and at 400 pixels, and by keyboard alone.

import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { channel } from "./stack";
import { openAs, withBrowser } from "./window";
import { alertMessage, becomes, doTo, inThread, isSeen, openThread, readAlert, sendAlert } from "./workspace";

withBrowser();

const PLACES = [`slack/${channel("security-alerts")}`, "slack/home", "wire", "alerts"];
/** What hides a part of itself beyond its side, though it is not meant to be scrolled or cut there. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".message-scroller, .block, [role=log], .alert-detail")]
      .filter((element) => element.scrollWidth > element.clientWidth + 1)
      .map((element) => `${element.className}: ${element.scrollWidth} in ${element.clientWidth}`),
  );

const HUGE = "A_word_that_never_ends_".repeat(40);

test.each([1280, 400])(
  "at %i pixels no tab is wider than the window, whatever an alert holds",
  async (width) => {
    const { id, title } = await sendAlert("Wide", {
      description: HUGE,
      runbook: `${HUGE}\n${HUGE}`,
      alertContext: { [HUGE.slice(0, 100)]: HUGE },
      firstEvent: { [HUGE.slice(0, 100)]: HUGE, text: "words ".repeat(200) },
      summaryAttributes: [HUGE.slice(0, 100)],
      tags: [HUGE],
    });
    for (const place of [...PLACES, `alerts/${id}`]) {
      const page = await openAs("analyst", place, { width });
      await isSeen(page.getByRole("main"));
      if (place.startsWith("slack/C")) await isSeen(alertMessage(page, title));
      if (place === `alerts/${id}`) await isSeen(page.getByRole("heading", { name: title }));
      if (place === "wire") await isSeen(page.getByRole("button", { name: /chat\.postMessage/ }));
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), place).toBe(
        0,
      );
      expect(await tooWide(page), `${place} at ${width}`).toEqual([]);
      if (place.startsWith("slack/C")) {
        await alertMessage(page, title).getByRole("button", { name: "Show Alert Details" }).click();
        await openThread(alertMessage(page, title));
        await isSeen(inThread(page).getByText("Event Details"));
        expect(await tooWide(page), `details at ${width}`).toEqual([]);
      }
    }
  },
);

test("on a narrow window one goes from the list to the channel, to the thread, and back", async () => {
  const { title } = await sendAlert("On a telephone");
  const page = await openAs("analyst", `slack/${channel("security-alerts")}`, { width: 400, height: 800 });
  const message = alertMessage(page, title);
  await isSeen(message);
  await doTo(message, "Reply in thread");
  await isSeen(inThread(page));
  await page
    .getByRole("button", { name: /Back|Close thread/ })
    .first()
    .click();
  await isSeen(message);
  await page.getByRole("button", { name: "Back" }).click();
  await isSeen(page.getByRole("navigation", { name: "Channels" }));
});

test("an alert is triaged by keyboard alone", async () => {
  const { id, title } = await sendAlert("Keys only");
  const page = await openAs("analyst", `slack/${channel("security-alerts")}`);
  const message = alertMessage(page, title);
  await isSeen(message);
  const status = message.getByLabel("Update Status");
  await status.focus();
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await becomes(async () => (await readAlert(id)).status, "TRIAGED");

  await message.getByRole("combobox", { name: "Set Assignee" }).focus();
  await page.keyboard.type("Aus");
  await isSeen(page.getByRole("listbox").getByRole("option", { name: "Auston Reyes" }));
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await becomes(async () => (await readAlert(id)).assignee?.name, "Auston Reyes");

  await message.getByLabel("Update Status").focus();
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  const modal = page.getByRole("dialog", { name: "Resolve alert" });
  await isSeen(modal);
  await page.keyboard.type("Done with keys");
  await page.keyboard.press("Escape");
  await modal.waitFor({ state: "hidden" });
  expect((await readAlert(id)).status).toBe("TRIAGED");
});

test("every control says what it is", async () => {
  for (const place of PLACES) {
    const page = await openAs("lead", place);
    await isSeen(page.getByRole("main").getByRole("button"));
    if (place.startsWith("slack/C")) await isSeen(page.getByLabel("Update Status"));
    if (place === "wire") await isSeen(page.getByRole("button", { name: /chat\.postMessage/ }));
    const nameless = await page.evaluate(() => {
      const controls = document.querySelectorAll<HTMLElement>(
        "button, a[href], input, select, textarea, [role=switch]",
      );
      const named = (control: HTMLElement) =>
        control.getAttribute("aria-label") ||
        control.getAttribute("aria-labelledby") ||
        (!control.matches("select, input, textarea") && control.textContent?.trim()) ||
        (control as HTMLInputElement).labels?.length ||
        control.getAttribute("placeholder") ||
        control.getAttribute("title");
      return [...controls]
        .filter((control) => !named(control))
        .map((control) => control.outerHTML.slice(0, 120));
    });
    expect(nameless, place).toEqual([]);
  }
});
