// Two demo players play through a group's life, in the page alone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { actAs, assertAccessible, assertQuiet, settled, signIn } from "./browser.mjs";
import { stage } from "./stage.mjs";

const { page, server } = await stage();
const players = {};

const main = () => page.locator("main");
const button = (name) => main().getByRole("button", { name, exact: true });
const section = (name) => main().getByRole("region", { name, exact: true });
const dialog = () => page.locator("#action");
const outcome = (words) => page.getByRole("status").filter({ hasText: words }).first().waitFor();

test("somebody new is told what this is, and signs in by a name alone", async () => {
  await main().getByRole("heading", { name: "Groups for games" }).waitFor();
  await assertAccessible(page, "welcome");
  await main().getByRole("button", { name: "Act for a player" }).click();
  await assertAccessible(page, "sign-in");
  await page.keyboard.press("Escape");
  await signIn(page, "ada");
  await main().getByText("There are no groups yet").waitFor();
  await assertAccessible(page, "groups-empty");
});

test("a group is created in a dialog that shows its request", async () => {
  await button("Create a group").click();
  await dialog().getByLabel("Name", { exact: true }).fill("Awesome Gamers");
  await dialog().getByText("The request").click();
  const line = await dialog().locator("code-block pre").textContent();
  assert.ok(line.includes(`"name":"Awesome Gamers"`) && line.includes(`"authentication-token: $TOKEN"`), line);
  await assertAccessible(page, "dialog");
  await dialog().getByRole("button", { name: "Create a group" }).click();
  await main().getByRole("heading", { name: "Awesome Gamers" }).waitFor();
  await settled(page);
  await main().getByText("You are an admin here.").waitFor();
  await assertAccessible(page, "group-new");
});

test("another player finds the group and asks to join, and sees how long that is pending", async () => {
  await signIn(page, "grace");
  await page.getByRole("link", { name: "Groups" }).first().click();
  await page.getByLabel("Find").fill("awe");
  await main().getByRole("link", { name: "Awesome Gamers" }).click();
  await settled(page);
  assert.equal(await button("Join").count(), 0, "the group is not open");
  await main().getByText("on request").waitFor();
  await button("Ask to join").click();
  await dialog().getByLabel("Message").fill("I play every evening");
  await dialog().getByRole("button", { name: "Ask to join" }).click();
  await outcome("Asked to join");
  await page.getByRole("link", { name: "Mine" }).click();
  await main().getByText(/^6 d 23 h left$/).waitFor();
  await settled(page);
  await assertAccessible(page, "mine");
});

test("the admin accepts, promotes, keeps an attribute and blocks, and the history grows", async () => {
  const mallory = await server.player("mallory");
  await actAs(page, "ada");
  await page.getByRole("link", { name: "Awesome Gamers" }).click();
  await section("Pending").getByText("left").waitFor();
  await section("Pending").getByText("I play every evening").waitFor();
  await settled(page);
  await assertAccessible(page, "group-pending");
  await button("Accept: grace").click();
  await outcome("Accepted: grace");
  await section("History").getByText("ada let in grace by application").waitFor();

  await section("Members").getByRole("button", { name: "Actions on grace" }).click();
  await button("Make admin: grace").click();
  await outcome("Made admin: grace");
  await section("Members").getByRole("row", { name: /grace.*Administrators/ }).waitFor();
  await section("History").getByText("ada changed the roles of grace to admins, members").waitFor();
  await button("Make a plain member: grace").waitFor();
  assert.equal(await button("Make admin: grace").count(), 0, "who is an admin is not made one");

  await button("Add an attribute").click();
  await dialog().getByLabel("Key").fill("motto");
  await dialog().getByLabel("Value").fill("All for one");
  await dialog().getByRole("button", { name: "Add an attribute" }).click();
  await section("Attributes").getByText("All for one").waitFor();

  await button("Block a player").click();
  await dialog().getByLabel("User id").fill(String(mallory.id));
  await dialog().getByRole("button", { name: "Block a player" }).click();
  await section("Blocks").getByText("mallory").waitFor();
  await section("History").getByText("ada blocked mallory").waitFor();
  await settled(page);
  await assertAccessible(page, "group");
});

test("what others do meanwhile shows by itself", async () => {
  const eve = await server.player("eve");
  players.eve = eve;
  const id = Number(new URL(page.url()).hash.split("/")[2]);
  assert.equal((await eve.call("POST", "/group_connections", { group_id: id })).status, 200);
  await section("Pending").getByText("eve").waitFor();
  await section("History").getByText("eve asked to join").waitFor();
  const niklaus = await server.player("niklaus");
  const { data } = await niklaus.call("POST", "/group_connections", { group_id: id });
  assert.equal((await niklaus.call("DELETE", `/group_connections/cancel/${data.id}`)).status, 200);
  await section("History").getByText("niklaus took the application back", { exact: true }).waitFor();
});

test("who is declined or removed is told why, and a block has an end", async () => {
  await button("Decline: eve").click();
  await dialog().getByLabel("Why").fill("Full for now");
  await dialog().getByRole("button", { name: "Decline" }).click();
  await section("History").getByText("ada declined the application of eve: Full for now").waitFor();

  await button("Block a player").click();
  await dialog().getByLabel("User id").fill(String(players.eve.id));
  await dialog().getByLabel("Why").fill("Spam");
  await dialog().getByLabel("For how many seconds").fill("3600");
  await dialog().getByRole("button", { name: "Block a player" }).click();
  await section("Blocks").getByRole("row", { name: /eve.*Spam/ }).waitFor();
  assert.match(await section("Blocks").getByRole("row", { name: /eve.*Spam/ }).textContent(), /ada/, "by whom");
});

