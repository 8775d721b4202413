// What can be done, each as one description: the fields that it asks for, the request that it comes to, and with which
// values it is tried when the page asks by a dry run whether the caller may do it.
//
// An action is `{ id, label, about, fields, ask, sample, isDangerous, done, tell, once }`. `ask(values)` is the request,
// `sample` the values of the trial, `tell(answer)` what is said of the answer behind `done`, and `once(answer)` what the answer
// tells this once. Where nothing has to be typed, the trial is a whole request, so whatever it is refused by holds.

import { asPlayFab } from "./api.js";
import { groupKey, playerKey } from "./ids.js";

/** What a call in GameFuse's dialect is made of. */
export const gamefuse = (method, path, body) => ({ method, path: `/api/v3${path}`, body, dialect: "gamefuse" });

/** Leaves out what was left empty. */
export const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));

/** Of a change, what is not as the fields showed it. What was emptied is sent, too: a field that cannot be empty is not optional. */
export const changed = (fields, values) => Object.fromEntries(fields
  .filter(({ name, value }) => name in values && values[name] !== value)
  .map(({ name }) => [name, values[name]]));

const settings = (group) => [
  { name: "name", label: "Name", value: group.name, hint: "As players see it." },
  { name: "group_type", label: "Type", value: group.group_type ?? "Public", optional: true, hint: "Any word of your game's: guild, clan, party." },
  { name: "description", label: "Description", type: "textarea", value: group.description ?? "", optional: true, hint: "What the group says of itself." },
  { name: "max_group_size", label: "Largest size", value: group.max_group_size, number: true, optional: true, hint: "Members at most." },
  { name: "can_auto_join", label: "Open: whoever asks joins at once", type: "checkbox", value: group.can_auto_join },
  { name: "is_invite_only", label: "Invite only: nobody may ask", type: "checkbox", value: group.is_invite_only },
  { name: "searchable", label: "Listed, so that it can be found", type: "checkbox", value: group.searchable ?? true },
  { name: "reapply_after", label: "Seconds to wait before asking again", value: group.reapply_after ?? 0, number: true, optional: true, hint: "For whoever left, was declined or removed." },
  { name: "admins_only_can_create_attributes", label: "Only admins create attributes", type: "checkbox", value: group.admins_only_can_create_attributes },
];

/** The same of a group that is there. By an empty text the API takes its description away, and leaves all else as it is. */
const settingsNow = (group) => settings(group).map((field) => ({ ...field, optional: field.name === "description" }));

const why = { name: "reason", label: "Why", optional: true, hint: "Told in the group's history." };

const blockTerms = [
  { ...why, hint: "Told to the group's admins." },
  { name: "expires_in", label: "For how many seconds", number: true, optional: true, hint: "Left empty: until somebody unblocks them." },
];

export const createGroup = () => ({
  id: "create-group",
  label: "Create a group",
  about: "You become its first member and its admin.",
  fields: settings({}),
  ask: (values) => gamefuse("POST", "/groups", given(values)),
});

export const autoJoin = () => ({
  id: "auto-join",
  label: "Join an open group",
  about: "You become a member of one that is open and has room, whichever it is.",
  fields: [
    { name: "query", label: "The beginning of its name", optional: true },
    { name: "group_type", label: "Type", optional: true },
  ],
  ask: (values) => gamefuse("POST", "/group_connections", { action_type: "auto_join", ...given(values) }),
});

/** The same by the title, which names the player who becomes the first member. */
export const createGroupFor = () => ({
  id: "create-group-for",
  label: "Create a group",
  about: "A player becomes its first member and its admin.",
  fields: [{ name: "GroupName", label: "Name" }, { name: "user_id", label: "Player's user id", number: true, parameter: "Entity" }],
  ask: ({ GroupName, user_id }) => asPlayFab("CreateGroup", { GroupName, Entity: playerKey(user_id) }),
});

