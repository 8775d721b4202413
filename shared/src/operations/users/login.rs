//! Log in by a custom id, and exchange credentials for tokens: where PlayFab's clients get theirs.

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::App;
use crate::Call;
use crate::auth::caller::Caller;
use crate::auth::keys::Purpose;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Token};
use crate::decision::Decision;
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::domain::name::{CustomId, Username};
use crate::domain::user::Account;
use crate::error::{Error, Refusal};
use crate::operations::users::sign_in::note_login;
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::write::{ABSENT, Write};

/// A user who logged in.
#[derive(Debug, Clone)]
pub struct Login {
    pub user: UserId,
    /// Whether the account was made just now.
    pub newly_created: bool,
    /// To call with.
    pub token: Token,
    /// To get another token with.
    pub session: Token,
}

/// Logs a user in; where there is none with that custom id, makes one if `create` says so.
pub async fn login_with_custom_id<'a>(
    call: &Call<'a, ()>,
    game: GameId,
    custom_id: &CustomId,
    create: bool,
) -> Result<Decision<'a, Login>, Error> {
    let store = &call.app.store;
    let key = Key::custom_id(game, custom_id);
    let (known, claim) =
        try_join(store.get::<Game>(Key::game(game)), store.get::<Claim>(key.clone())).await?;
    known.ok_or(Refusal::GameNotFound)?;
    if let Some(claim) = claim {
        let user = i64::from(claim.holder).try_into().map_err(Error::internal)?;
        let writes = vec![note_login(game, user, call.now)];
        return Ok(Decision::writing(log_in(call, game, user, false)?, writes));
    }
    if !create {
        return Err(Refusal::AccountNotFound.into());
    }
    let user = call.app.entropy.id()?;
    let writes = new_account(game, user, key, call.now)?;
    Ok(Decision::writing(log_in(call, game, user, true)?, writes))
}

fn new_account(
    game: GameId,
    user: UserId,
    custom_id: Key,
    now: Timestamp,
) -> Result<Vec<Write>, Error> {
    // A name that others can see, and that nobody else has: the id as PlayFab writes it.
    let username = Username::try_from(user.to_hex()).map_err(Error::internal)?;
    let name = Claim::new(Key::username(game, &username), user);
    let account = Account {
        user_id: user,
        username,
        email: None,
        password_hash: None,
        credits: 0,
        score: 0,
        number_of_logins: 1,
        created_at: now,
        last_login: now,
    };
    Ok(vec![
        Write::put(game, &Claim::new(custom_id, user))?.when(ABSENT),
        Write::put(game, &name)?.when(ABSENT),
        Write::put(game, &account)?.when(ABSENT),
    ])
}

fn log_in(
    call: &Call<'_, ()>,
    game: GameId,
    user: UserId,
    newly_created: bool,
) -> Result<Login, Error> {
    let keys = &call.app.keys;
    Ok(Login {
        user,
        newly_created,
        token: token::issue(keys, call.now, Purpose::Token, game, Some(user))?,
        session: token::issue(keys, call.now, Purpose::Session, game, Some(user))?,
    })
}

/// The game itself, if that is its secret key.
pub async fn authenticate_title(app: &App, key: &Secret) -> Result<Caller, Error> {
    let game = key.game().ok_or(Refusal::ServiceKeyInvalid)?;
    let known = app.store.get::<Game>(Key::game(game)).await?.ok_or(Refusal::ServiceKeyInvalid)?;
    Ok(Caller::by_secret_key(&known, key, None)?)
}
