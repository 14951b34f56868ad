// A browser window in which one is one of the people. Every test fails on what no page may do: an error in the
// console, an uncaught exception, a request to anywhere but the simulator.

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { chromiumPath, clearTraces, person, type Stack, screenshots, stack } from "./stack";

/** How long the whole system may take to show something; the first calls start cold functions. */
const PATIENCE_MS = 30_000;

const QUIET = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-gpu",
];

export type Look = { width?: number; height?: number; dark?: boolean };

let browser: Browser;
let opened: Page[] = [];
let complaints: string[] = [];

/** To be called once in each test file. */
export function withBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: QUIET, chromiumSandbox: false });
  });
  beforeEach(clearTraces);
  afterEach(async () => {
    await Promise.all(opened.map((page) => page.context().close()));
    opened = [];
    const said = complaints;
    complaints = [];
    expect(said).toEqual([]);
  });
  afterAll(() => browser.close());
}

/** Opens the page at `#/…` as one of the people, in a browser profile of its own. */
export async function openAs(
  role: Stack["users"][number]["role"],
  path: string,
  look: Look = {},
): Promise<Page> {
  const options: BrowserContextOptions = {
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    colorScheme: look.dark ? "dark" : "light",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
  };
  const page = await (await browser.newContext(options)).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  watch(page);
  opened.push(page);
  await page.goto(`${stack.page_url}/#/${path}?as=${person(role).id}`);
  return page;
}

function watch(page: Page): void {
  const origin = new URL(stack.page_url).origin;
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isAnswer(message.text()))
      complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.origin !== origin) complaints.push(`a request to ${request.url()}`);
  });
}

/** The browser's own note of an answer that refuses: pages show those to the person. */
const isAnswer = (text: string) =>
  text.startsWith("Failed to load resource: the server responded with a status");

/** Keeps a picture of what the window shows. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${screenshots}/${name}.png`, animations: "disabled" });
}
