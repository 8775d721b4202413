//! Steps as requests, by the ids that clients know.

use serde_json::{Value, json};

use super::deed::Deed;
use super::step::{Filter, KEYS, Step, USERS};

/// What clients know when they do a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ids {
    pub users: [u32; USERS],
    /// The group in the step's slot.
    pub group: u32,
    /// What is or was pending between the group and the user, as GameFuse names it.
    pub connection: u32,
    pub code: Code,
    /// The group's version.
    pub version: u32,
}

/// An invite code as clients know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    pub id: u32,
    /// What lets people in.
    pub text: [char; 24],
}

impl Code {
    /// A code that nobody has made.
    pub const NONE: Self = Self { id: NOTHING, text: ['0'; 24] };

    /// The code that was answered; nothing where it is none.
    pub fn new(id: u32, text: &str) -> Option<Self> {
        let text: Vec<char> = text.chars().collect();
        Some(Self { id, text: text.try_into().ok()? })
    }
}

/// The id of nothing.
pub const NOTHING: u32 = 2_000_000_000;

/// A request without its headers.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    /// Null where there is none.
    pub body: Value,
}

/// The step as a request.
pub fn request(step: &Step, ids: &Ids) -> Request {
    match (step.deed == Deed::Repair, step.gamefuse) {
        (true, _) => order(ids),
        (false, true) => gamefuse(step, ids),
        (false, false) => playfab(step, ids),
    }
}

/// An order of the operator's, who names the function.
fn order(ids: &Ids) -> Request {
    let body = json!({ "group_id": ids.group, "mend": true });
    Request { method: "INVOKE", path: "repair-group".to_owned(), body }
}

