// The attributes of a group.

import { actionBar, foldedBar } from "./action-bar.js";
import { fill, make, notice, problem, section, table } from "./dom.js";
import { ofAttribute } from "./actions.js";
import { userName } from "./user-name.js";

const AT_ONCE = 5;

/** The part of a group's page that shows its attributes. */
export function attributes({ group, lists }, then) {
  const { element, body, count } = section("Attributes");
  if (!lists.attributes) {
    fill(body, notice("Members read the attributes."));
    return element;
  }
  if (!lists.attributes.ok) {
    fill(body, problem(lists.attributes.failure));
    return element;
  }
  const all = lists.attributes.data.attributes;
  count.textContent = all.length || "";
  const bar = all.length <= AT_ONCE ? actionBar : foldedBar;
  fill(body, all.length
    ? table("Attributes", [
      ["Key", ({ key }) => key],
      ["Value", ({ value }) => make("span", { class: "value" }, value)],
      ["Creator", ({ creator_id: creator }) => userName(creator)],
      ["", (attribute) => bar(ofAttribute(group.id, attribute), attribute.key, then), "actions"],
    ], all)
    : notice("The group has no attributes yet. They hold what your game keeps about it: a motto, a level, a banner."));
  return element;
}
