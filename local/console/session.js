// Who is signed in. Several may be, and one of them is calling.
//
// Tokens are kept until the tab is closed, for their API alone: the console of another one may be at the same address later. A
// secret key is kept nowhere but in this page's memory: after a reload it has to be typed again.

import { api } from "./settings.js";

const key = () => `guildhall-sessions ${api()}`;

class Sessions extends EventTarget {
  #all = [];
  #current = null;

  /** Takes up what was kept for the API, once it is known which that is. */
  restore() {
    try {
      const { all, current } = JSON.parse(sessionStorage.getItem(key()) ?? "{}");
      this.#all = all ?? [];
      this.#current = this.#all.find((session) => session.id === current) ?? this.#all[0] ?? null;
    } catch {
      // What cannot be read is as good as nothing.
    }
    this.dispatchEvent(new Event("change"));
  }

  get all() {
    return this.#all;
  }

  get current() {
    return this.#current;
  }

  /** Adds a session, in place of one of the same id, and calls by it from now on. */
  add(session) {
    this.#all = [...this.#all.filter((other) => other.id !== session.id), session];
    this.choose(session.id);
  }

  choose(id) {
    this.#current = this.#all.find((session) => session.id === id) ?? null;
    this.#changed();
  }

  /** Forgets the session that is calling. */
  signOut() {
    this.#all = this.#all.filter((session) => session !== this.#current);
    this.#current = this.#all.at(-1) ?? null;
    this.#changed();
  }

  #changed() {
    const all = this.#all.filter((session) => !session.hasSecretKey);
    sessionStorage.setItem(key(), JSON.stringify({ all, current: this.#current?.id }));
    this.dispatchEvent(new Event("change"));
  }
}

export const sessions = new Sessions();

/** A player, by the token that signing in has answered. It is good in both dialects. */
export function player(id, name, token) {
  return {
    id: `player-${id}`,
    kind: "player",
    name,
    userId: id,
    gamefuse: { "authentication-token": token },
    playfab: { "X-EntityToken": token },
  };
}

/** A game's server that acts for a player: the secret key goes with every call. */
export function server(id, name, secretKey, titleToken) {
  return {
    id: `server-${id}`,
    kind: "server",
    name: `${name}, by the server`,
    userId: id,
    hasSecretKey: true,
    gamefuse: { "service-key-name": "console", "service-key-token": secretKey, "current-user-id": String(id) },
    playfab: { "X-EntityToken": titleToken },
  };
}

/** The title itself. Of the secret key, only the token that it was exchanged for is kept. */
export function title(id, token) {
  return {
    id: `title-${id}`,
    kind: "title",
    name: `Title ${id}`,
    userId: null,
    gamefuse: { "authentication-token": token },
    playfab: { "X-EntityToken": token },
  };
}

/** Whether whoever calls is asked for no role. */
export const isTitle = (session) => session?.kind === "title" || session?.kind === "server";
