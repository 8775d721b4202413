//! Block somebody: they may neither apply nor be invited nor join. A member who is blocked stays a member.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Block;
use crate::error::{Error, Refusal};
use crate::operations::guard::{group_is_live, permit, user_exists};
use crate::permissions::Action;
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    AlreadyBlocked,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Blocks a user. Who is blocked already stays so, since when they are.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::UserNotFound`], [`Refusal::NotAuthorized`].
pub async fn block_entity(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    let block = Block { group_id: group, user_id: user, blocked_at: app.now() };
    let transaction = Transaction::new(permit(caller, Action::BlockEntity, group)?).and([
        group_is_live(caller.game(), group),
        user_exists(caller.game(), user),
        Write::put(caller.game(), &block)?.when(ABSENT).or_else(Obstacle::AlreadyBlocked),
    ]);
    match transaction.commit(&app.store).await? {
        Ok(()) | Err(Obstacle::AlreadyBlocked) => Ok(()),
        Err(Obstacle::Refused(refusal)) => Err(refusal.into()),
    }
}
