//! Block users, unblock them, and list who is blocked.

use futures_util::future::try_join;

use crate::Call;
use crate::decision::Decision;
use crate::domain::door::{Blocked, Door};
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Block;
use crate::domain::permissions::{Action, allows};
use crate::domain::rules::blocks::{self, BlockTerms};
use crate::domain::rules::leaving::shut_out;
use crate::domain::scene::Scene;
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::drift;
use crate::operations::scene::{Reads, decide, decide_on};
use crate::operations::users::profile::{self, Profile};
use crate::store::keys;
use crate::store::range::Range;

/// Blocks a user until an admin unblocks them; a member stays one.
pub async fn block_entity<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    // Who is blocked most likely has nothing to do with the group.
    let assumed = Scene::assumed(group).and_admin(call.caller.actor());
    let reads = Reads::of(call, group).doors(call, [user]).users(call, [user]);
    let terms = BlockTerms::default();
    decide(call, Some(assumed), reads, |scene, context| blocks::block(scene, context, user, &terms))
        .await
}

/// Blocks a user on these terms, who is out where they are a member, and tells whom that is.
pub async fn block_user<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
    terms: BlockTerms,
) -> Result<Decision<'a, (Block, User)>, Error> {
    // Member or stranger: that is anybody's guess, so it is read first.
    let reads = Reads::of(call, group).members([user]).doors(call, [user]).users(call, [user]);
    let scene = reads.read(call).await?;
    let blocked = scene.users.get(&user).cloned().ok_or(Refusal::UserNotFound)?;
    let decision = decide_on(call, scene, |scene, context| shut_out(scene, context, user, &terms));
    Ok(decision.await?.map(|block| (block, blocked)))
}

/// Removes a block.
pub async fn unblock_member<'a>(
    call: &Call<'a>,
    group: GroupId,
    user: UserId,
) -> Result<Decision<'a, ()>, Error> {
    // Who is unblocked most likely is blocked: somebody has just seen them in the list.
    let blocked =
        Blocked { blocked_at: call.now, blocked_by: None, reason: None, expires_at: None };
    let assumed = Scene::assumed(group)
        .and_admin(call.caller.actor())
        .and_door(Door { blocked: Some(blocked), ..Door::empty(group, user) });
    let reads = Reads::of(call, group).doors(call, [user]);
    decide(call, Some(assumed), reads, |scene, context| blocks::unblock(scene, context, user)).await
}

/// The block of one user, and whom it blocks.
pub async fn get_block(
    call: &Call<'_>,
    group: GroupId,
    user: UserId,
) -> Result<(Block, User), Error> {
    let reads = Reads::of(call, group).doors(call, [user]).users(call, [user]);
    let mut scene = reads.read(call).await?;
    let actor = call.caller.actor();
    if !allows(actor, Action::ListBlocks, scene.me(actor)) {
        return Err(Refusal::NotAuthorized.into());
    }
    let block = scene.door(user).to_block(call.now).ok_or(Refusal::BlockNotFound)?;
    Ok((block, scene.users.remove(&user).ok_or(Refusal::BlockNotFound)?))
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
    let mut blocks: Vec<Block> = doors.iter().filter_map(|door| door.to_block(call.now)).collect();
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
