//! Text that people type: what it may contain, and its folded form, under which two spellings are the same name.

use caseless::Caseless;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup};
use icu_properties::{CodePointMapData, CodePointSetData};
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
    /// Consists of characters that nobody sees.
    #[error("must have at least one character that can be seen")]
    Invisible,
    /// Contains what is no character of Unicode, or one that everybody may give another meaning.
    #[error("must not contain characters that Unicode does not define")]
    Undefined,
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
    // Every name that is read comes by here, and most are ASCII, of which each byte is a character.
    let (is_too_long, has_control) = match text.is_ascii() {
        true => (text.len() > max, text.bytes().any(|byte| byte.is_ascii_control())),
        // A few characters fold to many: what is compared, sorted and used as a key must be bounded too.
        false => (
            text.chars().count() > max || fold(text).len() > max * char::MAX_LEN_UTF8,
            text.chars().any(char::is_control),
        ),
    };
    if is_too_long {
        return Err(BadText::TooLong { max, unit: "characters" });
    }
    if has_control {
        return Err(BadText::Control);
    }
    Ok(text.to_owned())
}

/// `text` without surrounding white space, if it then has `min` to `max` characters, none of them a control character but
/// tabs and the ends of lines.
pub fn words(text: &str, min: usize, max: usize) -> Result<String, BadText> {
    let text = text.trim();
    match text.chars().count() {
        0 if min > 0 => return Err(BadText::Empty),
        length if length > max => return Err(BadText::TooLong { max, unit: "characters" }),
        _ => {}
    }
    let is_layout = |character: &char| matches!(character, '\n' | '\r' | '\t');
    if text.chars().filter(|character| !is_layout(character)).any(char::is_control) {
        return Err(BadText::Control);
    }
    Ok(text.to_owned())
}

/// What [`line()`] takes without trimming it, as a pattern of JSON Schema: no control characters, and not only white space.
#[cfg(feature = "schema")]
pub const LINE: &str = concat!(
    r"^[^\u0000-\u001f\u007f-\u009f]*",
    r"[^\s\u0000-\u001f\u007f-\u009f]",
    r"[^\u0000-\u001f\u007f-\u009f]*$"
);

/// What [`words`] takes, as a pattern of JSON Schema: of control characters, those of layout alone.
#[cfg(feature = "schema")]
pub const WORDS: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";

/// The same of words that must not be white space alone.
#[cfg(feature = "schema")]
pub const SOME_WORDS: &str = concat!(
    r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*",
    r"[^\s\u0000-\u001f\u007f-\u009f]",
    r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
);

/// A line that people know each other by: at least one of its characters can be seen, and all of them mean something.
pub fn name(text: &str, max: usize) -> Result<String, BadText> {
    let text = line(text, max)?;
    // In ASCII, what is no blank and no control character can be seen.
    if text.is_ascii() {
        return Ok(text);
    }
    if text.chars().any(is_undefined) {
        return Err(BadText::Undefined);
    }
    if !text.chars().any(is_visible) {
        return Err(BadText::Invisible);
    }
    Ok(text)
}

/// Whether a character is unassigned, a noncharacter, or for private use.
fn is_undefined(character: char) -> bool {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    matches!(category, GeneralCategory::Unassigned | GeneralCategory::PrivateUse)
}

/// Symbols that Unicode defines to be blank.
const BLANK_SYMBOLS: [char; 2] = ['\u{2800}', '\u{1d159}'];

/// Whether a character shows by itself.
fn is_visible(character: char) -> bool {
    let shows = GeneralCategoryGroup::Letter
        .union(GeneralCategoryGroup::Number)
        .union(GeneralCategoryGroup::Punctuation)
        .union(GeneralCategoryGroup::Symbol);
    shows.contains(CodePointMapData::<GeneralCategory>::new().get(character))
        && !is_ignorable(character)
        && !BLANK_SYMBOLS.contains(&character)
}

/// Whether a character is shown as nothing where it is not specially supported, such as a joiner, a soft hyphen, or the mark of
/// an annotation, which Unicode does not count among these.
fn is_ignorable(character: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || ('\u{fff9}'..='\u{fffb}').contains(&character)
}

/// The form under which names are compared and sorted: Unicode's `toNFKC_Casefold`, which drops what is shown as nothing,
/// with white space, and what looks like it, collapsed to single blanks.
pub fn fold(text: &str) -> String {
    // Of ASCII, which most names are, the general way makes the same at a hundred times the price.
    let folded: String = match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        // Composed once more after each step, since one step can bring forth what the other takes.
        false => fold_once(&fold_once(text)),
    };
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn fold_once(text: &str) -> String {
    let folded = text.nfkd().default_case_fold().nfkc();
    let folded = folded.map(|letter| if BLANK_SYMBOLS.contains(&letter) { ' ' } else { letter });
    folded.filter(|character| !is_ignorable(*character)).nfkc().collect()
}

