// The members of a group, with their roles.

import { foldedBar } from "./action-bar.js";
import { fill, make, notice, section, table } from "./dom.js";
import { ofMember } from "./actions.js";

const SHOWN = 25;

/** The part of a group's page that shows its members. */
export function members(known, then) {
  const { element, body, count, tools } = section("Members");
  const { members: all, is, me, roles, search } = known;
  count.textContent = all.length;
  const place = make("div");
  let shown = SHOWN;
  const input = make("input", { type: "search", "aria-label": "Find a member", placeholder: "Find a member" });
  input.value = search.text;
  const show = () => {
    search.text = input.value;
    const wanted = search.text.trim().toLowerCase();
    const found = all.filter(({ id, username }) => username.toLowerCase().includes(wanted) || String(id) === wanted);
    const more = () => {
      shown += 4 * SHOWN;
      show();
    };
    fill(place,
      found.length ? list(found.slice(0, shown)) : notice("No member is called that."),
      found.length > shown && make("button", { type: "button", class: "small", onclick: more }, `Show more of ${found.length}`));
  };
  const chips = (member) => member.roles.map((role) =>
    make("span", { class: role === known.adminRole ? "mark strong" : "mark", title: role }, roles[role] ?? role));
  const list = (rows) => table("Members", [
    ["Name", (member) => [make("span", {}, member.username), member.id === me && make("span", { class: "muted" }, " (you)")]],
    ["Id", (member) => make("code", { class: "muted" }, member.id)],
    ["Roles", chips],
    is === "admin" || is === "title" ? ["", (member) => foldedBar(ofMember(known, member), member.username, then), "actions"] : undefined,
  ].filter(Boolean), rows);
  input.addEventListener("input", show);
  if (all.length > SHOWN) fill(tools, input);
  show();
  fill(body, place);
  return element;
}
