// The invite codes of a group, without what lets people in: that is told once, to whoever makes one.

import { listSection } from "./list-section.js";
import { make } from "./dom.js";
import { moment } from "./time.js";
import { ofCode } from "./actions.js";
import { userName } from "./user-name.js";

const state = ({ open, uses, max_uses: most, expires_at: end }) => {
  if (!open) return make("span", { class: "mark" }, "closed");
  if (end !== null && new Date(end) <= new Date()) return make("span", { class: "mark" }, "expired");
  if (most !== null && uses >= most) return make("span", { class: "mark" }, "used up");
  return make("span", { class: "mark good" }, "open");
};

/** The part of a group's page that shows its codes; nothing for those who may not see them. */
export function codes({ group, lists }, then) {
  if (!lists.codes) return undefined;
  return listSection("Invite codes", lists.codes, {
    rows: (data) => data.codes,
    columns: [
      ["Id", ({ id }) => make("code", {}, id)],
      ["State", state],
      ["Uses", ({ uses, max_uses: most }) => (most === null ? uses : `${uses} of ${most}`), "number"],
      ["Expires", ({ expires_at: end }) => (end === null ? "never" : moment(new Date(end)))],
      ["Role", ({ role_id: role }) => role ?? ""],
      ["Note", ({ note }) => note ?? ""],
      ["By", ({ creator_id: creator }) => (creator === null ? "the title" : userName(creator))],
    ],
    actions: (code) => ofCode(group.id, code),
    called: ({ id }) => `code ${id}`,
    empty: "There are no codes. Whoever is given one is a member at once, also where the group is closed.",
    then,
  });
}
