// What came of the last action, said where it is seen and heard.

import { fill, make } from "./dom.js";
import { milliseconds } from "./time.js";

class OutcomeLine extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
  }

  say(words, call) {
    const facts = `${call.status ?? call.failure.name} in ${milliseconds(call.duration)}`;
    const show = () => document.querySelector("call-log").open(call);
    fill(this,
      make("div", { class: call.ok ? "outcome good" : "outcome bad" },
        make("span", { class: "words" }, words), make("span", { class: "muted" }, facts),
        make("button", { type: "button", class: "small", onclick: show }, "See the call"),
        make("button", { type: "button", class: "small quiet", onclick: () => fill(this) }, "Dismiss")));
  }
}

customElements.define("outcome-line", OutcomeLine);

/** Says what came of a call. */
export function announce(words, call) {
  document.querySelector("outcome-line").say(words, call);
}

/** Takes away what was said. */
export function silence() {
  fill(document.querySelector("outcome-line"));
}
