// Calls the API, and keeps what was asked and answered for whoever wants to see it.

import { api } from "./settings.js";
import { sessions } from "./session.js";

const PATIENCE = 15_000;

/** How many calls are under way at once; the others wait for their turn. */
const AT_ONCE = 6;

/** How many calls of each kind are kept. */
const KEPT = 50;

class Calls extends EventTarget {
  all = [];

  keep(call) {
    // A page of reads and dry runs shall not push out what somebody has done.
    const older = this.all.filter((other) => other.kind === call.kind).slice(KEPT - 1);
    this.all = [call, ...this.all.filter((other) => !older.includes(other))];
    this.dispatchEvent(new CustomEvent("call", { detail: call }));
  }
}

/** The last calls, newest first. */
export const calls = new Calls();

/** PlayFab's errors that say of a call that it has led to more than was asked: somebody is a member now. */
const DONE_INSTEAD = new Set(["OutstandingApplicationAcceptedInstead", "OutstandingInvitationAcceptedInstead"]);

const queue = [];
let underWay = 0;

async function turn(work) {
  if (underWay >= AT_ONCE) await new Promise((go) => queue.push(go));
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
    queue.shift()?.();
  }
}

/** A call as it would be sent now. */
export function prepare({ method, path, body, dialect = "gamefuse", isDryRun = false, headers, kind }) {
  const credentials = headers ?? sessions.current?.[dialect] ?? {};
  return {
    method,
    path,
    body,
    dialect,
    isDryRun,
    kind: kind ?? (isDryRun ? "dry run" : method === "GET" ? "read" : "action"),
    url: api() + path,
    headers: {
      ...credentials,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(isDryRun ? { "Dry-Run": "true" } : {}),
    },
  };
}

/**
 * Sends a call. What comes back always has `ok`; a success has `data`, and anything else a `failure` with a `name` and
 * with `words` that can be shown.
 */
export function send(asked) {
  return turn(async () => {
    const call = prepare(asked);
    call.at = new Date();
    call.by = asked.headers ? undefined : sessions.current?.name;
    const begun = performance.now();
    try {
      const response = await fetch(call.url, {
        method: call.method,
        headers: call.headers,
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        signal: AbortSignal.timeout(PATIENCE),
        credentials: "omit",
        cache: "no-store",
      });
      read(call, response, await response.text());
    } catch (error) {
      call.failure = unreachable(error);
    }
    call.duration = performance.now() - begun;
    call.ok = !call.failure || DONE_INSTEAD.has(call.failure.name);
    if (asked.kind !== "poll") calls.keep(call);
    return call;
  });
}

function read(call, response, text) {
  call.status = response.status;
  call.requestId = response.headers.get("x-request-id") ?? response.headers.get("x-requestid");
  call.retryAfter = response.headers.get("retry-after");
  call.answer = text;
  const json = parsed(text);
  if (response.ok && json !== undefined) call.data = call.dialect === "playfab" ? json.data : json;
  else call.failure = refusal(call, response, json);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The statuses below 500 of what passes by itself: PlayFab's "too much at once", and too many guesses. */
const PASSING = [409, 429];

/** A refusal; final is one that is the same however often the same is asked. */
function refusal(call, response, json) {
  const isFinal = response.status < 500 && !PASSING.includes(response.status);
  const later = call.retryAfter ? ` Try again in ${call.retryAfter} s.` : "";
  if (json?.error) {
    const details = Object.entries(json.errorDetails ?? {}).map(([field, words]) => `${field} ${words.join(", ")}`);
    const words = details.length ? details.join("; ") : json.errorMessage;
    return { name: json.error, words: words + later, fields: json.errorDetails ?? {}, isFinal };
  }
  const name = response.headers.get("x-error-code") ?? `HTTP ${response.status}`;
  const words = call.answer.slice(0, 500) || "There is no more to the answer than this status.";
  const field = name === "InvalidParameter" ? { [words.split(" ")[0]]: [words.slice(words.indexOf(" ") + 1)] } : {};
  return { name, words: words + later, fields: field, isFinal };
}

function unreachable(error) {
  if (error.name === "TimeoutError") {
    return { name: "No answer", words: `Nothing was answered for ${PATIENCE / 1000} s.`, fields: {} };
  }
  const words = api() === location.origin
    ? "The server does not answer: is it still running?"
    : `${api()} does not answer this page: is that the right address, and do its AllowedOrigins name ${location.origin}?`;
  return { name: "Unreachable", words, fields: {} };
}

/** A call in GameFuse's dialect. */
export const gamefuse = (method, path, body, more = {}) => send({ method, path: `/api/v3${path}`, body, ...more });

/** A call in PlayFab's dialect. Whether it only reads, its name tells. */
export function playfab(operation, body, more = {}) {
  return send({ ...asPlayFab(operation, body), kind: /^(Get|List|Is)/.test(operation) ? "read" : "action", ...more });
}

/** What a call in PlayFab's dialect is made of. */
export const asPlayFab = (operation, body) => ({
  method: "POST",
  path: operation.includes("/") ? `/${operation}` : `/Group/${operation}`,
  body,
  dialect: "playfab",
});
