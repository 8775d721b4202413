// What is known of a group: read from both dialects, as far as whoever calls may read it.

import { gamefuse, playfab } from "./api.js";
import { groupKey, number } from "./ids.js";
import { isTitle, sessions } from "./session.js";
import { remember } from "./user-name.js";

const LISTS = {
  roster: (id) => playfab("ListGroupMembers", { Group: groupKey(id) }),
  applications: (id) => playfab("ListGroupApplications", { Group: groupKey(id) }),
  invitations: (id) => playfab("ListGroupInvitations", { Group: groupKey(id) }),
  attributes: (id) => gamefuse("GET", `/groups/${id}/attributes`),
  blocks: (id) => gamefuse("GET", `/groups/${id}/blocks`),
  codes: (id) => gamefuse("GET", `/groups/${id}/codes`),
};

const FOR_ADMINS = ["applications", "invitations", "blocks", "codes"];

/** What a caller is to a group; the title and its servers see what admins see. */
function standing(group, session) {
  if (isTitle(session)) return "title";
  const among = (users) => users.some((user) => user.id === session.userId);
  if (among(group.admins)) return "admin";
  return among(group.members) ? "member" : "outside";
}

/** Reads a group, and returns it or why it cannot be read. Lists that are not for the caller are absent. */
export async function read(id) {
  const [group, profile] = await Promise.all([
    gamefuse("GET", `/groups/${id}`),
    playfab("GetGroup", { Group: groupKey(id) }),
  ]);
  if (!group.ok) return { failure: group.failure };
  if (!profile.ok) return { failure: profile.failure };
  const session = sessions.current;
  const is = standing(group.data, session);
  const sees = (list) => is === "title" || is === "admin" || (is === "member" && !FOR_ADMINS.includes(list));
  const wanted = Object.keys(LISTS).filter(sees);
  const answers = await Promise.all(wanted.map((list) => LISTS[list](id)));
  const lists = Object.fromEntries(wanted.map((list, index) => [list, answers[index]]));
  return assemble(group.data, profile.data, is, session.userId, lists);
}

function assemble(group, profile, is, me, lists) {
  const { members, join_requests: asked, invites } = group;
  remember([...members, ...asked.map(({ user }) => user), ...invites.flatMap(({ user, inviter }) => [user, inviter])]);
  remember(lists.blocks?.data?.blocks.map(({ user }) => user));
  const held = rolesHeld(lists.roster?.data);
  const isAdmin = new Set(group.admins.map(({ id }) => id));
  const fallback = ({ id }) => (isAdmin.has(id) ? [profile.AdminRoleId] : [profile.MemberRoleId]);
  return {
    group, is, me, lists,
    created: new Date(profile.Created),
    roles: profile.Roles,
    adminRole: profile.AdminRoleId,
    memberRole: profile.MemberRoleId,
    members: members.map((user) => ({ ...user, roles: held.get(user.id) ?? fallback(user) })),
    applications: pending(asked, lists.applications?.data?.Applications, "Entity"),
    invitations: pending(invites, lists.invitations?.data?.Invitations, "InvitedEntity"),
  };
}

/** The roles of each member. */
function rolesHeld(roster) {
  const held = new Map();
  for (const { Members, RoleId } of roster?.Members ?? []) {
    for (const { Key } of Members) held.set(number(Key.Id), [...(held.get(number(Key.Id)) ?? []), RoleId]);
  }
  return held;
}

/** What is pending, by GameFuse's connections, with the end that PlayFab's dialect tells. */
function pending(connections, entries, entity) {
  const found = new Map((entries ?? []).map((entry) => [number(entry[entity].Key.Id), entry]));
  return connections.map((connection) => ({ ...connection, expires: found.get(connection.user.id)?.Expires }));
}
