//! Leave a group: the last admin hands over to the longest-standing member, the last member dissolves the group.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::error::{Error, Refusal};
use crate::operations::delete_group::mark_deleted;
use crate::operations::guard::{LIVE, live_group};
use crate::operations::membership::{dismiss, promote};
use crate::operations::{PLANS, names};
use crate::store::keys::{self, Key};
use crate::store::rows;
use crate::store::table::Range;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::Write;

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    /// The group is no longer as the plan was made on.
    Changed,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// How somebody leaves; each holds only in the state that it was planned on.
enum Departure {
    /// Others stay, none of them is needed for anything.
    Plain,
    /// An admin leaves, and another one stays.
    OneAdminOfSeveral,
    /// The last admin leaves, and this member takes over.
    Handover(UserId),
    /// The last member leaves.
    Dissolution,
}

/// Takes the caller out of a group.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotMember`].
pub async fn leave_group(app: &App, caller: &Caller, group: GroupId) -> Result<(), Error> {
    for _ in 0..PLANS {
        let (group, members) = read(app, caller.game, group).await?;
        let departure = plan(&group, &members, caller.user)?;
        match steps(app, caller, &group, departure).commit(&app.store).await? {
            Ok(()) => return Ok(()),
            Err(Obstacle::Changed) => {}
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

async fn read(app: &App, game: GameId, group: GroupId) -> Result<(Group, Vec<Member>), Error> {
    let partition = keys::group_partition(game, group);
    let last_member = format!("{}~", keys::MEMBER);
    let items = app.store.query(Range::between(partition, keys::GROUP, &last_member)).await?;
    match rows::of_kind::<Group>(&items)?.pop().filter(Group::is_live) {
        Some(group) => Ok((group, rows::of_kind(&items)?)),
        None => Err(Refusal::GroupNotFound.into()),
    }
}

fn plan(group: &Group, members: &[Member], user: UserId) -> Result<Departure, Refusal> {
    let me = members.iter().find(|member| member.user_id == user).ok_or(Refusal::NotMember)?;
    let longest_standing =
        members.iter().filter(|member| member.user_id != user).min_by_key(|m| m.seniority());
    Ok(match longest_standing {
        None => Departure::Dissolution,
        Some(_) if !me.is_admin() => Departure::Plain,
        Some(_) if group.admin_count > 1 => Departure::OneAdminOfSeveral,
        Some(member) => Departure::Handover(member.user_id),
    })
}

fn steps(app: &App, caller: &Caller, group: &Group, departure: Departure) -> Transaction<Obstacle> {
    let (game, id, user) = (caller.game, group.group_id, caller.user);
    let out = |is_admin| dismiss(game, id, user, is_admin, Obstacle::Changed);
    let one_less =
        Write::update(Key::group(game, id)).decrease("member_count", 1).when(LIVE).value("one", 1);
    match departure {
        Departure::Plain => {
            Transaction::new([out(false), judged(one_less.when("#member_count > :one"))])
        }
        Departure::OneAdminOfSeveral => {
            let count = one_less.decrease("admin_count", 1).when("#admin_count > :one");
            Transaction::new([out(true), judged(count)])
        }
        Departure::Handover(successor) => {
            let count = one_less.when("#admin_count = :one AND #member_count > :one");
            Transaction::new([
                out(true),
                promote(game, id, successor, |_| Obstacle::Changed),
                judged(count),
            ])
        }
        Departure::Dissolution => {
            let mark = mark_deleted(app, Key::group(game, id), Some(group))
                .when("#member_count = :one")
                .value("one", 1);
            // Whoever is the last is the admin, unless the game itself took the admin out.
            Transaction::new([out(group.admin_count > 0), judged(mark)])
                .and(names::release(game, group))
        }
    }
}

fn judged(write: Write) -> Step<Obstacle> {
    write.or_judge(|item| {
        Ok(live_group(item)?.map_or(Refusal::GroupNotFound.into(), |_| Obstacle::Changed))
    })
}
