// A player's name. Every answer that names players is remembered; who is not known is asked for.

import { gamefuse } from "./api.js";
import { sessions } from "./session.js";

const names = new Map();
const asked = new Map();

/** Remembers the players that GameFuse's user objects in a list name. */
export function remember(users) {
  for (const user of users ?? []) names.set(user.id, user.username);
}

/** The name that is known by now, or the id. */
export const nameOf = (id) => names.get(id) ?? `#${id}`;

async function find(id) {
  const { ok, data } = await gamefuse("GET", `/users/${id}`);
  if (ok) remember([data]);
  else asked.delete(id);
}

class UserName extends HTMLElement {
  async connectedCallback() {
    const id = Number(this.getAttribute("id-of"));
    this.title = `user ${id}`;
    this.textContent = nameOf(id);
    // Who is not signed in may ask for nobody.
    if (names.has(id) || !sessions.current) return;
    if (!asked.has(id)) asked.set(id, find(id));
    await asked.get(id);
    this.textContent = nameOf(id);
  }
}

customElements.define("user-name", UserName);

/** An element with that player's name. */
export function userName(id) {
  const element = document.createElement("user-name");
  element.setAttribute("id-of", id);
  return element;
}
