// Logs two players in, of whom the first creates a group, and prints what schemathesis needs as variables.

import { readFileSync } from "node:fs";

const { base_url, game_id, game_token } = JSON.parse(readFileSync(process.argv[2], "utf8"));

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
const facts = { game_id, game_token, group_id: group.id, user_id: bob.id };
console.log(`export GUILDHALL_URL='${base_url}' GUILDHALL_TOKEN='${ada.token}'`);
console.log(`export GUILDHALL_KNOWN='${JSON.stringify(facts)}'`);
