//! Remove an invitation: the invited user declines it, or an admin takes it back.

use jiff::Timestamp;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GameId, GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::guard::{group_is_live, permit};
use crate::operations::remove_application::take;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::{Step, Transaction};

/// Removes a pending invitation, as `action` (to answer it, or to cancel it) permits.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::ConnectionNotFound`].
pub async fn remove_invitation(
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
            take_invitation(caller.game, group, user, connection, app.now()),
        ])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}

/// Takes a pending invitation out; the one with that id, where an id is given.
pub(super) fn take_invitation<V: From<Refusal> + Send + 'static>(
    game: GameId,
    group: GroupId,
    user: UserId,
    connection: Option<ConnectionId>,
    now: Timestamp,
) -> Step<V> {
    take(Key::invitation(game, group, user), connection, now)
}
