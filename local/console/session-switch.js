// Who is calling, in the page's head: a choice among those who are signed in, and the ways in and out.

import { fill, make } from "./dom.js";
import { sessions } from "./session.js";
import { signIn } from "./sign-in.js";

class SessionSwitch extends HTMLElement {
  connectedCallback() {
    sessions.addEventListener("change", () => this.#show());
    this.#show();
  }

  #show() {
    const button = (words, kind, onclick) => make("button", { type: "button", class: `small ${kind}`, onclick }, words);
    if (!sessions.current) {
      fill(this, button("Sign in", "primary", () => signIn()));
      return;
    }
    const options = sessions.all.map(({ id, name }) => make("option", { value: id, selected: id === sessions.current.id }, name));
    const choice = make("select", { "aria-label": "Calling as", onchange: () => sessions.choose(choice.value) }, options);
    fill(this, choice, button("Add", "", () => signIn()), button("Sign out", "quiet", () => sessions.signOut()));
  }
}

customElements.define("session-switch", SessionSwitch);
