// Two players and a group, in GameFuse's dialect. Needs Node 18.3 or later, and nothing else.
//
//     cargo run -- --demo-file demo.json
//     node examples/gamefuse.mjs --demo-file demo.json

import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
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

/** A refusal: its name is stable, its message is for people. */
class Refused extends Error {
  constructor(status, name, message) {
    super(message);
    Object.assign(this, { status, name });
  }
}

/** Calls Guildhall as one player, or as nobody without a token. */
async function call(token, method, path, body) {
  const headers = { "content-type": "application/json" };
  if (token) headers["authentication-token"] = token;
  // With a key of its own, a request may be sent again when nobody knows what came of it.
  if (method !== "GET") headers["idempotency-key"] = randomUUID();
  const answer = await fetch(`${demo.base_url}/api/v3${path}`, { method, headers, body: JSON.stringify(body) });
  // A success is JSON, an error is plain text.
  if (!answer.ok) throw new Refused(answer.status, answer.headers.get("x-error-code"), await answer.text());
  return answer.json();
}

/** Signs a new player up; the answer has the player's token. */
function signUp(username) {
  const game = { game_id: demo.game_id, game_token: demo.game_token };
  const secret = { password: "correct horse", password_confirmation: "correct horse" };
  return call(null, "POST", "/users", { ...game, ...secret, username, email: `${username}@example.com` });
}

// Names are unique in a game, so each run has names of its own.
const run = Date.now().toString(36);
const ada = await signUp(`ada-${run}`);
const bob = await signUp(`bob-${run}`);
const asAda = (...request) => call(ada.authentication_token, ...request);
const asBob = (...request) => call(bob.authentication_token, ...request);

const group = await asAda("POST", "/groups", { name: `Wolves ${run}`, max_group_size: 20 });
console.log(`${ada.username} has created ${group.name}`);

const request = await asBob("POST", "/group_connections", { group_id: group.id });
console.log(`${bob.username} has asked to join: ${request.status}`);

await asAda("PUT", `/group_connections/${request.id}`, { status: "accepted" });
const { members } = await asBob("GET", `/groups/${group.id}`);
console.log(`Members: ${members.map((member) => member.username).join(", ")}`);

// What is asked for is the beginning of a name.
const { groups } = await asBob("GET", `/groups?query=${encodeURIComponent(`wolves ${run}`)}`);
console.log(`Found: ${groups.map((found) => `${found.name}, ${found.member_count} members`).join("; ")}`);

const attributes = [{ key: "motto", value: "We run at night", others_can_edit: false }];
await asAda("POST", `/groups/${group.id}/add_attribute`, { attributes });
const change = { key: "motto", value: "We sleep" };
const refusal = await asBob("PATCH", `/groups/${group.id}/modify_attribute`, change).catch((error) => error);
console.log(`${bob.username} may not change the motto: ${refusal.status} ${refusal.name}`);

// A history follows its group within a moment.
let events = [];
while (!events.some((event) => event.type === "attribute.set")) {
  await setTimeout(100);
  ({ events } = await asBob("GET", `/groups/${group.id}/events?after=0`));
}
console.log(`History: ${events.map((event) => `${event.seq} ${event.type}`).join(", ")}`);
