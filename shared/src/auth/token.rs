//! Authentication tokens: signed, not stored, so that checking one costs no round trip.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::caller::Caller;
use crate::auth::keys::{Keys, Purpose};
use crate::domain::absent::is_zero;
use crate::domain::ids::{GameId, UserId};
use crate::error::{Error, Refusal};
use crate::limits::Limits;

/// What a token says, in the fewest bytes: it travels with every request.
#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(rename = "g")]
    game: GameId,
    /// Nobody in a token of the game's own.
    #[serde(rename = "u", skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    /// How often the user's tokens had been revoked before, or the game's key replaced.
    #[serde(rename = "r", default, skip_serializing_if = "is_zero")]
    revocations: u32,
    #[serde(rename = "i", with = "jiff::fmt::serde::timestamp::second::required")]
    issued_at: Timestamp,
    #[serde(rename = "e", with = "jiff::fmt::serde::timestamp::second::required")]
    expires_at: Timestamp,
}

/// Whom a token is to stand for, as they are when it is handed out.
#[derive(Debug, Clone, Copy)]
pub struct Holder {
    /// The game.
    pub game: GameId,
    /// A user of it; nobody for the game itself.
    pub user: Option<UserId>,
    /// How often the user's tokens were revoked, or the game's key replaced.
    pub revocations: u32,
}

impl Holder {
    /// A user whose tokens were revoked so often.
    pub fn user(game: GameId, user: UserId, revocations: u32) -> Self {
        Self { game, user: Some(user), revocations }
    }
}

/// A signed token, and the second in which it expires.
#[derive(Debug, Clone)]
pub struct Token {
    /// For the caller to send.
    pub text: String,
    /// From then on it is not accepted.
    pub expires_at: Timestamp,
}

/// A new token for a user of a game whose tokens were never revoked, or for the game itself.
pub fn issue(
    keys: &Keys,
    issued_at: Timestamp,
    purpose: Purpose,
    game: GameId,
    user: Option<UserId>,
) -> Result<Token, Error> {
    issue_to(keys, issued_at, purpose, Holder { game, user, revocations: 0 })
}

/// A new token for whoever that is.
pub fn issue_to(
    keys: &Keys,
    issued_at: Timestamp,
    purpose: Purpose,
    holder: Holder,
) -> Result<Token, Error> {
    let Holder { game, user, revocations } = holder;
    let expires_at = issued_at.checked_add(Limits::TOKEN_LIFETIME).map_err(Error::internal)?;
    let claims = Claims { game, user, revocations, issued_at, expires_at };
    let text = keys.sign(purpose, &claims)?;
    let expires_at = Timestamp::from_second(expires_at.as_second()).map_err(Error::internal)?;
    Ok(Token { text, expires_at })
}

/// Whom a token stands for. A token is valid until the second in which it expires.
pub fn authenticate(
    keys: &Keys,
    now: Timestamp,
    purpose: Purpose,
    token: &str,
) -> Result<Caller, Refusal> {
    let claims: Claims = keys.verify(purpose, token).ok_or(Refusal::TokenInvalid)?;
    if claims.expires_at <= now {
        return Err(Refusal::TokenExpired);
    }
    Ok(match claims.user {
        Some(user) => Caller::user_of(claims.game, user, claims.revocations),
        None => Caller::title_of(claims.game, claims.revocations),
    })
}
