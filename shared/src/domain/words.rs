//! Words that people write to each other: on an application, and about a group.

use crate::domain::text::{BadText, words};

/// Declares texts of at most so many characters, which may have several lines.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident($min:literal..=$max:literal, $pattern:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(inline, extend(
            "minLength" = $min, "maxLength" = $max, "pattern" = crate::domain::text::$pattern,
        )))]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadText;

            fn try_from(text: String) -> Result<Self, BadText> {
                words(&text, $min, $max).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )*};
}

texts! {
    /// What somebody writes who asks to join: 1 to 500 characters.
    CoverNote(1..=500, SOME_WORDS);
    /// What a group says of itself: up to 500 characters.
    Description(0..=500, WORDS);
}

impl Description {
    /// Whether the group says nothing.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// That of a group which says nothing.
    pub const fn none() -> Self {
        Self(String::new())
    }
}
