// A part of a group's page that is a list: what was read, with what may be done to each.

import { actionBar, foldedBar } from "./action-bar.js";
import { fill, notice, problem, section, table } from "./dom.js";

/** A part with that title and those rows, or with what went wrong when they were read. Each row's actions are asked for by dry
    runs, so those of a long list wait until somebody wants them. */
export function listSection(title, answer, { rows, columns, actions, called, empty, then, atOnce = 10 }) {
  const { element, body, count } = section(title);
  if (!answer.ok) {
    fill(body, problem(answer.failure));
    return element;
  }
  const all = rows(answer.data);
  count.textContent = all.length || "";
  const bar = all.length <= atOnce ? actionBar : foldedBar;
  const last = ["", (row) => bar(actions(row), called(row), then), "actions"];
  fill(body, all.length ? table(title, [...columns, last], all) : notice(empty));
  return element;
}
