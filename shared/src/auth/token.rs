//! Authentication tokens: signed, not stored, so that checking one costs no round trip.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::App;
use crate::auth::caller::{Authority, Caller};
use crate::auth::keys::Purpose;
use crate::domain::ids::{GameId, UserId};
use crate::error::{Error, Refusal};
use crate::limits::Limits;

/// What a token says, in the fewest bytes: it travels with every request.
#[derive(Serialize, Deserialize)]
struct Claims {
    #[serde(rename = "g")]
    game: GameId,
    #[serde(rename = "u")]
    user: UserId,
    #[serde(rename = "i", with = "jiff::fmt::serde::timestamp::second::required")]
    issued_at: Timestamp,
    #[serde(rename = "e", with = "jiff::fmt::serde::timestamp::second::required")]
    expires_at: Timestamp,
}

/// A new token for a user of a game.
pub fn issue(app: &App, game: GameId, user: UserId) -> Result<String, Error> {
    let issued_at = app.now();
    let expires_at = issued_at.checked_add(Limits::TOKEN_LIFETIME).map_err(Error::internal)?;
    app.keys.sign(Purpose::Token, &Claims { game, user, issued_at, expires_at })
}

/// Whom a token stands for. A token is valid until the second in which it expires.
pub fn authenticate(app: &App, token: &str) -> Result<Caller, Refusal> {
    let claims: Claims = app.keys.verify(Purpose::Token, token).ok_or(Refusal::TokenInvalid)?;
    if claims.expires_at <= app.now() {
        return Err(Refusal::TokenExpired);
    }
    Ok(Caller { game: claims.game, user: claims.user, authority: Authority::User })
}