/** To be a member of whatever group somebody's code is of. */
export const joinByCode = () => ({
  id: "join-by-code",
  label: "Join by a code",
  done: "Joined",
  about: "Whoever has a code is a member at once, also of a closed group.",
  fields: [{ name: "code", label: "Code", hint: "Case and dashes do not matter." }],
  ask: ({ code }) => gamefuse("POST", "/group_connections", { code }),
});

/** What may be done with a group as a whole. `page` is what the page knows of it. */
export function ofGroup({ group, me, members, applications, invitations, roles, adminRole, memberRole }) {
  const id = group.id;
  const other = members.find((member) => member.id !== me) ?? members[0];
  const present = settingsNow(group);
  const outsider = [...applications, ...invitations][0]?.user;
  const someone = { name: "user_id", label: "User id", number: true, parameter: "Entity" };
  const roleOptions = Object.entries(roles).map(([role, name]) => [role, `${name} (${role})`]);
  return [
    {
      id: "join", label: "Join", done: "Joined", isPrimary: true,
      ask: () => gamefuse("POST", "/group_connections", { group_id: id, action_type: "join" }),
    },
    {
      id: "apply", label: "Ask to join", done: "Asked to join", isPrimary: true,
      fields: [{ name: "message", label: "Message", type: "textarea", optional: true, hint: "For the group's admins, who read it with the request." }],
      ask: (values) => gamefuse("POST", "/group_connections", { group_id: id, action_type: "join_request", ...given(values) }),
    },
    me === null ? inviteByTitle(id, other) : invite(id, other),
    {
      id: "add-attribute", label: "Add an attribute", done: "Attribute set",
      about: "A key and a value that the group keeps. An attribute that is there is changed.",
      fields: [
        { name: "key", label: "Key", parameter: "attributes" },
        { name: "value", label: "Value", type: "textarea" },
        { name: "others_can_edit", label: "Other members may change it", type: "checkbox", value: true },
        { name: "public", label: "Everybody may read it, which only admins say", type: "checkbox" },
      ],
      sample: { key: "sample", value: "sample", others_can_edit: true },
      ask: (values) => gamefuse("POST", `/groups/${id}/add_attribute`, { attributes: [{ ...values, public: values.public || undefined }] }),
    },
    {
      id: "create-role", label: "Create a role", done: "Role created",
      fields: [
        { name: "RoleId", label: "Role id", hint: "For programs: letters, digits and underscores." },
        { name: "RoleName", label: "Role name", hint: "For players." },
      ],
      sample: { RoleId: "sample", RoleName: "Sample" },
      ask: (values) => asPlayFab("CreateRole", { Group: groupKey(id), ...values }),
    },
    // Only with somebody outside of the group does a dry run tell.
    (me === null || outsider) && {
      id: "add-member", label: "Add a member", done: "Member added",
      about: "The title makes somebody a member without asking them.",
      fields: [{ ...someone, parameter: "Members" }],
      sample: { user_id: outsider?.id ?? other?.id ?? 1 },
      ask: ({ user_id }) => asPlayFab("AddMembers", { Group: groupKey(id), Members: [playerKey(user_id)] }),
    },
    {
      id: "block", label: "Block a player", done: "Blocked", isDangerous: true,
      about: "They cannot join, ask or be invited until the block is over or they are unblocked. A member is removed.",
      fields: [someone, ...blockTerms],
      sample: { user_id: other?.id ?? 1 },
      ask: (values) => gamefuse("POST", `/groups/${id}/blocks`, given(values)),
    },
    {
      id: "create-code", label: "Make an invite code", done: "Code made",
      about: "Whoever is given it is a member at once. It is shown once, when it is made.",
      fields: [
        { name: "max_uses", label: "Uses", number: true, optional: true, hint: "How many it may let in; any number where it is empty." },
        { name: "expires_in", label: "Expires in", number: true, optional: true, hint: "Seconds; never where it is empty." },
        { name: "role_id", label: "Role", type: "select", optional: true, options: [["", "The member role"], ...roleOptions] },
        { name: "note", label: "Note", optional: true, hint: "For the admins." },
      ],
      once: ({ code }) => ({ label: "Invite code", text: code, about: "Give it to whomever you want to let in. It is not shown again; another one can be made." }),
      ask: (values) => gamefuse("POST", `/groups/${id}/codes`, given(values)),
    },
    {
      id: "settings", label: "Change settings", done: "Settings changed",
      fields: present,
      // A change that changes nothing is refused, whoever asks.
      sample: { searchable: !group.searchable },
      ask: (values) => gamefuse("PUT", `/groups/${id}`, changed(present, values)),
    },
    {
      id: "special-roles", label: "Choose the admin role", done: "Roles chosen",
      about: "Whoever holds the admin role is an admin, and whoever joins gets the member role.",
      fields: [
        { name: "AdminRoleId", label: "Admin role", type: "select", options: roleOptions, value: adminRole },
        { name: "MemberRoleId", label: "Member role", type: "select", options: roleOptions, value: memberRole },
      ],
      sample: { AdminRoleId: roleOptions.at(-1)?.[0] ?? "admins" },
      ask: (values) => asPlayFab("UpdateGroup", { Group: groupKey(id), ...values }),
    },
    {
      id: "leave", label: "Leave", done: "Left", isDangerous: true,
      about: "The last member who leaves dissolves the group.",
      ask: () => gamefuse("DELETE", `/group_connections/leave/${id}`),
    },
    {
      id: "delete", label: "Delete the group", done: "Group deleted", isDangerous: true, isTheEnd: true,
      about: "It is gone for everybody, with its attributes and its history.",
      ask: () => gamefuse("DELETE", `/groups/${id}`),
    },
  ].filter(Boolean);
}

