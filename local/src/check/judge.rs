//! The judge: replays the commits of a play in the model, and asks of every answer whether the model gives it at some moment
//! of its call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::answers;
use super::history::{Answer, Commit, History, Operation};
use super::invariants::{Invariant, Violation};
use super::model::{Bounds, Effect, Model, Moment};
use super::refusals::refusals;
use super::step::{Deed, PEOPLE, Step, USERS};

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
    let groups = std::mem::take(&mut judge.groups);
    let last = groups.iter().map(|(group, states)| (*group, states.last().map(|(_, it)| it)));
    let mut verdict = judge.verdict;
    verdict.violations.extend(super::rows::check(history, users, &last.collect()));
    if !history.is_stuck {
        verdict.violations.extend(super::sent::check(history));
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
        let Operation { step, now, .. } = operation;
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
        let moment = Moment {
            now: *now,
            connection: operation.ids.connection,
            code: operation.ids.code.id,
            drawn: commit.connection.or(commit.code).unwrap_or_default(),
            names: &names,
            limits: self.bounds,
        };
        let refused = refusals(&before, step, &moment);
        if let Some(name) = refused.first() {
            let invariant = match *name {
                "Blocked" => Invariant::Blocks,
                "TooSoon" => Invariant::Time,
                "GroupFull" | "SizeBelowMembers" => Invariant::Size,
                "LastAdmin" => Invariant::Admin,
                "ApplicationNotFound" | "InvitationNotFound" | "CodeExpired" => Invariant::Time,
                "CodeUsedUp" => Invariant::Counts,
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
        self.compare(&told, &after, &effect, commit);
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

    /// Compares the group's row with the model.
    fn compare(&mut self, told: &str, after: &Model, effect: &Effect, commit: &Commit) {
        let row = &commit.row;
        let event = &row["last_event"];
        let users: Vec<u32> = effect.users.iter().map(|user| self.users[*user]).collect();
        let by = self.history.operations[commit.by].step.by.map(|by| self.users[by]);
        let listed: Vec<Value> = event["user_ids"].as_array().cloned().unwrap_or_default();
        let is_told = event["type"] == effect.event
            && listed == users
            && event["actor_id"] == serde_json::json!(by);
        if !is_told {
            let what =
                format!("{told} is told as {event}, and not as {} of {users:?}", effect.event);
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
        let pairs: [(&str, &Value, Value); 9] = [
            ("member_count", &row["member_count"], after.members.len().into()),
            ("admin_count", &row["admin_count"], after.admins().len().into()),
            ("reapply_after", &wait, (u32::from(after.wait) * 3600).into()),
            ("attribute_count", &row["attribute_count"], after.attributes.len().into()),
            ("group_name", &row["group_name"], after.name.as_str().into()),
            ("admin_role", &row["admin_role"], after.admin_role.into()),
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
        if row["block_count"].as_u64() < Some(blocks) {
            self.accuse(Invariant::Counts, format!("after {told} block_count is too low"));
        }
        if after.members.len() > after.size as usize {
            self.accuse(Invariant::Size, format!("after {told}"));
        }
        if after.admins().is_empty() && !after.members.is_empty() && !after.is_orphaned {
            self.accuse(Invariant::Admin, format!("after {told}"));
        }
    }

    /// Hears what an operation was answered.
    fn hear(&mut self, place: usize, operation: &Operation) {
        let (Some(answer), Some(ended)) = (&operation.answer, operation.ended) else { return };
        let told = tell(&operation.step);
        let committed = self.committed.get(&place).cloned().unwrap_or_default();
        if answer.is_replayed || self.is_after_a_sibling(operation) {
            return self.hear_again(&told, operation, answer);
        }
        match answer.failure {
            Some("OutcomeUnknown") => return,
            Some("InternalError") => {
                let cause = answer.cause.clone().unwrap_or_default();
                return self
                    .accuse(Invariant::Rules, format!("{told} is answered by a fault: {cause}"));
            }
            _ => {}
        }
        let is_success = answer.status < 300 || was_accepted_instead(answer);
        if !is_success && !committed.is_empty() {
            let failure = answer.failure.unwrap_or("a failure");
            return self
                .accuse(Invariant::Refused, format!("{told} is answered {failure}, and was done"));
        }
        if answer.failure == Some("Busy") {
            return;
        }
        match committed.first() {
            Some((commit, effect)) => {
                if !(operation.began..ended).contains(commit) {
                    self.accuse(Invariant::Once, format!("{told} is answered before it is done"));
                }
                self.hear_of(&told, operation, answer, *commit, effect);
            }
            None => self.hear_without(&told, operation, answer, is_success, ended),
        }
    }

    /// The group at the moment after so many commits.
    fn at(&self, group: u32, commits: usize) -> &Model {
        let states = self.groups.get(&group).map(Vec::as_slice).unwrap_or_default();
        let until = states.partition_point(|(place, _)| *place <= commits);
        until.checked_sub(1).map_or(&self.nothing, |place| &states[place].1)
    }

    /// What was answered to something that was committed.
    fn hear_of(
        &mut self,
        told: &str,
        operation: &Operation,
        answer: &Answer,
        commit: usize,
        effect: &Effect,
    ) {
        let group = self.history.commits[commit].group;
        let step = &operation.step;
        let after = self.at(group, commit + 1);
        let mut expected = answers::of_model(after, step, self.users, operation.now);
        let mut shown = answers::of_answer(step, self.users, &answer.body);
        if let Some((status, id)) = effect.connected {
            let is_apart = was_accepted_instead(answer);
            let asks = matches!(
                step.deed,
                Deed::Apply | Deed::Join | Deed::ApplyApart | Deed::Invite(_) | Deed::Redeem
            );
            let is_as_expected = match step.gamefuse {
                _ if !asks => true,
                true => answer.body["status"] == status && answer.body["id"] == id,
                false => is_apart == (status == "accepted"),
            };
            expected.insert("connection".to_owned(), true.into());
            shown.insert("connection".to_owned(), is_as_expected.into());
        }
        if shown != expected {
            let what =
                format!("{told} is answered {}, and the model says {expected:?}", answer.body);
            self.accuse(Invariant::Rules, what);
        }
    }

    /// What was answered without a commit: at some moment of the call it was so.
    fn hear_without(
        &mut self,
        told: &str,
        operation: &Operation,
        answer: &Answer,
        is_success: bool,
        ended: usize,
    ) {
        let step = &operation.step;
        if step.deed == Deed::ReadHistory && is_success {
            return self.hear_history(told, operation, answer, ended);
        }
        if matches!(step.deed, Deed::ReadOwn | Deed::ReadDirectory) {
            return self.hear_list(told, answer, ended);
        }
        let mut exact = false;
        let mut some = false;
        let mut moments = Vec::new();
        let shown = answers::of_answer(step, self.users, &answer.body);
        for commits in operation.began..=ended {
            let model = self.at(operation.ids.group, commits);
            let moment = Moment {
                now: operation.now,
                connection: operation.ids.connection,
                code: operation.ids.code.id,
                drawn: 0,
                names: &self.names[commits],
                limits: self.bounds,
            };
            let refused = refusals(model, step, &moment);
            match answer.failure {
                Some(failure) if !is_success => {
                    exact |= refused.first() == Some(&failure);
                    some |= refused.contains(&failure);
                }
                _ => {
                    let is_nothing = step.deed.is_read()
                        || step.is_dry_run
                        || model.clone().take(step, &moment).is_none();
                    let parts = answers::of_model(model, step, self.users, operation.now);
                    let is_shown = step.is_dry_run || parts == shown;
                    exact |= refused.is_empty() && is_nothing && is_shown;
                    some |= is_nothing
                        && (refused.is_empty() || operation.ended > Some(operation.began));
                    moments.push(parts);
                }
            }
        }
        if exact {
            return;
        }
        let some = some || answer.failure == Some("LastAdmin") && self.is_split(operation, ended);
        let is_mixed = some
            && operation.began < ended
            && (step.is_dry_run || moments.is_empty() || answers::is_mixed_of(&shown, &moments));
        if is_mixed {
            self.verdict.mixed += 1;
            return;
        }
        let model = self.at(operation.ids.group, ended);
        let failure = answer.failure.unwrap_or_default();
        let invariant =
            if is_success && !step.deed.is_read() { Invariant::Once } else { Invariant::Rules };
        let what = format!(
            "{told} is answered {} {failure} {}, which is so at no moment of the call; at its end the group is {model:?}",
            answer.status, answer.body
        );
        self.accuse(invariant, what);
    }

    /// Whether somebody may be taken for the last admin, because the count of admins is of one moment and the member of another.
    /// Whoever leaves never is: they hand over.
    fn is_split(&self, operation: &Operation, ended: usize) -> bool {
        let (group, to) = (operation.ids.group, operation.step.to);
        let mut moments = operation.began..=ended;
        let own = operation.step.by == Some(to);
        let leaves = own && matches!(operation.step.deed, Deed::Leave | Deed::Remove | Deed::Expel);
        operation.is_torn
            && !leaves
            && moments.clone().any(|at| self.at(group, at).admins().len() <= 1)
            && moments.any(|at| self.at(group, at).is_admin(to))
    }

    /// A history tells the commits in their order, and as many as were relayed.
    fn hear_history(&mut self, told: &str, operation: &Operation, answer: &Answer, ended: usize) {
        let group = operation.ids.group;
        let commits: Vec<&Commit> =
            self.history.commits[..ended].iter().filter(|commit| commit.group == group).collect();
        let last = answer.body["last_seq"].as_u64().unwrap_or_default();
        let by = operation.step.by;
        let is_told = [true, false].iter().any(|sees_all| {
            let may_be = (operation.began..=ended).any(|commits| {
                by.is_none_or(|me| self.at(group, commits).is_admin(me)) == *sees_all
            });
            let expected = commits.iter().filter(|commit| {
                let event = commit.row["last_event"]["type"].as_str().unwrap_or_default();
                let noun = event.split('.').next().unwrap_or_default();
                let is_seen = *sees_all || ["group", "member", "role", "attribute"].contains(&noun);
                is_seen && commit.row["seq"].as_u64() <= Some(last)
            });
            let expected: Vec<_> = expected
                .take(100)
                .map(|commit| (&commit.row["seq"], &commit.row["last_event"]["type"]))
                .collect();
            let shown: Vec<_> = answer.body["events"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|event| (&event["seq"], &event["type"]))
                .collect();
            may_be && shown == expected
        });
        if !is_told || last > commits.len() as u64 {
            self.accuse(Invariant::Told, format!("{told} is told {}", answer.body));
        }
    }

    /// A list may be behind, and shows nothing that never was.
    fn hear_list(&mut self, told: &str, answer: &Answer, ended: usize) {
        for shown in answer.body["groups"].as_array().into_iter().flatten() {
            let id = shown["id"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or_default();
            let states = self.groups.get(&id).map(Vec::as_slice).unwrap_or_default();
            let mut states = states.iter().take_while(|(place, _)| *place <= ended);
            if !states.any(|(_, it)| it.is_live && shown["name"] == it.name.as_str()) {
                self.accuse(Invariant::Rules, format!("{told} shows {shown}, which never was"));
            }
        }
    }

    /// The operations that were asked for with the same key.
    fn siblings(&self, step: &Step) -> Vec<usize> {
        let first = step.again.unwrap_or(step.id);
        let operations = self.history.operations.iter().enumerate();
        let same = operations.filter(|(_, other)| {
            other.step.is_keyed && other.step.again.unwrap_or(other.step.id) == first
        });
        same.map(|(place, _)| place).collect()
    }

    /// Whether the same request was done, with the same key, before this one began.
    fn is_after_a_sibling(&self, operation: &Operation) -> bool {
        operation.step.is_keyed
            && self.siblings(&operation.step).iter().any(|place| {
                let committed = self.committed.get(place).into_iter().flatten();
                let is_other = self.history.operations[*place].step.id != operation.step.id;
                is_other && committed.clone().any(|(commit, _)| *commit < operation.began)
            })
    }

    fn hear_again(&mut self, told: &str, operation: &Operation, answer: &Answer) {
        if matches!(answer.failure, Some("Busy" | "OutcomeUnknown")) {
            return;
        }
        let siblings = self.siblings(&operation.step);
        let commits: usize =
            siblings.iter().map(|place| self.committed.get(place).map_or(0, Vec::len)).sum();
        let firsts = siblings.iter().filter_map(|place| {
            let other = self.history.operations[*place].answer.as_ref()?;
            let is_success = other.status < 300 || was_accepted_instead(other);
            (is_success && !other.is_replayed).then_some(&other.body)
        });
        let is_same = firsts.into_iter().all(|body| *body == answer.body);
        if commits > 1 || !is_same || !answer.is_replayed {
            let what = format!(
                "{told} was done {commits} times, and is answered {} {} with{} a replay",
                answer.status,
                answer.body,
                if answer.is_replayed { "" } else { "out" }
            );
            self.accuse(Invariant::Keys, what);
        }
    }
}

/// PlayFab's errors by which something has succeeded.
fn was_accepted_instead(answer: &Answer) -> bool {
    answer.body["error"].as_str().is_some_and(|error| error.ends_with("AcceptedInstead"))
}

fn tell(step: &Step) -> String {
    let who = step.by.map_or("the title", |by| PEOPLE[by]);
    format!("step {} ({who}: {:?} {})", step.id, step.deed, PEOPLE[step.to])
}
