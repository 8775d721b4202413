//! List who is blocked from a group.

use futures_util::future::try_join;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::GroupId;
use crate::domain::membership::Block;
use crate::error::{Error, Refusal};
use crate::operations::drift;
use crate::operations::guard::{admits, group_and_me};
use crate::operations::profile::{self, Profile};
use crate::permissions::Action;
use crate::store::keys;
use crate::store::table::Range;

/// Lists a group's blocks, the oldest first.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`].
pub async fn list_blocks(app: &App, caller: &Caller, group: GroupId) -> Result<Vec<Block>, Error> {
    let partition = keys::group_partition(caller.game(), group);
    let ((group, me), mut blocks) = try_join(
        group_and_me(app, caller, group),
        app.store.query::<Block>(Range::prefix(partition, keys::BLOCK)),
    )
    .await?;
    if !admits(caller, Action::ListBlocks, me.map(|me| me.is_admin)) {
        return Err(Refusal::NotAuthorized.into());
    }
    drift::check_blocks(&group, blocks.len());
    blocks.sort_by_key(|block| (block.blocked_at, block.user_id));
    Ok(blocks)
}

/// The same, with whom they block.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`].
pub async fn list_blocked_users(
    app: &App,
    caller: &Caller,
    group: GroupId,
) -> Result<Vec<(Block, Profile)>, Error> {
    let blocks = list_blocks(app, caller, group).await?;
    let blocked = blocks.iter().map(|block| block.user_id).collect();
    let mut users = profile::users(app, caller, blocked).await?;
    let visible = |block: Block| {
        let user = users.remove(&block.user_id)?;
        Some((block, Profile::of(app, caller, user, false)))
    };
    Ok(blocks.into_iter().filter_map(visible).collect())
}
