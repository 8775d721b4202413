// The attributes of a group.

import { listSection } from "./list-section.js";
import { fill, make, notice, section } from "./dom.js";
import { ofAttribute } from "./actions.js";
import { userName } from "./user-name.js";

/** The part of a group's page that shows its attributes. */
export function attributes({ group, lists }, then) {
  if (!lists.attributes) {
    const { element, body } = section("Attributes");
    fill(body, notice("Members read the attributes."));
    return element;
  }
  return listSection("Attributes", lists.attributes, {
    rows: (data) => data.attributes,
    columns: [
      ["Key", ({ key }) => key],
      ["Value", ({ value }) => make("span", { class: "value" }, value)],
      ["Creator", ({ creator_id: creator }) => userName(creator)],
    ],
    actions: (attribute) => ofAttribute(group.id, attribute),
    called: ({ key }) => key,
    empty: "The group has no attributes yet. They hold what your game keeps about it: a motto, a level, a banner.",
    then,
    atOnce: 5,
  });
}
