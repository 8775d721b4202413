//! What PlayFab's Groups API answers: GetGroup, ListGroupMembers, ListGroupApplications, ListGroupInvitations, ListGroupBlocks.

use serde_json::{Map, Value, json};

use super::{Converted, list, push, put};

/// The most members of a PlayFab group, where the title has not been given more.
const SIZE: u64 = 1000;

/// Takes one answer in, with or without its envelope. Tells whether it was one of those.
pub fn take(converted: &mut Converted, answer: &Value) -> bool {
    let answer = answer.get("data").unwrap_or(answer);
    let of = answer.pointer("/Group/Id");
    match of {
        Some(id) if answer.get("GroupName").is_some() => group(converted.group(id), answer),
        Some(id) if answer.get("Members").is_some() => members(converted, id, answer),
        Some(_) | None => {
            let lists = ["Applications", "Invitations", "BlockedEntities"];
            let is_known = lists.iter().any(|list| answer.get(list).is_some());
            entries(converted, answer);
            return is_known;
        }
    }
    true
}

fn group(line: &mut Map<String, Value>, answer: &Value) {
    put(line, "name", answer.get("GroupName"));
    line.insert("unique_name".to_owned(), true.into());
    put(line, "created_at", answer.get("Created"));
    put(line, "profile_version", answer.get("ProfileVersion"));
    put(line, "roles", answer.get("Roles"));
    put(line, "admin_role", answer.get("AdminRoleId"));
    put(line, "member_role", answer.get("MemberRoleId"));
    line.insert("settings".to_owned(), json!({ "max_group_size": SIZE }));
}

/// Each role has its members, and a member all of their roles.
fn members(converted: &mut Converted, group: &Value, answer: &Value) {
    let mut members: Vec<(Value, Vec<Value>)> = Vec::new();
    for role in list(answer, "Members") {
        for entity in list(role, "Members") {
            let Some(user) = player(converted, group, entity.get("Key")) else { continue };
            let role = role.get("RoleId").cloned().unwrap_or_default();
            match members.iter_mut().find(|(known, _)| *known == user) {
                Some((_, roles)) => roles.push(role),
                None => members.push((user, vec![role])),
            }
        }
    }
    let members = members.into_iter().map(|(user, roles)| json!({ "user": user, "roles": roles }));
    let members = members.collect();
    converted.group(group).insert("members".to_owned(), members);
}

/// What is pending, and who is blocked: each entry says of which group it is.
fn entries(converted: &mut Converted, answer: &Value) {
    for (list_name, entity, to) in [
        ("Applications", "Entity", "applications"),
        ("Invitations", "InvitedEntity", "invitations"),
        ("BlockedEntities", "Entity", "blocks"),
    ] {
        for entry in list(answer, list_name) {
            let Some(group) = entry.pointer("/Group/Id") else { continue };
            let key = entry.pointer(&format!("/{entity}/Key"));
            let Some(user) = player(converted, group, key) else { continue };
            let mut line = Map::from_iter([("user".to_owned(), user)]);
            put(&mut line, "expires_at", entry.get("Expires"));
            put(&mut line, "role", entry.get("RoleId"));
            let inviter = entry.pointer("/InvitedByEntity/Key").filter(|key| is_player(key));
            put(&mut line, "inviter", inviter.and_then(|key| key.get("Id")));
            push(converted.group(group), to, line.into());
        }
    }
}

fn is_player(key: &Value) -> bool {
    let kind = key.get("Type").or_else(|| key.get("TypeString"));
    kind.is_none_or(|kind| kind == "title_player_account")
}

/// The id of a player; nothing of a character, which nobody is here.
fn player(converted: &mut Converted, group: &Value, key: Option<&Value>) -> Option<Value> {
    let key = key?;
    if !is_player(key) {
        let id = key.get("Id").unwrap_or(&Value::Null);
        converted.notes.push(format!("group {group}: {id} was left out, which is no player"));
        return None;
    }
    key.get("Id").cloned()
}
