// Logs two players in, of whom the first creates a group, has the game's server register a webhook, and prints what schemathesis needs as variables.

import { readFileSync } from "node:fs";

const { base_url, game_id, game_token, secret_key } = JSON.parse(readFileSync(process.argv[2], "utf8"));

async function post(path, body, headers) {
  const response = await fetch(base_url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
  return response.json();
}

async function logIn(name) {
  const body = { TitleId: String(game_id), CustomId: name, CreateAccount: true };
  const { PlayFabId, EntityToken } = (await post("/Client/LoginWithCustomID", body)).data;
  return { id: parseInt(PlayFabId, 16), token: EntityToken.EntityToken };
}

const [ada, bob] = [await logIn("ada"), await logIn("bob")];
const group = await post("/api/v3/groups", { name: "Gamers" }, { "authentication-token": ada.token });
const server = { "service-key-name": "tests", "service-key-token": secret_key };
const webhook = await post("/api/v3/webhooks", { url: "https://game.invalid/" }, server);
const facts = { game_id, game_token, group_id: group.id, user_id: bob.id, webhook_id: webhook.id };
console.log(`export GUILDHALL_URL='${base_url}' GUILDHALL_TOKEN='${ada.token}' GUILDHALL_SECRET_KEY='${secret_key}'`);
console.log(`export GUILDHALL_KNOWN='${JSON.stringify(facts)}'`);
