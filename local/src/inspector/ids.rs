//! Which groups and users a request is about: those in the keys of the items that it has met, and those that it names.

use std::collections::BTreeSet;

use serde_json::Value;

use super::asked::Asked;
use super::call::Call;

/// The most of either that are kept: a long list is about nobody in particular.
const MOST: usize = 250;

/// The words before an id in a key: `GAME#7#GROUP#21`, and then `MEMBER#11`.
const GROUPS: [&str; 3] = ["GROUP", "EVENTS", "PENDING"];
const USERS: [&str; 3] = ["USER", "MEMBER", "DOOR"];

/// The groups and users of a request.
pub(super) fn named(asked: &Asked, calls: &[Call]) -> (Vec<u32>, Vec<u32>) {
    let mut found = Found::default();
    found.users.extend(asked.caller_id());
    found.path(&asked.path);
    if let Some(body) = &asked.body {
        found.body("", body);
    }
    for step in calls.iter().flat_map(|call| &call.steps) {
        let texts = step.key.values().chain(step.values.values()).filter_map(Value::as_str);
        texts.for_each(|text| found.key(text));
    }
    let some = |ids: BTreeSet<u32>| ids.into_iter().take(MOST).collect();
    (some(found.groups), some(found.users))
}

#[derive(Default)]
struct Found {
    groups: BTreeSet<u32>,
    users: BTreeSet<u32>,
}

impl Found {
    fn key(&mut self, key: &str) {
        let parts: Vec<_> = key.split('#').collect();
        for pair in parts.windows(2) {
            let Some(id) = pair[1].parse().ok() else { continue };
            if GROUPS.contains(&pair[0]) {
                self.groups.insert(id);
            }
            if USERS.contains(&pair[0]) {
                self.users.insert(id);
            }
        }
    }

    fn path(&mut self, path: &str) {
        let parts: Vec<_> = path.split('/').collect();
        for pair in parts.windows(2) {
            let Some(id) = pair[1].parse().ok() else { continue };
            match pair[0] {
                "groups" | "leave" => drop(self.groups.insert(id)),
                "users" | "blocks" | "remove_member" | "make_admin" | "remove_admin" => {
                    self.users.insert(id);
                }
                _ => {}
            }
        }
    }

    /// The fields of either dialect that name groups and users.
    fn body(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                let id = fields.get("Id").and_then(Value::as_str);
                let id = id.and_then(|id| u32::from_str_radix(id, 16).ok());
                match name {
                    "Group" => self.groups.extend(id),
                    "Entity" | "Members" => self.users.extend(id),
                    _ => {}
                }
                fields.iter().for_each(|(name, value)| self.body(name, value));
            }
            Value::Array(values) => values.iter().for_each(|value| self.body(name, value)),
            Value::Number(number) => {
                let id = number.as_u64().and_then(|id| u32::try_from(id).ok());
                match name {
                    "group_id" => self.groups.extend(id),
                    "user_id" => self.users.extend(id),
                    _ => {}
                }
            }
            Value::String(_) | Value::Bool(_) | Value::Null => {}
        }
    }
}
