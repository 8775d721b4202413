//! Block somebody: they may neither apply nor be invited nor join. A member who is blocked stays a member.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Block;
use crate::error::{Error, Refusal};
use crate::operations::guard::{LIVE, live_group, permit, user_exists};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    AlreadyBlocked,
    /// There is no room for another block, which is of no account where the user is blocked already.
    NoRoom,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Blocks a user. Who is blocked already stays so, since when they are.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::UserNotFound`], [`Refusal::NotAuthorized`], [`Refusal::TooManyBlocks`].
pub async fn block_entity(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    let block = Block { group_id: group, user_id: user, blocked_at: app.now() };
    let group = Write::update(Key::group(caller.game(), group));
    let count = one_more_block(app, group.when(LIVE)).or_judge(|item| {
        Ok(live_group(item)?.map_or(Refusal::GroupNotFound.into(), |_| Obstacle::NoRoom))
    });
    let transaction = Transaction::new(permit(caller, Action::BlockEntity, block.group_id)?).and([
        count,
        user_exists(caller.game(), user),
        Write::put(caller.game(), &block)?.when(ABSENT).or_else(Obstacle::AlreadyBlocked),
    ]);
    match transaction.commit(&app.store).await? {
        Ok(()) | Err(Obstacle::AlreadyBlocked) => Ok(()),
        Err(Obstacle::Refused(refusal)) => Err(refusal.into()),
        Err(Obstacle::NoRoom) => Err(Refusal::TooManyBlocks.into()),
    }
}

/// The same change of a group's row, and one block more, while there is room.
pub(super) fn one_more_block(app: &App, write: Write) -> Write {
    write
        .increase("block_count", 1)
        .when("block_count < :most_blocks")
        .value("most_blocks", app.limits.blocks)
}
