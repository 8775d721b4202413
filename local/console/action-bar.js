// The actions on something, as buttons. Which of them the caller may take is asked of the API itself, by a dry run of each.
//
// A bar that is `folded` asks once it is opened, so that a long list costs nothing before.

import { send } from "./api.js";
import { perform } from "./action-dialog.js";
import { fill, make } from "./dom.js";
import { sessions } from "./session.js";

/** The refusals that are about who calls, and so hold whatever is typed into an action's fields. */
const ABOUT_THE_CALLER = new Set([
  "NotAuthorized", "NotAuthenticated", "NotMember", "UserRequired", "InvalidEntityType", "ServiceKeyInvalid",
  "TokenInvalid", "TokenExpired", "EntityTokenInvalid", "EntityTokenExpired",
]);

/** Whether nothing has to be typed, so that the trial is what would be sent. */
const isWhole = ({ fields = [] }) => fields.every((field) => field.optional || field.type === "checkbox");

/** What a dry run of an action comes to: nothing where it may be taken, else why not. */
async function refusal(action) {
  const { ok, failure } = await send({ ...action.ask(action.sample ?? {}), isDryRun: true });
  const holds = isWhole(action) || ABOUT_THE_CALLER.has(failure?.name) || failure?.name === "Unreachable";
  return !ok && holds ? failure : undefined;
}

/** What was answered last about the actions on something, so that a page which is shown again shows them at once. */
const answered = new Map();

class ActionBar extends HTMLElement {
  #actions = [];
  #then;
  subject = "";
  isFolded = false;
  /** Whether somebody has opened it. */
  isUnfolded = false;

  /** Shows what may be done with `subject`; `then` is called after each action that was taken. */
  show(actions, subject, then, isFolded = false) {
    [this.#actions, this.subject, this.#then, this.isFolded] = [actions, subject, then, isFolded];
    if (isFolded) this.#fold();
    else this.#ask();
    return this;
  }

  #fold() {
    const open = async () => {
      await this.unfold();
      this.querySelector("button")?.focus();
    };
    const label = `Actions on ${this.subject}`;
    fill(this, make("button", { type: "button", class: "small", "aria-label": label, onclick: open }, "Actions"));
  }

  /** Asks what may be done, and shows it. */
  unfold() {
    [this.isFolded, this.isUnfolded] = [false, true];
    return this.#ask();
  }

  async #ask() {
    const key = [sessions.current?.id, location.hash, this.subject, ...this.#actions.map(({ id }) => id)].join(" ");
    const before = answered.get(key);
    if (before) this.#show(before);
    else fill(this, make("span", { class: "waiting" }, "Asking what you may do…"));
    this.setAttribute("aria-busy", "true");
    const refusals = await Promise.all(this.#actions.map(refusal));
    this.removeAttribute("aria-busy");
    answered.set(key, refusals);
    // Where nothing has changed, the focus stays where it is.
    if (JSON.stringify(refusals) !== JSON.stringify(before)) this.#show(refusals);
  }

  #show(refusals) {
    const may = this.#actions.filter((_, index) => !refusals[index]).map((action) => this.#button(action));
    const not = this.#actions.map((action, index) => [action, refusals[index]]).filter(([, refused]) => refused);
    fill(this, may.length ? may : make("span", { class: "muted" }, "Nothing that you may do"), not.length > 0 && refused(not));
  }

  #button(action) {
    const kind = action.isDangerous ? "small danger" : action.isPrimary ? "small primary" : "small";
    const label = this.subject ? `${action.label}: ${this.subject}` : undefined;
    const button = make("button", { type: "button", class: kind, "aria-label": label, "data-action": action.id }, action.label);
    button.addEventListener("click", () => perform(action, this.subject, button, this.#then));
    return button;
  }
}

/** What may not be done, and why. */
function refused(pairs) {
  const entries = pairs.map(([action, { name, words }]) =>
    make("li", {}, make("strong", {}, action.label), ` ${words} `, make("code", {}, name)));
  return make("details", { class: "refused" },
    make("summary", {}, `${pairs.length} not allowed`), make("ul", {}, entries));
}

customElements.define("action-bar", ActionBar);

/** A bar of actions on `subject`. */
export const actionBar = (actions, subject, then) => document.createElement("action-bar").show(actions, subject, then);

/** The same, which asks once it is opened. */
export const foldedBar = (actions, subject, then) => document.createElement("action-bar").show(actions, subject, then, true);
