//! Unblock somebody: they may apply, be invited and join again.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::guard::{LIVE, permit};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::{PRESENT, Write};

/// Removes a block.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::BlockNotFound`].
pub async fn unblock_member(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    let count =
        Write::update(Key::group(caller.game(), group)).decrease("block_count", 1).when(LIVE);
    Transaction::<Refusal>::new(permit(caller, Action::UnblockMember, group)?)
        .and([
            count.or_else(Refusal::GroupNotFound),
            Write::delete(Key::block(caller.game(), group, user))
                .when(PRESENT)
                .or_else(Refusal::BlockNotFound),
        ])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}
