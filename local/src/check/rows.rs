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
    let now = history.operations.last().map_or(0, |last| last.now);
    let mut rows = Rows { history, users, now, found: Vec::new() };
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
    /// When the last operation began, in milliseconds.
    now: i64,
    found: Vec<Violation>,
}

impl<'a> Rows<'a> {
    fn accuse(&mut self, invariant: Invariant, what: String) {
        self.found.push(Violation { invariant, what });
    }

    fn of(&self, kind: &str, group: u32) -> Vec<&'a Value> {
        let rows = self.history.rows.iter();
        rows.filter(|row| row["kind"] == kind && row["group_id"] == group).collect()
    }

    /// The rows of a group that is there are the model's.
    fn live(&mut self, group: u32, model: &Model) {
        let Some(row) = self.of("group", group).pop() else {
            return self.accuse(Invariant::Time, format!("group {group} is lost"));
        };
        self.members(group, row, model);
        self.doors(group, row, model);
        self.attributes(group, row, model);
        self.codes(group, row, model);
        self.events(group);
    }

    /// A count in the group's row is the number of rows.
    fn count(&mut self, group: u32, name: &str, counted: Option<u64>, count: usize) {
        if counted != Some(count as u64) {
            let what = format!("{name} of {group} is {counted:?} and not {count}");
            self.accuse(Invariant::Counts, what);
        }
    }

    /// What is over is counted until it is counted anew, so a count in the group's row is no less than what there is.
    fn count_at_least(&mut self, group: u32, name: &str, counted: Option<u64>, count: usize) {
        if counted < Some(count as u64) {
            self.accuse(Invariant::Counts, format!("{name} of {group} is too low"));
        }
    }

    fn members(&mut self, group: u32, row: &Value, model: &Model) {
        let members = self.of("member", group);
        let shown =
            |row: &&Value| json!([row["user_id"], row["role_ids"], row["is_admin"]]).to_string();
        let is: BTreeSet<String> = members.iter().map(shown).collect();
        let expected = model.members.iter().map(|(user, it)| {
            json!([self.users[*user], it.roles, model.is_admin(*user)]).to_string()
        });
        let expected: BTreeSet<String> = expected.collect();
        if is != expected {
            let what = format!("the members of {group} are {is:?}, not {expected:?}");
            self.accuse(Invariant::Once, what);
        }
        let admins = members.iter().filter(|row| row["is_admin"] == true).count();
        self.count(group, "member_count", row["member_count"].as_u64(), members.len());
        self.count(group, "admin_count", row["admin_count"].as_u64(), admins);
        if row["settings"]["max_group_size"].as_u64() < Some(members.len() as u64) {
            self.accuse(Invariant::Size, format!("group {group}"));
        }
        if admins == 0 && !members.is_empty() && !model.is_orphaned {
            self.accuse(Invariant::Admin, format!("group {group}"));
        }
    }

    fn doors(&mut self, group: u32, row: &Value, model: &Model) {
        let doors = self.of("door", group);
        let members: Vec<_> = self.of("member", group).iter().map(|row| &row["user_id"]).collect();
        for door in &doors {
            let waits = !door["applied"].is_null() || !door["invited"].is_null();
            if waits && members.contains(&&door["user_id"]) {
                self.accuse(Invariant::OneDoor, format!("{door} is of a member"));
            }
        }
        let mut pending = 0;
        for (place, user) in self.users.iter().enumerate() {
            let door = doors.iter().copied().find(|door| door["user_id"] == *user);
            pending += self.door(group, place, door, model);
        }
        self.count_at_least(
            group,
            "block_count",
            row["block_count"].as_u64(),
            model.blocks(self.now),
        );
        self.count_at_least(group, "pending_count", row["pending_count"].as_u64(), pending);
    }

    /// What is in a door is what the model has of that user; tells how much of it is pending.
    fn door(&mut self, group: u32, place: usize, door: Option<&Value>, model: &Model) -> usize {
        let (user, now) = (self.users[place], self.now);
        let block = door.map(|door| &door["blocked"]).filter(|block| block.is_object());
        let block = block.map(|block| block["expires_at"].as_i64().map(|end| end * 1000));
        let holds = |block: &Option<i64>| block.is_none_or(|end| end > now);
        let expected = model.blocked.get(&place).copied();
        // What is over may be there or not.
        if block.filter(holds) != expected.filter(holds) {
            let what = format!("{user} in {group} is blocked {block:?}, not {expected:?}");
            self.accuse(Invariant::Blocks, what);
        }
        let waits = door.and_then(|door| door["waits"]["expires_at"].as_i64());
        let waits = waits.map(|end| end * 1000).filter(|end| *end > now);
        let expected = model.waits.get(&place).copied().filter(|end| *end > now);
        if waits != expected {
            let what = format!("{user} in {group} waits until {waits:?}, not {expected:?}");
            self.accuse(Invariant::Time, what);
        }
        let mut pending = 0;
        for (name, of) in [("applied", &model.applied), ("invited", &model.invited)] {
            let end = door.and_then(|door| door[name]["expires_at"].as_i64());
            let expected = of.get(&place).map(|it| it.until / 1000);
            let is_over = expected.is_some_and(|end| end * 1000 <= now);
            pending += usize::from(expected.is_some() && !is_over);
            // What is over may be there or not.
            if end != expected && !(is_over && end.is_none()) {
                let what = format!("{user} in {group} {name} until {end:?}, not {expected:?}");
                self.accuse(Invariant::Time, what);
            }
        }
        pending
    }

    fn attributes(&mut self, group: u32, row: &Value, model: &Model) {
        let public = self.of("public_attribute", group);
        let shown =
            |row: &&Value| json!([row["attribute_key"], row["attribute_value"]]).to_string();
        let is: BTreeSet<String> = public.iter().map(shown).collect();
        let expected = model.attributes.iter().filter(|(_, it)| it.is_public);
        let expected: BTreeSet<String> =
            expected.map(|(key, it)| json!([key, it.value]).to_string()).collect();
        if is != expected {
            let what = format!("public in {group} are {is:?}, not {expected:?}");
            self.accuse(Invariant::Counts, what);
        }
        self.count(group, "public_count", absent_is_none(&row["public_count"]), expected.len());
        self.count(
            group,
            "attribute_count",
            row["attribute_count"].as_u64(),
            self.of("attribute", group).len(),
        );
    }

    fn codes(&mut self, group: u32, row: &Value, model: &Model) {
        let codes = self.of("code", group);
        let shown = |row: &&Value| json!([row["code_id"], row["uses"], row["is_open"]]).to_string();
        let is: BTreeSet<String> = codes.iter().map(shown).collect();
        let expected = model.codes.iter().map(|(id, code)| {
            (json!([id, code.uses, code.is_open]).to_string(), code.is_known(self.now))
        });
        let expected: BTreeMap<String, bool> = expected.collect();
        // What is forgotten may be there or not.
        let is_right = is.iter().all(|code| expected.contains_key(code))
            && expected.iter().all(|(code, is_known)| !is_known || is.contains(code));
        if !is_right {
            let what = format!("the codes of {group} are {is:?}, not {expected:?}");
            self.accuse(Invariant::Counts, what);
        }
        let known = expected.values().filter(|is_known| **is_known).count();
        self.count_at_least(group, "code_count", absent_is_none(&row["code_count"]), known);
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

/// A count that a group's row has only where there is something to count.
fn absent_is_none(counted: &Value) -> Option<u64> {
    if counted.is_null() { Some(0) } else { counted.as_u64() }
}
