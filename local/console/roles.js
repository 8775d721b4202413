// The roles of a group.

import { actionBar } from "./action-bar.js";
import { fill, make, section, table } from "./dom.js";
import { ofRole } from "./actions.js";

/** The part of a group's page that shows its roles. */
export function roles(known, then) {
  const { element, body, count } = section("Roles");
  const all = Object.entries(known.roles);
  count.textContent = all.length;
  const holders = (role) => known.members.filter((member) => member.roles.includes(role)).length;
  const sees = known.is !== "outside";
  const leads = known.is === "admin" || known.is === "title";
  const kind = (role) => [
    role === known.adminRole && make("span", { class: "mark strong" }, "admins"),
    role === known.memberRole && make("span", { class: "mark" }, "whoever joins"),
  ];
  fill(body, table("Roles", [
    ["Name", ([, name]) => name],
    ["Id", ([role]) => make("code", { class: "muted" }, role)],
    ["For", ([role]) => kind(role)],
    sees && ["Members", ([role]) => String(holders(role)), "number"],
    leads && ["", ([role, name]) => actionBar(ofRole(known.group.id, role, name), name, then), "actions"],
  ].filter(Boolean), all));
  return element;
}
