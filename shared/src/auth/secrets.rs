//! Secrets that Guildhall makes and then knows only as hashes: game tokens and secret keys.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::domain::game::{Game, OldSecret};
use crate::domain::ids::GameId;

/// A secret as a caller gave it. It has no `Display`, and its `Debug` hides it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline, extend("format" = "password")))]
pub struct Secret(String);

impl Secret {
    /// Wraps what a caller gave.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself: to hash it, or to hand it to whom it belongs.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The hash under which it is stored. One round is enough: these secrets are 256 random bits.
    pub fn hash(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(&self.0))
    }

    /// Whether this is the secret that `hash` was made from; in constant time.
    pub fn matches(&self, hash: &str) -> bool {
        self.hash().as_bytes().ct_eq(hash.as_bytes()).into()
    }

    /// Whether this is the token of that game, which is open.
    pub fn is_token_of(&self, game: &Game, now: Timestamp) -> bool {
        self.is_either(&game.game_token_hash, game.old_game_token.as_ref(), now) && game.is_open()
    }

    /// How often the secret key of that game, which is open, had been replaced when this one was made; nothing where this is none.
    pub fn key_changes_of(&self, game: &Game, now: Timestamp) -> Option<u32> {
        let is_key = self.is_either(&game.secret_key_hash, game.old_secret_key.as_ref(), now)
            && game.is_open();
        let since = u32::from(!self.matches(&game.secret_key_hash));
        is_key.then(|| game.key_changes.saturating_sub(since))
    }

    /// Whether this is the present secret, or the one before while that is good. It is compared with two in any case, so the time
    /// tells neither which of them it is nor whether there is a second one.
    fn is_either(&self, present: &str, old: Option<&OldSecret>, now: Timestamp) -> bool {
        let old = old.filter(|old| old.valid_until > now).map_or(present, |old| &*old.hash);
        let hash = self.hash();
        let is = |other: &str| hash.as_bytes().ct_eq(other.as_bytes());
        (is(present) | is(old)).into()
    }

    /// The game that a secret key names: `<game id>.<random>`, so that the key alone finds its game.
    pub fn game(&self) -> Option<GameId> {
        self.0.split_once('.')?.0.parse().ok()
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_matches_its_own_hash_only() {
        let secret = Secret::new("7.abc".to_owned());
        assert!(secret.matches(&secret.hash()));
        assert!(!Secret::new("7.abd".to_owned()).matches(&secret.hash()));
        assert!(!secret.matches(""));
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn a_secret_key_names_its_game() {
        assert_eq!(Secret::new("7.abc".to_owned()).game(), GameId::try_from(7).ok());
        assert_eq!(Secret::new("abc".to_owned()).game(), None);
        assert_eq!(Secret::new("x.abc".to_owned()).game(), None);
    }
}
