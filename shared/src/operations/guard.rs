//! The permission matrix as guards: of a transaction, or of what was read.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::error::{Error, Refusal};
use crate::permissions::{Action, Requirement, requirement};
use crate::store::Item;
use crate::store::keys::Key;
use crate::store::rows::{self, Projection, Row};
use crate::store::transaction::Step;
use crate::store::write::{PRESENT, Write};

/// Holds for a group that exists and is not deleted.
pub(super) const LIVE: &str = "attribute_exists(pk) AND attribute_not_exists(deleted_at)";

/// Holds for a member with the admin role; `:yes` is true.
pub(super) const ADMIN: &str = "is_admin = :yes";

/// Holds for a member without it.
pub(super) const NOT_ADMIN: &str = "is_admin <> :yes";

/// Holds where nothing pending lies, or only something expired that DynamoDB has not deleted yet.
pub(super) const NOT_PENDING: &str = "attribute_not_exists(pk) OR expires_at <= :now";

/// Holds for an application or invitation that has not expired.
pub(super) const PENDING: &str = "attribute_exists(pk) AND expires_at > :now";

/// The step, if one is needed, by which the database checks that `caller` may do `action` in `group`.
///
/// For the applicant's and the invitee's own actions see [`permit_about`].
pub(super) fn permit<V: From<Refusal> + Send + 'static>(
    caller: &Caller,
    action: Action,
    group: GroupId,
) -> Result<Option<Step<V>>, Refusal> {
    if caller.is_title() {
        return Ok(None);
    }
    let me = Key::member(caller.game(), group, caller.user()?);
    match requirement(action) {
        Requirement::Anyone | Requirement::User => Ok(None),
        Requirement::Applicant
        | Requirement::Invitee
        | Requirement::Title
        | Requirement::Operator => Err(Refusal::NotAuthorized),
        Requirement::Member
        | Requirement::MemberUnlessAdminsOnly
        | Requirement::Editor
        | Requirement::CreatorOrAdmin => {
            Ok(Some(Write::check(me).when(PRESENT).or_else(Refusal::NotAuthorized)))
        }
        Requirement::Admin => Ok(Some(
            Write::check(me).when(ADMIN).value("yes", true).or_else(Refusal::NotAuthorized),
        )),
    }
}

/// The same for an action that is about a user: the applicant or the invitee.
pub(super) fn permit_about<V: From<Refusal> + Send + 'static>(
    caller: &Caller,
    action: Action,
    group: GroupId,
    subject: UserId,
) -> Result<Option<Step<V>>, Refusal> {
    let is_own = matches!(requirement(action), Requirement::Applicant | Requirement::Invitee);
    if is_own && caller.speaks_for(subject) { Ok(None) } else { permit(caller, action, group) }
}

/// Whether `caller`, who is a member of the group and `is_admin` or not, or not in it, may do `action`: for operations that
/// only read.
pub(super) fn admits(caller: &Caller, action: Action, is_admin: Option<bool>) -> bool {
    match requirement(action) {
        _ if caller.is_title() => true,
        Requirement::Anyone | Requirement::User => true,
        Requirement::Member
        | Requirement::MemberUnlessAdminsOnly
        | Requirement::Editor
        | Requirement::CreatorOrAdmin => is_admin.is_some(),
        Requirement::Admin => is_admin == Some(true),
        Requirement::Applicant
        | Requirement::Invitee
        | Requirement::Title
        | Requirement::Operator => false,
    }
}

/// The step that insists that a user exists.
pub(super) fn user_exists<V: From<Refusal> + Send + 'static>(
    game: GameId,
    user: UserId,
) -> Step<V> {
    Write::check(Key::user(game, user)).when(PRESENT).or_else(Refusal::UserNotFound)
}

/// The group that stood in the way of a condition, if it is there and not deleted.
pub(super) fn live_group(item: Option<Item>) -> Result<Option<Group>, Error> {
    Ok(item.map(rows::from_item::<Group>).transpose()?.filter(Group::is_live))
}

/// The row that stood in the way of a condition that only a row can fail.
pub(super) fn found<R: Row>(item: Option<Item>) -> Result<R, Error> {
    rows::from_item(item.ok_or_else(|| Error::internal("a condition failed without its item"))?)
}

/// The group and the caller's membership in it, read at once. [`Refusal::GroupNotFound`] where there is no such group.
pub(super) async fn group_and_me(
    app: &App,
    caller: &Caller,
    group: GroupId,
) -> Result<(Group, Option<Member>), Error> {
    let mut keys = vec![Key::group(caller.game(), group)];
    keys.extend(caller.acting_user().map(|user| Key::member(caller.game(), group, user)));
    let kinds = Projection::kinds::<Group>().and::<Member>();
    let mut items = app.store.get_items(keys, kinds).await?;
    let me = rows::take(&mut items)?.pop();
    match rows::take::<Group>(&mut items)?.pop().filter(Group::is_live) {
        Some(group) => Ok((group, me)),
        None => Err(Refusal::GroupNotFound.into()),
    }
}
