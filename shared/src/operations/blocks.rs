//! Block users, unblock them, and list who is blocked.

use futures_util::future::try_join;

use crate::Call;
use crate::decision::Decision;
use crate::domain::door::{Blocked, Door};
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Block;
use crate::domain::permissions::{Action, allows};
use crate::domain::rules::blocks;
use crate::domain::scene::Scene;
use crate::error::{Error, Refusal};
use crate::operations::drift;
use crate::operations::scene::{Reads, decide};
use crate::operations::users::profile::{self, Profile};
use crate::store::keys;
use crate::store::table::Range;

/// Blocks a user. Who is blocked already stays so, since when they are.
pub async fn block_entity<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    // Who is blocked most likely has nothing to do with the group.
    let assumed = Scene::assumed(group).and_admin(call.caller.actor());
    let reads = Reads::of(call, group).doors(call, [user]).users(call, [user]);
    decide(call, Some(assumed), reads, |scene, context| blocks::block(scene, context, user)).await
}

/// Removes a block.
pub async fn unblock_member<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    // Who is unblocked most likely is blocked: somebody has just seen them in the list.
    let blocked = Some(Blocked { blocked_at: call.now });
    let assumed = Scene::assumed(group)
        .and_admin(call.caller.actor())
        .and_door(Door { blocked, ..Door::empty(group, user) });
    let reads = Reads::of(call, group).doors(call, [user]);
    decide(call, Some(assumed), reads, |scene, context| blocks::unblock(scene, context, user)).await
}

/// Lists a group's blocks, the oldest first.
pub async fn list_blocks(call: &Call<'_>, group: GroupId) -> Result<Vec<Block>, Error> {
    let partition = keys::group_partition(call.game(), group);
    let reads = Reads::of(call, group);
    let doors = call.app.store.query::<Door>(Range::prefix(partition, keys::DOOR));
    let (scene, doors) = try_join(reads.read(call), doors).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListBlocks, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    let mut blocks: Vec<Block> = doors.iter().filter_map(Door::to_block).collect();
    drift::check_blocks(&scene.group, blocks.len());
    blocks.sort_by_key(|block| (block.blocked_at, block.user_id));
    Ok(blocks)
}

/// The same, with whom they block.
pub async fn list_blocked_users(
    call: &Call<'_>,
    group: GroupId,
) -> Result<Vec<(Block, Profile)>, Error> {
    let blocks = list_blocks(call, group).await?;
    let blocked = blocks.iter().map(|block| block.user_id).collect();
    let mut users = profile::users(call, blocked).await?;
    let visible = |block: Block| {
        let user = users.remove(&block.user_id)?;
        Some((block, Profile::of(call, user, false)))
    };
    Ok(blocks.into_iter().filter_map(visible).collect())
}
