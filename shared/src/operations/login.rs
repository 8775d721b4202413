//! Log in by a custom id, and exchange credentials for tokens: where PlayFab's clients get theirs.

use futures_util::future::try_join;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::keys::Purpose;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Token};
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::domain::name::{CustomId, Username};
use crate::domain::user::Account;
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::sign_in::note_login;
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, Write};

/// A user who logged in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The user.
    pub user: UserId,
    /// Whether the account was made just now.
    pub newly_created: bool,
    /// To call with.
    pub token: Token,
    /// To get another token with.
    pub session: Token,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// Somebody with the same custom id was faster.
    Known,
    IdTaken,
}

/// Logs a user in; where there is none with that custom id, makes one if `create` says so.
///
/// # Errors
/// [`Refusal::GameNotFound`], [`Refusal::AccountNotFound`].
pub async fn login_with_custom_id(
    app: &App,
    game: GameId,
    custom_id: &CustomId,
    create: bool,
) -> Result<Login, Error> {
    let key = Key::custom_id(game, custom_id);
    for _ in 0..PLANS {
        let (known, claim) =
            try_join(app.store.get::<Game>(Key::game(game)), app.store.get::<Claim>(key.clone()))
                .await?;
        known.ok_or(Refusal::GameNotFound)?;
        if let Some(claim) = claim {
            let user = i64::from(claim.holder).try_into().map_err(Error::internal)?;
            Transaction::new([note_login(app, game, user)]).commit(&app.store).await??;
            return log_in(app, game, user, false);
        }
        if !create {
            return Err(Refusal::AccountNotFound.into());
        }
        let user = app.entropy.id()?;
        match steps(app, game, user, key.clone())?.commit(&app.store).await? {
            Ok(()) => return log_in(app, game, user, true),
            Err(Obstacle::Known | Obstacle::IdTaken) => {}
        }
    }
    Err(Error::Busy)
}

fn steps(
    app: &App,
    game: GameId,
    user: UserId,
    custom_id: Key,
) -> Result<Transaction<Obstacle>, Error> {
    let now = app.now();
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
    Ok(Transaction::new([
        Write::put(game, &Claim::new(custom_id, user))?.when(ABSENT).or_else(Obstacle::Known),
        Write::put(game, &name)?.when(ABSENT).or_else(Obstacle::IdTaken),
        Write::put(game, &account)?.when(ABSENT).or_else(Obstacle::IdTaken),
    ]))
}

fn log_in(app: &App, game: GameId, user: UserId, newly_created: bool) -> Result<Login, Error> {
    Ok(Login {
        user,
        newly_created,
        token: token::issue(&app.keys, app.now(), Purpose::Token, game, Some(user))?,
        session: token::issue(&app.keys, app.now(), Purpose::Session, game, Some(user))?,
    })
}

/// The game itself, if that is its secret key.
///
/// # Errors
/// [`Refusal::ServiceKeyInvalid`].
pub async fn authenticate_title(app: &App, key: &Secret) -> Result<Caller, Error> {
    let game = key.game().ok_or(Refusal::ServiceKeyInvalid)?;
    let known = app.store.get::<Game>(Key::game(game)).await?.ok_or(Refusal::ServiceKeyInvalid)?;
    Ok(Caller::by_secret_key(&known, key, None)?)
}
