// Takes an action: at once where there is nothing to choose and nothing to lose, else in a dialog that shows its request.
//
// What was typed stays until it was taken: after a refusal, and also where the dialog is closed and opened again.

import { prepare, send } from "./api.js";
import { curl } from "./curl.js";
import * as fields from "./fields.js";
import { announce } from "./outcome-line.js";
import { sessions } from "./session.js";
import { tellOnce } from "./told-once.js";

const dialog = document.getElementById("action");
const form = dialog.querySelector("form");
const [place, problem, title, about, request, button] = [".fields", ".problem", "h2", ".about", "code-block", "[type=submit]"]
  .map((part) => form.querySelector(`:scope > ${part}, :scope > * > ${part}`));
const drafts = new Map();

let open = null;

/** Takes an action on something. `source` is the button that was pressed; `then` is called once it is done. */
export async function perform(action, subject, source, then) {
  if (action.fields || action.isDangerous) return ask({ action, subject, source, then });
  const call = await take(action, {}, subject, source, then);
  if (!call.ok) announceRefusal(action, call);
}

/** Sends it, and returns why it was not done. */
async function take(action, values, subject, source, then) {
  setBusy(source, true);
  const call = await send(action.ask(values));
  setBusy(source, false);
  if (call.ok) {
    const done = `${action.done ?? action.label}${action.tell?.(call.data) ?? ""}`;
    announce(subject ? `${done}: ${subject}` : done, call);
    then?.(call, action);
  }
  return call;
}

function setBusy(source, isBusy) {
  source.disabled = isBusy;
  if (isBusy) source.setAttribute("aria-busy", "true");
  else source.removeAttribute("aria-busy");
}

function announceRefusal(action, call) {
  announce(`${action.label}: ${call.failure.words}`, call);
}

function ask({ action, subject, source, then }) {
  // What was typed for one group, or as one player, is nothing for another.
  const key = [sessions.current?.id, location.hash, action.id, subject].join(" ");
  open = { action, subject, source, then, key };
  title.textContent = subject ? `${action.label}: ${subject}` : action.label;
  about.textContent = action.about ?? "";
  about.hidden = !action.about;
  problem.textContent = "";
  button.textContent = action.label;
  setBusy(button, false);
  button.className = action.isDangerous ? "danger" : "primary";
  fields.show(place, action.fields ?? [], drafts.get(key));
  preview();
  dialog.showModal();
  (place.querySelector("input, select, textarea") ?? button).focus();
}

function preview() {
  const values = fields.values(place, open.action.fields ?? []);
  request.text = curl(prepare(open.action.ask(values)));
}

form.addEventListener("input", () => {
  drafts.set(open.key, fields.values(place, open.action.fields ?? []));
  preview();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const asked = open;
  const { action, subject, source, then, key } = asked;
  const known = action.fields ?? [];
  const values = fields.values(place, known);
  problem.textContent = "";
  if (fields.mark(place, known, fields.missing(known, values))) return;
  const call = await take(action, values, subject, button, then);
  // Whoever did not wait for the answer may have another action before them by now.
  const isShown = open === asked && dialog.open;
  if (call.ok) {
    drafts.delete(key);
    if (isShown) dialog.close();
    if (action.once) tellOnce(action.once(call.data), source);
  } else if (!isShown) {
    announceRefusal(action, call);
  } else if (!fields.mark(place, known, call.failure.fields)) {
    problem.textContent = `${call.failure.words} (${call.failure.name})`;
  } else {
    problem.textContent = `It was refused: ${call.failure.name}.`;
  }
});

dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  if (open?.source.isConnected) open.source.focus();
});
