// Two players and a group, in PlayFab's dialect. Needs Node 18.3 or later, and nothing else.
//
//     cargo run -- --demo-file demo.json
//     node examples/playfab.mjs --demo-file demo.json

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
  constructor({ code, error, errorMessage }) {
    super(errorMessage);
    Object.assign(this, { status: code, name: error });
  }
}

/** Calls one operation of PlayFab's, and tells what is in its envelope. */
async function call(token, operation, body) {
  const headers = { "content-type": "application/json" };
  if (token) headers["X-EntityToken"] = token;
  const answer = await fetch(`${demo.base_url}${operation}`, { method: "POST", headers, body: JSON.stringify(body) });
  const envelope = await answer.json();
  if (envelope.error) throw new Refused(envelope);
  return envelope.data;
}

/** Logs a player in, whom the first login creates. The title id is the game's id. */
async function login(CustomId) {
  const request = { TitleId: String(demo.game_id), CustomId, CreateAccount: true };
  return (await call(null, "/Client/LoginWithCustomID", request)).EntityToken;
}

/** PlayFab's groups have no attributes and no history: the same token is good for GameFuse's dialect, which has both. */
async function inGameFuse(token, method, path, body) {
  const headers = { "content-type": "application/json", "authentication-token": token };
  const answer = await fetch(`${demo.base_url}/api/v3${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Refused({ code: answer.status, errorMessage: await answer.text() });
  return answer.json();
}

const run = Date.now().toString(36);
const ada = await login(`ada-${run}`);
const bob = await login(`bob-${run}`);
const asAda = (operation, body) => call(ada.EntityToken, operation, body);
const asBob = (operation, body) => call(bob.EntityToken, operation, body);

const { Group, GroupName, AdminRoleId } = await asAda("/Group/CreateGroup", { GroupName: `Wolves ${run}` });
console.log(`Ada has created ${GroupName}, ${Group.Id}, and holds its role ${AdminRoleId}`);

const application = await asBob("/Group/ApplyToGroup", { Group });
console.log(`Bob has applied, until ${application.Expires}`);

const { Applications } = await asAda("/Group/ListGroupApplications", { Group });
for (const { Entity } of Applications) await asAda("/Group/AcceptGroupApplication", { Group, Entity: Entity.Key });
const { Members } = await asBob("/Group/ListGroupMembers", { Group });
for (const role of Members) console.log(`Role ${role.RoleId} has ${role.Members.length} member`);

const { Groups } = await asBob("/Group/ListMembership", {});
console.log(`Bob is in ${Groups.map((group) => group.GroupName).join(", ")}`);

const refusal = await asBob("/Group/DeleteGroup", { Group }).catch((error) => error);
console.log(`Bob may not delete it: ${refusal.status} ${refusal.name}`);

// The same id, which GameFuse's dialect writes in decimal.
const path = `/groups/${Number.parseInt(Group.Id, 16)}`;
const attributes = [{ key: "motto", value: "We run at night" }];
await inGameFuse(ada.EntityToken, "POST", `${path}/add_attribute`, { attributes });

// A history follows its group within a moment.
let events = [];
while (!events.some((event) => event.type === "attribute.set")) {
  await setTimeout(100);
  ({ events } = await inGameFuse(bob.EntityToken, "GET", `${path}/events?after=0`));
}
console.log(`History: ${events.map((event) => `${event.seq} ${event.type}`).join(", ")}`);