fn gamefuse(step: &Step, ids: &Ids) -> Request {
    const CONNECTIONS: &str = "/api/v3/group_connections";
    let (group, user) = (ids.group, ids.users[step.to]);
    let of_group = format!("/api/v3/groups/{group}");
    let connection = format!("{CONNECTIONS}/{}", ids.connection);
    let cancel = format!("{CONNECTIONS}/cancel/{}", ids.connection);
    let codes = format!("{of_group}/codes");
    let code = format!("{codes}/{}", ids.code.id);
    let own = step.by == Some(step.to);
    let status = |status: &str| json!({ "status": status });
    let in_group = json!({ "group_id": group });
    let mut connect = json!({ "group_id": group, "user_id": user });
    if let (Some(message), true) = (step.message(), own) {
        connect["message"] = message.into();
    }
    let (method, path, body) = match step.deed {
        Deed::Create { name, open, size } => {
            let group = json!({ "name": name, "can_auto_join": open, "max_group_size": size });
            ("POST", "/api/v3/groups".to_owned(), group)
        }
        Deed::Delete => ("DELETE", of_group, Value::Null),
        Deed::Join => {
            let join = json!({ "group_id": group, "action_type": "join" });
            ("POST", CONNECTIONS.to_owned(), join)
        }
        Deed::AutoJoin => ("POST", CONNECTIONS.to_owned(), json!({ "action_type": "auto_join" })),
        Deed::AcceptApplication | Deed::AcceptInvitation => ("PUT", connection, status("accepted")),
        Deed::DropApplication if own => ("DELETE", cancel, Value::Null),
        Deed::DropApplication => {
            ("PUT", connection, json!({ "status": "declined", "reason": step.message() }))
        }
        Deed::DropInvitation if own => ("PUT", connection, status("declined")),
        Deed::DropInvitation => ("DELETE", cancel, Value::Null),
        Deed::Leave => ("DELETE", format!("{CONNECTIONS}/leave/{group}"), Value::Null),
        Deed::Remove => ("PUT", format!("{CONNECTIONS}/remove_member/{user}"), in_group),
        Deed::Spare => {
            let spare = json!({ "group_id": group, "block": false });
            ("PUT", format!("{CONNECTIONS}/remove_member/{user}"), spare)
        }
        Deed::ShutOut(hours) => {
            let seconds = hours.map(|hours| u32::from(hours) * 3600);
            let block = json!({ "user_id": user, "expires_in": seconds });
            ("POST", format!("{of_group}/blocks"), block)
        }
        Deed::MakeAdmin => ("PUT", format!("{CONNECTIONS}/make_admin/{user}"), in_group),
        Deed::RemoveAdmin => ("PUT", format!("{CONNECTIONS}/remove_admin/{user}"), in_group),
        Deed::Unblock => ("DELETE", format!("{of_group}/blocks/{user}"), Value::Null),
        Deed::Settle { open, invite_only, wait } => {
            let settings = json!({
                "can_auto_join": open, "is_invite_only": invite_only,
                "reapply_after": u32::from(wait) * 3600,
            });
            ("PUT", of_group, settings)
        }
        Deed::Resize(size) => ("PUT", of_group, json!({ "max_group_size": size })),
        Deed::Reserve(is_reserved) => {
            ("PUT", of_group, json!({ "admins_only_can_create_attributes": is_reserved }))
        }
        Deed::Describe { words, listed } => {
            ("PUT", of_group, json!({ "description": words, "searchable": listed }))
        }
        Deed::Rename(name) => ("PUT", of_group, json!({ "name": name })),
        Deed::SetAttribute { key, value, open, public } => {
            let wanted = json!({
                "key": key, "value": value.to_string(), "others_can_edit": open, "public": public,
            });
            ("POST", format!("{of_group}/add_attribute"), json!({ "attributes": [wanted] }))
        }
        Deed::ModifyAttribute { key, value } => {
            let wanted = json!({ "key": key, "value": value });
            ("PATCH", format!("{of_group}/modify_attribute"), wanted)
        }
        Deed::SetAttributes(value) => {
            let wanted = KEYS.map(|key| json!({ "key": key, "value": value }));
            ("POST", format!("{of_group}/add_attribute"), json!({ "attributes": wanted }))
        }
        Deed::DeleteAttribute(key) => {
            ("DELETE", format!("{of_group}/attributes/{key}"), Value::Null)
        }
        Deed::CreateCode { uses, hours, role } => {
            let seconds = hours.map(|hours| u32::from(hours) * 3600);
            let wanted = json!({ "max_uses": uses, "expires_in": seconds, "role_id": role });
            ("POST", codes, wanted)
        }
        Deed::SetCode(open) => ("PATCH", code, json!({ "open": open })),
        Deed::DeleteCode => ("DELETE", code, Value::Null),
        Deed::Redeem => {
            let text = ids.code.text.iter().collect::<String>();
            ("POST", CONNECTIONS.to_owned(), json!({ "code": text }))
        }
        Deed::ReadCodes => ("GET", codes, Value::Null),
        Deed::ReadBlocks => ("GET", format!("{of_group}/blocks"), Value::Null),
        Deed::ReadBlock => ("GET", format!("{of_group}/blocks/{user}"), Value::Null),
        Deed::ReadAttributes => ("GET", format!("{of_group}/attributes"), Value::Null),
        Deed::ReadHistory => ("GET", format!("{of_group}/events"), Value::Null),
        Deed::ReadOwn => ("GET", format!("/api/v3/users/{user}"), Value::Null),
        Deed::ReadDirectory => ("GET", format!("/api/v3/groups{}", query(step)), Value::Null),
        // The others have no request of their own here.
        Deed::Apply | Deed::ApplyApart | Deed::Invite(_) | Deed::Block => {
            ("POST", CONNECTIONS.to_owned(), connect)
        }
        Deed::Read
        | Deed::ReadProfile
        | Deed::ReadRoles
        | Deed::ReadMember(_)
        | Deed::ReadApplications
        | Deed::ReadInvitations
        | Deed::ReadOpportunities
        | Deed::Repair
        | Deed::Expel
        | Deed::AddRole(_)
        | Deed::TakeRole(_)
        | Deed::Shift(_)
        | Deed::CreateRole(..)
        | Deed::RenameRole(..)
        | Deed::DeleteRole(_)
        | Deed::SetAdminRole(_)
        | Deed::SetMemberRole(_)
        | Deed::Wait(_) => ("GET", of_group, Value::Null),
    };
    Request { method, path, body }
}

fn query(step: &Step) -> String {
    let limit = step.page();
    match step.filter() {
        Filter::All => format!("?limit={limit}"),
        Filter::Open => format!("?limit={limit}&open=true"),
        Filter::HasRoom => format!("?limit={limit}&has_room=true"),
        Filter::Called(name) => format!("?limit={limit}&query={}", name.to_lowercase()),
        Filter::Mine => format!("?limit={limit}&member=me"),
    }
}

