//! Make a member an admin.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::guard::{LIVE, admits, group_and_me, live_group, permit};
use crate::operations::membership::{Assumed, promote};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    AlreadyAdmin,
    /// The group has other roles than the plan took it to have.
    Roles(Assumed),
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
    if caller.acting_user() == Some(user) && !caller.is_title() {
        // One transaction cannot check and change one membership; and who may do this to themselves has nothing to change.
        let (_, me) = group_and_me(app, caller, group).await?;
        return match admits(caller, Action::MakeAdmin, me.map(|me| me.is_admin)) {
            true => Ok(()),
            false => Err(Refusal::NotAuthorized.into()),
        };
    }
    let mut assumed = Assumed::default();
    for _ in 0..PLANS {
        match steps(caller, group, user, &assumed)?.commit(&app.store).await? {
            Ok(()) | Err(Obstacle::AlreadyAdmin) => return Ok(()),
            Err(Obstacle::Roles(actual)) => assumed = actual,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

fn steps(
    caller: &Caller,
    group: GroupId,
    user: UserId,
    assumed: &Assumed,
) -> Result<Transaction<Obstacle>, Error> {
    let count = Write::update(Key::group(caller.game(), group))
        .increase("admin_count", 1)
        .increase("role_changes", 1)
        .when(LIVE);
    Ok(Transaction::new(permit(caller, Action::MakeAdmin, group)?).and([
        promote(caller.game(), group, user, &assumed.admin_role, |is_member| match is_member {
            true => Obstacle::AlreadyAdmin,
            false => Refusal::NotMember.into(),
        }),
        assumed.guard(count).or_judge(|item| {
            let group = live_group(item)?;
            Ok(group.map_or(Refusal::GroupNotFound.into(), |group| {
                Obstacle::Roles(Assumed::from(&group))
            }))
        }),
    ]))
}
