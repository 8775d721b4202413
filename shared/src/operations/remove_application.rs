//! Remove an application: an admin declines it, or the applicant takes it back.

use jiff::Timestamp;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::guard::{PENDING, group_is_live, permit};
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{Seconds, Write};

/// Removes a pending application, as `action` (to answer it, or to cancel it) permits.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::ConnectionNotFound`].
pub async fn remove_application(
    app: &App,
    caller: &Caller,
    action: Action,
    group: GroupId,
    user: UserId,
    connection: Option<ConnectionId>,
) -> Result<(), Error> {
    Transaction::<Refusal>::new(permit(caller, action, group, user)?)
        .and([
            group_is_live(caller.game, group),
            take_application(caller.game, group, user, connection, app.now()),
        ])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}

/// Takes a pending application out; the one with that id, where an id is given.
pub(super) fn take_application<V: From<Refusal> + Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
    connection: Option<ConnectionId>,
    now: Timestamp,
) -> Step<V> {
    take(Key::application(game, group, user), connection, now)
}

/// Takes a pending row out; the one with that connection id, where an id is given.
pub(super) fn take<V: From<Refusal> + Send + 'static>(
    key: Key,
    connection: Option<ConnectionId>,
    now: Timestamp,
) -> Step<V> {
    let take = Write::delete(key).when(PENDING).value("now", Seconds(now));
    match connection {
        None => take,
        Some(id) => take.when("#connection_id = :connection").value("connection", id.get()),
    }
    .or_else(Refusal::ConnectionNotFound)
}
