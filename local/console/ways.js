// The ways to sign in: what each asks for, and the session that it leads to.

import { gamefuse, playfab } from "./api.js";
import { number, playerKey } from "./ids.js";
import { exchange } from "./service.js";
import { player, server, title } from "./session.js";
import { demo } from "./settings.js";

/** The demo players' password: they are there to be played with. */
const DEMO_PASSWORD = "password";

const NOBODY = { headers: {} };

const secretKey = {
  name: "secret_key", label: "Secret key", type: "password",
  hint: "It stays in this page's memory, and is asked for again after a reload.",
};

/** The ways that there are now. */
export function WAYS() {
  const game = [
    { name: "game_id", label: "Game id", value: demo()?.game_id ?? "", number: true },
    { name: "game_token", label: "Game token", value: demo()?.game_token ?? "" },
  ];
  return [
    demo() && {
      id: "demo", label: "A demo player",
      fields: [{ name: "username", label: "Name", hint: "Any name: who is not there yet is made." }],
      enter: enterDemo,
    },
    {
      id: "player", label: "A player, by password",
      fields: [
        { name: "email", label: "E-mail address or username", autocomplete: "username" },
        { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
        ...game,
      ],
      enter: ({ email, password, game_id, game_token }) =>
        entered(gamefuse("POST", "/sessions", { email, password, game_id, game_token }, NOBODY)),
    },
    {
      id: "custom-id", label: "A player, by custom id (PlayFab)",
      fields: [
        { name: "CustomId", label: "Custom id" },
        { ...game[0], name: "TitleId", label: "Title id", hint: "The game's id." },
        { name: "CreateAccount", label: "Make the account where there is none", type: "checkbox", value: true },
      ],
      enter: enterByCustomId,
    },
    {
      id: "server", label: "Any player, by the secret key",
      fields: [{ name: "user_id", label: "User id", number: true, hint: "As the game's server: for this player, and asked for no role." }, secretKey],
      enter: enterAsServer,
    },
    {
      id: "title", label: "The title, by the secret key",
      fields: [{ ...secretKey, hint: "It is exchanged for a token, and not kept." }],
      enter: enterAsTitle,
    },
  ].filter(Boolean);
}

async function entered(call) {
  const { ok, data, failure } = await call;
  return ok ? { session: player(data.id, data.username, data.authentication_token) } : { failure };
}

/** Signs up, or signs in who is there already. */
async function enterDemo({ username }) {
  const { game_id, game_token } = demo();
  const mailbox = encodeURIComponent(username.trim().toLowerCase()).replaceAll("%", ".");
  const signedUp = await entered(gamefuse("POST", "/users", {
    game_id, game_token, username, email: `${mailbox}@example.com`,
    password: DEMO_PASSWORD, password_confirmation: DEMO_PASSWORD,
  }, NOBODY));
  if (!["UsernameTaken", "EmailTaken"].includes(signedUp.failure?.name)) return signedUp;
  const signedIn = await entered(gamefuse("POST", "/sessions", {
    game_id, game_token, email: username, password: DEMO_PASSWORD,
  }, NOBODY));
  if (signedIn.failure?.name !== "CredentialsInvalid") return signedIn;
  const words = "Somebody of that name has a password of their own: sign in by password, or choose another name.";
  return { failure: { name: "UsernameTaken", words } };
}

async function enterByCustomId({ CustomId, TitleId, CreateAccount }) {
  const { ok, data, failure } = await playfab("Client/LoginWithCustomID", { CustomId, TitleId: String(TitleId), CreateAccount }, NOBODY);
  if (!ok) return { failure };
  const { Entity, EntityToken } = data.EntityToken;
  return { session: player(number(Entity.Id), CustomId, EntityToken) };
}

async function enterAsServer({ user_id, secret_key }) {
  const titled = await exchange(secret_key, {});
  if (!titled.ok) return { failure: titled.failure };
  // Only to find out whether there is such a player, and what they are called.
  const known = await exchange(secret_key, { Entity: playerKey(user_id) });
  if (!known.ok) return { failure: { ...known.failure, fields: {} } };
  const { data } = await gamefuse("GET", `/users/${user_id}`, undefined, {
    headers: { "authentication-token": known.data.EntityToken },
  });
  return { session: server(user_id, data?.username ?? `User ${user_id}`, secret_key, titled.data.EntityToken) };
}

async function enterAsTitle({ secret_key }) {
  const { ok, data, failure } = await exchange(secret_key, {});
  return ok ? { session: title(data.Entity.Id, data.EntityToken) } : { failure };
}
