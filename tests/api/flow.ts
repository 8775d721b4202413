// A client as a game would have it: its types are made of the description, and one flow through both dialects runs. Whatever
// the description has wrong about a path, a field or an answer does not compile, or fails here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./generated.js";

const facts: { base_url: string; game_id: number; game_token: string } = JSON.parse(
  readFileSync(process.argv[2] ?? "demo.json", "utf8"),
);
const anyone = createClient<paths>({ baseUrl: facts.base_url });

/** The data of an answer; fails where it is an error. */
function ok<Data>({ data, error }: { data?: Data; error?: unknown }): Data {
  assert.equal(error, undefined);
  assert(data !== undefined);
  return data;
}

/** A client that sends this header with everything. */
function as(name: string, token: string) {
  const header: Middleware = {
    onRequest({ request }) {
      request.headers.set(name, token);
    },
  };
  const client = createClient<paths>({ baseUrl: facts.base_url });
  client.use(header);
  return client;
}

async function signUp(username: string) {
  const { game_id, game_token } = facts;
  const email = `${username}@example.com`;
  const secret = { password: "password", password_confirmation: "password" };
  const body = { game_id, game_token, username, email, ...secret };
  const user = ok(await anyone.POST("/api/v3/users", { body }));
  return { id: user.id, client: as("authentication-token", user.authentication_token) };
}

const [john, jane] = [await signUp("typed_john"), await signUp("typed_jane")];

// GameFuse's dialect: create, ask, accept, read.
const group = ok(
  await john.client.POST("/api/v3/groups", {
    params: { header: { "Idempotency-Key": "typed-1" } },
    body: { name: "Typed Gamers", max_group_size: 5 },
  }),
);
assert.deepEqual([group.name, group.max_group_size, group.member_count], ["Typed Gamers", 5, 1]);
const connection = ok(
  await jane.client.POST("/api/v3/group_connections", { body: { group_id: group.id } }),
);
assert.equal(connection.status, "pending");
const answer = { params: { path: { id: connection.id } }, body: { status: "accepted" as const } };
assert.equal(ok(await john.client.PUT("/api/v3/group_connections/{id}", answer)).status, "accepted");
const place = { params: { path: { id: group.id } } };
const members = ok(await jane.client.GET("/api/v3/groups/{id}", place)).members;
assert.deepEqual(members.map((member) => member.id), [john.id, jane.id]);
const listed = ok(await jane.client.GET("/api/v3/groups", { params: { query: { query: "typed" } } }));
assert.equal(listed.groups.length, 1);

// A refusal is a text, and its name is in a header.
const refused = await jane.client.DELETE("/api/v3/groups/{id}", { ...place, parseAs: "text" });
assert.equal(refused.response.headers.get("x-error-code"), "NotAuthorized");

// PlayFab's dialect: the same group.
const login = ok(
  await anyone.POST("/Client/LoginWithCustomID", {
    body: { TitleId: String(facts.game_id), CustomId: "typed_jill", CreateAccount: true },
  }),
).data;
const jill = as("X-EntityToken", login.EntityToken.EntityToken);
const key = { Id: group.id.toString(16).toUpperCase().padStart(16, "0") };
const applied = ok(await jill.POST("/Group/ApplyToGroup", { body: { Group: key } })).data;
assert.equal(applied.Entity.Key.Id, login.PlayFabId);
const again = await jill.POST("/Group/ListGroupMembers", { body: { Group: key } });
assert.equal(again.error?.error, "NotAuthorized");
console.log("the typed client's flow is as it should be");