const INVITATION = "An invitation waits for an answer; where the player has asked already, they are a member at once.";

const invite = (group, other) => ({
  id: "invite", label: "Invite", done: "Invited", about: INVITATION,
  fields: [{ name: "user", label: "Username or user id", parameter: "username" }],
  sample: { user: String(other?.id ?? group) },
  ask: ({ user }) => gamefuse("POST", "/group_connections", {
    group_id: group, action_type: "invite", ...(/^\d+$/.test(user.trim()) ? { user_id: Number(user) } : { username: user }),
  }),
});

/** The title is no user, who alone invites in GameFuse's dialect. */
const inviteByTitle = (group, other) => ({
  id: "invite", label: "Invite", done: "Invited", about: INVITATION,
  fields: [{ name: "user_id", label: "User id", number: true, parameter: "Entity" }],
  sample: { user_id: other?.id ?? group },
  ask: ({ user_id }) => asPlayFab("InviteToGroup", { Group: groupKey(group), Entity: playerKey(user_id) }),
});

/** What may be done with a member. Making an admin of one succeeds and changes nothing, so which of the two is offered is not asked. */
export function ofMember({ group, me, roles, adminRole }, member) {
  const entity = { Group: groupKey(group.id), Members: [playerKey(member.id)] };
  const role = (label, options) => ({ name: "RoleId", label, type: "select", options });
  const named = (wanted) => Object.entries(roles).filter(([id]) => member.roles.includes(id) === wanted);
  return [
    !member.roles.includes(adminRole) && {
      id: "make-admin", label: "Make admin", done: "Made admin",
      ask: () => gamefuse("PUT", `/group_connections/make_admin/${member.id}`, { group_id: group.id }),
    },
    member.roles.includes(adminRole) && {
      id: "remove-admin", label: "Make a plain member", done: "Made a plain member",
      ask: () => gamefuse("PUT", `/group_connections/remove_admin/${member.id}`, { group_id: group.id }),
    },
    named(false).length > 0 && {
      id: "give-role", label: "Give a role", done: "Role given",
      fields: [role("Role", named(false))], sample: { RoleId: named(false)[0][0] },
      ask: ({ RoleId }) => asPlayFab("AddMembers", { ...entity, RoleId }),
    },
    named(true).length > 0 && {
      id: "take-role", label: "Take a role", done: "Role taken",
      about: "A member without any role is no member any more.",
      fields: [role("Role", named(true))], sample: { RoleId: named(true)[0][0] },
      ask: ({ RoleId }) => asPlayFab("RemoveMembers", { ...entity, RoleId }),
    },
    // Removing oneself is leaving, which is offered elsewhere.
    member.id !== me && {
      id: "remove", label: "Remove", done: "Removed", isDangerous: true,
      about: "They are out, and may come back.",
      fields: [why],
      ask: (values) => gamefuse("PUT", `/group_connections/remove_member/${member.id}`, { group_id: group.id, block: false, ...given(values) }),
    },
    member.id !== me && {
      id: "remove-and-block", label: "Remove and block", done: "Removed and blocked", isDangerous: true,
      about: "They are out, and cannot come back until the block is over or they are unblocked.",
      fields: blockTerms,
      ask: (values) => gamefuse("PUT", `/group_connections/remove_member/${member.id}`, { group_id: group.id, ...given(values) }),
    },
  ].filter(Boolean);
}