test("an invite code is shown once, lets somebody in, and is closed", async () => {
  await button("Make an invite code").click();
  await dialog().getByLabel("Uses").fill("2");
  await dialog().getByRole("button", { name: "Make an invite code" }).click();
  const told = page.locator("#told-once");
  await told.getByText("not shown again").waitFor();
  const code = await told.locator("pre").textContent();
  await assertAccessible(page, "code-told");
  await told.getByRole("button", { name: "I have kept it" }).click();
  assert.ok(!(await page.evaluate(() => document.documentElement.outerHTML)).includes(code), "it is nowhere any more");

  const linus = await server.player("linus");
  const id = Number(new URL(page.url()).hash.split("/")[2]);
  assert.equal((await linus.call("POST", "/group_connections", { code })).status, 200);
  await section("Invite codes").getByText("1 of 2").waitFor();
  await section("Invite codes").getByRole("button", { name: /^Close: code/ }).click();
  await section("Invite codes").getByText("closed").waitFor();
  for (const words of [/ada made code \d+$/, /linus joined \(code \d+\)/, /ada closed code \d+$/]) await section("History").getByText(words).waitFor();
  const refused = await (await server.player("margaret")).call("POST", "/group_connections", { code });
  assert.equal(refused.refusal, "CodeClosed");

  await section("Members").getByRole("button", { name: "Actions on linus" }).click();
  await button("Remove: linus").click();
  await dialog().getByLabel("Why").fill("Wrong group");
  await dialog().getByRole("button", { name: "Remove" }).click();
  await section("History").getByText("ada removed linus: Wrong group").waitFor();
  assert.equal((await linus.call("POST", "/group_connections", { group_id: id })).status, 200, "who was not blocked may ask again");
});

test("an action's request and answer are shown, and the line for curl has no token", async () => {
  const calls = page.getByRole("complementary", { name: "Calls" });
  await calls.locator("summary", { hasText: "/make_admin/" }).first().click();
  const line = await calls.locator("pre").first().textContent();
  assert.match(line, /^curl --request 'PUT' '.*\/api\/v3\/group_connections\/make_admin\/\d+'/);
  assert.ok(line.includes(`--header "authentication-token: $TOKEN"`), line);
  const tokens = await page.evaluate(() => JSON.parse(sessionStorage[`guildhall-sessions ${location.origin}`]).all
    .map((session) => session.gamefuse["authentication-token"]));
  const text = await page.evaluate(() => document.documentElement.outerHTML);
  assert.equal(tokens.length, 2);
  tokens.forEach((token) => assert.ok(!text.includes(token)));
});

test("an attribute whose key names a folder in a path is deleted", async () => {
  await button("Add an attribute").click();
  await dialog().getByLabel("Key").fill("..");
  await dialog().getByLabel("Value").fill("up");
  await dialog().getByRole("button", { name: "Add an attribute" }).click();
  await button("Delete: ..").click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await outcome("Attribute deleted: ..");
});

test("an answer that comes late leaves the dialog alone that was opened meanwhile", async () => {
  let answer;
  const isHeld = new Promise((held) => {
    page.route("**/add_attribute", async (route) => {
      held();
      await new Promise((go) => { answer = go; });
      await route.continue();
    }, { times: 1 });
  });
  await button("Add an attribute").click();
  await dialog().getByLabel("Key").fill("late");
  await dialog().getByLabel("Value").fill("word");
  await dialog().getByRole("button", { name: "Add an attribute" }).click();
  await isHeld;
  await page.keyboard.press("Escape");
  await button("Make an invite code").click();
  await dialog().getByLabel("Uses").fill("7");
  assert.ok(await dialog().getByRole("button", { name: "Make an invite code" }).isEnabled());
  answer();
  await outcome("Attribute set");
  assert.equal(await dialog().getByLabel("Uses").inputValue(), "7");
  await page.keyboard.press("Escape");
});

test("the line for curl does what the page did, whatever quotes are in it", async () => {
  await button("Add an attribute").click();
  await dialog().getByLabel("Key").fill("motto");
  await dialog().getByLabel("Value").fill(`It's "all" $for \\one`);
  await dialog().getByText("The request").click();
  const line = await dialog().locator("code-block pre").textContent();
  await page.keyboard.press("Escape");
  const token = await page.evaluate(() => JSON.parse(sessionStorage[`guildhall-sessions ${location.origin}`]).all
    .find((session) => session.name === "ada").gamefuse["authentication-token"]);
  const answer = execFileSync("bash", ["-c", line], { env: { ...process.env, TOKEN: token }, stdio: ["ignore", "pipe", "ignore"] });
  assert.equal(JSON.parse(answer).attributes[0].value, `It's "all" $for \\one`);
  await section("Attributes").getByText("It's").waitFor();
});

test("a member who is no admin is offered what a member may do, and told why not the rest", async () => {
  // What was opened stays open while the page is shown again.
  await button("Take a role: grace").click();
  await dialog().getByLabel("Role").selectOption("admins");
  await dialog().getByRole("button", { name: "Take a role" }).click();
  await outcome("Role taken: grace");
  await section("History").getByText("ada changed the roles of grace: admins was taken").waitFor();
  await actAs(page, "grace");
  await main().getByText("You are a member here.").waitFor();
  await settled(page);
  assert.equal(await button("Delete the group").count(), 0);
  await button("Leave").waitFor();
  await main().locator(".refused summary").first().click();
  await main().getByText("You are not allowed to do that").first().waitFor();
  assert.equal(await section("Pending").count(), 0);
  await assertAccessible(page, "group-member");
  await page.getByRole("link", { name: "Groups" }).first().click();
  await main().getByRole("link", { name: "Awesome Gamers" }).waitFor();
  await assertAccessible(page, "groups");
});

test("nothing went wrong in the page, and it called no other host", () => assertQuiet(page));
