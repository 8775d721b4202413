//! Make a member an admin.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::guard::{LIVE, admits, group_and_me, permit};
use crate::operations::membership::promote;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    AlreadyAdmin,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Gives a member the admin role. Who has it already keeps it.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::NotMember`].
pub async fn make_admin(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    if caller.user == user && !caller.is_title() {
        // One transaction cannot check and change one membership; and who may do this to themselves has nothing to change.
        let (_, me) = group_and_me(app, caller, group).await?;
        return match admits(caller, Action::MakeAdmin, me.as_ref()) {
            true => Ok(()),
            false => Err(Refusal::NotAuthorized.into()),
        };
    }
    let transaction = Transaction::new(permit(caller, Action::MakeAdmin, group, user)?).and([
        promote(caller.game, group, user, |is_member| match is_member {
            true => Obstacle::AlreadyAdmin,
            false => Refusal::NotMember.into(),
        }),
        Write::update(Key::group(caller.game, group))
            .increase("admin_count", 1)
            .when(LIVE)
            .or_else(Refusal::GroupNotFound),
    ]);
    match transaction.commit(&app.store).await? {
        Ok(()) | Err(Obstacle::AlreadyAdmin) => Ok(()),
        Err(Obstacle::Refused(refusal)) => Err(refusal.into()),
    }
}
