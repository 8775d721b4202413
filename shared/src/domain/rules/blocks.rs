//! Blocks: who is blocked may neither apply nor be invited nor join, until the block is over or an admin lifts it.

use std::num::NonZeroU32;

use jiff::SignedDuration;

use crate::domain::door::{Blocked, Door};
use crate::domain::event::{EventType, Reason};
use crate::domain::fact::Fact;
use crate::domain::ids::UserId;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::scene::{Context, Scene};
use crate::domain::time::end_of;
use crate::error::Refusal;

/// Why somebody is to be blocked, and for how long.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlockTerms {
    /// Why; where absent, what was said before stays.
    pub reason: Option<Reason>,
    /// For how many seconds; where absent, until an admin lifts it.
    pub expires_in: Option<NonZeroU32>,
}

impl BlockTerms {
    /// The block that is to be in a door: the present one, where it is as they say.
    pub(super) fn block(&self, door: &Door, context: &Context<'_>) -> Blocked {
        let present = door.block(context.now);
        let lifetime = self.expires_in.map(|it| SignedDuration::from_secs(it.get().into()));
        let expires_at = lifetime.map(|lifetime| end_of(context.now, lifetime));
        let reason = self.reason.as_ref().or(present.and_then(|block| block.reason.as_ref()));
        match present {
            Some(block) if (block.expires_at, block.reason.as_ref()) == (expires_at, reason) => {
                block.clone()
            }
            present => Blocked {
                blocked_at: present.map_or(context.now, |block| block.blocked_at),
                blocked_by: context.author(),
                reason: reason.cloned(),
                expires_at,
            },
        }
    }
}

/// Blocks a user, who stays a member where they are one. Who is blocked already stays so since when they are, for the reason and
/// the time that were said last.
pub fn block(
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    terms: &BlockTerms,
) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.insist_on_user(scene, user)?;
    plan.permit(scene, context, Action::BlockEntity)?;
    if !block_door(&mut plan, scene, context, user, terms)? {
        return Ok(Decided::nothing(()));
    }
    let event = context.event(EventType::BlockCreated, [user]).reason(terms.reason.clone());
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}

/// Puts a block into a door, while there is room for it. Tells whether it changes anything.
pub(super) fn block_door(
    plan: &mut Plan,
    scene: &Scene,
    context: &Context<'_>,
    user: UserId,
    terms: &BlockTerms,
) -> Result<bool, Refusal> {
    let door = scene.door(user);
    let is_blocked = door.block(context.now).is_some();
    if !is_blocked && !plan.counts_doors_anew {
        plan.facts.insert(Fact::BlocksUnder(context.limits.blocks));
    }
    if !is_blocked && plan.after.block_count >= context.limits.blocks && !scene.is_assumed {
        return Err(Refusal::TooManyBlocks);
    }
    let after = Door { blocked: Some(terms.block(&door, context)), ..door.clone() };
    let changes = door != after;
    plan.change_door(door, after);
    Ok(changes)
}

/// Removes a block: the user may apply, be invited and join again.
pub fn unblock(scene: &Scene, context: &Context<'_>, user: UserId) -> Result<Decided<()>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::UnblockMember)?;
    let door = scene.door(user);
    if door.block(context.now).is_none() {
        return Err(Refusal::BlockNotFound);
    }
    plan.change_door(door.clone(), Door { blocked: None, ..door });
    let event = context.event(EventType::BlockLifted, [user]);
    Ok(Decided { answer: (), plan: Some(plan.finish(context, event)?) })
}
