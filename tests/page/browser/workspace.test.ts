// The workspace itself: what people write, edit, delete, share, and do to channels, and what the app hears of it.

import { expect, test } from "vitest";
import { channel, control, person } from "./stack";
import { openAs, withBrowser } from "./window";
import { becomes, doTo, inChannel, inThread, isSeen, message, write } from "./workspace";

withBrowser();

const security = `slack/${channel("security-alerts")}`;

/** The events about a text that the app was sent, by subtype. */
async function eventsAbout(text: string): Promise<string[]> {
  type Entry = { method: string; status: number | null; request: { event?: { subtype?: string } } };
  const { wire } = await control<{ wire: Entry[] }>("GET", "wire");
  return wire
    .filter((entry) => entry.method === "event_callback" && JSON.stringify(entry.request).includes(text))
    .map((entry) => entry.request.event?.subtype ?? "message");
}

test("a message is written, edited, answered in a thread and deleted, live for everybody, each with its event", async () => {
  const text = `Lunch at noon? ${Date.now()}`;
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", security);
  await write(linus, "Message #security-alerts", text);
  await isSeen(message(auston, text));
  await becomes(() => eventsAbout(text), ["message"]);

  await doTo(message(linus, text), "Edit message");
  const editor = linus.getByRole("textbox", { name: "Edit message" });
  await editor.fill(`${text} or one`);
  await editor.press("Enter");
  await isSeen(message(auston, `${text} or one`).getByText("(edited)"));

  await message(auston, text).hover();
  await message(auston, text).getByRole("button", { name: "Reply in thread" }).click();
  await write(auston, "Reply to thread", `One is better ${text}`);
  await isSeen(inThread(auston).getByText("One is better"));
  await isSeen(message(linus, text).getByRole("button", { name: /1 reply/ }));

  await doTo(message(linus, text), "Delete message");
  await linus.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await isSeen(inChannel(auston).getByRole("article", { name: "Deleted message" }));
  await becomes(
    async () => (await eventsAbout(text)).filter((kind) => kind === "message_changed").length >= 2,
    true,
  );
});

test("nobody edits what another wrote", async () => {
  const text = `Mine alone ${Date.now()}`;
  const linus = await openAs("analyst", security);
  await write(linus, "Message #security-alerts", text);
  const robin = await openAs("employee", security);
  await message(robin, text).hover();
  await message(robin, text).getByRole("button", { name: "More actions" }).click();
  await isSeen(robin.getByRole("menuitem", { name: "Copy link" }));
  expect(await robin.getByRole("menuitem", { name: "Edit message" }).count()).toBe(0);
  expect(await robin.getByRole("menuitem", { name: "Delete message" }).count()).toBe(0);
});

test("a file is shared and can be seen by the others", async () => {
  const linus = await openAs("analyst", security);
  const auston = await openAs("lead", security);
  const name = `evidence-${Date.now()}.txt`;
  await linus.locator("input[type=file]").setInputFiles({
    name,
    mimeType: "text/plain",
    buffer: Buffer.from("203.0.113.24 signed in"),
  });
  await linus.getByRole("button", { name: "Send", exact: true }).click();
  await isSeen(inChannel(auston).getByRole("link", { name: new RegExp(name) }));
  await becomes(() => eventsAbout(name), ["file_share"]);
});

test("the app is invited with /invite, and a channel is archived and brought back", async () => {
  const linus = await openAs("analyst", `slack/${channel("general")}`);
  await write(linus, "Message #general", "/invite @Margay");
  await becomes(async () => {
    type Joined = { type: string; channel?: string; inviter?: string };
    type Entry = { status: number | null; request: { event?: Joined } };
    const { wire } = await control<{ wire: Entry[] }>("GET", "wire");
    const joined = wire.find((entry) => entry.request.event?.type === "member_joined_channel");
    const { channel: where, inviter } = joined?.request.event ?? {};
    return where === channel("general") && inviter === person("analyst").id && joined?.status === 200;
  }, true);
  const auston = await openAs("lead", `slack/${channel("general")}`);
  await write(auston, "Message #general", "/archive");
  await isSeen(
    inChannel(linus)
      .getByText(/archived/)
      .first(),
  );
  await becomes(() => linus.getByRole("textbox", { name: "Message #general" }).count(), 0);
  await control("POST", `channels/${channel("general")}/unarchive`, { user: person("lead").id });
  await isSeen(linus.getByRole("textbox", { name: "Message #general" }));
});

test("a channel with something new is marked until it is opened", async () => {
  const robin = await openAs("employee", `slack/${channel("general")}`);
  const link = robin
    .getByRole("navigation", { name: "Channels" })
    .getByRole("link", { name: /^security-alerts/ });
  await link.click();
  await becomes(async () => /unread/.test((await link.textContent()) ?? ""), false);
  await robin
    .getByRole("navigation", { name: "Channels" })
    .getByRole("link", { name: /^general/ })
    .click();
  const linus = await openAs("analyst", security);
  await write(linus, "Message #security-alerts", "Something new");
  await isSeen(robin.getByRole("link", { name: /^security-alerts.*unread/ }));
  await link.click();
  await becomes(async () => /unread/.test((await link.textContent()) ?? ""), false);
});
