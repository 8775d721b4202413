// A game's server that is told what happens in its groups. Needs Node 18.3 or later, and nothing else.
//
//     cargo run -- --demo-file demo.json
//     node examples/webhooks.mjs --demo-file demo.json

import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({ options: { "demo-file": { type: "string", default: "demo.json" } } });
const demo = readDemo(options["demo-file"]);

/** The demo game's facts, which the server writes where it is told to. */
function readDemo(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    console.error(`${file} cannot be read: start the server by cargo run -- --demo-file demo.json, and name that file by --demo-file.`);
    process.exit(1);
  }
}

/** Whether a message comes from Guildhall, and was sent in the last five minutes. `body` is the text as it came. */
function isGenuine(secret, headers, body) {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < 300)) return false;
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
  // There may be several signatures, with blanks between.
  return String(headers["webhook-signature"]).split(" ").some((signature) => {
    const [version, base64] = signature.split(",");
    const given = Buffer.from(base64 ?? "", "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** Calls Guildhall with these headers. */
async function call(headers, method, path, body) {
  const init = { method, headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  const answer = await fetch(`${demo.base_url}/api/v3${path}`, init);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

// The receiver: what is genuine is kept and answered at once, what was seen before is left out.
let secret;
const seen = new Set();
const events = [];
const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  const genuine = isGenuine(secret, request.headers, body);
  response.writeHead(genuine ? 204 : 401).end();
  const id = request.headers["webhook-id"];
  if (!genuine || seen.has(id)) return;
  seen.add(id);
  events.push(JSON.parse(body));
  receiver.emit("event");
});
receiver.listen(0, "127.0.0.1");
await once(receiver, "listening");
const url = `http://127.0.0.1:${receiver.address().port}/webhooks`;

/** Waits until so many events have come. */
async function received(count) {
  while (events.length < count) await once(receiver, "event", { signal: AbortSignal.timeout(30_000) });
}

const server = { "service-key-name": "example", "service-key-token": demo.secret_key };
const webhook = await call(server, "POST", "/webhooks", { url, types: ["group.created", "attribute.set"] });
secret = webhook.secret;
await call(server, "POST", `/webhooks/${webhook.id}/test`);
await received(1);
console.log(`Received: ${events[0].type}`);

const forged = { "webhook-id": "msg_1", "webhook-timestamp": `${Math.floor(Date.now() / 1000)}`, "webhook-signature": "v1,AAAA" };
console.log(`A forged message is answered ${(await fetch(url, { method: "POST", headers: forged, body: "{}" })).status}`);

const username = `ada-${Date.now().toString(36)}`;
const player = await call({}, "POST", "/users", {
  game_id: demo.game_id, game_token: demo.game_token, username, email: `${username}@example.com`,
  password: "correct horse", password_confirmation: "correct horse",
});
const ada = { "authentication-token": player.authentication_token };
const group = await call(ada, "POST", "/groups", { name: "Wolves" });
await call(ada, "POST", `/groups/${group.id}/add_attribute`, { attributes: [{ key: "motto", value: "We run at night" }] });
await received(3);
const told = events.slice(1).sort((one, other) => one.seq - other.seq);
console.log(`Received: ${told.map((event) => `${event.seq} ${event.type}`).join(", ")}`);

const { deliveries } = await call(server, "GET", `/webhooks/${webhook.id}/deliveries`);
console.log(`Deliveries: ${deliveries.map((delivery) => delivery.response_status).join(", ")}`);
await call(server, "DELETE", `/webhooks/${webhook.id}`);
receiver.close();
receiver.closeAllConnections?.();
