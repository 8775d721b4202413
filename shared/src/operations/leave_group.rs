//! Leave a group: the last admin hands over to the longest-standing member, the last member dissolves the group.

use crate::App;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::delete_group::mark_deleted;
use crate::operations::guard::{LIVE, live_group};
use crate::operations::membership::{Assumed, dismiss, promote};
use crate::operations::roster::Roster;
use crate::operations::{PLANS, names};
use crate::store::keys::Key;
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

/// Takes a user out of a group, as they wish.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotMember`].
pub async fn leave_group(
    app: &App,
    game: GameId,
    user: UserId,
    group: GroupId,
) -> Result<(), Error> {
    for _ in 0..PLANS {
        let roster = Roster::read(app, game, group).await?;
        let departure = plan(&roster, user)?;
        match steps(app, game, user, &roster.group, departure).commit(&app.store).await? {
            Ok(()) => return Ok(()),
            Err(Obstacle::Changed) => {}
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

fn plan(roster: &Roster, user: UserId) -> Result<Departure, Refusal> {
    let me = roster.members.get(&user).ok_or(Refusal::NotMember)?;
    let others = roster.members.values().filter(|member| member.user_id != user);
    Ok(match others.min_by_key(|member| member.seniority()) {
        None => Departure::Dissolution,
        Some(_) if !me.is_admin => Departure::Plain,
        Some(_) if roster.group.admin_count > 1 => Departure::OneAdminOfSeveral,
        Some(longest_standing) => Departure::Handover(longest_standing.user_id),
    })
}

fn steps(
    app: &App,
    game: GameId,
    user: UserId,
    group: &Group,
    departure: Departure,
) -> Transaction<Obstacle> {
    let id = group.group_id;
    let out = |is_admin| dismiss(game, id, user, is_admin, Obstacle::Changed);
    let one_less =
        Write::update(Key::group(game, id)).decrease("member_count", 1).when(LIVE).value("one", 1);
    match departure {
        Departure::Plain => {
            Transaction::new([out(false), judged(one_less.when("member_count > :one"))])
        }
        Departure::OneAdminOfSeveral => {
            let count = one_less.decrease("admin_count", 1).when("admin_count > :one");
            Transaction::new([out(true), judged(count)])
        }
        Departure::Handover(successor) => {
            let count = Assumed::from(group).guard(
                one_less
                    .increase("role_changes", 1)
                    .when("admin_count = :one AND member_count > :one"),
            );
            Transaction::new([
                out(true),
                promote(game, id, successor, &group.admin_role, |_| Obstacle::Changed),
                judged(count),
            ])
        }
        Departure::Dissolution => {
            let mark = mark_deleted(app, Key::group(game, id), Some(group))
                .when("member_count = :one")
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
