// What is typed wrong, and what does not answer: a clear word, and nothing that was typed is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertAccessible, assertQuiet, open, settled, signIn, signInByKey, tabTo } from "./browser.mjs";
import { startConsole, startServer } from "./server.mjs";
import { stage } from "./stage.mjs";

const { browser, page, server } = await stage();

const dialog = () => page.locator("#action");

test("the whole way to a new group can be gone by the keyboard alone", async () => {
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "past what every page has");
  await tabTo(page, "Play as a demo player");
  await page.keyboard.press("Enter");
  await page.keyboard.type("ada");
  await page.keyboard.press("Enter");
  await page.getByText("There are no groups yet").waitFor();
  await tabTo(page, "Create a group");
  await page.keyboard.press("Enter");
  await page.keyboard.type("Wolves");
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Create a group", "back where one was");
  await page.keyboard.press("Enter");
  assert.equal(await dialog().getByLabel("Name", { exact: true }).inputValue(), "Wolves", "what was typed is there again");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Wolves" }).waitFor();
  await settled(page);
  await tabTo(page, "Invite");
  await page.keyboard.press("Enter");
  await page.keyboard.type("nobody");
  await page.keyboard.press("Enter");
  await dialog().getByText("No such user in this game").waitFor();
  assert.equal(await dialog().getByLabel("Username or user id").inputValue(), "nobody");
  await page.keyboard.press("Escape");
});

test("a field that is wrong is marked with the API's own words, and keeps what was typed", async () => {
  await page.getByRole("button", { name: "Change settings" }).click();
  const [name, size] = ["Name", "Largest size"].map((label) => dialog().getByLabel(label, { exact: true }));
  const send = dialog().getByRole("button", { name: "Change settings" });
  await name.fill(" ");
  await size.fill("many");
  await send.click();
  await dialog().getByText("Name is needed").waitFor();
  await name.fill("Wolves");
  await send.click();
  await dialog().getByText(/^Largest size must be a whole number/).waitFor();
  assert.equal(await size.getAttribute("aria-invalid"), "true");
  assert.equal(await page.evaluate(() => document.activeElement.name), "max_group_size");
  assert.equal(await size.inputValue(), "many");
  await size.fill("5");
  await send.click();
  await page.getByText("1 of 5").waitFor();
});

test("an emptied description is taken away, and what cannot be empty is needed", async () => {
  const [type, description] = ["Type", "Description (optional)"].map((label) => dialog().getByLabel(label, { exact: true }));
  const change = page.getByRole("button", { name: "Change settings" });
  const send = dialog().getByRole("button", { name: "Change settings" });
  const shown = page.locator("main p.value", { hasText: "We howl" });
  await change.click();
  await description.fill("We howl");
  await send.click();
  await shown.waitFor();
  await settled(page);
  await change.click();
  await description.fill("");
  await type.fill("");
  await send.click();
  await dialog().getByText("Type is needed").waitFor();
  await type.fill("Public");
  await dialog().getByText("The request").click();
  assert.match(await dialog().locator("code-block pre").textContent(), /--data '{"description":""}'$/);
  await send.click();
  await shown.waitFor({ state: "detached" });
  await settled(page);
});

test("an address that no page has is said to be none, and a group that is not there leads back to the list", async () => {
  for (const address of ["#/nothing", "#/groups/wolves", "#/webhooks/7/more"]) {
    await page.goto(`${server.url}/${address}`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    assert.equal(await page.getByText("nothing").count(), 0, "what somebody wrote into a link is not repeated");
  }
  await assertAccessible(page, "missing");
  for (const id of ["1", "99999999999"]) {
    await page.goto(`${server.url}/#/groups/${id}`);
    await page.getByRole("alert").waitFor();
    assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0, "it would be the same");
  }
  await page.getByRole("alert").getByText("InvalidParameter").waitFor();
  await page.getByRole("link", { name: "Go to the groups" }).click();
  await page.getByRole("link", { name: "Wolves" }).waitFor();
});

test("groups are found by their type, their way in, their room and whose they are", async () => {
  const linus = await server.player("linus");
  for (const [name, settings] of [["Wolves of linus", { can_auto_join: true, group_type: "Party" }], ["Bears", { is_invite_only: true, max_group_size: 1 }]]) {
    assert.equal((await linus.call("POST", "/groups", { name, ...settings })).status, 201);
  }
  await page.goto(`${server.url}/#/me`);
  await page.goto(`${server.url}/#/groups`);
  const list = page.locator("main");
  const names = async () => (await page.locator("main tbody th").allTextContents()).sort();
  const becomes = async (...expected) => {
    for (let tries = 0; tries < 100 && (await names()).join() !== expected.join(); tries += 1) await page.waitForTimeout(50);
    assert.deepEqual(await names(), expected);
  };
  await becomes("Bears", "Wolves", "Wolves of linus");
  assert.deepEqual((await page.locator("main td[data-title='Ways in']").allTextContents()).sort(), ["invite only", "on request", "open"]);
  await list.getByLabel("Type").fill("party");
  await becomes("Wolves of linus");
  await list.getByLabel("Type").fill("");
  await list.getByLabel("Way in").selectOption("not open");
  await becomes("Bears", "Wolves");
  await list.getByLabel("Room").selectOption("full");
  await becomes("Bears");
  await assertAccessible(page, "groups-filtered");
  await list.getByLabel("Only mine").check();
  await page.getByText("There is no such group").waitFor();
  await list.getByLabel("Room").selectOption("any");
  await becomes("Wolves");
  await list.getByLabel("Type").fill("t".repeat(500));
  await page.getByRole("alert").getByText("InvalidParameter").waitFor();
  assert.equal((await list.getByLabel("Type").inputValue()).length, 500, "what was typed stays");
  await page.goto(`${server.url}/#/me`);
  await page.goto(`${server.url}/#/groups`);
  await page.getByRole("link", { name: "Wolves", exact: true }).click();
  await settled(page);
});

