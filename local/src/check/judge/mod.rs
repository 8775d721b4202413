//! The judge: replays the commits of a play in the model, then hears every answer.

mod hearing;
mod keys;
mod lists;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::check::deed::Deed;
use crate::check::history::{Commit, History, Operation};
use crate::check::invariants::{Invariant, Violation};
use crate::check::model::{AFTERGLOW, Bounds, Effect, Model, Moment};
use crate::check::refusals::refusals;
use crate::check::step::{PEOPLE, Step, USERS};

/// What is found in a play.
#[derive(Debug, Default)]
pub struct Verdict {
    pub violations: Vec<Violation>,
    /// How many answers were put together of several moments, as torn reads make them.
    pub mixed: u64,
}

/// Judges a play.
pub fn judge(history: &History, users: &[u32; USERS], bounds: Bounds) -> Verdict {
    let mut judge = Judge {
        history,
        users,
        bounds,
        groups: BTreeMap::new(),
        names: vec![BTreeSet::new()],
        committed: BTreeMap::new(),
        keyed: history.keyed(),
        nothing: Model::default(),
        verdict: Verdict::default(),
    };
    for fault in &history.faults {
        judge.accuse(Invariant::Refused, fault.clone());
    }
    if history.is_stuck {
        judge.accuse(Invariant::Told, "the stream cannot be relayed".to_owned());
    }
    for (place, commit) in history.commits.iter().enumerate() {
        judge.replay(place, commit);
    }
    for (place, operation) in history.operations.iter().enumerate() {
        judge.hear(place, operation);
    }
    judge.judge_keys();
    let groups = std::mem::take(&mut judge.groups);
    let last = groups.iter().map(|(group, states)| (*group, states.last().map(|(_, it)| it)));
    let mut verdict = judge.verdict;
    verdict.violations.extend(super::rows::check(
        history,
        users,
        &last.collect(),
        bounds.places > 0,
    ));
    if !history.is_stuck {
        verdict.violations.extend(super::sent::check(history));
    }
    if let Some(deliveries) = &history.deliveries {
        verdict.violations.extend(super::delivered::check(history, deliveries));
    }
    verdict
}

struct Judge<'a> {
    history: &'a History,
    users: &'a [u32; USERS],
    bounds: Bounds,
    /// Each group after each of its commits, with the number of all commits until then.
    groups: BTreeMap<u32, Vec<(usize, Model)>>,
    /// The names that are claimed after so many commits.
    names: Vec<BTreeSet<String>>,
    /// What each operation has committed: its place, and what it did.
    committed: BTreeMap<usize, Vec<(usize, Effect)>>,
    /// The operations with each key, by the id of the step that was the first to be asked for with it.
    keyed: BTreeMap<usize, Vec<usize>>,
    nothing: Model,
    verdict: Verdict,
}

