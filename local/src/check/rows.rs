//! The rows that are left after a play, held against the model.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::history::History;
use super::invariants::{Invariant, Violation};
use super::model::Model;
use super::step::USERS;

/// What is wrong with them. Of each group, its last state.
pub fn check(
    history: &History,
    users: &[u32; USERS],
    groups: &BTreeMap<u32, Option<&Model>>,
    is_bounded: bool,
) -> Vec<Violation> {
    let mut rows = Rows { history, users, found: Vec::new() };
    for (group, model) in groups {
        match model {
            Some(model) if model.is_live => rows.live(*group, model),
            Some(_) | None => rows.gone(*group),
        }
    }
    rows.strangers(groups);
    rows.claims(groups);
    if is_bounded {
        rows.places(groups);
    }
    rows.found
}

struct Rows<'a> {
    history: &'a History,
    users: &'a [u32; USERS],
    found: Vec<Violation>,
}

impl Rows<'_> {
    fn accuse(&mut self, invariant: Invariant, what: String) {
        self.found.push(Violation { invariant, what });
    }

    fn of(&self, kind: &str, group: u32) -> Vec<&Value> {
        let rows = self.history.rows.iter();
        rows.filter(|row| row["kind"] == kind && row["group_id"] == group).collect()
    }

    /// The rows of a group that is there are the model's.
    fn live(&mut self, group: u32, model: &Model) {
        let (users, rows) = (self.users, self.of("group", group));
        let Some(row) = rows.first() else {
            return self.accuse(Invariant::Time, format!("group {group} is lost"));
        };
        let row = (*row).clone();
        let members = self.of("member", group);
        let is: BTreeSet<String> = members
            .iter()
            .map(|row| json!([row["user_id"], row["role_ids"], row["is_admin"]]).to_string())
            .collect();
        let expected: BTreeSet<String> = model
            .members
            .iter()
            .map(|(user, it)| json!([users[*user], it.roles, model.is_admin(*user)]).to_string())
            .collect();
        if is != expected {
            self.accuse(
                Invariant::Once,
                format!("the members of {group} are {is:?}, not {expected:?}"),
            );
        }
        let is_member: BTreeSet<u64> =
            self.of("member", group).iter().filter_map(|row| row["user_id"].as_u64()).collect();
        let admins = self.of("member", group).iter().filter(|row| row["is_admin"] == true).count();
        let doors = self.of("door", group);
        let has = |row: &Value, part: &str| !row[part].is_null();
        let mut wrong = Vec::new();
        let mut pending = 0;
        for door in &doors {
            let waits = has(door, "applied") || has(door, "invited");
            if waits && door["user_id"].as_u64().is_some_and(|user| is_member.contains(&user)) {
                wrong.push((Invariant::OneDoor, format!("{door} is of a member")));
            }
        }
        for (place, user) in users.iter().enumerate() {
            let door = doors.iter().find(|door| door["user_id"] == *user);
            let now = self.history.operations.last().map_or(0, |last| last.now);
            let block = door.map(|door| &door["blocked"]).filter(|block| block.is_object());
            let block = block.map(|block| block["expires_at"].as_i64().map(|end| end * 1000));
            let holds = |block: &Option<i64>| block.is_none_or(|end| end > now);
            let expected = model.blocked.get(&place).copied();
            // What is over may be there or not.
            if block.filter(holds) != expected.filter(holds) {
                let what = format!("{user} in {group} is blocked {block:?}, not {expected:?}");
                wrong.push((Invariant::Blocks, what));
            }
            let waits = door.and_then(|door| door["waits"]["expires_at"].as_i64());
            let waits = waits.map(|end| end * 1000).filter(|end| *end > now);
            let expected = model.waits.get(&place).copied().filter(|end| *end > now);
            if waits != expected {
                let what = format!("{user} in {group} waits until {waits:?}, not {expected:?}");
                wrong.push((Invariant::Time, what));
            }
            for (name, of) in [("applied", &model.applied), ("invited", &model.invited)] {
                let end = door.and_then(|door| door[name]["expires_at"].as_i64());
                let expected = of.get(&place).map(|it| it.until / 1000);
                let is_over = expected.is_some_and(|end| end * 1000 <= now);
                pending += usize::from(expected.is_some() && !is_over);
                // What is over may be there or not.
                if end != expected && !(is_over && end.is_none()) {
                    let what = format!("{user} in {group} {name} until {end:?}, not {expected:?}");
                    wrong.push((Invariant::Time, what));
                }
            }
        }
        let attributes = self.of("attribute", group);
        let public = self.of("public_attribute", group);
        let shown =
            |row: &&Value| json!([row["attribute_key"], row["attribute_value"]]).to_string();
        let is: BTreeSet<String> = public.iter().map(shown).collect();
        let model_public = model.attributes.iter().filter(|(_, it)| it.is_public);
        let expected: BTreeSet<String> =
            model_public.map(|(key, it)| json!([key, it.value]).to_string()).collect();
        let count = row["public_count"].as_u64().unwrap_or_default();
        if is != expected || count != expected.len() as u64 {
            let what = format!("public in {group} are {is:?}, {count} by count, not {expected:?}");
            wrong.push((Invariant::Counts, what));
        }
        for (name, count) in [
            ("member_count", is_member.len()),
            ("admin_count", admins),
            ("attribute_count", attributes.len()),
        ] {
            if row[name] != count {
                wrong.push((
                    Invariant::Counts,
                    format!("{name} of {group} is {} and not {count}", row[name]),
                ));
            }
        }
        let now = self.history.operations.last().map_or(0, |last| last.now);
        if row["block_count"].as_u64() < Some(model.blocks(now) as u64) {
            wrong.push((Invariant::Counts, format!("block_count of {group} is too low")));
        }
        if row["pending_count"].as_u64() < Some(pending as u64) {
            wrong.push((Invariant::Counts, format!("pending_count of {group} is too low")));
        }
        let now = self.history.operations.last().map_or(0, |last| last.now);
        let codes = self.of("code", group);
        let shown = |row: &&Value| json!([row["code_id"], row["uses"], row["is_open"]]).to_string();
        let is: BTreeSet<String> = codes.iter().map(shown).collect();
        let model_codes = model.codes.iter().map(|(id, code)| {
            (json!([id, code.uses, code.is_open]).to_string(), code.is_known(now))
        });
        let model_codes: BTreeMap<String, bool> = model_codes.collect();
        // What is forgotten may be there or not.
        let is_right = is.iter().all(|code| model_codes.contains_key(code))
            && model_codes.iter().all(|(code, is_known)| !is_known || is.contains(code));
        if !is_right {
            let what = format!("the codes of {group} are {is:?}, not {model_codes:?}");
            wrong.push((Invariant::Counts, what));
        }
        let known = model_codes.values().filter(|is_known| **is_known).count();
        if row["code_count"].as_u64().unwrap_or_default() < known as u64 {
            wrong.push((Invariant::Counts, format!("code_count of {group} is too low")));
        }
        if row["settings"]["max_group_size"].as_u64() < Some(is_member.len() as u64) {
            wrong.push((Invariant::Size, format!("group {group}")));
        }
        if admins == 0 && !is_member.is_empty() && !model.is_orphaned {
            wrong.push((Invariant::Admin, format!("group {group}")));
        }
        for (invariant, what) in wrong {
            self.accuse(invariant, what);
        }
        self.events(group);
    }

    /// The history of a group that is there is that of its commits.
    fn events(&mut self, group: u32) {
        let commits = self.history.commits.iter().filter(|commit| commit.group == group);
        let expected: Vec<_> =
            commits.map(|commit| (&commit.row["seq"], &commit.row["last_event"])).collect();
        let mut events = self.of("event", group);
        events.sort_by_key(|row| row["seq"].as_u64());
        let is: Vec<_> = events.iter().map(|row| (&row["seq"], &row["event"])).collect();
        if is != expected {
            let what = format!("the history of {group} is {is:?}, not {expected:?}");
            self.accuse(Invariant::Told, what);
        }
    }

    /// Nothing is left of a group that has ended, but what GameFuse knows by its id.
    fn gone(&mut self, group: u32) {
        let left = self.history.rows.iter().filter(|row| row["group_id"] == group);
        for row in left.filter(|row| row["kind"] != "connection").cloned().collect::<Vec<_>>() {
            self.accuse(Invariant::Belonging, format!("of group {group} {row} is left"));
        }
    }

    /// No row is of a group that nobody has made.
    fn strangers(&mut self, groups: &BTreeMap<u32, Option<&Model>>) {
        for row in &self.history.rows {
            let group = row["group_id"].as_u64().and_then(|group| u32::try_from(group).ok());
            if group.is_some_and(|group| !groups.contains_key(&group)) {
                let what = format!("{row} has no group");
                self.found.push(Violation { invariant: Invariant::Belonging, what });
            }
        }
    }

    /// Each claim of a group's name has its holder, and each holder its claim.
    fn claims(&mut self, groups: &BTreeMap<u32, Option<&Model>>) {
        let claim = |row: &Value| {
            let (_, name) = row["pk"].as_str()?.split_once("#GROUPNAME#")?;
            Some((name.to_lowercase(), row["holder"].as_u64()?))
        };
        let is: BTreeSet<_> = self.history.rows.iter().filter_map(claim).collect();
        let holders = groups.iter().filter_map(|(group, model)| {
            let model = (*model).filter(|model| model.is_live && model.claims_name)?;
            Some((model.name.to_lowercase(), u64::from(*group)))
        });
        let expected: BTreeSet<_> = holders.collect();
        if is != expected {
            self.accuse(Invariant::Belonging, format!("the claims are {is:?}, not {expected:?}"));
        }
    }

    /// Where the number of a player's groups is bounded, a player's row has all of them.
    fn places(&mut self, groups: &BTreeMap<u32, Option<&Model>>) {
        for (place, user) in self.users.iter().enumerate() {
            let is_in = |model: &Option<&Model>| {
                model.is_some_and(|model| model.members.contains_key(&place))
            };
            let joined = groups.iter().filter(|(_, model)| is_in(model)).map(|(group, _)| *group);
            let rows = self.history.rows.iter();
            let row = rows.clone().find(|row| row["kind"] == "joins" && row["user_id"] == *user);
            let stored =
                row.and_then(|row| row["group_ids"].as_array()).cloned().unwrap_or_default();
            let missing: Vec<u32> = joined.filter(|id| !stored.contains(&json!(id))).collect();
            if !missing.is_empty() {
                let what = format!("{user} is in {missing:?}, and their row does not tell");
                self.accuse(Invariant::Places, what);
            }
        }
    }
}
