// The game's own server registers a webhook in the page, and sees what was delivered to it.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { assertAccessible, assertQuiet, settled, signIn, signInByKey } from "./browser.mjs";
import { stage } from "./stage.mjs";

let group;
/** What the receiver answers with, and what has come. */
const playing = { status: 200, messages: [] };

const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (data) => (body += data));
  request.on("end", () => {
    playing.messages.push({ ...JSON.parse(body), signature: request.headers["webhook-signature"] });
    response.writeHead(playing.status).end();
  });
});
await new Promise((listens) => receiver.listen(0, "127.0.0.1", listens));
after(() => receiver.close());
const { page, server } = await stage("/#/webhooks");

const main = () => page.locator("main");
const button = (name) => main().getByRole("button", { name, exact: true });
const dialog = () => page.locator("#action");
const deliveries = () => main().getByRole("region", { name: "Deliveries" });
const outcome = (words) => page.getByRole("status").filter({ hasText: words }).first().waitFor();
const address = () => `http://127.0.0.1:${receiver.address().port}/told`;

test("webhooks are the title's, and its key is asked for where it is needed", async () => {
  await signIn(page, "ada");
  await main().getByText("Sign in as the title").waitFor();
  assert.equal(await page.getByRole("link", { name: "Webhooks" }).count(), 0);
  await signInByKey(page, server.secret_key);
  await page.getByRole("link", { name: "Webhooks" }).click();
  await main().getByLabel("Secret key").fill("wrong");
  await button("Go on").click();
  await main().getByRole("alert").filter({ hasText: /./ }).waitFor();
  assert.equal(await main().getByLabel("Secret key").inputValue(), "wrong", "what was typed stays");
  await assertAccessible(page, "webhooks-key");
  await main().getByLabel("Secret key").fill(server.secret_key);
  await button("Go on").click();
  await main().getByText("There are none yet").waitFor();
});

test("a webhook is registered, its secret is shown once, and a wrong address is marked", async () => {
  await button("Register a webhook").click();
  await dialog().getByLabel("Address").fill("ftp://nowhere");
  await dialog().getByRole("button", { name: "Register a webhook" }).click();
  await dialog().getByText(/^Address must be/).waitFor();
  await dialog().getByLabel("Address").fill(address());
  await dialog().getByLabel("Types of events").fill("group.created, nonsense");
  await dialog().getByRole("button", { name: "Register a webhook" }).click();
  await dialog().getByText(/^Types of events must be/).waitFor();
  await dialog().getByLabel("Types of events").fill("group.created, member.joined");
  await dialog().getByRole("button", { name: "Register a webhook" }).click();
  const told = page.locator("#told-once");
  const secret = await told.locator("pre").textContent();
  assert.match(secret, /^whsec_/);
  await assertAccessible(page, "webhook-secret");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await told.locator("pre").textContent(), secret, "it stays until it is kept");
  await told.getByRole("button", { name: "I have kept it" }).click();
  await page.locator("call-log summary", { hasText: "/webhooks" }).first().click();
  await page.locator("call-log pre").first().waitFor();
  const kept = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }) + document.documentElement.outerHTML);
  for (const hidden of [secret, server.secret_key]) assert.ok(!kept.includes(hidden), "it is nowhere any more");
  await main().getByRole("row", { name: /told/ }).getByText("group.created, member.joined").waitFor();
  await assertAccessible(page, "webhooks");
});

test("a test and an event are delivered, and shown with status, attempts and time", async () => {
  await main().getByRole("link", { name: address() }).click();
  await deliveries().getByText("Nothing was delivered").waitFor();
  await button("Send a test").click();
  await outcome("Test sent");
  await deliveries().getByRole("row", { name: /webhook.test/ }).getByText("delivered").waitFor();
  const ada = await server.player("grace");
  group = (await ada.call("POST", "/groups", { name: "Wolves" })).data.id;
  const row = deliveries().getByRole("row", { name: /group.created/ });
  await row.getByText("delivered").waitFor();
  assert.match(await row.textContent(), new RegExp(`${group}, place 1.*delivered.*1.*200`));
  assert.deepEqual(playing.messages.map(({ type }) => type), ["webhook.test", "group.created"]);
  await settled(page);
  await assertAccessible(page, "webhook");
});

test("what the receiver refuses is told with its problem, and a history is sent again", async () => {
  playing.status = 500;
  await button("Send a test").click();
  const row = deliveries().getByRole("row", { name: /webhook.test/ }).filter({ hasText: "500, answered" });
  await row.getByText("500, answered otherwise").waitFor();
  await row.getByText("waiting").waitFor();
  playing.status = 200;
  const before = playing.messages.length;
  await button("Send a history again").click();
  await dialog().getByLabel("Group id").fill("1");
  await dialog().getByRole("button", { name: "Send a history again" }).click();
  await dialog().getByText("GroupNotFound").waitFor();
  await dialog().getByLabel("Group id").fill(String(group));
  await dialog().getByRole("button", { name: "Send a history again" }).click();
  await outcome("Sent again: 1 event, up to the place 1");
  assert.ok(playing.messages.length >= before);
});

test("a webhook is changed, switched off and on, and deleted", async () => {
  await button("Change").click();
  assert.equal(await dialog().getByLabel("Types of events").inputValue(), "group.created, member.joined");
  await dialog().getByLabel("Types of events").fill("");
  await dialog().getByLabel("What it is for").fill("The guild bot");
  await dialog().getByRole("button", { name: "Change" }).click();
  await main().getByText("The guild bot").waitFor();
  await main().getByText("all", { exact: true }).waitFor();
  await button("Change").click();
  await dialog().getByLabel("What it is for").fill("");
  await dialog().getByRole("button", { name: "Change" }).click();
  await dialog().getByText("What it is for is needed").waitFor();
  await page.keyboard.press("Escape");
  await button("Switch off").click();
  await button("Switch on").waitFor();
  await main().getByText("off", { exact: true }).waitFor();
  assert.equal(await button("Send a test").count(), 0);
  await button("Switch on").click();
  await button("Send a test").waitFor();
  await button("Delete").click();
  await dialog().getByRole("button", { name: "Delete" }).click();
  await main().getByText("There are none yet").waitFor();
  await page.goto(`${server.url}/#/webhooks/1`);
  await main().getByText("WebhookNotFound").waitFor();
  await main().getByRole("link", { name: "Go to the webhooks" }).click();
  await main().getByText("There are none yet").waitFor();
});

test("nothing went wrong in the page, and it called no other host", () => assertQuiet(page));
