//! Users as others see them.

use std::collections::HashMap;

use futures_util::future::join;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::ids::UserId;
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;

/// A user, and whether the caller may read the address.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The user.
    pub user: User,
    /// Addresses are for oneself and for the game; for fellow members only where the deployment says so.
    pub shows_email: bool,
}

impl Profile {
    /// `user` as `caller` sees them; `fellow` says whether both are members of the group that is being read.
    pub fn of(app: &App, caller: &Caller, user: User, fellow: bool) -> Self {
        let shows_email = caller.speaks_for(user.user_id) || (fellow && app.limits.show_emails);
        Self { user, shows_email }
    }
}

/// One user of the caller's game.
///
/// # Errors
/// [`Refusal::UserNotFound`].
pub async fn user(app: &App, caller: &Caller, user: UserId) -> Result<User, Error> {
    let key = Key::user(caller.game(), user);
    Ok(app.store.get(key).await?.ok_or(Refusal::UserNotFound)?)
}

/// Users of the caller's game, by id.
pub(super) async fn users(
    app: &App,
    caller: &Caller,
    ids: Vec<UserId>,
) -> Result<HashMap<UserId, User>, Error> {
    let keys = ids.into_iter().map(|id| Key::user(caller.game(), id)).collect();
    let users: Vec<User> = app.store.get_all(keys).await?;
    Ok(users.into_iter().map(|user| (user.user_id, user)).collect())
}

/// Does `write` and at the same time reads the user whom its answer shows, outside of any group.
///
/// # Errors
/// Those of `write`, [`Refusal::UserNotFound`], and [`Error::OutcomeUnknown`] where the time was over before the user was read.
pub async fn beside<T>(
    write: impl Future<Output = Result<T, Error>>,
    app: &App,
    caller: &Caller,
    id: UserId,
) -> Result<(T, Profile), Error> {
    let (written, read) = join(write, user(app, caller, id)).await;
    let written = written?;
    let user = read.map_err(Error::after_a_write)?;
    Ok((written, Profile::of(app, caller, user, false)))
}
