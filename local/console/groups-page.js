// All groups of the game: search, pages, and a new one.

import { gamefuse } from "./api.js";
import { autoJoin, createGroup, createGroupFor, given, joinByCode } from "./actions.js";
import { fill, make, notice, problem, table, waiting } from "./dom.js";
import { number } from "./ids.js";
import { perform } from "./action-dialog.js";
import { sessions } from "./session.js";

const LIMIT = 20;

/** How one gets into a group: invite only wins over open, and whoever asks any other waits for an admin's answer. */
function wayIn(group) {
  if (group.is_invite_only) return make("span", { class: "mark" }, "invite only");
  if (group.can_auto_join) return make("span", { class: "mark good" }, "open");
  return make("span", { class: "mark" }, "on request");
}

/** The marks of a group: how one gets in, and whether it is found. */
export const marks = (group) => [wayIn(group), !group.searchable && make("span", { class: "mark" }, "unlisted")];

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
  /** What the list is narrowed by, as the API's parameters. */
  #wanted = {};
  /** The cursors of the pages up to this one; the first page has none. */
  #cursors = [undefined];
  #results = make("div", { class: "results" });
  #turn = 0;
  #timer;

  connectedCallback() {
    document.title = "Groups · Guildhall";
    const create = make("button", { type: "button", class: "primary", onclick: () => this.#create(create) }, "Create a group");
    // The title is no user, and joins nothing.
    const isUser = sessions.current.kind !== "title";
    const button = (text, action) => {
      const self = make("button", { type: "button", onclick: () => this.#join(action(), self) }, text);
      return isUser && self;
    };
    fill(this,
      make("header", { class: "head" }, make("h1", {}, "Groups"),
        button("Join an open group", autoJoin), button("Join by a code", joinByCode), create),
      this.#filters(isUser),
      this.#results);
    this.#load();
  }

  #filters(isUser) {
    const query = make("input", { type: "search", id: "query", placeholder: "The beginning of a name", autocomplete: "off" });
    const type = make("input", { id: "group-type", placeholder: "any", autocomplete: "off" });
    const choice = (id, ...options) => make("select", { id }, options.map(([value, text]) => make("option", { value }, text)));
    const open = choice("open", ["", "any"], ["true", "open"], ["false", "not open"]);
    const room = choice("has-room", ["", "any"], ["true", "with room"], ["false", "full"]);
    const mine = make("input", { type: "checkbox", id: "mine" });
    const filter = (label, input) => make("div", { class: "filter" }, make("label", { for: input.id }, label), input);
    const form = make("form", { class: "filters", role: "search" },
      filter("Find", query), filter("Type", type), filter("Way in", open), filter("Room", room),
      isUser && make("div", { class: "choices" }, make("label", {}, mine, "Only mine")));
    const wanted = () => ({
      query: query.value, group_type: type.value.trim(), open: open.value, has_room: room.value, member: mine.checked ? "me" : "",
    });
    const find = () => {
      clearTimeout(this.#timer);
      this.#narrow(given(wanted()));
    };
    form.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(find, 250);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      find();
    });
    return form;
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** Lists what is wanted now, where that is something else than before. */
  #narrow(wanted) {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.#wanted = wanted;
    this.#cursors = [undefined];
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
    const parameters = new URLSearchParams({ limit: LIMIT, ...this.#wanted });
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
      groups.length ? groupTable("Groups", groups) : this.#nothing(page, next),
      (next || page > 1) && make("nav", { class: "pages", "aria-label": "Pages of groups" },
        button("Previous", page > 1, () => this.#cursors.pop()),
        make("span", { class: "muted" }, `Page ${page}`),
        button("Next", next, () => this.#cursors.push(next))));
  }

  /** Why a page is empty. One that is filtered may be, and not be the last. */
  #nothing(page, next) {
    const { query, ...filters } = this.#wanted;
    if (next) return notice("None of the groups on this page is such a one. There may be more on the next.");
    if (page > 1) return notice("There are no more groups.");
    if (Object.keys(filters).length > 0) return notice("There is no such group.");
    if (query) return notice("No group's name begins with ", make("strong", {}, query), ".");
    return notice("There are no groups yet. Create the first one; another player can then find it here and ask to join.");
  }
}

customElements.define("groups-page", GroupsPage);
