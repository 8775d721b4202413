//! Hearing: asks of every answer whether the model gives it at some moment of its call.

use super::{Judge, tell};
use crate::check::answers;
use crate::check::deed::Deed;
use crate::check::history::{Answer, Operation};
use crate::check::invariants::Invariant;
use crate::check::model::{AFTERGLOW, Effect, Model, Moment};
use crate::check::refusals::refusals;
use crate::check::request::NOTHING;
use crate::check::step::Step;

/// What an answer without a commit was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// By how it was at a moment of the call.
    Whole,
    /// By how it was at several of them.
    Mixed,
    Never,
}

impl Judge<'_> {
    /// Hears what an operation was answered.
    pub(super) fn hear(&mut self, place: usize, operation: &Operation) {
        let (Some(answer), Some(ended)) = (&operation.answer, operation.ended) else { return };
        let told = tell(&operation.step);
        let committed = self.committed.get(&place).cloned().unwrap_or_default();
        if answer.failure == Some("InternalError") {
            let cause = answer.cause.clone().unwrap_or_default();
            return self
                .accuse(Invariant::Rules, format!("{told} is answered by a fault: {cause}"));
        }
        if let Some(failure @ ("Busy" | "OutcomeUnknown")) = answer.failure
            && !operation.faults.iter().any(|fault| fault.is_in_the_way())
        {
            let what = format!("{told} is answered {failure}, and nothing was in the way");
            self.accuse(Invariant::Rules, what);
        }
        if answer.failure == Some("OutcomeUnknown") {
            return;
        }
        if !is_success(answer) && !committed.is_empty() {
            let failure = answer.failure.unwrap_or("a failure");
            return self
                .accuse(Invariant::Refused, format!("{told} is answered {failure}, and was done"));
        }
        if answer.failure == Some("Busy") {
            return;
        }
        if answer.is_replayed || self.is_after_a_sibling(operation) {
            return self.hear_again(&told, operation, answer, ended);
        }
        match committed.first() {
            Some((commit, effect)) => {
                if !(operation.began..ended).contains(commit) {
                    self.accuse(Invariant::Once, format!("{told} is answered before it is done"));
                }
                self.hear_of(&told, operation, answer, *commit, effect);
            }
            None => self.hear_without(&told, operation, answer, ended),
        }
    }

    /// What was answered to something that was committed.
    pub(super) fn hear_of(
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
        if let Some(result) = answers::set_result(step, &answer.body) {
            expected.insert("result".to_owned(), "Updated".into());
            shown.insert("result".to_owned(), result);
        }
        if let Some(id) = self.made(commit) {
            expected.insert("id".to_owned(), id.into());
            shown.insert("id".to_owned(), answers::made(step, &answer.body).into());
        }
        if shown != expected {
            let what =
                format!("{told} is answered {}, and the model says {expected:?}", answer.body);
            self.accuse(Invariant::Rules, what);
        }
    }

    /// The id of the group or the code that a commit has made.
    fn made(&self, commit: usize) -> Option<u32> {
        let commit = &self.history.commits[commit];
        let deed = self.history.operations[commit.by].step.deed;
        let code = commit.code.filter(|_| matches!(deed, Deed::CreateCode { .. }));
        if matches!(deed, Deed::Create { .. }) { Some(commit.group) } else { code }
    }

    /// What was answered without a commit: at some moment of the call it was so.
    fn hear_without(&mut self, told: &str, operation: &Operation, answer: &Answer, ended: usize) {
        let step = &operation.step;
        if step.deed == Deed::ReadHistory && is_success(answer) {
            return self.hear_history(told, operation, answer, ended);
        }
        if step.deed.reads_own() || step.deed == Deed::ReadDirectory {
            return self.hear_list(told, operation, answer, ended);
        }
        match self.reading(operation, answer, ended) {
            Reading::Whole => {}
            Reading::Mixed => self.verdict.mixed += 1,
            Reading::Never => self.accuse_of_untruth(told, operation, answer, ended),
        }
    }

    fn accuse_of_untruth(
        &mut self,
        told: &str,
        operation: &Operation,
        answer: &Answer,
        ended: usize,
    ) {
        let is_write = !operation.step.deed.is_read();
        let invariant =
            if is_success(answer) && is_write { Invariant::Once } else { Invariant::Rules };
        let what = format!(
            "{told} is answered {} {} {}, which is so at no moment of the call; at its end the group is {:?}",
            answer.status,
            answer.failure.unwrap_or_default(),
            answer.body,
            self.at(operation.ids.group, ended)
        );
        self.accuse(invariant, what);
    }

    /// How it was found what is answered without a commit.
    pub(super) fn reading(&self, operation: &Operation, answer: &Answer, ended: usize) -> Reading {
        let (step, is_success) = (&operation.step, is_success(answer));
        if step.deed == Deed::AutoJoin {
            let is_so = self.is_of_no_group(operation, answer, ended);
            return if is_so { Reading::Whole } else { Reading::Never };
        }
        // A new group is none of those in which somebody is already.
        let is_new = matches!(step.deed, Deed::Create { .. });
        let about = if is_new { NOTHING } else { operation.ids.group };
        let mut exact = false;
        let mut some = false;
        let mut moments = Vec::new();
        let mut shown = answers::of_answer(step, self.users, &answer.body);
        let result = answers::set_result(step, &answer.body);
        let tells_result = result.is_some();
        shown.extend(result.map(|result| ("result".to_owned(), result)));
        let is_admin = |at| step.by.is_some_and(|me| self.at(operation.ids.group, at).is_admin(me));
        let becomes_admin = operation.is_torn && (operation.began..=ended).any(is_admin);
        for commits in operation.began..=ended {
            let model = self.at(operation.ids.group, commits);
            let busy = self.busy(about, commits);
            let moment = self.moment(operation, &self.names[commits], &busy, is_success);
            let refused = refusals(model, step, &moment);
            match answer.failure {
                Some(failure) if !is_success => {
                    exact |= refused.first() == Some(&failure);
                    some |= refused.contains(&failure);
                }
                _ => {
                    let is_nothing = is_nothing(step, model, &moment);
                    let mut parts = answers::of_model(model, step, self.users, operation.now);
                    parts.extend(tells_result.then(|| ("result".to_owned(), "None".into())));
                    let is_shown = step.is_dry_run || parts == shown;
                    exact |= refused.is_empty() && is_nothing && is_shown;
                    some |= is_nothing && refused.is_empty();
                    moments.push(parts);
                    if becomes_admin {
                        // Whoever asks is an admin of one moment, and what is pending is of another.
                        moments.push(answers::to_whoever(
                            true,
                            model,
                            step,
                            self.users,
                            operation.now,
                        ));
                    }
                }
            }
        }
        if exact {
            return Reading::Whole;
        }
        // What is only tried rests on nothing but what was read, and each row may be of another moment, also of one person.
        let is_tried = is_success && step.is_dry_run && operation.is_torn;
        let some = some
            || is_tried
            || answer.failure == Some("LastAdmin") && self.is_split(operation, ended)
            || answer.failure == Some("TooManyBlocks") && self.is_unblocked_late(operation, ended)
            || self.is_put_together(operation, answer, ended)
            || answer.failure == Some("TooManyGroups") && self.was_busy(operation, ended);
        let is_mixed = some
            && operation.began < ended
            && (step.is_dry_run || moments.is_empty() || answers::is_mixed_of(&shown, &moments));
        if is_mixed { Reading::Mixed } else { Reading::Never }
    }

    /// Whether whoever would join any group may be answered so without a commit. The list of groups may be behind, so that none is
    /// found where there is one.
    fn is_of_no_group(&self, operation: &Operation, answer: &Answer, ended: usize) -> bool {
        match answer.failure {
            Some("TooManyGroups") => self.was_busy(operation, ended),
            Some(failure) => {
                failure == "NoGroupFound" && !self.misses_an_open_group(operation, ended)
            }
            None => operation.step.is_dry_run,
        }
    }

    /// Whether somebody may be taken for the last admin, because the count of admins is of one moment and the member of another.
    /// Whoever leaves never is: they hand over.
    fn is_split(&self, operation: &Operation, ended: usize) -> bool {
        let (group, step) = (operation.ids.group, &operation.step);
        let moments = || (operation.began..=ended).map(|at| self.at(group, at));
        let by_anybody =
            matches!(step.deed, Deed::Remove | Deed::Spare | Deed::ShutOut(_) | Deed::RemoveAdmin);
        let by_admins = matches!(step.deed, Deed::Expel | Deed::TakeRole(_) | Deed::Shift(_));
        let takes = by_anybody || by_admins && step.by.is_some();
        let leaves = step.is_about_oneself() && matches!(step.deed, Deed::Remove | Deed::Expel);
        let was_admin = |user: &usize| moments().any(|model| model.is_admin(*user));
        let admins = step.people().filter(was_admin).count();
        operation.is_torn
            && takes
            && !leaves
            && admins > 0
            && moments().any(|model| model.admins().len() <= admins)
    }

    /// Whether a block may be refused as one too many, because the count of blocks was read before somebody was unblocked, and their
    /// own row after it.
    fn is_unblocked_late(&self, operation: &Operation, ended: usize) -> bool {
        let (group, to, now) = (operation.ids.group, operation.step.to, operation.now);
        let moments = || (operation.began..=ended).map(|at| self.at(group, at));
        let blocks = matches!(operation.step.deed, Deed::Block | Deed::ShutOut(_) | Deed::Remove);
        blocks
            && operation.is_torn
            && moments().any(|model| model.blocks(now - AFTERGLOW) >= self.bounds.blocks)
            && moments().any(|model| !model.is_blocked(to, now))
    }

    /// Whether somebody may be answered so because the group is of one moment, what people are to it of another, and its codes and
    /// attributes of a third: these are rows of their own, and a commit may fall between their readings. What is written insists
    /// on them, so it is only where nothing is that somebody may succeed so; and only these refusals are given for such readings.
    fn is_put_together(&self, operation: &Operation, answer: &Answer, ended: usize) -> bool {
        let is_success = is_success(answer);
        let failure = answer.failure.filter(|_| !is_success);
        let (group, step) = (operation.ids.group, &operation.step);
        let moments = || operation.began..=ended;
        let is_answered = |of_group: usize| {
            let busy = self.busy(group, of_group);
            let moment = self.moment(operation, &self.names[of_group], &busy, is_success);
            let of_rest = moments().map(|at| self.at(group, at));
            let mut models = of_rest.flat_map(|rest| {
                let people = self.people_of(operation, answer, ended).into_iter();
                people.map(move |[by, to]| {
                    let model = self.at(group, of_group).put_together(step.by, by, rest);
                    model.put_together(step.people(), to, rest)
                })
            });
            models.any(|model| {
                let refused = refusals(&model, step, &moment);
                refused.first().copied() == failure
                    && (!is_success || is_nothing(step, &model, &moment))
            })
        };
        let may_be = failure.is_none_or(|it| {
            matches!(
                it,
                "GroupFull" | "InviteOnly" | "NotOpen" | "AlreadyApplied" | "NotAuthorized"
            )
        });
        may_be && operation.is_torn && moments().any(is_answered)
    }

    /// The groups of which the rows of who asks and of whom it concerns may be. Whoever is refused is not so because these two are
    /// of different moments.
    fn people_of(&self, operation: &Operation, answer: &Answer, ended: usize) -> Vec<[&Model; 2]> {
        let moments = || operation.began..=ended;
        let pairs = moments().flat_map(|by| moments().map(move |to| [by, to]));
        let pairs = pairs.filter(|[by, to]| by == to || is_success(answer));
        pairs.map(|pair| pair.map(|at| self.at(operation.ids.group, at))).collect()
    }

    /// Whether the user was in as many groups during the call as a player may be in, at one moment or another: which of them it
    /// is still in is looked up one by one.
    fn was_busy(&self, operation: &Operation, ended: usize) -> bool {
        let step = &operation.step;
        let is_new = matches!(step.deed, Deed::Create { .. });
        let people: Vec<usize> =
            if is_new { step.by.into_iter().collect() } else { step.people().collect() };
        let is_in = |user: usize, group: u32| {
            (operation.began..=ended).any(|at| self.at(group, at).members.contains_key(&user))
        };
        let places = self.bounds.places;
        let is_busy =
            |user| self.groups.keys().filter(|group| is_in(user, **group)).count() >= places;
        places > 0 && people.into_iter().any(is_busy)
    }
}

/// Whether the step leaves such a group as it is. A new group always is something.
fn is_nothing(step: &Step, model: &Model, moment: &Moment<'_>) -> bool {
    let is_new = matches!(step.deed, Deed::Create { .. });
    let is_left = || !is_new && model.clone().take(step, moment).is_none();
    step.deed.is_read() || step.is_dry_run || is_left()
}

/// Whether it tells of something that was done, or that was so.
pub(super) fn is_success(answer: &Answer) -> bool {
    answer.status < 300 || was_accepted_instead(answer)
}

/// PlayFab's errors by which something has succeeded.
fn was_accepted_instead(answer: &Answer) -> bool {
    answer.body["error"].as_str().is_some_and(|error| error.ends_with("AcceptedInstead"))
}
