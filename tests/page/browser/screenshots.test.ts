// Pictures of the main states, for people to look at and for the README. They are kept where `cargo dev test` says.

import { test } from "vitest";
import { api, channel, control } from "./stack";
import { openAs, picture, withBrowser } from "./window";
import { alertMessage, becomes, inThread, isSeen, readAlert } from "./workspace";

withBrowser();

const security = `slack/${channel("security-alerts")}`;

const TITLE = "Okta: robin@acme.example is locked out";

/** The alert of the pictures: always the same one, triaged. */
async function triaged(): Promise<{ id: string; title: string }> {
  const { alertId: id } = await api<{ alertId: string }>("POST", "/alerts", {
    alertId: "okta-lockout-robin",
    title: TITLE,
    severity: "HIGH",
    type: "RULE",
    logTypes: ["Okta.SystemLog"],
    description: "Ten failed logins in a minute, from an address that was never seen before.",
    runbook: "1. Ask Robin.\n2. Unlock the account, or end its sessions.",
    alertContext: { user: "robin@acme.example", sourceIPAddress: "203.0.113.24" },
  });
  const page = await openAs("analyst", security);
  await isSeen(alertMessage(page, TITLE));
  if ((await readAlert(id)).status === "OPEN") {
    await alertMessage(page, TITLE).getByLabel("Update Status").selectOption("Triaged");
    await becomes(async () => (await readAlert(id)).status, "TRIAGED");
  }
  await page.context().close();
  return { id, title: TITLE };
}

test("pictures of the workspace", async () => {
  const { title } = await triaged();
  for (const look of [{}, { dark: true }, { width: 400, height: 800 }]) {
    const page = await openAs("lead", security, look);
    const message = alertMessage(page, title);
    await isSeen(message.getByText("Triaged").first());
    const narrow = look.width === 400;
    if (!narrow) {
      await message
        .getByRole("button", { name: /repl(y|ies)/ })
        .first()
        .click();
      await isSeen(inThread(page).getByText("Triaged").first());
    }
    await picture(page, narrow ? "slack-narrow" : look.dark ? "slack-dark" : "slack");
  }
  const page = await openAs("lead", security);
  await alertMessage(page, title).getByLabel("Update Status").selectOption("Resolved");
  await isSeen(page.getByRole("dialog"));
  await picture(page, "modal");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
});

test("a picture of what a guest is told", async () => {
  const { title } = await triaged();
  const page = await openAs("guest", security);
  await isSeen(alertMessage(page, title));
  await alertMessage(page, title).getByLabel("Update Status").selectOption("Resolved");
  await isSeen(page.getByRole("article", { name: /only visible to you/ }));
  await picture(page, "guest");
});

test("a picture of the wire, with a fault", async () => {
  await control("POST", "faults", { method: "chat.update", kind: "ratelimited", retry_after: 2, times: 1 });
  const page = await openAs("analyst", "wire");
  const { id } = await triaged();
  await api("POST", "/alert-comments", { alertId: id, body: "Robin is on holiday.", format: "PLAIN_TEXT" });
  const entries = page.getByRole("list", { name: "Requests and answers" });
  await isSeen(entries.getByRole("button", { name: /chat\.update.*429/ }));
  await page.getByRole("searchbox").fill("chat.");
  await isSeen(entries.getByRole("button", { name: /chat\.postMessage/ }));
  await picture(page, "wire");
});

test("pictures of the alerts", async () => {
  const { id } = await triaged();
  for (const look of [{}, { dark: true }, { width: 400, height: 800 }]) {
    const page = await openAs("analyst", `alerts/${id}`, look);
    await isSeen(page.getByRole("table", { name: "Deliveries" }).getByText("DELIVERED", { exact: true }));
    await picture(page, look.width ? "alerts-narrow" : look.dark ? "alerts-dark" : "alerts");
  }
});
