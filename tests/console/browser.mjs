// A headless Chromium whose pages are watched: what goes wrong in them fails the test, whatever the test is about.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// Unlike import, require looks into NODE_PATH.
const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const SCREENSHOTS = process.env.GUILDHALL_SCREENSHOTS;
mkdirSync(SCREENSHOTS, { recursive: true });

export const DESK = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

/** A browser that asks nobody for anything by itself. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      ...(process.getuid() === 0 ? ["--no-sandbox"] : []),
      "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync",
    ],
  });
}

/** A new page at `url`; `hosts` are those that it may call. */
export async function open(browser, url, hosts = [new URL(url).host], options = {}) {
  const context = await browser.newContext({ viewport: DESK, colorScheme: "light", locale: "en-GB", ...options });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(`error: ${error.stack}`));
  page.on("console", (message) => {
    // Refusals are answers: the browser notes each as a resource that was not loaded.
    const isRefusal = message.text().startsWith("Failed to load resource") && !message.location().url.includes("/console/");
    if (["error", "warning"].includes(message.type()) && !isRefusal) wrong.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!hosts.includes(new URL(request.url()).host)) wrong.push(`another host: ${request.url()}`);
  });
  await page.goto(url);
  return Object.assign(page, { wrong });
}

/** Fails where anything went wrong in a page so far. */
export function assertQuiet(page) {
  assert.deepEqual(page.wrong, []);
}

/** Signs in as a demo player, by the dialog. */
export async function signIn(page, name) {
  await page.locator("session-switch button", { hasText: /^(Sign in|Add)$/ }).click();
  await page.getByLabel("A demo player").check();
  await page.locator("#sign-in").getByLabel("Name", { exact: true }).fill(name);
  await page.locator("#sign-in").getByRole("button", { name: "Sign in" }).click();
  await page.locator("#sign-in").waitFor({ state: "hidden" });
}

/** Signs in by the secret key, beside whoever is signed in: as the title, or for a user. */
export async function signInByKey(page, secretKey, user) {
  await page.locator("session-switch button", { hasText: /^(Sign in|Add)$/ }).click();
  const into = page.locator("#sign-in");
  await into.getByLabel(user ? "Any player, by the secret key" : "The title, by the secret key").check();
  if (user) await into.getByLabel("User id", { exact: true }).fill(String(user));
  await into.getByLabel("Secret key", { exact: true }).fill(secretKey);
  await into.getByRole("button", { name: "Sign in" }).click();
  await into.waitFor({ state: "hidden" });
}

/** Chooses who is calling, among those who are signed in. */
export const actAs = (page, name) => page.getByLabel("Calling as").selectOption({ label: name });

/** Waits until nothing on the page is waited for. */
export async function settled(page) {
  await page.waitForFunction(() => !document.querySelector("main .waiting, main [aria-busy=true]"));
}

/** Presses Tab until the element with that name has the focus. */
export async function tabTo(page, name) {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return (element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent).trim();
    });
    if (focused === name) return;
  }
  assert.fail(`the keyboard does not lead to ${name}`);
}

/** What axe finds wrong with a page as it is, a line for each. */
async function findings(page) {
  // The protocol's own evaluation, since the page's policy lets no other script in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}

/** Fails where axe finds anything, or where the page is wider than its window, in both colour schemes, at a desk and on a
 * phone; and keeps a picture of each. */
export async function assertAccessible(page, name) {
  for (const [place, size] of [["desk", DESK], ["phone", PHONE]]) {
    await page.setViewportSize(size);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await settled(page);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${place}-${colorScheme}.png`), fullPage: place === "phone" });
      assert.deepEqual(await findings(page), [], `${name} at a ${place}, ${colorScheme}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= size.width, `${name} is ${width} wide at a ${place}`);
    }
  }
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
}