fn playfab(step: &Step, ids: &Ids) -> Request {
    let group = json!({ "Id": format!("{:016X}", ids.group), "Type": "group" });
    let player = |user: usize| json!({ "Id": format!("{:016X}", ids.users[user]), "Type": "title_player_account" });
    let (user, people) = (player(step.to), step.people().map(player).collect::<Value>());
    let about = json!({ "Group": group, "Entity": user });
    let members = |role: Value| json!({ "Group": group, "Members": people, "RoleId": role });
    let alone = json!({ "Group": group });
    let (operation, body) = match step.deed {
        Deed::Create { name, .. } => ("CreateGroup", json!({ "GroupName": name })),
        Deed::Delete => ("DeleteGroup", alone),
        Deed::ApplyApart => {
            let apart =
                json!({ "Group": group, "Entity": user, "AutoAcceptOutstandingInvite": false });
            ("ApplyToGroup", apart)
        }
        Deed::Invite(role) => {
            ("InviteToGroup", json!({ "Group": group, "Entity": user, "RoleId": role }))
        }
        Deed::AcceptApplication => ("AcceptGroupApplication", about),
        Deed::DropApplication => ("RemoveGroupApplication", about),
        Deed::AcceptInvitation => ("AcceptGroupInvitation", about),
        Deed::DropInvitation => ("RemoveGroupInvitation", about),
        Deed::Leave | Deed::Expel => {
            ("RemoveMembers", json!({ "Group": group, "Members": people }))
        }
        Deed::AddRole(role) => ("AddMembers", members(json!(role))),
        Deed::TakeRole(role) => ("RemoveMembers", members(json!(role))),
        Deed::Shift([origin, destination]) => {
            let shift = json!({
                "Group": group, "Members": people,
                "OriginRoleId": origin, "DestinationRoleId": destination,
            });
            ("ChangeMemberRole", shift)
        }
        Deed::Block => ("BlockEntity", about),
        Deed::Unblock => ("UnblockEntity", about),
        Deed::CreateRole(role, name) => {
            ("CreateRole", json!({ "Group": group, "RoleId": role, "RoleName": name }))
        }
        Deed::RenameRole(role, name) => {
            ("UpdateRole", json!({ "Group": group, "RoleId": role, "RoleName": name }))
        }
        Deed::DeleteRole(role) => ("DeleteRole", json!({ "Group": group, "RoleId": role })),
        Deed::SetAdminRole(role) => ("UpdateGroup", json!({ "Group": group, "AdminRoleId": role })),
        Deed::SetMemberRole(role) => {
            ("UpdateGroup", json!({ "Group": group, "MemberRoleId": role }))
        }
        Deed::Rename(name) => ("UpdateGroup", json!({ "Group": group, "GroupName": name })),
        Deed::ReadProfile => ("GetGroup", alone),
        Deed::ReadRoles => ("ListGroupMembers", alone),
        Deed::ReadMember(role) => {
            ("IsMember", json!({ "Group": group, "Entity": user, "RoleId": role }))
        }
        Deed::ReadApplications => ("ListGroupApplications", alone),
        Deed::ReadInvitations => ("ListGroupInvitations", alone),
        Deed::ReadOwn => ("ListMembership", json!({ "Entity": user })),
        Deed::ReadOpportunities => ("ListMembershipOpportunities", json!({ "Entity": user })),
        Deed::ReadBlocks => ("ListGroupBlocks", alone),
        // The others have no request of their own here.
        Deed::Apply
        | Deed::Join
        | Deed::AutoJoin
        | Deed::Remove
        | Deed::Spare
        | Deed::ShutOut(_)
        | Deed::MakeAdmin
        | Deed::RemoveAdmin
        | Deed::Settle { .. }
        | Deed::Resize(_)
        | Deed::Reserve(_)
        | Deed::Describe { .. }
        | Deed::SetAttribute { .. }
        | Deed::ModifyAttribute { .. }
        | Deed::SetAttributes(_)
        | Deed::DeleteAttribute(_)
        | Deed::CreateCode { .. }
        | Deed::SetCode(_)
        | Deed::DeleteCode
        | Deed::Redeem
        | Deed::Read
        | Deed::ReadBlock
        | Deed::ReadCodes
        | Deed::ReadAttributes
        | Deed::ReadHistory
        | Deed::ReadDirectory
        | Deed::Repair
        | Deed::Wait(_) => ("ApplyToGroup", about),
    };
    let mut body = body;
    if step.expects_version() {
        body["ExpectedProfileVersion"] = ids.version.into();
    }
    Request { method: "POST", path: format!("/Group/{operation}"), body }
}
