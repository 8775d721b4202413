//! Remove a member: an admin takes them out, and keeps them out until they are unblocked.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::Block;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::block_entity::one_more_block;
use crate::operations::guard::{LIVE, live_group, permit};
use crate::operations::leave_group::leave_group;
use crate::operations::membership::dismiss;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, PRESENT, Write};

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// The member is an admin, or is not, unlike the plan was made on: who is the last admin is for the next plan to say.
    RoleChanged,
    Refused(Refusal),
    /// The member is blocked, or is not, unlike the plan was made on.
    BlockChanged,
    /// There is no room for another block, which is of no account where the member is blocked already.
    NoRoom,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// What a plan takes a member to be. Most are no admins and not blocked, so nothing need be read.
#[derive(Clone, Copy)]
struct Assumed {
    is_admin: bool,
    is_blocked: bool,
}

/// Removes and blocks a member; who is blocked already stays so, since when they are. Who names themselves leaves, and is not
/// blocked.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::NotMember`], [`Refusal::LastAdmin`],
/// [`Refusal::TooManyBlocks`]: who is removed is to stay out.
pub async fn remove_member(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
) -> Result<(), Error> {
    if caller.acting_user() == Some(user) {
        return leave_group(app, caller.game(), user, group).await;
    }
    let mut assumed = Assumed { is_admin: false, is_blocked: false };
    for _ in 0..PLANS {
        match steps(app, caller, group, user, assumed)?.commit(&app.store).await? {
            Ok(()) => return Ok(()),
            Err(Obstacle::RoleChanged) => assumed.is_admin = !assumed.is_admin,
            Err(Obstacle::BlockChanged) => assumed.is_blocked = !assumed.is_blocked,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
            Err(Obstacle::NoRoom) => return Err(Refusal::TooManyBlocks.into()),
        }
    }
    Err(Error::Busy)
}

fn steps(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    assumed: Assumed,
) -> Result<Transaction<Obstacle>, Error> {
    let Assumed { is_admin, is_blocked } = assumed;
    let game = caller.game();
    let mut count = Write::update(Key::group(game, group)).decrease("member_count", 1).when(LIVE);
    if is_admin {
        count = count.decrease("admin_count", 1).when("admin_count > :one").value("one", 1);
    }
    let block = Block { group_id: group, user_id: user, blocked_at: app.now() };
    let block = if is_blocked {
        Write::check(Key::block(game, group, user)).when(PRESENT)
    } else {
        count = one_more_block(app, count);
        Write::put(game, &block)?.when(ABSENT)
    };
    Ok(Transaction::new(permit(caller, Action::RemoveMember, group)?).and([
        dismiss(game, group, user, is_admin, Obstacle::RoleChanged),
        block.or_else(Obstacle::BlockChanged),
        count.or_judge(move |item| {
            Ok(match live_group(item)? {
                None => Refusal::GroupNotFound.into(),
                Some(group) if is_admin && group.admin_count <= 1 => Refusal::LastAdmin.into(),
                Some(_) => Obstacle::NoRoom,
            })
        }),
    ]))
}
