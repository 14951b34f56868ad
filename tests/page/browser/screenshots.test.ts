// Pictures of the main states, for people to look at and for the README. They are kept where `cargo dev test` says.

import { onTestFinished, test } from "vitest";
import { api, channel, control, isKnown, person } from "./stack";
import { openAs, picture, withBrowser } from "./window";
import {
  alertMessage,
  assign,
  becomes,
  inThread,
  isSeen,
  openThread,
  readAlert,
  showAiTriages,
} from "./workspace";

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
    alertContext: { user: "robin@acme.example", sourceIPAddress: "192.42.116.16" },
    summaryAttributes: ["sourceIPAddress", "user"],
    firstEvent: {
      eventType: "user.account.lock",
      outcome: "FAILURE",
      user: "robin@acme.example",
      sourceIPAddress: "192.42.116.16",
      p_event_time: "2026-11-21 06:58:14.000000000",
      p_any_domain_names: ["evil.example.net"],
    },
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

test("pictures of what one can ask about an alert, and of what an AI says of it", async () => {
  await showAiTriages("security-alerts", true);
  onTestFinished(() => showAiTriages("security-alerts", false));
  await isKnown("ipinfo", "192.42.116.16", {
    ip: "192.42.116.16",
    geo: { city: "Amsterdam", region: "North Holland", country: "Netherlands", country_code: "NL" },
    as: { asn: "AS1101", name: "SURF B.V.", domain: "surf.nl", type: "education" },
  });
  const { id, title } = await triaged();
  const page = await openAs("lead", security);
  const asks = async (button: string) =>
    alertMessage(page, title).getByRole("button", { name: button }).click();
  const reply = (text: string) => inThread(page).getByRole("article").filter({ hasText: text });
  await openThread(alertMessage(page, title));

  await asks("Show Alert Details");
  await isSeen(reply("Event Details").getByText("First Event"));
  await reply("Event Details").evaluate((element) => element.scrollIntoView());
  await picture(page, "details");

  await asks("See Threat Intel");
  const modal = page.getByRole("dialog", { name: "Threat intelligence" });
  await modal.getByRole("combobox").selectOption({ label: "192.42.116.16" });
  await isSeen(modal.getByText(/Margay asks .* about/));
  await picture(page, "intel-modal");
  await modal.getByRole("button", { name: "Close" }).last().click();
  await isSeen(reply("asked what is known of").getByText(/VirusTotal/));
  await page.mouse.move(0, 0);
  await page.getByRole("button", { name: "New messages" }).click();
  await reply("asked what is known of").evaluate((element) => element.scrollIntoView());
  await picture(page, "intel");

  await api("PUT", `/alerts/${id}/ai-triage`, {
    summary:
      "Somebody guesses Robin's password through Tor. No login succeeded, so the account is locked, not taken over.",
    keyFindings: ["Ten failures in a minute, all from 192.42.116.16", "The address is an exit of Tor"],
    securityImplications: ["If Robin's password is used elsewhere, it will be tried there too"],
    recommendedActions: ["Ask Robin whether it was them", "Block logins from Tor", "Unlock the account"],
  });
  await isSeen(reply("AI Analysis").getByText(/An AI wrote this/));
  await page.getByRole("button", { name: "New messages" }).click();
  await picture(page, "ai");

  const narrow = await openAs("lead", security, { width: 400, height: 800 });
  await openThread(alertMessage(narrow, title));
  await isSeen(inThread(narrow).getByText("AI Analysis"));
  await picture(narrow, "thread-narrow");
  const dark = await openAs("lead", security, { dark: true });
  await openThread(alertMessage(dark, title));
  await isSeen(inThread(dark).getByText("AI Analysis"));
  await picture(dark, "thread-dark");
});

test("pictures of the app's Home", async () => {
  const { id, title } = await triaged();
  const lead = await openAs("lead", security);
  const name = person("analyst").name;
  await assign(alertMessage(lead, title), name);
  await becomes(async () => (await readAlert(id)).assignee?.name, name);
  for (const look of [{}, { dark: true }, { width: 400, height: 800 }]) {
    const page = await openAs("analyst", "slack/home", look);
    await isSeen(page.getByRole("link", { name: title }));
    await isSeen(page.getByText(/As of/));
    await picture(page, look.width ? "home-narrow" : look.dark ? "home-dark" : "home");
  }
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
