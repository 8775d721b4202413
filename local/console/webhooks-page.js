// The game's webhooks, and a new one.

import { fill, make, notice, problem, table, waiting } from "./dom.js";
import { gamefuse } from "./api.js";
import { moment } from "./time.js";
import { perform } from "./action-dialog.js";
import { register, typed } from "./webhook-actions.js";
import { withSecretKey } from "./secret-key.js";

/** Whether anything is sent to a webhook, and why not. */
export function state({ enabled, disabled_because: why }) {
  if (enabled) return make("span", { class: "mark good" }, "on");
  return make("span", { class: "mark bad" }, why === "gone" ? "off: it has answered 410" : "off");
}

class WebhooksPage extends HTMLElement {
  #tools = make("span", { class: "tools" });
  #place = make("div");

  connectedCallback() {
    document.title = "Webhooks · Guildhall";
    fill(this,
      make("header", { class: "head" }, make("h1", {}, "Webhooks"), this.#tools),
      make("p", { class: "lead" }, "Where the game's own server is told what happens in its groups."),
      this.#place);
    withSecretKey(this.#place, (headers) => this.#load(headers));
  }

  async #load(headers) {
    const button = make("button", { type: "button", class: "primary", onclick: () => perform(register(headers), "", button, () => this.#load(headers)) }, "Register a webhook");
    fill(this.#tools, button);
    if (!this.#place.querySelector("table")) fill(this.#place, waiting());
    const { ok, data, failure } = await gamefuse("GET", "/webhooks", undefined, { headers });
    if (!this.isConnected) return;
    fill(this.#place, make("div", { class: "results" }, ok ? list(data.webhooks) : problem(failure, () => this.#load(headers))));
  }
}

function list(webhooks) {
  if (webhooks.length === 0) return notice("There are none yet. Register the address of a server that is to be told.");
  return table("Webhooks", [
    ["Address", ({ id, url }) => make("a", { href: `#/webhooks/${id}` }, url)],
    ["State", state],
    ["Types", ({ types }) => typed(types) || "all"],
    ["For", ({ description }) => description ?? ""],
    ["Since", ({ created_at: at }) => moment(new Date(at))],
  ], webhooks);
}

customElements.define("webhooks-page", WebhooksPage);
