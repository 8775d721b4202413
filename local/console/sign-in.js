// The dialog to sign in by: as a demo player, as any player, by the secret key for a player, or as the title.

import { WAYS } from "./ways.js";
import { fill, make } from "./dom.js";
import * as fields from "./fields.js";
import { sessions } from "./session.js";

const dialog = document.getElementById("sign-in");
const form = dialog.querySelector("form");
const place = form.querySelector(".fields");
const problem = form.querySelector(":scope > .problem");
const button = form.querySelector("[type=submit]");
const drafts = new Map();

let way;
let source;

/** Opens the dialog; a `wanted` way is chosen, where there is one of that id. */
export function signIn(wanted) {
  source = document.activeElement;
  const ways = WAYS();
  choose(ways.find(({ id }) => id === wanted) ?? ways.find(({ id }) => id === way?.id) ?? ways[0]);
  fill(form.querySelector("fieldset"), make("legend", {}, "As whom"), ways.map(option));
  dialog.showModal();
  place.querySelector("input")?.focus();
}

function option(found) {
  const input = make("input", {
    type: "radio", name: "way", value: found.id, checked: found.id === way.id, onchange: () => choose(found),
  });
  return make("label", {}, input, make("span", {}, found.label));
}

function choose(found) {
  way = found;
  problem.textContent = "";
  fields.show(place, way.fields, drafts.get(way.id));
}

form.addEventListener("input", ({ target }) => {
  if (target.name !== "way") drafts.set(way.id, fields.values(place, way.fields));
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const values = fields.values(place, way.fields);
  problem.textContent = "";
  if (fields.mark(place, way.fields, fields.missing(way.fields, values))) return;
  button.disabled = true;
  button.textContent = "Signing in…";
  const { session, failure } = await way.enter(values);
  button.disabled = false;
  button.textContent = "Sign in";
  if (session) {
    drafts.delete(way.id);
    dialog.close();
    sessions.add(session);
  } else if (!fields.mark(place, way.fields, failure.fields ?? {})) {
    problem.textContent = `${failure.words} (${failure.name})`;
  }
});

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  const after = source?.isConnected ? source : document.querySelector("session-switch select, session-switch button");
  after?.focus();
});
