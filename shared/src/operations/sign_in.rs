//! Sign in: a token for whoever knows an address and its password.

use futures_util::future::try_join;

use crate::App;
use crate::auth::keys::Purpose;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Token};
use crate::domain::ids::{GameId, UserId};
use crate::domain::user::{Account, Email};
use crate::error::{Error, Refusal};
use crate::operations::get_user::{Connections, by_user, connections};
use crate::operations::verify_game::find_game;
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::transaction::Transaction;
use crate::store::write::{Milliseconds, PRESENT, Write};

/// Who signs in.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// To which game.
    pub game: GameId,
    /// That game's token; clients may leave it out, but a wrong one is refused.
    pub game_token: Option<Secret>,
    /// The address that the user signed up with.
    pub email: Email,
    /// The password, as typed.
    pub password: Secret,
}

/// A user who signed in.
#[derive(Clone)]
pub struct Session {
    /// The user.
    pub account: Account,
    /// The token.
    pub token: Token,
    /// What connects the user to groups.
    pub connections: Connections,
}

/// Signs a user in.
///
/// # Errors
/// [`Refusal::GameNotFound`] for a wrong game token, [`Refusal::CredentialsInvalid`] for everything else:
/// neither the answer nor its time tells whether there is such a user.
pub async fn sign_in(app: &App, credentials: Credentials) -> Result<Session, Error> {
    let Credentials { game, game_token, email, password } = credentials;
    let (claim, ()) = try_join(
        app.store.get::<Claim>(Key::email(game, &email)),
        check_game(app, game, game_token),
    )
    .await?;
    // Without a user, somebody else's rows are read and thrown away: the time tells nothing.
    let user: UserId = match &claim {
        Some(claim) => i64::from(claim.holder).try_into().map_err(Error::internal)?,
        None => app.entropy.id()?,
    };
    let found = app.store.get::<Account>(Key::user(game, user)).await?;
    let (caller, account) = app.passwords.authenticate(game, claim.and(found), &password)?;
    // Only now: reading them takes as long as there are groups, which is nobody else's to know.
    let items = by_user(app, &caller, user).await?;
    let (connections, ()) =
        try_join(connections(app, &caller, items), note_login(app, game, user)).await?;
    let number_of_logins = account.number_of_logins + 1;
    Ok(Session {
        token: token::issue(&app.keys, app.now(), Purpose::Token, game, Some(user))?,
        account: Account { last_login: app.now(), number_of_logins, ..account },
        connections,
    })
}

async fn check_game(app: &App, game: GameId, token: Option<Secret>) -> Result<(), Error> {
    if let Some(token) = token {
        find_game(app, game, &token).await?.ok_or(Refusal::GameNotFound)?;
    }
    Ok(())
}

/// Counts a login.
pub(super) async fn note_login(app: &App, game: GameId, user: UserId) -> Result<(), Error> {
    let note = Write::update(Key::user(game, user))
        .set("last_login", Milliseconds(app.now()))
        .increase("number_of_logins", 1)
        .when(PRESENT)
        .or_else(Refusal::CredentialsInvalid);
    Transaction::<Refusal>::new([note]).commit(&app.store).await?.map_err(Error::from)
}
