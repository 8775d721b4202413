//! The one way into a group and the one way out: rows and counts move together, under the conditions that keep the rules.

use jiff::Timestamp;

use crate::domain::group::{Admission, Group};
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::role::{RoleId, Roles};
use crate::error::{Error, Refusal};
use crate::operations::guard::{ADMIN, LIVE, NOT_ADMIN, live_group};
use crate::operations::pending_count;
use crate::store::Item;
use crate::store::keys::Key;
use crate::store::transaction::Step;
use crate::store::write::{ABSENT, PRESENT, Write};

/// What a plan takes a group's special roles to be. Most groups keep those that they began with, so nothing need be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Assumed {
    /// The role whose holders are the group's admins.
    pub admin_role: RoleId,
    /// The role of everyone who joins.
    pub member_role: RoleId,
}

impl Default for Assumed {
    fn default() -> Self {
        Self { admin_role: RoleId::admins(), member_role: RoleId::members() }
    }
}

impl From<&Group> for Assumed {
    fn from(group: &Group) -> Self {
        Self { admin_role: group.admin_role.clone(), member_role: group.member_role.clone() }
    }
}

impl Assumed {
    /// Makes `write`, to a group's row, insist on the assumption.
    pub fn guard(&self, write: Write) -> Write {
        write
            .when("admin_role = :admin_role AND member_role = :member_role")
            .value("admin_role", self.admin_role.as_str())
            .value("member_role", self.member_role.as_str())
    }
}

/// Who enters what, when, and in which role.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub game: GameId,
    pub group: GroupId,
    pub user: UserId,
    pub now: Timestamp,
    /// The group's member role, where nothing else is said.
    pub role: Option<RoleId>,
    pub assumed: Assumed,
}

impl Entry {
    /// An entry in the member role, into a group like most.
    pub fn new(game: GameId, group: GroupId, user: UserId, now: Timestamp) -> Self {
        Self { game, group, user, now, role: None, assumed: Assumed::default() }
    }

    fn role(&self) -> &RoleId {
        self.role.as_ref().unwrap_or(&self.assumed.member_role)
    }

    fn is_admin(&self) -> bool {
        *self.role() == self.assumed.admin_role
    }

    /// The row of the new member.
    pub fn member<V: From<Refusal> + Send + 'static>(&self) -> Result<Step<V>, Error> {
        let member = Member {
            group_id: self.group,
            user_id: self.user,
            roles: Roles::from([self.role().clone()]),
            is_admin: self.is_admin(),
            joined_at: self.now,
        };
        Ok(Write::put(self.game, &member)?.when(ABSENT).or_else(Refusal::AlreadyMember))
    }

    /// One more member, while there is room.
    fn seat(&self) -> Write {
        let mut seat = Write::update(Key::group(self.game, self.group))
            .increase("member_count", 1)
            .increase("joins", 1)
            .when(LIVE)
            .when("member_count < settings.max_group_size");
        if self.is_admin() {
            seat = seat.increase("admin_count", 1);
        }
        if let Some(role) = &self.role {
            seat = seat
                .increase("role_changes", 1)
                .when("attribute_exists(role_names.#role)")
                .name("role", role.as_str());
        }
        self.assumed.guard(seat)
    }

    /// What it means that there is no seat.
    fn no_seat<V: From<Refusal> + From<Assumed>>(&self, item: Option<Item>) -> Result<V, Error> {
        let Some(group) = live_group(item)? else { return Ok(Refusal::GroupNotFound.into()) };
        let actual = Assumed::from(&group);
        Ok(if actual != self.assumed {
            actual.into()
        } else if self.role.as_ref().is_some_and(|role| !group.roles.contains_key(role)) {
            Refusal::RoleNotFound.into()
        } else {
            Refusal::GroupFull.into()
        })
    }
}

/// Lets in a user whose application or invitation the same transaction takes out, unless blocked, already in, or the group
/// is full.
pub(super) fn admit<V>(entry: &Entry) -> Result<[Step<V>; 3], Error>
where
    V: From<Refusal> + From<Assumed> + Send + 'static,
{
    let judge = entry.clone();
    let seat = pending_count::one_less(entry.seat());
    admit_to(entry, seat.or_judge(move |item| judge.no_seat(item)))
}

/// Lets a user into a group that is open; `closed` says what is to be done about the refusal if it is not.
pub(super) fn admit_if_open<V>(
    entry: &Entry,
    closed: impl FnOnce(Refusal) -> V + Send + 'static,
) -> Result<[Step<V>; 3], Error>
where
    V: From<Refusal> + From<Assumed> + Send + 'static,
{
    let judge = entry.clone();
    let seat = entry
        .seat()
        .when("settings.can_auto_join = :yes AND settings.is_invite_only = :no")
        .value("yes", true)
        .value("no", false)
        .or_judge(move |item| match live_group(item.clone())?.map(|group| group.admission()) {
            Some(Admission::ByAnswer) => Ok(closed(Refusal::NotOpen)),
            Some(Admission::ByInvitation) => Ok(closed(Refusal::InviteOnly)),
            Some(Admission::AtOnce) | None => judge.no_seat(item),
        });
    admit_to(entry, seat)
}

fn admit_to<V: From<Refusal> + Send + 'static>(
    entry: &Entry,
    seat: Step<V>,
) -> Result<[Step<V>; 3], Error> {
    Ok([not_blocked(entry.game, entry.group, entry.user), entry.member()?, seat])
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
    Write::delete(Key::member(game, group, user))
        .when(PRESENT)
        .when(if is_admin { ADMIN } else { NOT_ADMIN })
        .value("yes", true)
        .or_judge(move |item| Ok(if item.is_none() { Refusal::NotMember.into() } else { changed }))
}

/// Gives a plain member the admin role besides the others; `changed` says what it means that this cannot be.
pub(super) fn promote<V: Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
    admin_role: &RoleId,
    changed: impl FnOnce(bool) -> V + Send + 'static,
) -> Step<V> {
    Write::update(Key::member(game, group, user))
        .set("is_admin", true)
        .add_to_set("role_ids", admin_role.as_str())
        .when(PRESENT)
        .when(NOT_ADMIN)
        .value("yes", true)
        .or_judge(|item| Ok(changed(item.is_some())))
}
