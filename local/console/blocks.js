// Who is blocked from a group.

import { listSection } from "./list-section.js";
import { make } from "./dom.js";
import { moment } from "./time.js";
import { ofBlock } from "./actions.js";
import { userName } from "./user-name.js";

/** The part of a group's page that shows its blocks; nothing for those who may not see them. */
export function blocks({ group, lists }, then) {
  if (!lists.blocks) return undefined;
  return listSection("Blocks", lists.blocks, {
    rows: (data) => data.blocks,
    columns: [
      ["Who", ({ user }) => user.username],
      ["Id", ({ user }) => make("code", { class: "muted" }, user.id)],
      ["Since", ({ blocked_at: at }) => moment(new Date(at))],
      ["Until", ({ expires_at: at }) => at ? moment(new Date(at)) : "unblocked"],
      ["Why", ({ reason }) => reason ?? ""],
      ["By", ({ blocked_by: admin }) => (admin === null ? "the title" : userName(admin))],
    ],
    actions: ({ user }) => ofBlock(group.id, user.id),
    called: ({ user }) => user.username,
    empty: "Nobody is blocked.",
    then,
  });
}
