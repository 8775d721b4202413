// What has happened in a group, and what happens while one looks.

import { fill, make, notice, problem, section, waiting } from "./dom.js";
import { gamefuse } from "./api.js";
import { moment } from "./time.js";
import { userName } from "./user-name.js";

const PAGE = 100;

/** How many events are read before somebody asks for more. */
const AT_ONCE = 1000;

/** How soon it is looked again, in milliseconds: soon after something has happened, and ever later while nothing does. */
const SOON = 400;
const LATE = 15_000;

/** How long before the page was read something may have happened that it does not show, in milliseconds: clocks differ. */
const RECENT = 3000;

/** What happened, as the words between who did it and to whom. */
const WORDS = {
  "group.created": "created the group",
  "group.updated": "changed",
  "group.deleted": "deleted the group",
  "group.dissolved": "left as the last member",
  "application.created": "asked to join",
  "application.accepted": "accepted the application of",
  "application.declined": "declined the application of",
  "application.cancelled": "took the application back of",
  "invitation.created": "invited",
  "invitation.accepted": "accepted the invitation of",
  "invitation.declined": "declined the invitation of",
  "invitation.cancelled": "took back the invitation of",
  "member.joined": "let in",
  "member.left": "took out",
  "member.removed": "removed",
  "member.roles_changed": "changed the roles of",
  "block.created": "blocked",
  "block.lifted": "unblocked",
  "role.created": "created the role",
  "role.updated": "renamed the role",
  "role.deleted": "deleted the role",
  "attribute.set": "set",
  "attribute.deleted": "deleted",
  "code.created": "made",
};

/** The same of those who did it to themselves. */
const ALONE = {
  "application.cancelled": "took the application back",
  "invitation.declined": "declined the invitation",
  "member.joined": "joined",
  "member.left": "left",
  "member.roles_changed": "changed their own roles",
};

/** What makes people members, and may say of which role. */
const AS_A_ROLE = new Set(["member.joined", "invitation.created", "code.created"]);

class GroupHistory extends HTMLElement {
  #group;
  #events = [];
  #after = 0;
  #followed = 0;
  #pause = SOON;
  #timer;
  #place = section("History");
  #list = make("ol", { class: "events", reversed: true });
  #isReading = false;

  connectedCallback() {
    fill(this, this.#place.element);
    this.#look();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  /** Shows that group's history, as far as the caller may read it. */
  follow(group, mayRead) {
    if (this.#group === group && this.mayRead === mayRead) return;
    [this.#group, this.mayRead] = [group, mayRead];
    [this.#events, this.#after, this.#followed] = [[], 0, Date.now()];
    fill(this.#place.body, mayRead ? waiting("Reading the history") : notice("Members read the history."));
  }

  /** Looks soon, because something has happened. */
  hurry() {
    this.#pause = SOON;
    this.#look();
  }

  async #look() {
    clearTimeout(this.#timer);
    if (!this.mayRead || !this.isConnected) return;
    if (!document.hidden && !this.#isReading) await this.#read(AT_ONCE);
    clearTimeout(this.#timer);
    if (this.isConnected) this.#timer = setTimeout(() => this.#look(), this.#pause);
    this.#pause = Math.min(LATE, 1.5 * this.#pause);
  }

  async #read(most) {
    this.#isReading = true;
    const isFirst = this.#after === 0;
    const before = this.#events.length;
    let isMore = false;
    do {
      const path = `/groups/${this.#group}/events?after=${this.#after}&limit=${PAGE}`;
      const { ok, data, failure } = await gamefuse("GET", path, undefined, { kind: isFirst ? "read" : "poll" });
      if (!ok) {
        if (isFirst) fill(this.#place.body, problem(failure));
        break;
      }
      isMore = data.last_seq > this.#after && data.events.length > 0;
      this.#after = Math.max(this.#after, data.last_seq);
      this.#events.push(...data.events);
    } while (isMore && this.#events.length - before < most);
    this.#isReading = false;
    const news = this.#events.length - before;
    if (news > 0) this.#show(isMore, news);
    const isNews = isFirst ? this.#isRecent() : news > 0;
    if (isNews) {
      this.#pause = SOON;
      this.dispatchEvent(new Event("news"));
    }
  }

  /** Whether the last thing happened so late that the page, which is read before its history, may not show it yet. */
  #isRecent() {
    return new Date(this.#events.at(-1)?.at) > this.#followed - RECENT;
  }

  #show(isMore, news) {
    this.#place.count.textContent = this.#events.length;
    const more = make("button", { type: "button", class: "small", onclick: () => this.#read(AT_ONCE) }, "Read on");
    const rows = [...this.#events].reverse().map((event, index) => row(event, index < news && news < this.#events.length));
    fill(this.#list, rows);
    fill(this.#place.body, isMore && make("p", { class: "notice" }, "There is more that happened later. ", more), this.#list);
  }
}

function row(event, isNew) {
  return make("li", { value: event.seq, class: isNew && "new" },
    make("time", { datetime: event.at, title: event.at }, moment(new Date(event.at))),
    make("span", { class: "what" }, sentence(event)),
    make("code", { class: "muted" }, event.type));
}

/** What happened, in a sentence. */
function sentence({ type, actor_id: actor, user_ids: users, data }) {
  const others = users.filter((user) => user !== actor);
  const who = actor === null ? "The title" : userName(actor);
  const list = others.flatMap((user, index) => [index > 0 && ", ", userName(user)]);
  const how = data.how === "code" && data.code_id ? `code ${data.code_id}` : data.how;
  const rest = [
    things(type, data),
    how && (others.length === 0 ? ` (${how})` : ` by ${how}`),
    type === "member.roles_changed" ? roles(data) : AS_A_ROLE.has(type) && data.role_id && ` as ${data.role_id}`,
    data.block && " and blocked them",
    data.successor_id && [", and the admin is now ", userName(data.successor_id)],
    data.reason && `: ${data.reason}`,
  ];
  return [who, ` ${words(type, data, others)}`, list.length > 0 && [" ", list], rest].flat(3).filter(Boolean);
}

function words(type, { open }, others) {
  if (type === "code.changed") return open === undefined ? "deleted" : open ? "opened" : "closed";
  return (others.length === 0 && ALONE[type]) || WORDS[type] || type;
}

/** What it was done to, besides people. */
function things(type, data) {
  const named = [
    ...(data.keys ?? []), ...(data.changes ?? []),
    type.startsWith("role.") && (data.role_name ?? data.role_id),
    type.startsWith("code.") && `code ${data.code_id}`,
  ].filter(Boolean);
  return named.length > 0 && ` ${named.join(", ")}`;
}

/** What became of somebody's roles: all that they hold since, or what was given and taken, and who has none since. */
function roles({ role_id: given, from_role_id: taken, role_ids: held, left_ids: left = [] }) {
  if (held) return ` to ${held.join(", ")}`;
  const changes = [given && `${given} was given`, taken && `${taken} was taken`].filter(Boolean);
  return [`: ${changes.join(", ")}`, left.map((user) => [", ", userName(user), " is out"])];
}

customElements.define("group-history", GroupHistory);
