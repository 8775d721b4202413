// Who is blocked from a group.

import { actionBar, foldedBar } from "./action-bar.js";
import { fill, make, notice, problem, section, table } from "./dom.js";
import { moment } from "./time.js";
import { ofBlock } from "./actions.js";
import { userName } from "./user-name.js";

const AT_ONCE = 10;

/** The part of a group's page that shows its blocks; nothing for those who may not see them. */
export function blocks({ group, lists }, then) {
  if (!lists.blocks) return undefined;
  const { element, body, count } = section("Blocks");
  if (!lists.blocks.ok) {
    fill(body, problem(lists.blocks.failure));
    return element;
  }
  const all = lists.blocks.data.blocks;
  count.textContent = all.length || "";
  const bar = all.length <= AT_ONCE ? actionBar : foldedBar;
  fill(body, all.length
    ? table("Blocks", [
      ["Who", ({ user }) => user.username],
      ["Id", ({ user }) => make("code", { class: "muted" }, user.id)],
      ["Since", ({ blocked_at: at }) => moment(new Date(at))],
      ["Until", ({ expires_at: at }) => at ? moment(new Date(at)) : "unblocked"],
      ["Why", ({ reason }) => reason ?? ""],
      ["By", ({ blocked_by: admin }) => (admin === null ? "the title" : userName(admin))],
      ["", ({ user }) => bar(ofBlock(group.id, user.id), user.username, then), "actions"],
    ], all)
    : notice("Nobody is blocked."));
  return element;
}