impl Judge<'_> {
    fn accuse(&mut self, invariant: Invariant, what: String) {
        self.verdict.violations.push(Violation { invariant, what });
    }

    /// Replays a commit.
    fn replay(&mut self, place: usize, commit: &Commit) {
        let operation = &self.history.operations[commit.by];
        let step = &operation.step;
        let told = tell(step);
        let states = self.groups.entry(commit.group).or_default();
        let (before, seq) =
            (states.last().map(|(_, it)| it.clone()).unwrap_or_default(), states.len());
        if commit.row["seq"] != seq + 1 {
            let what = format!("{told} is commit {} after {seq}", commit.row["seq"]);
            self.accuse(Invariant::Told, what);
        }
        if step.deed.is_read() || step.is_dry_run {
            self.accuse(Invariant::Refused, format!("{told} has committed"));
        }
        let names = self.names.last().cloned().unwrap_or_default();
        let busy = self.busy(commit.group, place);
        let drawn = commit.connection.or(commit.code).unwrap_or_default();
        let moment = Moment { drawn, ..self.moment(operation, &names, &busy, true) };
        let refused = refusals(&before, step, &moment);
        if let Some(name) = refused.first() {
            let invariant = match *name {
                "Blocked" => Invariant::Blocks,
                "TooSoon" => Invariant::Time,
                "GroupFull" | "SizeBelowMembers" => Invariant::Size,
                "LastAdmin" => Invariant::Admin,
                "ApplicationNotFound" | "InvitationNotFound" | "CodeExpired" => Invariant::Time,
                "CodeUsedUp" => Invariant::Counts,
                "TooManyGroups" => Invariant::Places,
                _ => Invariant::Rules,
            };
            self.accuse(invariant, format!("{told} has committed in spite of {name}"));
        }
        let mut after = before.clone();
        let effect = if let Deed::Create { .. } = step.deed {
            let (group, effect) = Model::create(step, &moment);
            after = group;
            Some(effect)
        } else {
            after.take(step, &moment)
        };
        let Some(effect) = effect else {
            self.accuse(
                Invariant::Rules,
                format!("{told} has committed, and there was nothing to do"),
            );
            self.groups.entry(commit.group).or_default().push((place + 1, before));
            self.names.push(names);
            return;
        };
        self.compare(&told, [&before, &after], &effect, commit);
        let claims = |it: &Model| it.is_live && it.claims_name;
        let mut names = names;
        if claims(&before) {
            names.remove(&before.name);
        }
        if claims(&after) {
            names.insert(after.name.clone());
        }
        self.names.push(names);
        self.groups.entry(commit.group).or_default().push((place + 1, after));
        let committed = self.committed.entry(commit.by).or_default();
        committed.push((place, effect));
        if committed.len() > 1 {
            self.accuse(
                Invariant::Once,
                format!("{told} has happened {} times", self.committed[&commit.by].len()),
            );
        }
    }

    /// Compares the group's row with the model, before the commit and after it.
    fn compare(
        &mut self,
        told: &str,
        [before, after]: [&Model; 2],
        effect: &Effect,
        commit: &Commit,
    ) {
        let row = &commit.row;
        let event = &row["last_event"];
        let id = |user: &usize| self.users[*user];
        let users: Vec<u32> = effect.users.iter().map(id).collect();
        // Who is out by the roles that they held is told where others of them stay.
        let is_out = |user: &&usize| {
            effect.event == "member.roles_changed"
                && before.members.contains_key(user)
                && !after.members.contains_key(user)
        };
        let left: Vec<u32> = effect.users.iter().filter(is_out).map(id).collect();
        let by = self.history.operations[commit.by].step.by.map(|by| self.users[by]);
        let listed = |list: &Value| list.as_array().cloned().unwrap_or_default();
        let is_told = event["type"] == effect.event
            && listed(&event["user_ids"]) == users
            && listed(&event["data"]["left_ids"]) == left
            && event["actor_id"] == json!(by);
        if !is_told {
            let what = format!(
                "{told} is told as {event}, and not as {} of {users:?}, of whom {left:?} are out",
                effect.event
            );
            self.accuse(Invariant::Told, what);
        }
        if row["deleted_at"].is_null() != after.is_live {
            self.accuse(
                Invariant::Rules,
                format!("after {told} the group is live or not, other than the model's"),
            );
        }
        if !after.is_live {
            return;
        }
        let settings = &row["settings"];
        let wait = Value::from(settings["reapply_after"].as_u64().unwrap_or_default());
        let words = Value::from(settings["description"].as_str().unwrap_or_default());
        let reserved = &settings["admins_only_can_create_attributes"];
        let pairs: [(&str, &Value, Value); 15] = [
            ("member_count", &row["member_count"], after.members.len().into()),
            ("admin_count", &row["admin_count"], after.admins().len().into()),
            ("reapply_after", &wait, (u32::from(after.wait) * 3600).into()),
            ("attribute_count", &row["attribute_count"], after.attributes.len().into()),
            ("group_name", &row["group_name"], after.name.as_str().into()),
            ("admin_role", &row["admin_role"], after.admin_role.into()),
            ("member_role", &row["member_role"], after.member_role.into()),
            ("role_names", &row["role_names"], json!(after.roles)),
            ("profile_version", &row["profile_version"], after.version.into()),
            ("searchable", &settings["searchable"], after.is_listed.into()),
            ("description", &words, after.words.into()),
            ("admins_only_can_create_attributes", reserved, after.is_reserved.into()),
            ("max_group_size", &settings["max_group_size"], after.size.into()),
            ("can_auto_join", &settings["can_auto_join"], after.is_open.into()),
            ("is_invite_only", &settings["is_invite_only"], after.is_invite_only.into()),
        ];
        for (name, is, expected) in pairs {
            if *is != expected {
                let is_count = name.ends_with("_count");
                let invariant = if is_count { Invariant::Counts } else { Invariant::Rules };
                self.accuse(invariant, format!("after {told} {name} is {is} and not {expected}"));
            }
        }
        let blocks = after.blocks(self.history.operations[commit.by].now) as u64;
        // What is over is counted still, until somebody counts anew.
        let is_exact = row["blocks_end"] != true;
        let is_off = |counted| counted < blocks || is_exact && counted > blocks;
        if row["block_count"].as_u64().is_none_or(is_off) {
            self.accuse(Invariant::Counts, format!("after {told} block_count is wrong"));
        }
        if after.members.len() > after.size as usize {
            self.accuse(Invariant::Size, format!("after {told}"));
        }
        if after.admins().is_empty() && !after.members.is_empty() && !after.is_orphaned {
            self.accuse(Invariant::Admin, format!("after {told}"));
        }
    }

    /// The group at the moment after so many commits.
    fn at(&self, group: u32, commits: usize) -> &Model {
        let states = self.groups.get(&group).map(Vec::as_slice).unwrap_or_default();
        let until = states.partition_point(|(place, _)| *place <= commits);
        until.checked_sub(1).map_or(&self.nothing, |place| &states[place].1)
    }

    /// The moment of an operation by which nothing came into being, when so it was. What has expired may count for a while, where
    /// it is refused; whoever succeeds may have found that DynamoDB had deleted it.
    fn moment<'m>(
        &self,
        operation: &Operation,
        names: &'m BTreeSet<String>,
        busy: &'m BTreeSet<usize>,
        is_success: bool,
    ) -> Moment<'m> {
        Moment {
            now: operation.now,
            connection: operation.ids.connection,
            code: operation.ids.code.id,
            version: Some(operation.ids.version).filter(|_| operation.step.expects_version()),
            drawn: 0,
            names,
            busy,
            limits: self.bounds,
            afterglow: if is_success { 0 } else { AFTERGLOW },
        }
    }

    /// Who is in as many groups besides that one as a player may be in, after so many commits.
    fn busy(&self, group: u32, commits: usize) -> BTreeSet<usize> {
        if self.bounds.places == 0 {
            return BTreeSet::new();
        }
        let others = || self.groups.keys().filter(|other| **other != group);
        let places = |user: &usize| {
            others().filter(|other| self.at(**other, commits).members.contains_key(user)).count()
        };
        (0..USERS).filter(|user| places(user) >= self.bounds.places).collect()
    }
}

fn tell(step: &Step) -> String {
    let who = step.by.map_or("the title", |by| PEOPLE[by]);
    format!("step {} ({who}: {:?} {})", step.id, step.deed, step.names())
}
