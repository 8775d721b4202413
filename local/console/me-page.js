// What connects the player who is calling to groups.

import { actionBar } from "./action-bar.js";
import { gamefuse, playfab } from "./api.js";
import { fill, make, notice, problem, section, table, waiting } from "./dom.js";
import { groupTable } from "./groups-page.js";
import { number, playerKey } from "./ids.js";
import { ofGame, ofUser } from "./orders.js";
import { ofPending } from "./actions.js";
import { sessions } from "./session.js";
import { remember, userName } from "./user-name.js";

class MePage extends HTMLElement {
  connectedCallback() {
    document.title = "Mine · Guildhall";
    const { userId, name } = sessions.current;
    if (userId === null) {
      const none = notice("The title is in no group. Sign in as a player to see what is theirs.");
      fill(this, make("h1", {}, "Mine"), none, make("div", { class: "parts" }, ofGame(), ofUser()));
      return;
    }
    this.heading = make("h1", {}, name);
    this.body = make("div", { class: "parts" }, waiting());
    fill(this, make("header", { class: "head" }, this.heading, make("code", { class: "muted" }, `user ${userId}`)), this.body);
    this.#load(userId);
  }

  async #load(userId) {
    const entity = { Entity: playerKey(userId) };
    const [user, pending] = await Promise.all([
      gamefuse("GET", `/users/${userId}`),
      playfab("ListMembershipOpportunities", entity),
    ]);
    if (!user.ok) {
      fill(this.body, problem(user.failure, () => this.#load(userId)));
      return;
    }
    remember([user.data]);
    // Only who asks about themselves is told about their groups.
    if (!user.data.groups) {
      fill(this.body, notice("The server sees little of a player here. Sign in as the player to see their groups."));
      return;
    }
    const ends = pending.ok ? pending.data : { Applications: [], Invitations: [] };
    fill(this.body,
      this.#groups(user.data.groups),
      this.#pending("Invitations", user.data.group_invites, ends.Invitations, "Nobody has invited you.",
        [["From", ({ inviter }) => (inviter.id === userId ? "the title" : userName(inviter.id))]], () => this.#load(userId)),
      this.#pending("Requests to join", user.data.group_join_requests, ends.Applications, "You have asked to join no group.",
        [], () => this.#load(userId)));
    remember(user.data.group_invites.map((invite) => invite.inviter));
  }

  #groups(groups) {
    const { element, body, count } = section("Groups");
    count.textContent = groups.length || "";
    fill(body, groups.length ? groupTable("Your groups", groups) : notice("You are in no group yet. ", make("a", { href: "#/groups" }, "Find one"), "."));
    return element;
  }

  #pending(title, connections, ends, none, more, then) {
    const { element, body, count } = section(title);
    count.textContent = connections.length || "";
    const until = new Map(ends.map(({ Group, Expires }) => [number(Group.Id), Expires]));
    const left = ({ group }) => until.has(group.id) && make("time-left", { until: until.get(group.id) });
    fill(body, connections.length
      ? table(title, [
        ["Group", ({ group }) => make("a", { href: `#/groups/${group.id}` }, group.name)],
        ...more,
        ["Time", left],
        ["", ({ id, group }) => actionBar(ofPending(id), group.name, then), "actions"],
      ], connections)
      : notice(none));
    return element;
  }
}

customElements.define("me-page", MePage);