test("what was typed for one group, or by one player, is not there for another", async () => {
  const open = async (button) => {
    await page.getByRole("button", { name: button, exact: true }).first().click();
    const typed = await dialog().locator("input").first().inputValue();
    await page.keyboard.press("Escape");
    return typed;
  };
  assert.equal(await open("Invite"), "nobody");
  const wolves = page.url();
  await page.goto(`${server.url}/#/groups`);
  await page.getByRole("button", { name: "Create a group" }).click();
  await dialog().getByLabel("Name", { exact: true }).fill("Cubs");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Cubs" }).waitFor();
  assert.equal(await open("Invite"), "");
  await page.goto(`${server.url}/#/groups`);
  await page.getByRole("button", { name: "Create a group" }).click();
  await dialog().getByLabel("Name", { exact: true }).fill("Foxes");
  await page.keyboard.press("Escape");
  await signIn(page, "eve");
  assert.equal(await open("Create a group"), "");
  await page.getByRole("button", { name: "Sign out" }).click();
  assert.equal(await open("Create a group"), "Foxes");
  await page.goto(wolves);
  await settled(page);
});

test("a wrong password says so and stays in the dialog", async () => {
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const into = page.locator("#sign-in");
  await into.getByLabel("A player, by password").check();
  await into.getByLabel("E-mail address or username").fill("ada");
  await into.getByLabel("Password", { exact: true }).fill("wrong");
  await into.getByRole("button", { name: "Sign in" }).click();
  await into.getByText("is not correct").waitFor();
  assert.equal(await into.getByLabel("E-mail address or username").inputValue(), "ada");
  assert.equal(await into.getByLabel("Game id").inputValue(), String(server.game_id), "the demo game's is filled in");
  await page.keyboard.press("Escape");
});

test("the secret key is typed by whoever has it, kept in no storage, and shown nowhere", async () => {
  const { id } = await server.player("grace");
  for (const user of [undefined, id]) {
    await signInByKey(page, server.secret_key, user);
    await page.locator("main").getByText("which is asked for no role").waitFor();
    await settled(page);
    await page.getByRole("button", { name: "Delete the group" }).waitFor();
    for (const kind of ["Reads", "Dry runs"]) await page.getByLabel(kind).check();
    await page.locator("call-log summary").first().click();
    await page.locator("call-log pre").first().waitFor();
    const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }) + document.cookie);
    const shown = await page.evaluate(() => document.documentElement.outerHTML);
    assert.ok(!kept.includes(server.secret_key) && !shown.includes(server.secret_key), `user ${user}`);
  }
  await page.reload();
  const choices = await page.getByLabel("Calling as").locator("option").allTextContents();
  assert.deepEqual(choices, ["ada", `Title ${server.game_id}`]);
  assertQuiet(page);
});

test("the console for a deployed API calls that API, says so where it does not answer, and is signed in there alone", async () => {
  const other = await startServer();
  let console = await startConsole(other.url);
  const hosts = [console.url, other.url].map((url) => new URL(url).host);
  const elsewhere = await open(browser, console.url, hosts);
  try {
    assert.equal(await elsewhere.getByRole("link", { name: "Inspector" }).count(), 0);
    await elsewhere.getByText(other.url).waitFor();
    await elsewhere.getByRole("button", { name: "Sign in by password" }).click();
    const into = elsewhere.locator("#sign-in");
    await other.player("linus");
    for (const [label, value] of [["E-mail address or username", "linus"], ["Password", "password"],
      ["Game id", String(other.game_id)], ["Game token", other.game_token]]) {
      await into.getByLabel(label, { exact: true }).fill(value);
    }
    await into.getByRole("button", { name: "Sign in" }).click();
    await elsewhere.getByText("There are no groups yet").waitFor();
    assertQuiet(elsewhere);
    await other.stop();
    await elsewhere.getByLabel("Find").fill("wolves");
    await elsewhere.getByText(`${other.url} does not answer this page`).waitFor();
    assert.equal(await elsewhere.getByLabel("Find").inputValue(), "wolves");
    await console.stop();
    console = await startConsole(server.url, new URL(console.url).port);
    await elsewhere.reload();
    await elsewhere.getByText(`The API is at ${server.url}`).waitFor();
    assert.equal(await elsewhere.getByLabel("Calling as").count(), 0, "another API is told no token of this one");
  } finally {
    await elsewhere.context().close();
    await console.stop();
  }
});

test("a server that went away is told of, and a dialog keeps what was typed", async () => {
  await page.goto(`${server.url}/#/groups`);
  await page.getByRole("button", { name: "Create a group" }).click();
  await dialog().getByLabel("Name", { exact: true }).fill("Foxes");
  await server.stop();
  await dialog().getByRole("button", { name: "Create a group" }).click();
  await dialog().getByText("The server does not answer").waitFor();
  assert.equal(await dialog().getByLabel("Name", { exact: true }).inputValue(), "Foxes");
});
