//! What GameFuse's API answers: a group, a list of groups in full, and a group's attributes.

use serde_json::{Map, Value, json};

use super::{Converted, list, push, put};

/// Takes one answer in. Tells whether it was one of those.
pub fn take(converted: &mut Converted, answer: &Value) -> bool {
    if answer.get("groups").is_some() {
        list(answer, "groups").iter().for_each(|answer| group(converted, answer));
        return true;
    }
    if answer.get("attributes").is_some() && answer.get("name").is_none() {
        return attributes(converted, answer);
    }
    let is_group = ["id", "name", "members"].iter().all(|field| answer.get(field).is_some());
    if is_group {
        group(converted, answer);
    }
    is_group
}

/// The settings that have the same names here.
const SETTINGS: [&str; 8] = [
    "group_type",
    "max_group_size",
    "can_auto_join",
    "is_invite_only",
    "searchable",
    "admins_only_can_create_attributes",
    "description",
    "reapply_after",
];

fn group(converted: &mut Converted, answer: &Value) {
    let Some(id) = answer.get("id") else { return };
    let line = converted.group(id);
    put(line, "name", answer.get("name"));
    put(line, "created_at", answer.get("created_at"));
    let mut settings = Map::new();
    for name in SETTINGS {
        // No size is what clients write for none that was decided.
        put(
            &mut settings,
            name,
            answer.get(name).filter(|value| **value != 0 || name != "max_group_size"),
        );
    }
    line.insert("settings".to_owned(), settings.into());
    members(line, answer);
    pending(line, answer);
}

fn members(line: &mut Map<String, Value>, answer: &Value) {
    let admins: Vec<_> = list(answer, "admins").iter().filter_map(|it| it.get("id")).collect();
    let others = list(answer, "admins").iter().filter(|admin| {
        list(answer, "members").iter().all(|member| member.get("id") != admin.get("id"))
    });
    let everybody = list(answer, "members").iter().chain(others);
    for member in everybody.filter(|_| answer.get("members").is_some()) {
        let Some(user) = member.get("id") else { continue };
        let role = if admins.contains(&user) { "admins" } else { "members" };
        let mut entry = Map::from_iter([("user".to_owned(), user.clone())]);
        entry.insert("roles".to_owned(), json!([role]));
        put(&mut entry, "joined_at", member.get("joined_at"));
        push(line, "members", entry.into());
        know(line, member);
    }
}

/// Requests and invitations, which admins alone are told.
fn pending(line: &mut Map<String, Value>, answer: &Value) {
    for (from, to) in [("join_requests", "applications"), ("invites", "invitations")] {
        for connection in list(answer, from) {
            let Some(user) = connection.pointer("/user/id") else { continue };
            let mut entry = Map::from_iter([("user".to_owned(), user.clone())]);
            put(&mut entry, "id", connection.get("id"));
            put(&mut entry, "expires_at", connection.get("expires_at"));
            put(&mut entry, "message", connection.get("message"));
            let inviter = connection.pointer("/inviter/id").or(connection.get("inviter_id"));
            put(&mut entry, "inviter", inviter);
            push(line, to, entry.into());
            for person in ["user", "inviter"].into_iter().filter_map(|who| connection.get(who)) {
                know(line, person);
            }
        }
    }
}

/// What is known of a user, said once.
fn know(line: &mut Map<String, Value>, user: &Value) {
    let Some(id) = user.get("id") else { return };
    let known = line.get("users").and_then(Value::as_array);
    if known.is_some_and(|users| users.iter().any(|known| known.get("id") == Some(id))) {
        return;
    }
    let mut person = Map::from_iter([("id".to_owned(), id.clone())]);
    for name in ["username", "credits", "score"] {
        put(&mut person, name, user.get(name));
    }
    // What the service calls an address says before it of which game it is.
    let shown = user.get("display_email").filter(|email| email.is_string());
    let email = shown.or(user.get("email")).and_then(Value::as_str).map(without_game);
    put(&mut person, "email", email.map(Value::from).as_ref());
    push(line, "users", person.into());
}

fn without_game(email: &str) -> &str {
    let rest = email.strip_prefix("_appid_").and_then(|rest| rest.split_once('_'));
    rest.map_or(email, |(_, email)| email)
}

/// Attributes, with the group beside them, which the answer does not name.
fn attributes(converted: &mut Converted, answer: &Value) -> bool {
    let Some(group) = answer.get("group_id") else { return false };
    for attribute in list(answer, "attributes") {
        let mut entry = Map::new();
        for (name, from) in [("id", "id"), ("key", "key"), ("value", "value"), ("public", "public")]
        {
            put(&mut entry, name, attribute.get(from));
        }
        entry.entry("value").or_insert_with(|| "".into());
        let creator = attribute.get("creator_id").or(attribute.get("user_id"));
        put(&mut entry, "creator", creator);
        let only_creator = attribute.get("only_can_edit_by_creator").and_then(Value::as_bool);
        let others = attribute.get("others_can_edit").and_then(Value::as_bool);
        let others = others.or(only_creator.map(|only| !only));
        put(&mut entry, "others_can_edit", others.map(Value::from).as_ref());
        push(converted.group(group), "attributes", entry.into());
    }
    true
}
