// All groups of the game: search, pages, and a new one.

import { gamefuse } from "./api.js";
import { autoJoin, createGroup, createGroupFor, joinByCode } from "./actions.js";
import { fill, make, notice, problem, table, waiting } from "./dom.js";
import { number } from "./ids.js";
import { perform } from "./action-dialog.js";
import { sessions } from "./session.js";

const LIMIT = 20;

/** The marks of a group that is not like most. */
export function marks(group) {
  return [
    group.can_auto_join && make("span", { class: "mark good" }, "open"),
    group.is_invite_only && make("span", { class: "mark" }, "invite only"),
    !group.searchable && make("span", { class: "mark" }, "unlisted"),
  ];
}

/** A table of groups, each with a link to its page. */
export function groupTable(label, groups, more = []) {
  return table(label, [
    ["Name", (group) => make("a", { href: `#/groups/${group.id}` }, group.name)],
    ["Type", (group) => group.group_type],
    ["Members", (group) => `${group.member_count} of ${group.max_group_size}`, "number"],
    ["Ways in", marks],
    ...more,
  ], groups);
}

class GroupsPage extends HTMLElement {
  #query = "";
  /** The cursors of the pages up to this one; the first page has none. */
  #cursors = [undefined];
  #results = make("div", { class: "results" });
  #turn = 0;

  connectedCallback() {
    document.title = "Groups · Guildhall";
    const input = make("input", { type: "search", id: "query", placeholder: "The beginning of a name", autocomplete: "off" });
    let timer;
    const search = () => {
      clearTimeout(timer);
      if (input.value === this.#query) return;
      this.#query = input.value;
      this.#cursors = [undefined];
      this.#load();
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(search, 250);
    });
    const find = (event) => {
      event.preventDefault();
      search();
    };
    const create = make("button", { type: "button", class: "primary", onclick: () => this.#create(create) }, "Create a group");
    // The title is no user, and joins nothing.
    const joins = sessions.current.kind !== "title";
    const button = (text, action) => {
      const self = make("button", { type: "button", onclick: () => this.#join(action(), self) }, text);
      return joins && self;
    };
    fill(this,
      make("header", { class: "head" }, make("h1", {}, "Groups"),
        button("Join an open group", autoJoin), button("Join by a code", joinByCode), create),
      make("form", { class: "search", role: "search", onsubmit: find }, make("label", { for: "query" }, "Find"), input),
      this.#results);
    this.#load();
  }

  #create(button) {
    const isTitle = sessions.current.kind === "title";
    const open = ({ data }) => (location.hash = `#/groups/${isTitle ? number(data.Group.Id) : data.id}`);
    perform(isTitle ? createGroupFor() : createGroup(), "", button, open);
  }

  #join(action, button) {
    perform(action, "", button, ({ data }) => (location.hash = `#/groups/${data.group_id}`));
  }

  async #load() {
    const turn = (this.#turn += 1);
    const cursor = this.#cursors.at(-1);
    const parameters = new URLSearchParams({ limit: LIMIT });
    if (this.#query) parameters.set("query", this.#query);
    if (cursor) parameters.set("cursor", cursor);
    this.#results.setAttribute("aria-busy", "true");
    if (!this.#results.hasChildNodes()) fill(this.#results, waiting());
    const { ok, data, failure } = await gamefuse("GET", `/groups?${parameters}`);
    // An answer that was overtaken by another search is of no use.
    if (turn !== this.#turn) return;
    this.#results.removeAttribute("aria-busy");
    if (ok) this.#show(data);
    else fill(this.#results, problem(failure, () => this.#load()));
  }

  #show({ groups, next_cursor: next }) {
    const page = this.#cursors.length;
    const turn = (change) => () => {
      change();
      this.#load();
      this.#results.scrollIntoView({ block: "nearest" });
    };
    const button = (label, isPossible, change) =>
      make("button", { type: "button", class: "small", disabled: !isPossible, onclick: turn(change) }, label);
    fill(this.#results,
      groups.length ? groupTable("Groups", groups) : this.#nothing(page),
      (next || page > 1) && make("nav", { class: "pages", "aria-label": "Pages of groups" },
        button("Previous", page > 1, () => this.#cursors.pop()),
        make("span", { class: "muted" }, `Page ${page}`),
        button("Next", next, () => this.#cursors.push(next))));
  }

  #nothing(page) {
    if (page > 1) return notice("There are no more groups.");
    if (this.#query) return notice("No group's name begins with ", make("strong", {}, this.#query), ".");
    return notice("There are no groups yet. Create the first one; another player can then find it here and ask to join.");
  }
}

customElements.define("groups-page", GroupsPage);
