// One group: its settings, and a part for everything that is in it.

import { actionBar } from "./action-bar.js";
import { attributes } from "./attributes.js";
import { blocks } from "./blocks.js";
import { codes } from "./codes.js";
import { fact, fill, make, problem, waiting } from "./dom.js";
import "./group-history.js";
import { marks } from "./groups-page.js";
import { members } from "./members.js";
import { ofGroup as orders } from "./orders.js";
import { ofGroup } from "./actions.js";
import { pending } from "./pending.js";
import { read } from "./group.js";
import { roles } from "./roles.js";
import { moment } from "./time.js";

const STANDING = {
  admin: "You are an admin here.",
  member: "You are a member here.",
  outside: "You are not in this group.",
  title: "You act as the title, which is asked for no role.",
};

class GroupPage extends HTMLElement {
  #id;
  #top = make("div");
  #parts = make("div", { class: "parts" });
  #history = make("group-history");
  /** What is looked for among the members: it stays while the page is shown again. */
  #search = { text: "" };

  connectedCallback() {
    this.#id = Number(this.getAttribute("of"));
    document.title = "Group · Guildhall";
    fill(this.#top, waiting());
    fill(this, make("p", { class: "crumbs" }, make("a", { href: "#/groups" }, "Groups")), this.#top, this.#parts);
    // Whatever happens here shows in the history, whoever does it.
    this.#history.addEventListener("news", () => this.refresh());
    this.refresh();
  }

  /** Reads everything again, and shows it. */
  async refresh() {
    this.setAttribute("aria-busy", "true");
    const known = await read(this.#id);
    this.removeAttribute("aria-busy");
    if (!this.isConnected) return;
    if (known.failure) {
      const elsewhere = known.failure.isFinal && make("p", {}, make("a", { href: "#/groups" }, "Go to the groups"));
      fill(this.#top, make("h1", {}, `Group ${this.#id}`), problem(known.failure, () => this.refresh()), elsewhere);
      fill(this.#parts);
      return;
    }
    const focused = focusIn(this);
    const bars = [...this.querySelectorAll("action-bar")];
    const unfolded = new Set(bars.filter((bar) => bar.isUnfolded).map((bar) => bar.subject));
    this.#show({ ...known, search: this.#search }, (call, action) => this.#done(action));
    for (const bar of this.querySelectorAll("action-bar")) {
      if (bar.isFolded && unfolded.has(bar.subject)) bar.unfold();
    }
    focused?.();
  }

  #done(action) {
    if (action.isTheEnd) location.hash = "#/groups";
    else this.refresh().then(() => this.#history.hurry());
  }

  #show(known, then) {
    const { group, is, created } = known;
    document.title = `${group.name} · Guildhall`;
    fill(this.#top,
      make("header", { class: "head" }, make("h1", { tabindex: "-1" }, group.name), make("span", { class: "marks" }, marks(group))),
      make("dl", { class: "facts" },
        fact("Members", `${group.member_count} of ${group.max_group_size}`),
        fact("Type", group.group_type),
        fact("Id", make("code", {}, group.id)),
        fact("Created", moment(created))),
      group.description && make("p", { class: "value" }, group.description),
      group.public_attributes?.length > 0 && make("dl", { class: "facts" }, group.public_attributes.map(({ key, value }) => fact(key, value))),
      make("p", { class: "muted" }, STANDING[is]),
      actionBar(ofGroup(known), "", then));
    this.#history.follow(this.#id, is !== "outside");
    fill(this.#parts, pending(known, then), members(known, then), attributes(known, then), roles(known, then), blocks(known, then), codes(known, then), orders(this.#id), this.#history);
  }
}

/** Remembers which part has the focus, so that whoever uses the keyboard stays there when it is shown again. */
function focusIn(page) {
  const place = document.activeElement?.closest("section, group-page");
  if (!place || !page.contains(place)) return undefined;
  const label = document.activeElement.getAttribute("aria-label");
  const heading = place.getAttribute("aria-labelledby");
  return () => {
    const again = label ? page.querySelector(`[aria-label="${CSS.escape(label)}"]`) : undefined;
    (again ?? (heading ? document.getElementById(heading) : page.querySelector("h1")))?.focus();
  };
}

customElements.define("group-page", GroupPage);
