//! Text that people type: what it may contain, and its folded form, under which two spellings are the same name.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

/// Why a text is not acceptable; reads on after the field's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    /// Nothing is left after trimming.
    #[error("must not be empty")]
    Empty,
    /// Longer than `max` characters or bytes.
    #[error("must have at most {max} {unit}")]
    TooLong {
        /// The limit.
        max: usize,
        /// What the limit counts.
        unit: &'static str,
    },
    /// Shorter than `min` characters.
    #[error("must have at least {min} characters")]
    TooShort {
        /// The limit.
        min: usize,
    },
    /// Contains a control character.
    #[error("must not contain control characters")]
    Control,
    /// Not of the form that the field has.
    #[error("must be {0}")]
    Form(&'static str),
}

/// `text` without surrounding white space, if it then has 1 to `max` characters, none of them a control character.
pub fn line(text: &str, max: usize) -> Result<String, BadText> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    // A few characters fold to many: what is compared, sorted and used as a key must be bounded too.
    let folds_to_many = || !text.is_ascii() && fold(text).len() > max * char::MAX_LEN_UTF8;
    if text.chars().count() > max || folds_to_many() {
        return Err(BadText::TooLong { max, unit: "characters" });
    }
    if text.chars().any(char::is_control) {
        return Err(BadText::Control);
    }
    Ok(text.to_owned())
}

/// The form under which names are compared and sorted: NFKC, case folded, white space collapsed to single blanks.
pub fn fold(text: &str) -> String {
    // Of ASCII, which most names are, the general way makes the same at a hundred times the price.
    let folded: String = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => text.nfkc().default_case_fold().nfkc().collect(),
    };
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Declares text types that are lines of 1 to so many characters.
macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident($max:expr);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The form under which it is compared.
            pub fn folded(&self) -> String {
                $crate::domain::text::fold(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::domain::text::BadText;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                $crate::domain::text::line(&text, $max).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )*};
}
pub(crate) use lines;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(line("  Äpfel ", 5), Ok("Äpfel".to_owned()));
        assert_eq!(line("Äpfelx", 5), Err(BadText::TooLong { max: 5, unit: "characters" }));
        assert_eq!(line(" \t ", 5), Err(BadText::Empty));
        assert_eq!(line("a\u{7}b", 5), Err(BadText::Control));
        assert_eq!(line("a\nb", 5), Err(BadText::Control));
        assert!(line(&"\u{fdfa}".repeat(5), 5).is_err(), "one character that folds to eighteen");
    }

    #[test]
    fn ascii_folds_as_the_general_way_has_it() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        let folded: String = ascii.nfkc().default_case_fold().nfkc().collect();
        assert_eq!(fold(&ascii), folded.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    #[test]
    fn spellings_that_look_alike_fold_to_the_same_text() {
        for (one, other) in [
            ("Dragon", "DRAGON"),
            ("Dragon ", " dragon"),
            ("Dra  gon", "dra\u{a0}gon"),
            ("Ｄｒａｇｏｎ", "dragon"),
            ("Straße", "STRASSE"),
            ("Å", "A\u{30a}"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} {other:?}");
        }
        assert_ne!(fold("Dragon"), fold("Dragons"));
    }
}
