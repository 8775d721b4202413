// The inspector: the last requests that this server has answered, and what each of them has asked of DynamoDB.

import { fill, make, notice, problem, waiting } from "./dom.js";
import { money, took } from "./inspector-facts.js";
import { nameOf } from "./user-name.js";
import { requestDetails } from "./inspector-request.js";
import { timeOfDay } from "./time.js";

/** As many as the server keeps. */
const MOST = 1000;

/** So many rows are shown until somebody asks for more: a thousand at once would be slow. */
const SHOWN = 100;

const PAUSE = 1000;

class InspectorPage extends HTMLElement {
  /** The newest first. */
  #requests = [];
  #chosen;
  #filters = { group: "", user: "", function: "", kinds: new Set(["write", "read", "refused"]) };
  #shown = SHOWN;
  #timer;
  #rows = make("ol", { class: "requests", "aria-label": "Requests" });
  #detail = make("section", { class: "detail", "aria-label": "The request" });
  #count = make("p", { class: "muted tally", role: "status" });
  #place = make("div", { class: "list" });
  #functions = make("select", { id: "filter-function" });
  #isPaused = false;

  connectedCallback() {
    document.title = "Inspector · Guildhall";
    this.#chosen = Number(this.getAttribute("of")) || undefined;
    const text = (name, label) => {
      const input = make("input", { id: `filter-${name}`, inputmode: "numeric", autocomplete: "off", placeholder: "any" });
      input.addEventListener("input", () => this.#filter(name, input.value.trim()));
      return make("div", { class: "filter" }, make("label", { for: input.id }, label), input);
    };
    this.#functions.addEventListener("change", () => this.#filter("function", this.#functions.value));
    const kind = (name, label) => {
      const box = make("input", { type: "checkbox", checked: this.#filters.kinds.has(name), onchange: () => this.#toggle(name, box.checked) });
      return make("label", {}, box, label);
    };
    const pause = make("button", { type: "button", class: "small", "aria-pressed": "false", onclick: () => this.#pause(pause) }, "Pause");
    fill(this.#place, waiting("Reading what was kept"));
    fill(this,
      make("header", { class: "head" }, make("h1", {}, "Inspector"), pause),
      make("form", { class: "filters", role: "search", "aria-label": "Filter", onsubmit: (event) => event.preventDefault() },
        text("group", "Group id"), text("user", "User id or name"),
        make("div", { class: "filter" }, make("label", { for: "filter-function" }, "Function"), this.#functions),
        make("div", { class: "choices" }, kind("write", "Writes"), kind("read", "Reads"), kind("refused", "Refused"), kind("dry run", "Dry runs"))),
      this.#count,
      make("div", { class: "panes" }, this.#place, this.#detail));
    this.#look();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** Shows the request of that number. */
  choose(number) {
    const before = this.#chosen;
    this.#chosen = Number(number) || undefined;
    this.#showChosen();
    // Where there is room for one of the two alone, the focus goes along.
    if (this.#chosen && !this.#place.checkVisibility()) this.#detail.querySelector("h2")?.focus();
    if (!this.#chosen && before) this.#rows.querySelector(`a[href="#/inspector/${before}"]`)?.focus();
    this.#mark();
  }

  #mark() {
    for (const link of this.#rows.querySelectorAll("a")) {
      if (link.hash === location.hash) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  #pause(button) {
    this.#isPaused = !this.#isPaused;
    button.setAttribute("aria-pressed", String(this.#isPaused));
    button.textContent = this.#isPaused ? "Go on" : "Pause";
    this.#look();
  }

  #filter(name, value) {
    this.#filters[name] = value;
    this.#shown = SHOWN;
    this.#show();
  }

  #toggle(kind, isWanted) {
    if (isWanted) this.#filters.kinds.add(kind);
    else this.#filters.kinds.delete(kind);
    this.#show();
  }

  /** Reads what has come since, again and again. */
  async #look() {
    clearTimeout(this.#timer);
    if (this.#isPaused || !this.isConnected) return;
    let isMore = false;
    try {
      isMore = !document.hidden && (await this.#read());
    } catch (error) {
      const words = "The server does not answer: is it still running?";
      fill(this.#place, problem({ name: error.refused ? "Not here" : "Unreachable", words: error.refused ?? words }, () => this.#look()));
      return;
    }
    this.#timer = setTimeout(() => this.#look(), isMore ? 0 : PAUSE);
  }

  /** Reads what has come, and returns whether there is more. */
  async #read() {
    const [newest] = this.#requests;
    // The newest that is known is told again: numbers alone do not tell one run of the server from another.
    const response = await fetch(`console/inspector.json?after=${newest ? newest.number - 1 : 0}`);
    const answer = await response.json();
    if (!response.ok) throw Object.assign(new Error(answer.error), { refused: answer.error });
    const told = answer.requests.map(({ number, request }) => ({ number, ...request }));
    if (newest && told[0]?.request_id !== newest.request_id) {
      this.#forget();
      return true;
    }
    const news = newest ? told.slice(1) : told;
    const isFirst = !this.#place.contains(this.#rows);
    if (news.length || isFirst) {
      this.#requests = [...news.reverse(), ...this.#requests].slice(0, MOST);
      this.#show();
    }
    return answer.last < answer.newest;
  }

  /** Shows nothing any more: the server was started again, or what it keeps does not go on from here. */
  #forget() {
    this.#requests = [];
    // The number that was chosen is another request's, or none's.
    if (this.#chosen && this.isConnected) location.replace("#/inspector");
    this.#chosen = undefined;
    this.#show();
  }

  #show() {
    this.#offerFunctions();
    const wanted = this.#requests.filter((request) => passes(request, this.#filters));
    const many = this.#requests.length;
    const told = wanted.length === many ? `${many} requests` : `${wanted.length} of ${many} requests`;
    this.#count.textContent = `${told}; dollars are what a million of each would cost`;
    const known = new Map([...this.#rows.children].map((row) => [row.request, row]));
    fill(this.#rows, wanted.slice(0, this.#shown).map((request) => known.get(request) ?? row(request)));
    const more = () => {
      this.#shown += 4 * SHOWN;
      this.#show();
    };
    const nothing = many ? "No request is of that kind." : "No request was answered yet. Whatever calls this server shows here.";
    fill(this.#place,
      wanted.length ? this.#rows : [this.#rows, notice(nothing)],
      wanted.length > this.#shown && make("button", { type: "button", class: "small", onclick: more }, "Show more"));
    this.#showChosen();
    this.#mark();
  }

  #offerFunctions() {
    const names = [...new Set(this.#requests.map((request) => request.function))].sort();
    if (this.#functions.length === names.length + 1) return;
    const chosen = this.#filters.function;
    fill(this.#functions, make("option", { value: "" }, "any"),
      names.map((name) => make("option", { value: name, selected: name === chosen }, name)));
  }

  #showChosen() {
    const request = this.#requests.find(({ number }) => number === this.#chosen);
    this.classList.toggle("has-choice", Boolean(request));
    if (this.#detail.request === request && this.#detail.hasChildNodes()) return;
    this.#detail.request = request;
    fill(this.#detail, request ? requestDetails(request) : notice("Choose a request to see what it asked of DynamoDB."));
  }
}

/** Whether a request is one of those that are wanted. */
function passes(request, { group, user, function: name, kinds }) {
  const isWrite = request.units.write > 0 || request.method !== "GET";
  const kind = request.is_dry_run ? "dry run" : request.refusal ? "refused" : isWrite && !isReading(request) ? "write" : "read";
  const isUser = !user || request.users.some((id) => String(id) === user || nameOf(id).toLowerCase() === user.toLowerCase());
  return kinds.has(kind) && isUser && (!group || request.groups.includes(Number(group))) && (!name || request.function === name);
}

/** PlayFab's reads are sent as writes are. */
const isReading = ({ function: name }) => /^playfab-(get|list|is|validate)-/.test(name);

function row(request) {
  const failed = request.calls.some((call) => call.steps.some((step) => step.failed));
  const element = make("li", { class: request.refusal && "bad" },
    make("a", { href: `#/inspector/${request.number}` },
      make("span", { class: "status" }, String(request.status)),
      make("span", { class: "name" }, request.function, request.is_dry_run && make("span", { class: "mark" }, "dry run")),
      make("span", { class: "refusal" }, request.refusal ?? "", failed && make("span", { class: "mark warn" }, "guard failed")),
      make("span", { class: "took muted number" }, took(request.took_micros)),
      make("span", { class: "calls muted" }, `${request.calls.length} ${request.calls.length === 1 ? "call" : "calls"}`),
      make("span", { class: "money muted number" }, money(request.dollars.all)),
      make("time", { class: "muted", datetime: request.at }, timeOfDay(new Date(request.at)))));
  element.request = request;
  return element;
}

customElements.define("inspector-page", InspectorPage);
