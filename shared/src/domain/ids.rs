//! Ids: positive integers below 2^31, because GameFuse's typed clients keep them in signed 32-bit integers.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The largest id: clients hold ids in signed 32-bit integers.
pub const MAX: u32 = i32::MAX as u32;

/// The text or number is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 to 2147483647")]
pub struct NotAnId;

/// Declares id types: alike in form, never interchangeable.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "i64", into = "u32")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(inline))]
        #[cfg_attr(feature = "schema", schemars(extend("format" = "int32", "minimum" = 1, "maximum" = MAX)))]
        pub struct $name(NonZeroU32);

        impl $name {
            /// The id as a number.
            pub const fn get(self) -> u32 {
                self.0.get()
            }
        }

        impl From<$name> for u32 {
            fn from(id: $name) -> Self {
                id.get()
            }
        }

        impl TryFrom<i64> for $name {
            type Error = NotAnId;

            fn try_from(number: i64) -> Result<Self, NotAnId> {
                u32::try_from(number)
                    .ok()
                    .filter(|number| *number <= MAX)
                    .and_then(NonZeroU32::new)
                    .map(Self)
                    .ok_or(NotAnId)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                // `parse` alone would accept a leading plus.
                if !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(NotAnId);
                }
                text.parse::<i64>().map_err(|_| NotAnId)?.try_into()
            }
        }

        impl $name {
            /// The id as PlayFab writes ids: 16 upper-case hexadecimal digits.
            pub fn to_hex(self) -> String {
                format!("{:016X}", self.get())
            }

            /// The id that PlayFab would write so.
            pub fn from_hex(text: &str) -> Result<Self, NotAnId> {
                let is_digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
                if text.len() != 16 || !text.bytes().all(is_digit) {
                    return Err(NotAnId);
                }
                i64::from_str_radix(text, 16).map_err(|_| NotAnId)?.try_into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )*};
}

ids! {
    /// An attribute of a group.
    AttributeId;
    /// An invite code of a group; what is told to let people in is another thing.
    CodeId;
    /// A connection: what GameFuse calls an application or an invitation once it has an id.
    ConnectionId;
    /// A game: the tenant. PlayFab calls it a title.
    GameId;
    /// A group.
    GroupId;
    /// A user of one game.
    UserId;
    /// A webhook of one game.
    WebhookId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_positive_number_that_fits_a_signed_32_bit_integer() {
        for (text, valid) in [
            ("1", true),
            ("2147483647", true),
            ("0", false),
            ("-1", false),
            ("+1", false),
            ("2147483648", false),
            ("99999999999999999999", false),
            ("", false),
            (" 1", false),
            ("1.0", false),
            ("abc", false),
        ] {
            assert_eq!(text.parse::<GroupId>().is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn playfab_writes_an_id_as_16_upper_case_hexadecimal_digits() {
        let id = GroupId::try_from(0x7FAB_0001).unwrap();
        assert_eq!(id.to_hex(), "000000007FAB0001");
        assert_eq!(GroupId::from_hex("000000007FAB0001"), Ok(id));
        for text in [
            "7FAB0001",
            "000000007fab0001",
            "0000000000000000",
            "FFFFFFFFFFFFFFFF",
            "+00000007FAB0001",
        ] {
            assert_eq!(GroupId::from_hex(text), Err(NotAnId), "{text}");
        }
    }

    #[test]
    fn an_id_is_read_from_a_json_number_only() {
        assert!(serde_json::from_str::<UserId>("7").is_ok());
        for json in ["\"7\"", "7.5", "0", "-7", "2147483648", "null", "true"] {
            assert!(serde_json::from_str::<UserId>(json).is_err(), "{json}");
        }
    }
}
