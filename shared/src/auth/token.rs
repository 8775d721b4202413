//! Authentication tokens: signed, not stored, so that checking one costs no round trip.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::caller::Caller;
use crate::auth::keys::{Keys, Purpose};
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
    #[serde(rename = "i", with = "jiff::fmt::serde::timestamp::second::required")]
    issued_at: Timestamp,
    #[serde(rename = "e", with = "jiff::fmt::serde::timestamp::second::required")]
    expires_at: Timestamp,
}

/// A signed token, and the second in which it expires.
#[derive(Debug, Clone)]
pub struct Token {
    /// For the caller to send.
    pub text: String,
    /// From then on it is not accepted.
    pub expires_at: Timestamp,
}

/// A new token for a user of a game, or for the game itself.
pub fn issue(
    keys: &Keys,
    issued_at: Timestamp,
    purpose: Purpose,
    game: GameId,
    user: Option<UserId>,
) -> Result<Token, Error> {
    let expires_at = issued_at.checked_add(Limits::TOKEN_LIFETIME).map_err(Error::internal)?;
    let claims = Claims { game, user, issued_at, expires_at };
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
        Some(user) => Caller::user_of(claims.game, user),
        None => Caller::title_of(claims.game),
    })
}
