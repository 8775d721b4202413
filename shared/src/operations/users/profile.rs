//! Users as others see them.

use std::collections::HashMap;

use crate::Call;
use crate::domain::ids::UserId;
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;

/// A user, and whether the caller may read the address.
#[derive(Debug, Clone)]
pub struct Profile {
    pub user: User,
    /// Addresses are for oneself and for the game; for fellow members only where the deployment says so.
    pub shows_email: bool,
}

impl Profile {
    /// `user` as the caller sees them; `fellow` says whether both are members of the group that is being read.
    pub fn of(call: &Call<'_>, user: User, fellow: bool) -> Self {
        let shows_email =
            call.caller.speaks_for(user.user_id) || (fellow && call.app.limits.show_emails);
        Self { user, shows_email }
    }
}

/// One user of the caller's game.
pub async fn user(call: Call<'_>, user: UserId) -> Result<User, Error> {
    let key = Key::user(call.game(), user);
    Ok(call.app.store.get(key).await?.ok_or(Refusal::UserNotFound)?)
}

/// Users of the caller's game, by id.
pub(in crate::operations) async fn users(
    call: &Call<'_>,
    ids: Vec<UserId>,
) -> Result<HashMap<UserId, User>, Error> {
    let keys = ids.into_iter().map(|id| Key::user(call.game(), id)).collect();
    let users: Vec<User> = call.app.store.get_all(keys).await?;
    for user in &users {
        call.caller.refuse_revoked(user.user_id, user.revocations)?;
    }
    Ok(users.into_iter().map(|user| (user.user_id, user)).collect())
}
