//! Hearing lists: a group's history, and lists of groups, which may be behind.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Judge;
use crate::check::answers::group_of;
use crate::check::deed::Deed;
use crate::check::faults::Fault;
use crate::check::history::{Answer, Commit, Operation};
use crate::check::invariants::Invariant;
use crate::check::model::Model;
use crate::check::refusals::refusals;
use crate::check::step::{Filter, Step};

/// How long DynamoDB's stream keeps what it tells, in milliseconds.
const STREAM_LIFETIME: i64 = 24 * 3_600_000;

/// The most events that are answered at once.
const MOST_EVENTS: u64 = 100;

impl Judge<'_> {
    /// A history tells the commits in their order, and at least as many as were relayed when it was asked for, to whoever may read
    /// it at a moment of the call.
    pub(super) fn hear_history(
        &mut self,
        told: &str,
        operation: &Operation,
        answer: &Answer,
        ended: usize,
    ) {
        let group = operation.ids.group;
        let commits = self.history.commits[..ended].iter().filter(|commit| commit.group == group);
        let commits: Vec<&Commit> = commits.collect();
        let last = answer.body["last_seq"].as_u64().unwrap_or_default();
        let events = answer.body["events"].as_array().into_iter().flatten();
        let shown: Vec<Value> = events.map(|event| as_told(&event["seq"], event)).collect();
        let is_told = [true, false].into_iter().any(|sees_all| {
            let is_told = || shown == expected_events(operation, &commits, &shown, last, sees_all);
            self.may_read(operation, ended, sees_all) && is_told()
        });
        // What is left of a group that ended meanwhile is swept while it is read.
        let is_there = self.at(group, ended).is_live;
        let least = if is_there { operation.relayed.min(MOST_EVENTS) } else { 0 };
        let is_whole = (least..=commits.len() as u64).contains(&last);
        if !is_told || !is_whole {
            self.accuse(Invariant::Told, format!("{told} is told {}", answer.body));
        }
    }

    /// Whether nothing spoke against the reading at a moment when the caller saw everything, or only what members see.
    fn may_read(&self, operation: &Operation, ended: usize, sees_all: bool) -> bool {
        let (step, nobody) = (&operation.step, BTreeSet::new());
        (operation.began..=ended).any(|at| {
            let model = self.at(operation.ids.group, at);
            let moment = self.moment(operation, &self.names[at], &nobody, true);
            let is_admin = step.by.is_none_or(|me| model.is_admin(me));
            is_admin == sees_all && refusals(model, step, &moment).is_empty()
        })
    }

    /// A list is shown to everybody. It shows groups as they were during the call, and each with which nothing has happened meanwhile
    /// once, unless its index was behind.
    pub(super) fn hear_list(
        &mut self,
        told: &str,
        operation: &Operation,
        answer: &Answer,
        ended: usize,
    ) {
        if let Some(failure) = answer.failure {
            return self.accuse(Invariant::Rules, format!("{told} is answered {failure}"));
        }
        let shown = listed(&answer.body);
        if operation.step.deed.reads_own() {
            return self.hear_own(told, operation, &shown, ended);
        }
        for group in &shown {
            if !self.was_listed(operation, group, ended) {
                self.accuse(Invariant::Rules, format!("{told} shows {group}, which was not so"));
            }
        }
        let sizes = answer.body["page_sizes"].as_array().into_iter().flatten();
        if sizes.filter_map(Value::as_u64).any(|size| size > operation.step.page().into()) {
            self.accuse(Invariant::Rules, format!("{told} has a page that is too long"));
        }
        for (group, model) in self.unchanged(operation, ended) {
            let times = shown.iter().filter(|it| id_of(it) == group).count();
            let is_listed = is_in_list(&operation.step, model, is_mine(&operation.step, model));
            if times != usize::from(is_listed) {
                let what = format!("{told} shows {group} {times} times, which is {model:?}");
                return self.accuse(Invariant::Rules, what);
            }
        }
    }

    /// The groups with which nothing has happened during a call, where no index was behind.
    fn unchanged(&self, operation: &Operation, ended: usize) -> Vec<(u32, &Model)> {
        let is_behind = operation.faults.contains(&Fault::Stale);
        let groups = self.groups.iter().filter(|_| !is_behind);
        let is_still = |states: &[(usize, Model)]| {
            let count = |at| states.partition_point(|(place, _)| *place <= at);
            count(operation.began) == count(ended)
        };
        let still = groups.filter(|(_, states)| is_still(states)).map(|(group, _)| *group);
        still.map(|group| (group, self.at(group, ended))).collect()
    }

    /// Whether there was a group all the while that lets in whoever asks, and nothing spoke against that.
    pub(super) fn misses_an_open_group(&self, operation: &Operation, ended: usize) -> bool {
        let unchanged = self.unchanged(operation, ended).into_iter();
        let mut open = unchanged.filter(|(_, it)| it.is_listed && it.is_open && !it.is_invite_only);
        open.any(|(group, model)| {
            let busy = self.busy(group, ended);
            let moment = self.moment(operation, &self.names[ended], &busy, false);
            refusals(model, &operation.step, &moment).is_empty()
        })
    }

    /// Whether a group was as it is shown, and one of those that are asked for.
    fn was_listed(&self, operation: &Operation, shown: &Value, ended: usize) -> bool {
        let step = &operation.step;
        let states = self.groups.get(&id_of(shown)).map(Vec::as_slice).unwrap_or_default();
        let is_behind = operation.faults.contains(&Fault::Stale);
        let from = states.partition_point(|(place, _)| *place <= operation.began).saturating_sub(1);
        let since = |from| states.iter().skip(from).take_while(|(place, _)| *place <= ended);
        // Who is a member is read from an index, and what is shown from the group: each may be of a moment of its own.
        let was_mine = since(if is_behind { 0 } else { from }).any(|(_, it)| is_mine(step, it));
        since(from).any(|(_, it)| is_named(it, shown) && is_in_list(step, it, was_mine))
    }

    /// Somebody's own groups are those of which they were a member during the call, where the index was not behind, as they were
    /// then. It is the same with the groups between which and them something is pending.
    fn hear_own(&mut self, told: &str, operation: &Operation, shown: &[Value], ended: usize) {
        let user = operation.step.to;
        let is_behind = operation.faults.contains(&Fault::Stale);
        let from = if is_behind { 0 } else { operation.began };
        let is_in = |group: u32, at: usize| {
            let (model, now) = (self.at(group, at), operation.now);
            let pending = [&model.applied, &model.invited];
            match operation.step.deed == Deed::ReadOwn {
                true => model.members.contains_key(&user),
                false => pending.iter().any(|of| Model::pending(of, user, now).is_some()),
            }
        };
        let is_right = |group: &Value| {
            (from..=ended).any(|at| is_in(id_of(group), at))
                && (operation.began..=ended).any(|at| is_named(self.at(id_of(group), at), group))
        };
        let wrong = shown.iter().find(|group| !is_right(group));
        let is_shown = |group: u32| shown.iter().any(|it| id_of(it) == group);
        let was_in = |group: u32| (operation.began..=ended).all(|at| is_in(group, at));
        let mut missing = self.groups.keys().filter(|_| !is_behind);
        let missing = missing.find(|group| was_in(**group) && !is_shown(**group)).copied();
        if let Some(group) = wrong {
            let what = format!("{told} shows {group}, which was not theirs then");
            self.accuse(Invariant::Rules, what);
        }
        if let Some(group) = missing {
            let what = format!("{told} does not show {group}, which was theirs");
            self.accuse(Invariant::Rules, what);
        }
    }
}

