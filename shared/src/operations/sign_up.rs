//! Sign up: become a user of a game.

use crate::App;
use crate::auth::keys::Purpose;
use crate::auth::passwords::Password;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Token};
use crate::domain::ids::GameId;
use crate::domain::name::Username;
use crate::domain::user::{Account, Email};
use crate::error::{Error, Refusal};
use crate::operations::PLANS;
use crate::operations::verify_game::find_game;
use crate::store::keys::Key;
use crate::store::rows::Claim;
use crate::store::transaction::Transaction;
use crate::store::write::{ABSENT, Write};

/// Who signs up.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// For which game.
    pub game: GameId,
    /// That game's token.
    pub game_token: Secret,
    /// Unique within the game.
    pub username: Username,
    /// Unique within the game.
    pub email: Email,
    /// To sign in with.
    pub password: Password,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    Refused(Refusal),
    IdTaken,
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Makes a user, and a token for them.
///
/// # Errors
/// [`Refusal::GameNotFound`], [`Refusal::UsernameTaken`], [`Refusal::EmailTaken`].
pub async fn sign_up(app: &App, new: NewUser) -> Result<(Account, Token), Error> {
    find_game(app, new.game, &new.game_token).await?.ok_or(Refusal::GameNotFound)?;
    let now = app.now();
    let mut account = Account {
        user_id: app.entropy.id()?,
        username: new.username,
        email: Some(new.email.clone()),
        password_hash: Some(app.passwords.hash(&new.password, app.entropy.bytes()?)?),
        credits: 0,
        score: 0,
        number_of_logins: 1,
        created_at: now,
        last_login: now,
    };
    for _ in 0..PLANS {
        match steps(new.game, &account, &new.email)?.commit(&app.store).await? {
            Ok(()) => {
                let token = token::issue(
                    &app.keys,
                    app.now(),
                    Purpose::Token,
                    new.game,
                    Some(account.user_id),
                )?;
                return Ok((account, token));
            }
            Err(Obstacle::IdTaken) => account.user_id = app.entropy.id()?,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
    Err(Error::Busy)
}

fn steps(game: GameId, account: &Account, email: &Email) -> Result<Transaction<Obstacle>, Error> {
    let username = Claim::new(Key::username(game, &account.username), account.user_id);
    let email = Claim::new(Key::email(game, email), account.user_id);
    Ok(Transaction::new([
        Write::put(game, &username)?.when(ABSENT).or_else(Refusal::UsernameTaken),
        Write::put(game, &email)?.when(ABSENT).or_else(Refusal::EmailTaken),
        Write::put(game, account)?.when(ABSENT).or_else(Obstacle::IdTaken),
    ]))
}
