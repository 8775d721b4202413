//! Answers taken apart: what a success shows of a group, part by part, and what the model would show.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::deed::{Deed, Shows};
use super::model::{Attribute, Model};
use super::step::{ROLES, Step, USERS};

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
        Shows::Profile => {
            put("profile".to_owned(), json!(model.profile()));
            put("version".to_owned(), model.version.into());
        }
        Shows::Version => put("version".to_owned(), model.version.into()),
        Shows::Member(role) => {
            let member = model.members.get(&step.to);
            let is_so = member.is_some_and(|it| role.is_none_or(|role| it.roles.contains(role)));
            put("is member".to_owned(), is_so.into());
        }
        shows @ (Shows::Applications | Shows::Invitations) => {
            let is_of_applications = shows == Shows::Applications;
            let of = if is_of_applications { &model.applied } else { &model.invited };
            for user in 0..USERS {
                let end = Model::pending(of, user, now).map(|pending| pending.until);
                put(format!("pending {user}"), json!(end));
            }
        }
        Shows::Block => {
            let end = model.blocked.get(&step.to).filter(|_| model.is_blocked(step.to, now));
            put("blocked".to_owned(), json!(end));
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
        Shows::Differences => put("differences".to_owned(), json!({})),
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
    json!([
        model.name,
        model.is_open,
        model.is_invite_only,
        model.size,
        model.members.len(),
        model.words,
        model.is_listed,
        model.is_reserved,
    ])
}

/// A time as it is answered, in milliseconds.
fn time(text: &Value) -> Value {
    let time = text.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    json!(time.map(Timestamp::as_millisecond))
}

/// What the answer says of whether something was changed, where that deed's answer does.
pub fn set_result(step: &Step, body: &Value) -> Option<Value> {
    let is_told = step.deed.shows(step.gamefuse) == Shows::Version
        && !matches!(step.deed, Deed::CreateRole(..));
    is_told.then(|| body["data"]["SetResult"].clone())
}

/// What the answer to the step shows.
pub fn of_answer(step: &Step, users: &[u32; USERS], body: &Value) -> Parts {
    let mut parts = Parts::new();
    let mut put = |name: String, value: Value| drop(parts.insert(name, value));
    let of = |from: &Value, names: &[&str]| -> Value {
        names.iter().map(|name| from[name].clone()).collect()
    };
    let data = &body["data"];
    let group = of(
        body,
        &[
            "name",
            "can_auto_join",
            "is_invite_only",
            "max_group_size",
            "member_count",
            "description",
            "searchable",
            "admins_only_can_create_attributes",
        ],
    );
    let hex = |user: &u32| format!("{user:016X}");
    let each = |list: &Value| list.as_array().cloned().unwrap_or_default();
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
        Shows::Profile => {
            let names = ["GroupName", "AdminRoleId", "MemberRoleId", "Roles"];
            put("profile".to_owned(), of(data, &names));
            put("version".to_owned(), data["ProfileVersion"].clone());
        }
        Shows::Version => put("version".to_owned(), data["ProfileVersion"].clone()),
        Shows::Member(_) => put("is member".to_owned(), data["IsMember"].clone()),
        shows @ (Shows::Applications | Shows::Invitations) => {
            let (list, whose) = match shows == Shows::Applications {
                true => ("Applications", "Entity"),
                false => ("Invitations", "InvitedEntity"),
            };
            let listed = each(&data[list]);
            for (place, user) in users.iter().enumerate() {
                let of_user = |it: &&Value| it[whose]["Key"]["Id"] == hex(user);
                let end = listed.iter().find(of_user).map(|it| time(&it["Expires"]));
                put(format!("pending {place}"), json!(end));
            }
        }
        Shows::Block => put("blocked".to_owned(), time(&body["expires_at"])),
        Shows::Roles => {
            for role in ROLES {
                let mut listed = body["data"]["Members"].as_array().into_iter().flatten();
                let listed = listed.find(|listed| listed["RoleId"] == role);
                for (place, user) in users.iter().enumerate() {
                    let holds = listed.is_some_and(|listed| {
                        let mut members = listed["Members"].as_array().into_iter().flatten();
                        members.any(|member| member["Key"]["Id"] == hex(user))
                    });
                    put(format!("{role} {place}"), holds.into());
                }
            }
        }
        Shows::Blocks => {
            for (place, user) in users.iter().enumerate() {
                let mut blocks = body["blocks"].as_array().into_iter().flatten();
                let mut entities = body["data"]["BlockedEntities"].as_array().into_iter().flatten();
                let is_blocked = blocks.any(|block| block["user"]["id"] == *user)
                    || entities.any(|block| block["Entity"]["Key"]["Id"] == hex(user));
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
            let alone = body.get("key").map(|_| body.clone());
            for shown in each(&body["attributes"]).into_iter().chain(alone) {
                let key = shown["key"].as_str().unwrap_or_default();
                let names = ["value", "creator_id", "others_can_edit", "public"];
                put(format!("attribute {key}"), of(&shown, &names));
            }
        }
        Shows::Group => put("group".to_owned(), group),
        Shows::Differences => put("differences".to_owned(), body["differences"].clone()),
        Shows::Nothing => {}
    }
    parts
}

/// The id of the group or the code that was made, where the answer tells one.
pub fn made(step: &Step, body: &Value) -> Option<u32> {
    match step.gamefuse {
        true => body["id"].as_u64().and_then(|id| id.try_into().ok()),
        false => group_of(&body["data"]),
    }
}

/// The group that is named by its key, as PlayFab does.
pub fn group_of(named: &Value) -> Option<u32> {
    u32::from_str_radix(named["Group"]["Id"].as_str()?, 16).ok()
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