const answer = (connection, status, values = {}) => gamefuse("PUT", `/group_connections/${connection}`, { status, ...given(values) });
const cancel = (connection) => gamefuse("DELETE", `/group_connections/cancel/${connection}`);

/** What may be done with an application or an invitation, by its connection's id. */
export function ofPending(connection) {
  return [
    { id: "accept", label: "Accept", done: "Accepted", isPrimary: true, ask: () => answer(connection, "accepted") },
    { id: "decline", label: "Decline", done: "Declined", fields: [why], ask: (values) => answer(connection, "declined", values) },
    { id: "cancel", label: "Take back", done: "Taken back", ask: () => cancel(connection) },
  ];
}

/** What may be done with a block. */
export const ofBlock = (group, user) => [
  { id: "unblock", label: "Unblock", done: "Unblocked", ask: () => gamefuse("DELETE", `/groups/${group}/blocks/${user}`) },
];

/** What may be done with an invite code. */
export function ofCode(group, { id, open }) {
  const path = `/groups/${group}/codes/${id}`;
  return [
    open
      ? { id: "close-code", label: "Close", done: "Closed", ask: () => gamefuse("PATCH", path, { open: false }) }
      : { id: "open-code", label: "Open", done: "Opened", ask: () => gamefuse("PATCH", path, { open: true }) },
    {
      id: "delete-code", label: "Delete", done: "Code deleted", isDangerous: true,
      about: "Nobody is let in by it any more. Whoever was stays.",
      ask: () => gamefuse("DELETE", path),
    },
  ];
}

/** What may be done with an attribute. */
export function ofAttribute(group, { key, value, others_can_edit: othersCanEdit }) {
  // What a path does not carry unharmed is said in the query, too.
  const exact = /^[\w ~-]+$/.test(key) ? "" : `?exact_key=${encodeURIComponent(key)}`;
  // These two name folders in a path.
  const place = [".", ".."].includes(key) ? "-" : encodeURIComponent(key);
  const fields = [
    { name: "value", label: "Value", type: "textarea", value },
    { name: "others_can_edit", label: "Other members may change it", type: "checkbox", value: othersCanEdit },
  ];
  return [
    {
      id: "edit", label: "Change", done: "Attribute changed", fields, sample: { value },
      ask: (values) => gamefuse("PATCH", `/groups/${group}/modify_attribute`, { key, ...values }),
    },
    {
      id: "delete-attribute", label: "Delete", done: "Attribute deleted", isDangerous: true,
      about: "Its key and its value are gone.",
      ask: () => gamefuse("DELETE", `/groups/${group}/attributes/${place}${exact}`),
    },
  ];
}

/** What may be done with a role. */
export function ofRole(group, role, name) {
  return [
    {
      id: "rename-role", label: "Rename", done: "Role renamed",
      fields: [{ name: "RoleName", label: "Role name", value: name }], sample: { RoleName: name },
      ask: ({ RoleName }) => asPlayFab("UpdateRole", { Group: groupKey(group), RoleId: role, RoleName }),
    },
    {
      id: "delete-role", label: "Delete", done: "Role deleted", isDangerous: true,
      about: "It is taken from whoever holds it.",
      ask: () => asPlayFab("DeleteRole", { Group: groupKey(group), RoleId: role }),
    },
  ];
}
