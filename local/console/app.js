// The page: finds what the address asks for, and shows it again whenever somebody else is calling.

import "./call-log.js";
import "./code-block.js";
import "./group-page.js";
import "./groups-page.js";
import "./inspector-page.js";
import "./me-page.js";
import "./missing-page.js";
import "./outcome-line.js";
import "./session-switch.js";
import "./webhook-page.js";
import "./webhooks-page.js";
import "./welcome-page.js";
import { silence } from "./outcome-line.js";
import { isTitle, sessions } from "./session.js";
import { hasInspector, isHere, load } from "./settings.js";
import { make } from "./dom.js";

const main = document.getElementById("main");

/** The pages, by what stands behind the `#`; `open` ones need nobody to be signed in. */
const PAGES = [
  [/^\/groups$/, "groups-page", "/groups"],
  [/^\/groups\/(\d+)$/, "group-page", "/groups"],
  [/^\/me$/, "me-page", "/me"],
  [/^\/webhooks$/, "webhooks-page", "/webhooks"],
  [/^\/webhooks\/(\d+)$/, "webhook-page", "/webhooks"],
  [/^\/inspector(?:\/(\d+))?$/, "inspector-page", "/inspector", "open"],
];

/** The page of an address that no page has. */
const MISSING = [/^/, "missing-page", "", "open"];

function show() {
  const path = location.hash.slice(1) || "/groups";
  const page = PAGES.find(([pattern]) => pattern.test(path)) ?? MISSING;
  const [pattern, name, place, isOpen] = page;
  const id = pattern.exec(path)?.[1];
  const element = make(sessions.current || isOpen ? name : "welcome-page", { of: id });
  document.body.classList.toggle("wide", name === "inspector-page");
  main.replaceChildren(element);
  document.getElementById("webhooks-link").hidden = !isTitle(sessions.current);
  for (const link of document.querySelectorAll("header nav a")) {
    if (link.getAttribute("href") === `#${place}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function go() {
  const current = main.firstElementChild;
  // The inspector stays while one of its requests is chosen.
  if (current?.localName === "inspector-page" && location.hash.startsWith("#/inspector")) {
    current.choose(location.hash.split("/")[2]);
    return;
  }
  silence();
  show();
  main.focus();
  scrollTo(0, 0);
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

await load();
sessions.restore();
document.getElementById("inspector-link").hidden = !hasInspector();
document.getElementById("reference-link").hidden = !isHere();
sessions.addEventListener("change", show);
addEventListener("hashchange", go);
show();
