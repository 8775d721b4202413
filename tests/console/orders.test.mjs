// The title is shown what operators do, as lines that a shell can run as they are.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { assertAccessible, assertQuiet, open, settled, signIn, signInByKey } from "./browser.mjs";
import { startConsole } from "./server.mjs";
import { stage } from "./stage.mjs";

const { browser, page, server } = await stage("/#/me");

const main = () => page.locator("main");
const button = (name) => main().getByRole("button", { name, exact: true });

/** What a shell answers to the line of that label. */
async function run(label, variables = {}) {
  const line = await main().getByRole("group", { name: label, exact: true }).innerText();
  return JSON.parse(execFileSync("sh", ["-c", line], { env: { ...process.env, ...variables }, stdio: ["ignore", "pipe", "ignore"] }));
}

test("a player is shown no orders", async () => {
  await signIn(page, "ada");
  await main().getByRole("heading", { name: "ada" }).waitFor();
  assert.equal(await main().getByRole("heading", { name: "The game" }).count(), 0);
  await page.goto(`${server.url}/#/groups`);
  await button("Create a group").click();
  await page.locator("#action").getByLabel("Name", { exact: true }).fill("Wolves");
  await page.locator("#action").getByRole("button", { name: "Create a group" }).click();
  await main().getByRole("heading", { name: "Members" }).waitFor();
  assert.equal(await main().getByRole("heading", { name: "For operators" }).count(), 0);
});

test("the title copies lines about a group, and they do what they say", async () => {
  await signInByKey(page, server.secret_key);
  await main().getByRole("heading", { name: "For operators" }).waitFor();
  const shown = await run("Show it as it is stored");
  assert.equal(shown.group.group_name, "Wolves", JSON.stringify(shown));
  assert.equal(shown.members.length, 1);
  const compared = await run("Compare its counts with its rows");
  assert.equal(compared.errorMessage, undefined, JSON.stringify(compared));
  await assertAccessible(page, "group-title");
});

test("the special roles are chosen from what they are now", async () => {
  const dialog = page.locator("#action");
  const shown = async () => {
    await button("Choose the admin role").click();
    return dialog.locator("select").evaluateAll((selects) => selects.map(({ value }) => value));
  };
  assert.deepEqual(await shown(), ["admins", "members"]);
  await dialog.getByLabel("Admin role").selectOption("members");
  await dialog.getByRole("button", { name: "Choose the admin role" }).click();
  await page.getByRole("status").filter({ hasText: "Roles chosen" }).first().waitFor();
  await settled(page);
  assert.deepEqual(await shown(), ["members", "members"]);
  await page.keyboard.press("Escape");
});

test("and lines about the game and a user, in which no secret stands", async () => {
  await page.getByRole("link", { name: "Mine" }).click();
  await main().getByLabel("The user's id").waitFor();
  const { games } = await run("List all games");
  const game = games[0].game_id;
  await run("Let nobody in");
  assert.ok((await run("List all games")).games[0].disabled_at);
  await run("Let players in again");
  const user = (await (await fetch(`${server.url}/2015-03-31/functions/inspect-user/invocations`, {
    method: "POST", body: JSON.stringify({ game_id: game, username: "ada" }),
  })).json()).user.user_id;
  await main().getByLabel("The user's id").fill(String(user));
  assert.equal((await run("Show what is stored")).user.username, "ada");
  await run("Set a password", { PASSWORD: "for one day only" });
  assert.ok(await main().getByRole("group", { name: "Set a password" }).getByText("$PASSWORD").isVisible());
  await assertAccessible(page, "title");
});

test("where the functions are on AWS, no new key is asked for twice", async () => {
  const console = await startConsole(server.url);
  const elsewhere = await open(browser, `${console.url}/#/me`, [console.url, server.url].map((url) => new URL(url).host));
  try {
    await signInByKey(elsewhere, server.secret_key);
    const lines = elsewhere.locator("main pre", { hasText: "order rotate-game-keys" });
    await lines.first().waitFor();
    const texts = await lines.allTextContents();
    assert.equal(texts.length, 2);
    texts.forEach((text) => assert.match(text, /^AWS_MAX_ATTEMPTS=1 order /));
  } finally {
    await elsewhere.context().close();
    await console.stop();
  }
});

test("nothing went wrong in the page, and it called no other host", () => assertQuiet(page));
