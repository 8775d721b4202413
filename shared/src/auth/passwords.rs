//! Passwords: Argon2id, so that a stolen table does not give them away.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, Params};
use serde::Deserialize;

use crate::auth::caller::Caller;
use crate::auth::secrets::Secret;
use crate::domain::ids::GameId;
use crate::domain::text::BadText;
use crate::domain::user::Account;
use crate::error::{Error, Refusal};

/// A password that may be chosen: 6 to 128 characters.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline, extend("format" = "password")))]
#[cfg_attr(feature = "schema", schemars(extend("minLength" = Self::MIN, "maxLength" = Self::MAX)))]
pub struct Password(Secret);

impl Password {
    const MIN: usize = 6;
    const MAX: usize = 128;
}

impl TryFrom<String> for Password {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        match text.chars().count() {
            ..Self::MIN => Err(BadText::TooShort { min: Self::MIN }),
            Self::MIN..=Self::MAX => Ok(Self(Secret::new(text))),
            _ => Err(BadText::TooLong { max: Self::MAX, unit: "characters" }),
        }
    }
}

impl Password {
    /// Whether this is what was typed.
    pub fn is(&self, typed: &Secret) -> bool {
        self.0.expose() == typed.expose()
    }
}

/// How dear a hash is.
#[derive(Debug, Clone)]
pub struct Passwords {
    params: Params,
}

impl Default for Passwords {
    /// 19 MiB, two passes, one lane: the first choice of OWASP's Password Storage Cheat Sheet for Argon2id.
    fn default() -> Self {
        Self { params: Params::DEFAULT }
    }
}

impl Passwords {
    /// The cheapest parameters that Argon2 allows: for tests, which sign up hundreds of users.
    pub fn cheap() -> Self {
        Self { params: Params::new(Params::MIN_M_COST, 1, 1, None).unwrap_or(Params::DEFAULT) }
    }

    /// The hash to store, in PHC form.
    pub fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<String, Error> {
        self.hash_secret(&password.0, salt)
    }

    fn hash_secret(&self, password: &Secret, salt: [u8; 16]) -> Result<String, Error> {
        self.argon2()
            .hash_password_with_salt(password.expose().as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|cause| Error::internal(cause.to_string()))
    }

    /// The user of that account, if what was typed is its password.
    ///
    /// Without an account, or for one without a password, it takes as long to refuse: the time tells nothing.
    ///
    /// # Errors
    /// [`Refusal::CredentialsInvalid`].
    pub(crate) fn authenticate(
        &self,
        game: GameId,
        account: Option<Account>,
        typed: &Secret,
    ) -> Result<(Caller, Account), Error> {
        let hash = account.as_ref().and_then(|account| account.password_hash.as_deref());
        let is_right = self.verify(typed, hash)?;
        let account = account.filter(|_| is_right).ok_or(Refusal::CredentialsInvalid)?;
        Ok((Caller::user_of(game, account.user_id, account.revocations), account))
    }

    /// Whether `hash` was made from what was typed, which need not be a password that may be chosen.
    fn verify(&self, typed: &Secret, hash: Option<&str>) -> Result<bool, Error> {
        let Some(hash) = hash else {
            self.hash_secret(typed, [0; 16])?;
            return Ok(false);
        };
        Ok(self.argon2().verify_password(typed.expose().as_bytes(), hash).is_ok())
    }

    fn argon2(&self) -> Argon2<'static> {
        Argon2::from(&self.params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    #[test]
    fn a_password_is_verified_against_its_own_hash_only() {
        let passwords = Passwords::cheap();
        let chosen = Password::try_from("correct horse".to_owned()).unwrap();
        let hash = passwords.hash(&chosen, [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$"), "{hash}");
        assert!(passwords.verify(&typed("correct horse"), Some(&hash)).unwrap());
        assert!(!passwords.verify(&typed("correct house"), Some(&hash)).unwrap());
        assert!(!passwords.verify(&typed(""), Some(&hash)).unwrap());
        assert!(!passwords.verify(&typed("correct horse"), None).unwrap());
    }

    #[test]
    fn a_password_has_6_to_128_characters_and_does_not_show() {
        assert!(Password::try_from("12345".to_owned()).is_err());
        assert!(Password::try_from("x".repeat(129)).is_err());
        let password = Password::try_from("secret".to_owned()).unwrap();
        assert_eq!(format!("{password:?}"), "Password(Secret(..))");
    }
}
