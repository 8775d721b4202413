// What operators do, by functions without a route. IAM decides who may invoke them, and the local server lets no page: so each
// is a line to copy.

import { codeBlock } from "./code-block.js";
import { curl, json } from "./curl.js";
import { fill, make, section } from "./dom.js";
import { sessions } from "./session.js";
import { api, isHere } from "./settings.js";

/** The line that gives an order to the function of that name. */
function line(name, order) {
  if (!isHere()) return `${once(name)}order ${name} ${json(order)}`;
  return curl({ method: "POST", url: `${api()}/2015-03-31/functions/${name}/invocations`, headers: {}, body: order });
}

/** Without an answer, the AWS CLI would say an order again by itself, and nobody would know the first new key. */
const once = (name) => (name === "rotate-game-keys" ? "AWS_MAX_ATTEMPTS=1 " : "");

/** The lines for orders that are `[what it does, function, order]`. */
const lines = (orders) => orders.map(([label, name, order]) => codeBlock(line(name, order), label));

/** A part of a page for whoever calls as the title, with what `content` makes of its game's id; nothing for others. */
function part(title, content) {
  const session = sessions.current;
  if (session?.kind !== "title") return undefined;
  const { element, body } = section(title);
  const where = isHere()
    ? "Lines for a shell on this server's machine. No page may call these functions."
    : "Lines for the shell of somebody whom IAM lets invoke these functions; docs/operations.md defines order.";
  fill(body, make("p", { class: "muted" }, where), content(Number(session.id.slice("title-".length))));
  return element;
}

/** The orders about a group. */
export const ofGroup = (group) => part("For operators", (game) => lines([
  ["Show it as it is stored", "inspect-group", { game_id: game, group_id: group }],
  ["Compare its counts with its rows", "repair-group", { game_id: game, group_id: group }],
  ["Set its counts right", "repair-group", { game_id: game, group_id: group, mend: true }],
]));

/** The orders about the game. */
export const ofGame = () => part("The game", (game) => lines([
  ["List all games", "list-games", {}],
  ["Replace the secret key", "rotate-game-keys", { game_id: game, key: "secret_key" }],
  ["Replace the game's token", "rotate-game-keys", { game_id: game, key: "game_token" }],
  ["Let nobody in", "disable-game", { game_id: game, disabled: true }],
  ["Let players in again", "disable-game", { game_id: game, disabled: false }],
  ["Delete it, by its name", "delete-game", { game_id: game, name: "My Game" }],
]));

/** The orders about a user, whose id is typed in. */
export const ofUser = () => part("A user", (game) => {
  const input = make("input", { type: "text", id: "ordered-user", inputmode: "numeric", autocomplete: "off" });
  const place = make("div");
  input.addEventListener("input", () => {
    const user = Number.parseInt(input.value, 10);
    fill(place, user > 0 && lines(aboutUser(game, user)));
  });
  return [make("label", { for: "ordered-user" }, "The user's id"), input, place];
});

const aboutUser = (game, user) => [
  ["Show what is stored", "inspect-user", { game_id: game, user_id: user }],
  ["Ban", "ban-user", { game_id: game, user_id: user, banned: true, reason: "why" }],
  ["Take the ban back", "ban-user", { game_id: game, user_id: user, banned: false }],
  ["Revoke all tokens", "revoke-tokens", { game_id: game, user_id: user }],
  ["Set a password", "set-password", { game_id: game, user_id: user, password: "" }],
  ["Export what is stored", "export-user", { game_id: game, user_id: user }],
  ["Erase for good, until it is done", "erase-user", { game_id: game, user_id: user }],
];
