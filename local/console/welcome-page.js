// What somebody sees who is not signed in.

import { fill, make } from "./dom.js";
import { api, demo, isHere } from "./settings.js";
import { signIn } from "./sign-in.js";

class WelcomePage extends HTMLElement {
  connectedCallback() {
    document.title = "Guildhall";
    const way = (id, label, words, kind) =>
      make("li", {}, make("button", { type: "button", class: kind, onclick: () => signIn(id) }, label), make("p", { class: "muted" }, words));
    fill(this,
      make("h1", {}, "Groups for games"),
      make("p", { class: "lead" },
        "This console calls the API as a game does, and shows each request with its answer. Sign in to create a group, to find one, and to see what may be done in it."),
      make("p", { class: "muted" }, isHere() ? "The API is this server." : make("span", {}, "The API is at ", make("code", {}, api()), ".")),
      make("ul", { class: "ways-in" },
        demo() && way("demo", "Play as a demo player", "A name is enough. Sign in as two, and let one apply to the other's group.", "primary"),
        way("player", "Sign in by password", "A player of any game: by the game's id and token, which its clients know.", demo() ? "" : "primary"),
        way("server", "Act for a player", "By the game's secret key and the player's id, as the game's server does."),
        way("title", "Act as the title", "By the secret key alone: in no group itself, and asked for no role.")),
      !demo() && isHere() && make("p", { class: "notice" },
        "The demo game's id, token and secret key are printed where the server was started. To this browser they are not told, because it is not on that machine."));
  }
}

customElements.define("welcome-page", WelcomePage);
