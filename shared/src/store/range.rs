//! What to read of a partition, and how it is said to DynamoDB.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

/// What to read of a partition of the table, or of an index.
#[derive(Debug, Clone)]
pub struct Range {
    pub(super) index: Option<&'static str>,
    pk: String,
    sort: Sort,
    pub(super) limit: Option<i32>,
    pub(super) is_backwards: bool,
}

#[derive(Debug, Clone)]
enum Sort {
    Any,
    BeginsWith(String),
    Between(String, String),
    From(String),
}

impl Range {
    fn new(pk: String, sort: Sort) -> Self {
        Self { index: None, pk, sort, limit: None, is_backwards: false }
    }

    /// All of a partition of the table.
    pub fn partition(pk: String) -> Self {
        Self::new(pk, Sort::Any)
    }

    /// What begins with `prefix` in a partition of the table.
    pub fn prefix(pk: String, prefix: &str) -> Self {
        Self::new(pk, Sort::BeginsWith(prefix.to_owned()))
    }

    /// What sorts from `first` to the last key that begins with `prefix`, in a partition of the table.
    pub fn through(pk: String, first: impl Into<String>, prefix: &str) -> Self {
        let first = first.into();
        Self::new(
            pk,
            match beyond(prefix) {
                Some(last) => Sort::Between(first, last),
                None => Sort::From(first),
            },
        )
    }

    /// What sorts behind `after`, up to the last key that begins with `prefix`. No key has a character as small as the one that is
    /// added, so no key is passed over.
    pub fn behind(pk: String, after: &str, prefix: &str) -> Self {
        Self::through(pk, format!("{after}\u{1}"), prefix)
    }

    /// The same of an index.
    pub fn of(self, index: &'static str) -> Self {
        Self { index: Some(index), ..self }
    }

    /// Only the first so many items.
    pub fn first(self, limit: i32) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Only the last so many items, the last one first.
    pub fn last(self, limit: i32) -> Self {
        Self { limit: Some(limit), ..self }.backwards()
    }

    /// The same with the last item first.
    pub fn backwards(self) -> Self {
        Self { is_backwards: true, ..self }
    }

    /// Whether nothing can be in it. DynamoDB takes it for a mistake to ask for such a range.
    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.sort, Sort::Between(first, last) if first > last)
    }

    /// The key condition expression, and what the names in it stand for.
    pub(super) fn condition(&self) -> (String, HashMap<String, AttributeValue>) {
        let (pk, sk) = match self.index {
            None => ("pk".to_owned(), "sk".to_owned()),
            Some(index) => (format!("{index}_pk"), format!("{index}_sk")),
        };
        let text = |text: &String| AttributeValue::S(text.clone());
        let mut values = HashMap::from([(":pk".to_owned(), text(&self.pk))]);
        let condition = match &self.sort {
            Sort::Any => format!("{pk} = :pk"),
            Sort::BeginsWith(prefix) => {
                values.insert(":prefix".to_owned(), text(prefix));
                format!("{pk} = :pk AND begins_with({sk}, :prefix)")
            }
            Sort::Between(first, last) => {
                values.insert(":first".to_owned(), text(first));
                values.insert(":last".to_owned(), text(last));
                format!("{pk} = :pk AND {sk} BETWEEN :first AND :last")
            }
            Sort::From(first) => {
                values.insert(":first".to_owned(), text(first));
                format!("{pk} = :pk AND {sk} >= :first")
            }
        };
        (condition, values)
    }
}

/// The first text that sorts beyond all that begin with `prefix`, if any does. No key is that text itself.
fn beyond(prefix: &str) -> Option<String> {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            text.push(next);
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn beyond_a_prefix_is_the_next_text_of_the_same_length_or_less() {
        for (prefix, expected) in [
            ("wolf", Some("wolg")),
            ("MEMBER#", Some("MEMBER$")),
            ("w\u{d7ff}", Some("w\u{e000}")),
            ("w\u{10ffff}", Some("x")),
            ("w\u{10ffff}\u{10ffff}", Some("x")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(beyond(prefix).as_deref(), expected, "{prefix:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_begins_with_a_prefix_sorts_before_what_is_beyond_it(
            prefix in "[a\u{d7ff}\u{10ffff}]{0,3}", rest in "[\u{1}a\u{10ffff}]{0,3}", other in "[a\u{e000}\u{10ffff}]{0,4}",
        ) {
            let is_before = |text: &str| beyond(&prefix).is_none_or(|beyond| text < beyond.as_str());
            let whole = format!("{prefix}{rest}");
            prop_assert!(is_before(&whole));
            prop_assert_eq!(other >= prefix && is_before(&other), other.starts_with(&prefix));
        }
    }
}
