//! Remove a member: an admin takes them out, and keeps them out until they are unblocked.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Block;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::guard::{LIVE, live_group, permit};
use crate::operations::leave_group::leave_group;
use crate::operations::membership::dismiss;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// The member is an admin, or is not, unlike the plan was made on: who is the last admin is for the next plan to say.
    RoleChanged,
    Refused(Refusal),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Removes and blocks a member. Who names themselves leaves, and is not blocked.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::NotMember`], [`Refusal::LastAdmin`].
pub async fn remove_member(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    if caller.acting_user() == Some(user) {
        return leave_group(app, caller.game(), user, group).await;
    }
    let mut is_admin = false;
    for _ in 0..PLANS {
        match steps(app, caller, group, user, is_admin)?.commit(&app.store).await? {
            Ok(()) => return Ok(()),
            Err(Obstacle::RoleChanged) => is_admin = !is_admin,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

fn steps(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    is_admin: bool,
) -> Result<Transaction<Obstacle>, Error> {
    let game = caller.game();
    let mut count = Write::update(Key::group(game, group)).decrease("member_count", 1).when(LIVE);
    if is_admin {
        count = count.decrease("admin_count", 1).when("admin_count > :one").value("one", 1);
    }
    let block = Block { group_id: group, user_id: user, blocked_at: app.now() };
    Ok(Transaction::new(permit(caller, Action::RemoveMember, group)?).and([
        dismiss(game, group, user, is_admin, Obstacle::RoleChanged),
        Write::put(game, &block)?.always(),
        count.or_judge(|item| {
            let group = live_group(item)?;
            Ok(group.map_or(Refusal::GroupNotFound, |_| Refusal::LastAdmin).into())
        }),
    ]))
}
