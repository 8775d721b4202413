// The calls that this page has made: each with its request, its answer, and the line for curl.

import { calls } from "./api.js";
import { codeBlock } from "./code-block.js";
import { copy, fill, make } from "./dom.js";
import { curl } from "./curl.js";
import { masked } from "./secrets.js";
import { milliseconds, timeOfDay } from "./time.js";

const LONGEST = 20_000;

class CallLog extends HTMLElement {
  #list = make("div", { class: "calls" });
  #kinds = new Set(["action"]);

  connectedCallback() {
    const choice = (kind, label) => {
      const box = make("input", { type: "checkbox", checked: this.#kinds.has(kind), onchange: () => this.#toggle(kind, box.checked) });
      return make("label", {}, box, label);
    };
    fill(this, make("aside", { "aria-label": "Calls" },
      make("header", {}, make("h2", {}, "Calls"),
        make("div", { class: "choices" }, choice("action", "Actions"), choice("read", "Reads"), choice("dry run", "Dry runs"))),
      this.#list));
    calls.addEventListener("call", ({ detail }) => this.#kinds.has(detail.kind) && this.#show());
    this.#show();
  }

  /** Shows one call whole. */
  open(call) {
    this.#kinds.add(call.kind);
    this.#show();
    const entry = [...this.#list.children].find((element) => element.call === call);
    if (!entry) return;
    entry.open = true;
    entry.scrollIntoView({ block: "nearest" });
    entry.querySelector("summary").focus();
  }

  #toggle(kind, isWanted) {
    if (isWanted) this.#kinds.add(kind);
    else this.#kinds.delete(kind);
    this.#show();
  }

  #show() {
    const wanted = calls.all.filter((call) => this.#kinds.has(call.kind));
    const known = new Map([...this.#list.children].map((element) => [element.call, element]));
    fill(this.#list, wanted.length
      ? wanted.map((call) => known.get(call) ?? entry(call))
      : make("p", { class: "notice" }, "What this page asks of the API, and what it is answered, is shown here."));
  }
}

function entry(call) {
  const element = copy("call");
  element.call = call;
  element.classList.toggle("bad", !call.ok);
  const text = (part, words) => (element.querySelector(part).textContent = words);
  text(".method", call.method);
  text(".path", decodeURI(call.path.replace("/api/v3", "")));
  text(".status", call.status ?? "none");
  text(".facts", [
    call.by, timeOfDay(call.at), milliseconds(call.duration), call.isDryRun && "dry run",
    call.failure?.name, call.requestId && `id ${call.requestId}`,
  ].filter(Boolean).join(" · "));
  // Filled once it is opened: most never are.
  element.addEventListener("toggle", () => {
    if (element.open && !element.isFilled) show(element, call);
  });
  return element;
}

function show(element, call) {
  element.isFilled = true;
  element.querySelector(".request").replaceWith(codeBlock(curl(call), "Request"));
  element.querySelector(".answer").replaceWith(codeBlock(answer(call), "Answer"));
}

/** The answer as it can be shown: tokens in it are hidden. */
function answer(call) {
  if (call.answer === undefined) return call.failure.words;
  let text = call.answer;
  try {
    text = JSON.stringify(masked(JSON.parse(call.answer)), null, 2);
  } catch {
    // It is plain text.
  }
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\n… and ${text.length - LONGEST} characters more` : text;
}

customElements.define("call-log", CallLog);
