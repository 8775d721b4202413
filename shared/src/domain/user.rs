//! A user of one game.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::absent::is_zero;
use crate::domain::ids::UserId;
use crate::domain::name::Username;
use crate::domain::text::BadText;
use crate::error::Refusal;

/// An e-mail address. It has no `Display`, and its `Debug` hides it: an address never reaches a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(inline, extend("format" = "email", "maxLength" = Self::MAX)))]
#[cfg_attr(feature = "schema", schemars(extend("pattern" = r#"^[^@\s"\\]+@[^@\s"\\]+$"#)))]
pub struct Email(String);

impl Email {
    /// The most bytes that an address can have (RFC 5321, section 4.5.3.1.3).
    const MAX: usize = 254;

    /// The form under which it is unique in its game.
    pub fn folded(&self) -> String {
        crate::domain::text::fold(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        let text = crate::domain::text::line(&text, Self::MAX)?;
        if text.len() > Self::MAX {
            return Err(BadText::TooLong { max: Self::MAX, unit: "bytes" });
        }
        // Only a message that arrives proves an address: this refuses what cannot be one, and names in quotes, as browsers do
        // (<https://html.spec.whatwg.org/#valid-e-mail-address>): in an answer each of their signs weighs as much as four.
        let is_odd = |c: char| c.is_whitespace() || c == '"' || c == '\\';
        match text.split_once('@') {
            Some((name, host))
                if !name.is_empty()
                    && !host.is_empty()
                    && !host.contains('@')
                    && !text.contains(is_odd) =>
            {
                Ok(Self(text))
            }
            Some(_) | None => Err(BadText::Form("an e-mail address")),
        }
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(..)")
    }
}

/// A user as others see them.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    /// See [`Account::user_id`].
    pub user_id: UserId,
    /// See [`Account::username`].
    pub username: Username,
    /// See [`Account::email`].
    #[serde(default)]
    pub email: Option<Email>,
    /// See [`Account::credits`].
    pub credits: i64,
    /// See [`Account::score`].
    pub score: i64,
    /// See [`Account::revocations`].
    #[serde(default)]
    pub revocations: u32,
    /// When they were erased, if they were.
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub erased_at: Option<Timestamp>,
}

/// A user whom others ask about: what they see of everyone, and when and how often the user has logged in.
#[derive(Debug, Clone, Deserialize)]
pub struct UserWithLogins {
    /// See [`Account::user_id`].
    pub user_id: UserId,
    /// See [`Account::username`].
    pub username: Username,
    /// See [`Account::email`].
    #[serde(default)]
    pub email: Option<Email>,
    /// See [`Account::credits`].
    pub credits: i64,
    /// See [`Account::score`].
    pub score: i64,
    /// See [`Account::last_login`].
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub last_login: Timestamp,
    /// See [`Account::number_of_logins`].
    pub number_of_logins: u32,
}

impl From<UserWithLogins> for User {
    fn from(user: UserWithLogins) -> Self {
        Self {
            user_id: user.user_id,
            username: user.username,
            email: user.email,
            credits: user.credits,
            score: user.score,
            revocations: 0,
            erased_at: None,
        }
    }
}

impl From<Account> for User {
    fn from(account: Account) -> Self {
        Self {
            user_id: account.user_id,
            username: account.username,
            email: account.email,
            credits: account.credits,
            score: account.score,
            revocations: account.revocations,
            erased_at: None,
        }
    }
}

/// A user as stored, with what concerns nobody else.
#[derive(Clone, Serialize, Deserialize)]
pub struct Account {
    /// Which user.
    pub user_id: UserId,
    /// Unique within the game.
    pub username: Username,
    /// Unique within the game; shown only to the user and to fellow members. Who signs in by a custom id has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Argon2id, in PHC form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_hash: Option<String>,
    /// The game's currency.
    pub credits: i64,
    /// The game's score.
    pub score: i64,
    /// Sign-ups and sign-ins so far.
    pub number_of_logins: u32,
    /// When the user signed up.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub created_at: Timestamp,
    /// When the user last signed up or in.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub last_login: Timestamp,
    /// How often all of the user's tokens were revoked: a token tells how often they had been when it was handed out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revocations: u32,
    /// Since when the user may not sign in.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::timestamp::millisecond::optional"
    )]
    pub banned_at: Option<Timestamp>,
}

/// Whether a user is let in, where nothing else of them is of interest.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Access {
    /// See [`Account::revocations`].
    #[serde(default)]
    pub revocations: u32,
    /// See [`Account::banned_at`].
    #[serde(default, with = "jiff::fmt::serde::timestamp::millisecond::optional")]
    pub banned_at: Option<Timestamp>,
}

impl Access {
    /// Refuses who may not sign in.
    ///
    /// # Errors
    /// [`Refusal::Banned`].
    pub fn refuse_banned(self) -> Result<Self, Refusal> {
        match self.banned_at {
            None => Ok(self),
            Some(_) => Err(Refusal::Banned),
        }
    }
}

impl From<&Account> for Access {
    fn from(account: &Account) -> Self {
        Self { revocations: account.revocations, banned_at: account.banned_at }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_at_with_something_on_both_sides() {
        for (text, valid) in [
            ("ada@example.com", true),
            (" ada@example.com ", true),
            ("ada+guild@host", true),
            ("ada", false),
            ("@example.com", false),
            ("ada@", false),
            ("a@b@c", false),
            ("a da@example.com", false),
            ("\"ada\"@example.com", false),
            ("a\\da@example.com", false),
            (&format!("{}@example.com", "a".repeat(242)), true),
            (&format!("{}@example.com", "a".repeat(243)), false),
            (&format!("{}@example.com", "é".repeat(121)), true),
            (&format!("{}a@example.com", "é".repeat(121)), false),
            ("", false),
        ] {
            assert_eq!(Email::try_from(text.to_owned()).is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_when_it_is_debugged() {
        let email = Email::try_from("ada@example.com".to_owned()).unwrap();
        assert_eq!(format!("{email:?}"), "Email(..)");
    }
}
