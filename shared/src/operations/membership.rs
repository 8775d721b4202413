//! The one way into a group and the one way out: rows and counts move together, under the conditions that keep the rules.

use jiff::Timestamp;

use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::role;
use crate::error::{Error, Refusal};
use crate::operations::guard::{ADMIN, LIVE, live_group};
use crate::store::keys::Key;
use crate::store::transaction::Step;
use crate::store::write::{ABSENT, PRESENT, Write};

/// Who enters what, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub game: GameId,
    pub group: GroupId,
    pub user: UserId,
    pub now: Timestamp,
}

/// The row of a new member in one role.
pub(super) fn member_row<V: From<Refusal> + Send + 'static>(
    entry: Entry,
    role: &str,
) -> Result<Step<V>, Error> {
    let member = Member {
        group_id: entry.group,
        user_id: entry.user,
        roles: role::only(role),
        joined_at: entry.now,
    };
    Ok(Write::put(entry.game, &member)?.when(ABSENT).or_else(Refusal::AlreadyMember))
}

/// Lets a user into a group, unless blocked, already in, or the group is full.
pub(super) fn admit<V: From<Refusal> + Send + 'static>(
    entry: Entry,
) -> Result<[Step<V>; 3], Error> {
    let seat = seat(entry.game, entry.group).or_judge(|item| {
        let group = live_group(item)?;
        Ok(group.map_or(Refusal::GroupNotFound, |_| Refusal::GroupFull).into())
    });
    admit_to(seat, entry)
}

/// Lets a user into a group that is open; `closed` says what it means that it is not.
pub(super) fn admit_if_open<V: From<Refusal> + Send + 'static>(
    entry: Entry,
    closed: V,
) -> Result<[Step<V>; 3], Error> {
    let seat = seat(entry.game, entry.group)
        .when("#can_auto_join = :yes AND #is_invite_only = :no")
        .value("yes", true)
        .value("no", false)
        .or_judge(|item| {
            Ok(match live_group(item)? {
                None => Refusal::GroupNotFound.into(),
                Some(group) if group.is_open() => Refusal::GroupFull.into(),
                Some(_) => closed,
            })
        });
    admit_to(seat, entry)
}

fn admit_to<V: From<Refusal> + Send + 'static>(
    seat: Step<V>,
    entry: Entry,
) -> Result<[Step<V>; 3], Error> {
    Ok([not_blocked(entry.game, entry.group, entry.user), member_row(entry, role::MEMBERS)?, seat])
}

/// One more member, while there is room.
fn seat(game: GameId, group: GroupId) -> Write {
    Write::update(Key::group(game, group))
        .increase("member_count", 1)
        .when(LIVE)
        .when("#member_count < #max_group_size")
}

/// The step that insists that a user is not blocked.
pub(super) fn not_blocked<V: From<Refusal> + Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
) -> Step<V> {
    Write::check(Key::block(game, group, user)).when(ABSENT).or_else(Refusal::Blocked)
}

/// The step that insists that a user is not in the group.
pub(super) fn not_member<V: From<Refusal> + Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
) -> Step<V> {
    Write::check(Key::member(game, group, user)).when(ABSENT).or_else(Refusal::AlreadyMember)
}

/// Takes a member's row out, if the member is an admin or not as said; `changed` says what it means that this is otherwise.
pub(super) fn dismiss<V: From<Refusal> + Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
    is_admin: bool,
    changed: V,
) -> Step<V> {
    let negation = if is_admin { "" } else { "NOT " };
    Write::delete(Key::member(game, group, user))
        .when(PRESENT)
        .when(&format!("{negation}{ADMIN}"))
        .value("admins", role::ADMINS)
        .or_judge(move |item| Ok(if item.is_none() { Refusal::NotMember.into() } else { changed }))
}

/// Gives a plain member the admin role in place of the member role; `changed` says what it means that this cannot be.
pub(super) fn promote<V: Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
    changed: impl FnOnce(bool) -> V + Send + 'static,
) -> Step<V> {
    Write::update(Key::member(game, group, user))
        .set("roles", &role::only(role::ADMINS))
        .when(PRESENT)
        .when(&format!("NOT {ADMIN}"))
        .value("admins", role::ADMINS)
        .or_judge(|item| Ok(changed(item.is_some())))
}
