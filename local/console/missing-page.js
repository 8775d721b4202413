// What stands where an address leads to no page. The address itself is not repeated: anybody can make a link with any words.

import { fill, make } from "./dom.js";

class MissingPage extends HTMLElement {
  connectedCallback() {
    document.title = "No such page · Guildhall";
    fill(this,
      make("h1", {}, "There is no such page"),
      make("p", { class: "lead" }, "The address is not one of this console's. Perhaps it was cut off, or mistyped."),
      make("p", {}, make("a", { href: "#/groups" }, "Go to the groups")));
  }
}

customElements.define("missing-page", MissingPage);
