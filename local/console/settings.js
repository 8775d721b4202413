// What the server that serves this page tells it: where the API is, and what there is besides.

let known = { api: location.origin, is_here: true, demo: null, inspector: false };

/** Asks once, before anything else. What is not told, there is not. */
export async function load() {
  const answer = await fetch("console/settings.json");
  if (answer.ok) known = { ...known, ...(await answer.json()) };
  known.is_here = !known.api;
  known.api = (known.api || location.origin).replace(/\/+$/, "");
}

/** Where the API is, without a slash at the end. */
export const api = () => known.api;

/** Whether this server is the API. */
export const isHere = () => known.is_here;

/** The demo game's id and token, for whoever sits at this machine. */
export const demo = () => known.demo;

/** Whether there is an inspector for whoever reads this. */
export const hasInspector = () => known.inspector;
