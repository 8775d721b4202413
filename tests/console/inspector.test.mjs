// The inspector shows what requests asked of DynamoDB, in the page.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertAccessible, assertQuiet } from "./browser.mjs";
import { stage } from "./stage.mjs";

const players = {};
let group;

const { page, server } = await stage("/#/inspector", async (server) => {
  for (const name of ["ada", "grace", "eve"]) players[name] = await server.player(name);
  group = (await players.ada.call("POST", "/groups", { name: "Awesome Gamers" })).data.id;
  const asked = await players.grace.call("POST", "/group_connections", { group_id: group });
  const answer = (name) => players[name].call("PUT", `/group_connections/${asked.data.id}`, { status: "accepted" });
  assert.equal((await answer("eve")).refusal, "NotAuthorized");
  assert.equal((await answer("ada")).status, 200);
});

const rows = () => page.getByRole("list", { name: "Requests" }).getByRole("listitem");
const row = (...texts) => texts.reduce((found, text) => found.filter({ hasText: text }), rows());
const detail = () => page.getByRole("region", { name: "The request" });

test("a refused call shows the transaction that was tried, and the guard that did not hold", async () => {
  await rows().first().waitFor();
  await assertAccessible(page, "inspector");
  await row("update-group-connection", "NotAuthorized").getByText("guard failed").click();
  const failed = detail().locator("li.failed");
  await failed.getByText("did not hold").waitFor();
  assert.match(await failed.textContent(), new RegExp(`CheckGROUP ${group} / MEMBER ${players.eve.id}`));
  const guard = failed.locator("li.broken");
  assert.match(await guard.textContent(), /is_admin = true nothing lay there/);
  assert.ok((await detail().locator(".steps > li").count()) > 3, "the other steps are shown, too");
  await assertAccessible(page, "inspector-guard");
});

test("a call that was made shows its round trips, units and dollars, and a line for curl without its token", async () => {
  await row("create-group").filter({ hasNotText: "connection" }).getByRole("link").click();
  const facts = detail().locator("dl.facts");
  for (const fact of ["1 read, 6 written", "$5.16, of which DynamoDB $3.88"]) await facts.getByText(fact).waitFor();
  assert.match(await facts.textContent(), /Round trips1/);
  const line = await detail().locator("code-block pre").last().textContent();
  assert.ok(line.includes(`--header "authentication-token: $TOKEN"`) && line.includes(`"name":"Awesome Gamers"`), line);
});

test("requests are found by group, by user and by function", async () => {
  const count = async () => (await rows().allTextContents()).length;
  const all = await count();
  await page.getByLabel("Group id").fill(String(group));
  assert.ok((await count()) < all && (await count()) > 1);
  await page.getByLabel("User id or name").fill(String(players.eve.id));
  assert.equal(await count(), 1);
  await page.getByLabel("Group id").fill("");
  assert.equal(await count(), 2, "signing up, too");
  await page.getByLabel("Function").selectOption("sign-up");
  assert.equal(await count(), 1);
  await page.getByLabel("User id or name").fill("");
  assert.equal(await count(), 3);
  await page.getByLabel("Function").selectOption("");
});

test("new requests show by themselves, and those of a pause after it", async () => {
  await players.ada.call("DELETE", `/group_connections/leave/${group}`);
  await row("leave-group").first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await players.grace.call("DELETE", `/groups/${group}`);
  await page.getByRole("button", { name: "Go on" }).click();
  await row("delete-group").first().waitFor();
});

test("what a dry run asks is shown on demand", async () => {
  await players.ada.call("POST", "/groups?dry_run=true", { name: "Not really" });
  await page.getByRole("checkbox", { name: "Dry runs" }).check();
  await row("create-group", "dry run").getByRole("link").click();
  await detail().getByText("nothing was written").waitFor();
});

test("the line for curl runs nothing of what was sent, and sends the same", async () => {
  // In upper case and behind a dollar, the first would be a command.
  const names = ["(A=touch\\ ran;${A,,})token", "$(A=touch\\ ran;${A,,})token", "it's a ticket", "1token"];
  const body = (secret) => ({ name: "'$(touch ran)'\u007f", ...Object.fromEntries([...names, "secret"].map((name) => [name, secret])) });
  await fetch(`${server.url}/api/v3/sessions`, { method: "POST", body: JSON.stringify(body("x")) });
  await row("sign-in").first().getByRole("link").click();
  const line = await detail().locator("code-block pre").last().textContent();
  assert.ok(!line.includes("\u007f"), "to a terminal, that is the key which deletes");
  const folder = mkdtempSync(join(tmpdir(), "guildhall-"));
  const told = execFileSync("bash", ["-c", line.replace("curl", "printf '%s\\n'")], { cwd: folder, env: { ...process.env, SECRET: "y" }, stdio: ["ignore", "pipe", "ignore"] });
  assert.deepEqual(readdirSync(folder), []);
  rmSync(folder, { recursive: true });
  assert.deepEqual(JSON.parse(told.toString().trim().split("\n").at(-1)), body("y"));
});

test("after a restart, requests of the run before give way to those that have their numbers now", async () => {
  const kept = await (await fetch(`${server.url}/console/inspector.json`)).json();
  const now = kept.requests.map(({ number, request }) => ({ number, request: { ...request, request_id: `again-${number}`, function: "restarted" } }));
  await page.route("**/console/inspector.json*", (route) => {
    const after = Number(new URL(route.request().url()).searchParams.get("after"));
    return route.fulfill({ json: { requests: now.filter(({ number }) => number > after), last: kept.last, newest: kept.newest } });
  });
  await row("restarted").first().waitFor();
  assert.equal(await rows().filter({ hasNotText: "restarted" }).count(), 0);
  await detail().getByText("Choose a request").waitFor();
  assert.equal(new URL(page.url()).hash, "#/inspector");
  await row("restarted").first().getByRole("link").click();
  await detail().getByRole("heading", { name: "restarted" }).waitFor();
});

test("nothing went wrong in the page, and it called no other host", () => assertQuiet(page));
