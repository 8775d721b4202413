// Text as it is sent or answered, with a button that copies it.

import { make } from "./dom.js";

class CodeBlock extends HTMLElement {
  #text = "";

  get text() {
    return this.#text;
  }

  set text(text) {
    this.#text = text;
    const label = this.getAttribute("label") ?? "Text of the call";
    // A part that scrolls is reached by the keyboard.
    const code = make("pre", { tabindex: "0", role: "group", "aria-label": label }, make("code", {}, text));
    const button = make("button", { type: "button", class: "small quiet", onclick: () => this.#copy(button) }, "Copy");
    this.replaceChildren(make("div", { class: "code-head" }, make("span", {}, label), button), code);
  }

  async #copy(button) {
    try {
      await navigator.clipboard.writeText(this.#text);
      button.textContent = "Copied";
    } catch {
      // Browsers refuse this to pages that are not on this machine and not encrypted.
      getSelection().selectAllChildren(this.querySelector("code"));
      button.textContent = "Selected";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  }
}

customElements.define("code-block", CodeBlock);

/** A block with that text. */
export function codeBlock(text, label) {
  const block = make("code-block", { label });
  block.text = text;
  return block;
}
