//! Accept an invitation: the invited user joins.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::guard::permit;
use crate::operations::membership::{Entry, admit};
use crate::operations::remove_invitation::take_invitation;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

/// Makes the invited user a member. `connection` is the invitation's id where the caller names it.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`], [`Refusal::AlreadyMember`],
/// [`Refusal::ConnectionNotFound`], [`Refusal::GroupFull`].
pub async fn accept_invitation(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    connection: Option<ConnectionId>,
) -> Result<(), Error> {
    let game = caller.game;
    let now = app.now();
    Transaction::<Refusal>::new(permit(caller, Action::AnswerInvitation, group, user)?)
        .and([take_invitation(game, group, user, connection, now)])
        .and(admit(Entry { game, group, user, now })?)
        .and([Write::delete(Key::application(game, group, user)).always()])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}
