// Who has asked to join a group, and who is invited, with the time that is left for an answer.

import { actionBar, foldedBar } from "./action-bar.js";
import { fill, make, notice, problem, section, table } from "./dom.js";
import { ofPending } from "./actions.js";

/** For so many, what may be done is asked at once; for the others, when their actions are opened. */
const AT_ONCE = 10;

/** The part of a group's page that shows what is pending; nothing for those who may not see it. */
export function pending({ applications, invitations, lists, me }, then) {
  if (!lists.applications) return undefined;
  const { element, body, count } = section("Pending");
  count.textContent = applications.length + invitations.length || "";
  const refused = [lists.applications, lists.invitations].find((call) => !call.ok);
  const rows = [
    ...applications.map((application) => ({ ...application, what: "has asked to join" })),
    ...invitations.map((invitation) => ({ ...invitation, what: invitedBy(invitation, me) })),
  ];
  const bar = (row) => (rows.indexOf(row) < AT_ONCE ? actionBar : foldedBar)(ofPending(row.id), row.user.username, then);
  const left = ({ expires }) => expires && make("time-left", { until: expires });
  fill(body,
    refused && problem(refused.failure),
    rows.length
      ? table("Pending", [
        ["Who", ({ user }) => user.username],
        ["What", ({ what }) => what],
        ["Message", ({ message }) => message && make("span", { class: "value" }, message)],
        ["Time", left],
        ["", bar, "actions"],
      ], rows)
      : notice("Nobody waits for an answer."));
  return element;
}

function invitedBy({ inviter, inviter_id: inviterId }, me) {
  if (inviterId === null) return "is invited by the title";
  return inviterId === me ? "is invited by you" : `is invited by ${inviter.username}`;
}
