//! Accept an application: an admin lets the applicant in.

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::error::{Error, Refusal};
use crate::operations::guard::permit;
use crate::operations::membership::{Entry, admit};
use crate::operations::remove_application::take_application;
use crate::permissions::Action;
use crate::store::keys::Key;
use crate::store::transaction::Transaction;
use crate::store::write::Write;

/// Makes the applicant a member. `connection` is the application's id where the caller names it.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], [`Refusal::Blocked`], [`Refusal::AlreadyMember`],
/// [`Refusal::ConnectionNotFound`], [`Refusal::GroupFull`].
pub async fn accept_application(
    app: &App,
    caller: &Caller,
    group: GroupId,
    user: UserId,
    connection: Option<ConnectionId>,
) -> Result<(), Error> {
    let game = caller.game;
    let now = app.now();
    // One's own application is for others to accept; and one transaction cannot touch one membership twice.
    if !caller.is_title() && caller.user == user {
        return Err(Refusal::NotAuthorized.into());
    }
    Transaction::<Refusal>::new(permit(caller, Action::AnswerApplication, group, user)?)
        .and([take_application(game, group, user, connection, now)])
        .and(admit(Entry { game, group, user, now })?)
        .and([Write::delete(Key::invitation(game, group, user)).always()])
        .commit(&app.store)
        .await?
        .map_err(Error::from)
}
