// One webhook: what may be done with it, and how its deliveries went.

import { actionBar } from "./action-bar.js";
import { fact, fill, make, notice, problem, section, table, waiting } from "./dom.js";
import { gamefuse } from "./api.js";
import { moment } from "./time.js";
import { ofWebhook, typed } from "./webhook-actions.js";
import { state } from "./webhooks-page.js";
import { withSecretKey } from "./secret-key.js";

/** How soon it is looked again whether anything was delivered, in milliseconds: soon after an action, and ever later. */
const SOON = 400;
const LATE = 15_000;

/** Why an attempt has failed, as people say it. */
const PROBLEMS = {
  refused: "answered otherwise",
  redirected: "a redirect, which is not followed",
  timed_out: "no answer in time",
  name_not_found: "the host's name stands for no address",
  address_not_public: "its address is not public",
  not_connected: "nothing listens there",
  not_trusted: "its certificate is not trusted",
  not_http: "no HTTP",
};

class WebhookPage extends HTMLElement {
  #id;
  #headers;
  #top = make("div");
  #deliveries = section("Deliveries");
  #shown;
  #pause = SOON;
  #timer;

  connectedCallback() {
    this.#id = Number(this.getAttribute("of"));
    document.title = "Webhook · Guildhall";
    fill(this, make("p", { class: "crumbs" }, make("a", { href: "#/webhooks" }, "Webhooks")), this.#top);
    withSecretKey(this.#top, (headers) => {
      this.#headers = headers;
      this.#load();
    });
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #read(rest, kind) {
    return gamefuse("GET", `/webhooks/${this.#id}${rest}`, undefined, { headers: this.#headers, kind });
  }

  async #load() {
    if (!this.#top.querySelector("h1")) fill(this.#top, waiting());
    const { ok, data, failure } = await this.#read("");
    if (!this.isConnected) return;
    if (!ok) {
      const elsewhere = failure.isFinal && make("p", {}, make("a", { href: "#/webhooks" }, "Go to the webhooks"));
      fill(this.#top, make("h1", {}, `Webhook ${this.#id}`), problem(failure, () => this.#load()), elsewhere);
      return;
    }
    this.#show(data);
    this.#hurry();
  }

  #show(webhook) {
    fill(this.#top,
      make("header", { class: "head" }, make("h1", {}, webhook.url), make("span", { class: "marks" }, state(webhook))),
      make("dl", { class: "facts" },
        fact("Types", typed(webhook.types) || "all"),
        webhook.description && fact("For", webhook.description),
        fact("Id", make("code", {}, webhook.id)),
        fact("Since", moment(new Date(webhook.created_at)))),
      actionBar(ofWebhook(webhook, this.#headers), "", (call, action) => this.#done(action)));
    if (!this.#deliveries.element.isConnected) {
      fill(this.#deliveries.body, waiting());
      this.append(make("div", { class: "parts" }, this.#deliveries.element));
    }
  }

  #done(action) {
    if (action.isTheEnd) location.hash = "#/webhooks";
    else this.#load();
  }

  /** Looks soon, because something may have been sent. */
  #hurry() {
    this.#pause = SOON;
    this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    if (!document.hidden) await this.#readDeliveries();
    clearTimeout(this.#timer);
    if (this.isConnected) this.#timer = setTimeout(() => this.#look(), this.#pause);
    this.#pause = Math.min(LATE, 1.5 * this.#pause);
  }

  async #readDeliveries() {
    const isFirst = this.#shown === undefined;
    const { ok, data, failure } = await this.#read("/deliveries", isFirst ? "read" : "poll");
    if (!ok) {
      fill(this.#deliveries.body, problem(failure, () => this.#hurry()));
      this.#shown = undefined;
      return;
    }
    const text = JSON.stringify(data);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#deliveries.count.textContent = data.deliveries.length || "";
    fill(this.#deliveries.body, deliveries(data.deliveries));
    if (!isFirst) this.#pause = SOON;
  }
}

function deliveries(all) {
  if (all.length === 0) return notice("Nothing was delivered in the last seven days. A delivery is here once it was tried.");
  return table("Deliveries", [
    ["Message", ({ type, id }) => [make("code", {}, type), make("div", { class: "muted value small" }, id)]],
    ["Group", ({ group_id: group, seq }) => group !== null && [make("a", { href: `#/groups/${group}` }, group), `, place ${seq}`]],
    ["Status", status],
    ["Attempts", ({ attempts }) => attempts, "number"],
    ["Answer", answer],
    ["Last tried", ({ attempted_at: at }) => moment(new Date(at))],
    ["Tried again", ({ next_attempt_at: at }) => at !== null && moment(new Date(at))],
  ], all);
}

function status({ status: name }) {
  const kind = { delivered: "mark good", waiting: "mark warn", given_up: "mark bad" }[name];
  return make("span", { class: kind ?? "mark" }, name.replaceAll("_", " "));
}

const answer = ({ response_status: number, problem: why }) =>
  [number, why && (PROBLEMS[why] ?? why)].filter((part) => part !== null && part !== undefined).join(", ");

customElements.define("webhook-page", WebhookPage);
