//! What something is called where it is from.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::ids::{GameId, GroupId};
use crate::domain::text::BadText;

/// Where groups are from: a service and a game there, as `guildhall:1`. Ids mean something there alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Source(String);

impl Source {
    const MAX: usize = 100;

    /// A game of Guildhall's.
    pub fn game(game: GameId) -> Self {
        Self(format!("guildhall:{game}"))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Source {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        if is_plain(&text, Self::MAX) {
            return Ok(Self(text));
        }
        Err(BadText::Form("1 to 100 letters, digits or any of . : _ -"))
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.0
    }
}

/// Whether a text can be part of a key: it has no `#`, and no more than so many letters.
fn is_plain(text: &str, max: usize) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".:_-".contains(&byte);
    (1..=max).contains(&text.len()) && text.bytes().all(is_plain)
}

/// The id of a group or a user where it is from: a number, or a text such as PlayFab's 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct LineId(Written);

/// How an id is written. What can be an id here is a number, however it was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "must be a whole number, or a text of up to 64 letters, digits or any of . : _ -"
)]
enum Written {
    Number(u64),
    Text(String),
}

impl LineId {
    const MAX: usize = 64;

    /// The id here that is the same, where there can be one.
    pub fn kept<Id: TryFrom<i64>>(&self) -> Option<Id> {
        match self.0 {
            Written::Number(number) => Id::try_from(i64::try_from(number).ok()?).ok(),
            Written::Text(_) => None,
        }
    }
}

impl TryFrom<Written> for LineId {
    type Error = BadText;

    fn try_from(written: Written) -> Result<Self, BadText> {
        let text = match written {
            Written::Number(number) => number.to_string(),
            Written::Text(text) => text,
        };
        if !is_plain(&text, Self::MAX) {
            return Err(BadText::Form("up to 64 letters, digits or any of . : _ -"));
        }
        let hex = GroupId::from_hex(&text).ok();
        // With zeros before it, a number would be another text than it was.
        let number =
            Some(&text).filter(|text| !text.starts_with('0')).and_then(|it| it.parse().ok());
        Ok(Self(match hex.or(number) {
            Some(id) => Written::Number(id.get().into()),
            None => Written::Text(text),
        }))
    }
}

impl From<LineId> for Written {
    fn from(id: LineId) -> Self {
        id.0
    }
}

impl From<u32> for LineId {
    fn from(id: u32) -> Self {
        Self(Written::Number(id.into()))
    }
}

impl fmt::Display for LineId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Written::Number(number) => number.fmt(formatter),
            Written::Text(text) => text.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_can_be_an_id_here_is_a_number_and_everything_else_a_text() {
        for (written, read) in [
            (json!(7), json!(7)),
            (json!("7"), json!(7)),
            (json!("0000000000000007"), json!(7)),
            (json!(2_147_483_648_u64), json!("2147483648")),
            (json!("562D72A5B184F612"), json!("562D72A5B184F612")),
            (json!("007"), json!("007")),
            (json!(0), json!("0")),
        ] {
            let id: LineId = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(json!(id), read, "{written}");
            assert_eq!(id.kept::<GroupId>().is_some(), read.is_number(), "{written}");
        }
        for written in
            [json!(""), json!("a b"), json!(-1), json!(7.5), json!(null), json!("x".repeat(65))]
        {
            assert!(serde_json::from_value::<LineId>(written.clone()).is_err(), "{written}");
        }
    }
}