/// Declares text types of one line: the most characters, and what reads it.
macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident($max:expr, $read:ident);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(feature = "schema", schemars(inline, extend("minLength" = 1, "maxLength" = $max)))]
        #[cfg_attr(feature = "schema", schemars(extend("pattern" = $crate::domain::text::LINE)))]
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
                $read(&text, $max).map(Self)
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_line_is_trimmed_and_counted_in_characters() {
        assert_eq!(line("  Äpfel ", 5), Ok("Äpfel".to_owned()));
        assert_eq!(line("Äpfelx", 5), Err(BadText::TooLong { max: 5, unit: "characters" }));
        assert_eq!(line(" \t ", 5), Err(BadText::Empty));
        assert_eq!(line("a\u{7}b", 5), Err(BadText::Control));
        assert_eq!(line("a\nb", 5), Err(BadText::Control));
        assert!(line(&"\u{fdfa}".repeat(5), 5).is_err(), "one character that folds to eighteen");
        assert!(line(&"\u{10400}".repeat(5), 5).is_ok(), "five of four bytes each, also folded");
    }

    #[test]
    fn words_have_lines_and_nothing_else_that_nobody_sees() {
        assert_eq!(words(" We play\n\tevery day ", 1, 18), Ok("We play\n\tevery day".to_owned()));
        assert_eq!(words("abcdef", 1, 5), Err(BadText::TooLong { max: 5, unit: "characters" }));
        assert_eq!(words("ä🐺", 1, 2), Ok("ä🐺".to_owned()));
        assert_eq!(words(" \n", 1, 5), Err(BadText::Empty));
        assert_eq!(words(" ", 0, 5), Ok(String::new()));
        assert_eq!(words("a\u{7}b", 1, 5), Err(BadText::Control));
    }

    #[test]
    fn a_name_has_something_to_see_and_nothing_undefined() {
        let invisible = "\u{2060} \u{200b} \u{3164} \u{ffa0} \u{34f} \u{ad} \u{115f} \u{2800} \u{1d159} \
             \u{202e} \u{feff} \u{e0041} \u{fe0f} \u{301} \u{20dd} \u{17b5} \u{fff9} \u{180e}";
        for text in invisible.split(' ') {
            assert_eq!(name(text, 5), Err(BadText::Invisible), "{}", text.escape_unicode());
        }
        assert_eq!(name(invisible, 100), Err(BadText::Invisible));
        for text in
            ["\u{e000}", "\u{f8ff}", "\u{fdd0}", "\u{fffe}", "\u{10ffff}", "\u{378}", "\u{100000}"]
        {
            let text = format!("Wolves{text}");
            assert_eq!(name(&text, 20), Err(BadText::Undefined), "{}", text.escape_unicode());
        }
        let family = "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f} 🏴\u{e0067}\u{e0062}\u{e007f} 🇩🇪 👍🏽";
        for text in [family, "שלום", "مرحبا", "สวัสดี", "狼群", "क्\u{200d}ष", "~", "´", "ﷺ", "①", "…"]
        {
            assert_eq!(name(text, 100).as_deref(), Ok(text), "kept as it was typed");
        }
    }

    /// All characters that Unicode defines.
    fn all() -> impl Iterator<Item = char> {
        ('\0'..=char::MAX).filter(|character| !is_undefined(*character))
    }

    #[test]
    fn every_character_that_can_be_seen_is_still_there_when_it_is_folded() {
        for character in all().filter(|character| is_visible(*character)) {
            let text = character.to_string();
            assert!(!fold(&text).is_empty(), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn every_character_is_folded_to_what_stays_when_it_is_folded_again() {
        for character in all() {
            let folded = fold(&character.to_string());
            assert_eq!(fold(&folded), folded, "{}", character.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn a_folded_text_is_its_own_folded_form(text in "\\PC{1,12}") {
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }

    #[test]
    fn ascii_folds_as_the_general_way_has_it() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        let folded = fold_once(&ascii);
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
            ("Wol\u{2060}ves", "Wolves"),
            ("A\u{202e}dam", "Adam"),
            ("Wol\u{ad}ves", "Wol\u{200d}ves"),
            ("❤\u{fe0f}", "❤"),
            ("ᾳ", "αι"),
            ("ﬃ", "FFI"),
            ("ſ", "S"),
        ] {
            assert_eq!(fold(one), fold(other), "{one:?} {other:?}");
        }
        assert_ne!(fold("Dragon"), fold("Dragons"));
    }
}
