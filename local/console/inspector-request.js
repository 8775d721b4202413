// One request, whole: who asked what, what came of it, and each call to DynamoDB that it made.

import { codeBlock } from "./code-block.js";
import { curl } from "./curl.js";
import { expression, held, parts } from "./conditions.js";
import { keyInWords, money, took, units } from "./inspector-facts.js";
import { fact, make, notice } from "./dom.js";
import { userName } from "./user-name.js";

/** So many steps of a call are shown until somebody asks for the rest. */
const STEPS = 12;

/** The content of the inspector's detail pane. */
export function requestDetails(request) {
  return [
    make("p", { class: "back" }, make("a", { href: "#/inspector" }, "All requests")),
    make("h2", { tabindex: "-1" }, request.function),
    make("p", { class: "asked" }, make("span", { class: "method" }, request.method), ` ${request.path}${request.query ? `?${request.query}` : ""}`),
    make("dl", { class: "facts" },
      fact("Status", make("span", { class: request.refusal ? "status bad" : "status" }, `${request.status}${request.refusal ? ` ${request.refusal}` : ""}`)),
      fact("Took", took(request.took_micros)),
      fact("Round trips", request.round_trips),
      fact("Units", units(request.units)),
      fact("A million cost", `${money(request.dollars.all)}, of which DynamoDB ${money(request.dollars.dynamodb)}`),
      fact("Caller", caller(request)),
      request.is_dry_run && fact("Dry run", "nothing was written"),
      fact("Request id", make("code", {}, request.request_id))),
    request.cause && make("p", { class: "notice problem" }, request.cause),
    ...calls(request),
    make("h3", {}, "Again"),
    codeBlock(curl(line(request)), "For curl"),
  ];
}

function caller({ caller: claimed }) {
  if (!claimed) return "nobody who said so";
  if (claimed.as === "title") return "the title";
  return make("span", {}, userName(claimed.user), claimed.as === "server" && ", by the game's server");
}

/** The request as a line for curl; hidden values become variables there by their names. */
function line({ method, path, query, headers, body }) {
  return { method, url: `${location.origin}${path}${query ? `?${query}` : ""}`, headers, body };
}

function calls(request) {
  if (!request.calls.length) return [notice("It asked nothing of DynamoDB.")];
  return [
    make("h3", {}, "Calls to DynamoDB"),
    make("ol", { class: "timeline" }, request.calls.map((call) => bar(call, request))),
    ...request.calls.map(details),
  ];
}

/** When a call was under way, from the request's beginning to its end. */
function bar(call, request) {
  const whole = Math.max(request.took_micros, 1);
  const length = call.took_micros ?? whole - call.begun_micros;
  const mark = make("span", { class: call.error ? "span bad" : "span" });
  mark.style.marginInlineStart = `${Math.min(99, (100 * call.begun_micros) / whole)}%`;
  mark.style.width = `${Math.max(1, Math.min(100 - (100 * call.begun_micros) / whole, (100 * length) / whole))}%`;
  return make("li", {}, make("span", { class: "name" }, call.operation), make("span", { class: "track" }, mark),
    make("span", { class: "muted number" }, call.took_micros === null ? "no answer" : took(call.took_micros)));
}

function details(call) {
  const isTransaction = call.operation === "TransactWriteItems";
  const failed = call.steps.filter((step) => step.failed);
  const rest = call.steps.slice(STEPS);
  const list = make("ol", { class: "steps" }, call.steps.slice(0, STEPS).map(step));
  const more = make("button", { type: "button", class: "small", onclick: () => {
    list.append(...rest.map(step));
    more.remove();
  } }, `Show ${rest.length} more`);
  return make("article", { class: failed.length ? "dynamodb bad" : "dynamodb" },
    make("header", {}, make("h4", {}, call.operation), make("span", { class: "muted" }, [
      isTransaction ? `${call.steps.length} writes, all or none` : call.items !== null && `${call.items} ${call.items === 1 ? "item" : "items"}`,
      call.units && units(call.units),
    ].filter(Boolean).join(" · "))),
    failed.length > 0
      ? make("p", { class: "verdict" }, `Cancelled: ${failed.length === 1 ? "a guard" : `${failed.length} guards`} did not hold, so nothing was written. Something was not as assumed, or has changed.`)
      : call.error && make("p", { class: "verdict" }, call.error),
    list, rest.length > 0 && more);
}

function step(it) {
  return make("li", { class: it.failed && "failed" },
    make("div", { class: "step" },
      make("span", { class: "verb" }, it.verb === "ConditionCheck" ? "Check" : it.verb),
      make("span", { class: "key" }, it.key ? keyInWords(it.key) : (it.index ? `index ${it.index}` : "")),
      it.is_consistent && make("span", { class: "mark" }, "consistent"),
      it.failed && make("span", { class: "mark bad" }, it.failed === "ConditionalCheckFailed" ? "did not hold" : it.failed)),
    it.condition && make("ul", { class: "guards", "aria-label": it.verb === "Query" ? "Range" : "Conditions" },
      parts(it.condition).map((part) => guard(part, it))),
    it.update && make("p", { class: "effect" }, make("code", {}, expression(it.update, it.values, it.names))),
    it.item && make("details", {}, make("summary", {}, "The item"), codeBlock(JSON.stringify(it.item, null, 2), "Item")));
}

/** A part of a condition; where the write failed over it, also what lay there instead. */
function guard(part, it) {
  const text = make("code", {}, expression(part, it.values, it.names));
  if (it.failed !== "ConditionalCheckFailed") return make("li", {}, text);
  const isHeld = held(part, it.found ?? {}, it.values, it.names);
  if (isHeld !== false) return make("li", { class: isHeld ? "held" : "unknown" }, text);
  const path = /^[\w.]+(?= )/.exec(part)?.[0];
  const was = path?.split(".").reduce((inner, name) => inner?.[name], it.found);
  const instead = !it.found ? "nothing lay there" : path && `it was ${was === undefined ? "absent" : JSON.stringify(was)}`;
  return make("li", { class: "broken" }, text, instead && make("span", { class: "instead" }, ` ${instead}`));
}
