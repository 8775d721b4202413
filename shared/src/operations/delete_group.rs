//! Delete a group: one conditional write, and it exists for nobody. Its rows are swept later.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::error::{Error, Refusal};
use crate::operations::guard::{LIVE, live_group, permit};
use crate::operations::{PLANS, names};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::{Milliseconds, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    /// The name is claimed, and under another name than the plan was made on.
    Named(Box<Group>),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Deletes a group.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`].
pub async fn delete_group(app: &App, caller: &Caller, group: GroupId) -> Result<(), Error> {
    let mut claimed: Option<Box<Group>> = None;
    for _ in 0..PLANS {
        let mark = mark_deleted(app, Key::group(caller.game(), group), claimed.as_deref());
        let release = claimed.as_deref().and_then(|group| names::release(caller.game(), group));
        let transaction = Transaction::new(permit(caller, Action::DeleteGroup, group)?)
            .and([mark.or_judge(|item| {
                Ok(match live_group(item)? {
                    None => Refusal::GroupNotFound.into(),
                    Some(group) => Obstacle::Named(Box::new(group)),
                })
            })])
            .and(release);
        match transaction.commit(&app.store).await? {
            Ok(()) => return Ok(()),
            Err(Obstacle::Named(group)) => claimed = Some(group),
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

/// Marks a group deleted, if its name is still claimed as in `claimed`, or not at all where there is none.
pub(super) fn mark_deleted(app: &App, group: Key, claimed: Option<&Group>) -> Write {
    let mark = Write::update(group)
        .set("deleted_at", Milliseconds(app.now()))
        .remove("directory_pk")
        .value("claimed", claimed.is_some_and(|group| group.name_claimed))
        .when(LIVE)
        .when("name_claimed = :claimed");
    match claimed {
        None => mark,
        Some(group) => mark.when("group_name = :name").value("name", group.group_name.as_str()),
    }
}
