//! Answers taken apart: what a success shows of a group, part by part, and what the model would show.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::model::{Attribute, Model};
use super::step::{ROLES, Shows, Step, USERS};

/// What is shown, by its name.
pub type Parts = BTreeMap<String, Value>;

/// A part that only holds where all was read at one moment.
pub const ORDER: &str = "order";

/// How the model's group is shown to whoever does the step; nothing where the step shows no group.
pub fn of_model(model: &Model, step: &Step, users: &[u32; USERS], now: i64) -> Parts {
    let sees_pending = step.by.is_none_or(|me| model.is_admin(me));
    to_whoever(sees_pending, model, step, users, now)
}

/// The same to whoever sees what is pending, or does not.
pub fn to_whoever(
    sees_pending: bool,
    model: &Model,
    step: &Step,
    users: &[u32; USERS],
    now: i64,
) -> Parts {
    let mut parts = Parts::new();
    let mut put = |name: String, value: Value| drop(parts.insert(name, value));
    let ids = |of: Vec<usize>| -> Value { of.into_iter().map(|user| users[user]).collect() };
    match step.deed.shows(step.gamefuse) {
        Shows::Page => {
            put("group".to_owned(), group(model));
            put(ORDER.to_owned(), ids(model.by_seniority()));
            for user in 0..USERS {
                let is_member = model.members.contains_key(&user);
                put(format!("member {user}"), json!([is_member, model.is_admin(user)]));
                let pending = [&model.applied, &model.invited].map(|of| {
                    let pending = Model::pending(of, user, now).filter(|_| sees_pending);
                    pending.map(|pending| (pending.connection, &pending.message))
                });
                put(format!("pending {user}"), json!(pending));
            }
            for (key, it) in model.attributes.iter().filter(|(_, it)| it.is_public) {
                put(format!("public {key}"), json!(it.value));
            }
        }
        Shows::Roles => {
            for role in ROLES {
                for user in 0..USERS {
                    let member = model.members.get(&user);
                    let holds = member.is_some_and(|member| member.roles.contains(role));
                    put(format!("{role} {user}"), holds.into());
                }
            }
        }
        Shows::Blocks => {
            for user in 0..USERS {
                put(format!("blocked {user}"), model.is_blocked(user, now).into());
            }
        }
        Shows::Codes => {
            for (id, code) in model.codes.iter().filter(|(_, code)| code.is_known(now)) {
                put(format!("code {id}"), json!([code.uses, code.is_open, code.role]));
            }
        }
        Shows::Attributes => {
            for (key, attribute) in &model.attributes {
                put(format!("attribute {key}"), shown(attribute, users));
            }
        }
        Shows::Group => put("group".to_owned(), group(model)),
        Shows::Attribute(key) => {
            if let Some(attribute) = model.attributes.get(key) {
                put(format!("attribute {key}"), shown(attribute, users));
            }
        }
        Shows::Nothing => {}
    }
    parts
}

fn shown(it: &Attribute, users: &[u32; USERS]) -> Value {
    json!([it.value, users[it.creator], !it.is_protected, it.is_public])
}

fn group(model: &Model) -> Value {
    json!([model.name, model.is_open, model.is_invite_only, model.size, model.members.len()])
}

/// What the answer to the step shows.
pub fn of_answer(step: &Step, users: &[u32; USERS], body: &Value) -> Parts {
    let mut parts = Parts::new();
    let mut put = |name: String, value: Value| drop(parts.insert(name, value));
    let names = ["name", "can_auto_join", "is_invite_only", "max_group_size", "member_count"];
    let group: Value = names.iter().map(|name| body[name].clone()).collect();
    let ids =
        |list: &Value| list.as_array().into_iter().flatten().map(|it| it["id"].clone()).collect();
    match step.deed.shows(step.gamefuse) {
        Shows::Page => {
            let (members, admins): (Vec<Value>, Vec<Value>) =
                (ids(&body["members"]), ids(&body["admins"]));
            put("group".to_owned(), group);
            put(ORDER.to_owned(), members.clone().into());
            for (place, user) in users.iter().enumerate() {
                let is_member = [&members, &admins].map(|list| list.contains(&json!(user)));
                put(format!("member {place}"), json!(is_member));
                let pending = ["join_requests", "invites"].map(|list| {
                    let mut list = body[list].as_array().into_iter().flatten();
                    list.find(|it| it["user"]["id"] == *user)
                        .map(|it| json!([it["id"], it["message"]]))
                });
                put(format!("pending {place}"), json!(pending));
            }
            for shown in body["public_attributes"].as_array().into_iter().flatten() {
                let key = shown["key"].as_str().unwrap_or_default();
                put(format!("public {key}"), shown["value"].clone());
            }
        }
        Shows::Roles => {
            for role in ROLES {
                let mut listed = body["data"]["Members"].as_array().into_iter().flatten();
                let listed = listed.find(|listed| listed["RoleId"] == role);
                for (place, user) in users.iter().enumerate() {
                    let hex = format!("{user:016X}");
                    let holds = listed.is_some_and(|listed| {
                        let mut members = listed["Members"].as_array().into_iter().flatten();
                        members.any(|member| member["Key"]["Id"] == hex)
                    });
                    put(format!("{role} {place}"), holds.into());
                }
            }
        }
        Shows::Blocks => {
            for (place, user) in users.iter().enumerate() {
                let hex = format!("{user:016X}");
                let mut blocks = body["blocks"].as_array().into_iter().flatten();
                let mut entities = body["data"]["BlockedEntities"].as_array().into_iter().flatten();
                let is_blocked = blocks.any(|block| block["user"]["id"] == *user)
                    || entities.any(|block| block["Entity"]["Key"]["Id"] == hex);
                put(format!("blocked {place}"), is_blocked.into());
            }
        }
        Shows::Codes => {
            for code in body["codes"].as_array().into_iter().flatten() {
                let shown = json!([code["uses"], code["open"], code["role_id"]]);
                put(format!("code {}", code["id"]), shown);
            }
        }
        Shows::Attributes | Shows::Attribute(_) => {
            for shown in body["attributes"].as_array().into_iter().flatten() {
                let key = shown["key"].as_str().unwrap_or_default();
                let names = ["value", "creator_id", "others_can_edit", "public"];
                let value: Value = names.iter().map(|name| shown[name].clone()).collect();
                put(format!("attribute {key}"), value);
            }
        }
        Shows::Group => put("group".to_owned(), group),
        Shows::Nothing => {}
    }
    parts
}

/// The id of the group or the code that was made, where the answer tells one.
pub fn made(step: &Step, body: &Value) -> Option<u32> {
    match step.gamefuse {
        true => body["id"].as_u64().and_then(|id| id.try_into().ok()),
        false => u32::from_str_radix(body["data"]["Group"]["Id"].as_str()?, 16).ok(),
    }
}

/// Whether what is shown is put together of what was so at one moment or another.
pub fn is_mixed_of(shown: &Parts, moments: &[Parts]) -> bool {
    let is_some_moments = |(name, value): (&String, &Value)| {
        name == ORDER || moments.iter().any(|moment| moment.get(name) == Some(value))
    };
    let may_be_absent = |name: &String| {
        shown.contains_key(name) || moments.iter().any(|moment| !moment.contains_key(name))
    };
    shown.iter().all(is_some_moments) && moments.iter().flat_map(BTreeMap::keys).all(may_be_absent)
}