/// Whether whoever asks is in that group.
fn is_mine(step: &Step, group: &Model) -> bool {
    step.by.is_some_and(|me| group.members.contains_key(&me))
}

/// Whether the group is one of those that are asked for, as whoever is in it, or is not, sees it.
fn is_in_list(step: &Step, group: &Model, is_mine: bool) -> bool {
    let is_asked_for = match step.filter() {
        Filter::All => true,
        Filter::Open => group.is_open && !group.is_invite_only,
        Filter::HasRoom => group.members.len() < group.size as usize,
        Filter::Called(name) => group.name.starts_with(name),
        Filter::Mine => is_mine,
    };
    group.is_live && is_asked_for && (group.is_listed || is_mine)
}

/// The groups of a list, each with its id and name, as GameFuse shows them.
fn listed(body: &Value) -> Vec<Value> {
    let of_gamefuse = body["groups"].as_array().into_iter().flatten().cloned();
    let of_playfab = body["data"]["Groups"].as_array().into_iter().flatten();
    let of_playfab =
        of_playfab.map(|group| json!({ "id": group_of(group), "name": group["GroupName"] }));
    let pending = ["Applications", "Invitations"].map(|kind| body["data"][kind].as_array());
    let pending = pending.into_iter().flatten().flatten();
    let pending = pending.map(|pending| json!({ "id": group_of(pending), "is_pending": true }));
    of_gamefuse.chain(of_playfab).chain(pending).collect()
}

/// The id of a group that is shown.
fn id_of(shown: &Value) -> u32 {
    shown["id"].as_u64().and_then(|id| id.try_into().ok()).unwrap_or_default()
}

/// Whether the group is there, by the name that is shown; of what is pending none is.
fn is_named(group: &Model, shown: &Value) -> bool {
    group.is_live && (shown["is_pending"] == true || shown["name"] == group.name.as_str())
}

/// What a history is to tell of these commits, where that much of it was looked through.
fn expected_events(
    operation: &Operation,
    commits: &[&Commit],
    shown: &[Value],
    last: u64,
    sees_all: bool,
) -> Vec<Value> {
    let expected = commits.iter().filter(|commit| {
        let event = &commit.row["last_event"];
        let noun = event["type"].as_str().and_then(|it| it.split('.').next()).unwrap_or_default();
        let is_seen = sees_all || ["group", "member", "role", "attribute"].contains(&noun);
        // What the stream has not told for so long is taken for lost.
        let at = event["at"].as_i64().unwrap_or_default();
        let is_given_up = at + STREAM_LIFETIME < operation.now
            && shown.iter().all(|event| event["seq"] != commit.row["seq"]);
        is_seen && !is_given_up && commit.row["seq"].as_u64() <= Some(last)
    });
    let expected = expected.map(|commit| as_told(&commit.row["seq"], &commit.row["last_event"]));
    expected.take(MOST_EVENTS as usize).collect()
}

/// An event as it is stored or answered, in one way: what is empty is left out in rows, where time is a number, too.
fn as_told(seq: &Value, event: &Value) -> Value {
    let at = event["at"].as_str().and_then(|text| text.parse::<Timestamp>().ok());
    let at = at.map_or_else(|| event["at"].clone(), |at| at.as_millisecond().into());
    let or =
        |name: &str, empty: Value| if event[name].is_null() { empty } else { event[name].clone() };
    json!({
        "seq": seq, "type": event["type"], "at": at, "actor_id": event["actor_id"],
        "user_ids": or("user_ids", json!([])), "data": or("data", json!({})),
    })
}
