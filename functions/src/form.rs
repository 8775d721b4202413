//! Forms: pairs of names and texts, which become nested fields where a name says so, as in `group[name]`.

use std::collections::BTreeMap;

use bytes::Bytes;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// The most names in brackets: what clients send has three, as in `group[attributes][0][key]`.
const MAX_DEPTH: usize = 8;

/// Why a form cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadForm {
    /// It is not of the form that it should have.
    Malformed,
    /// Something in it is not text in UTF-8.
    NotText,
    /// It says two things of one place.
    Contradiction,
}

/// The fields of a query, or of a body of type `application/x-www-form-urlencoded`.
///
/// # Errors
/// [`BadForm::NotText`], [`BadForm::Contradiction`].
pub fn urlencoded(form: &[u8]) -> Result<Map<String, Value>, BadForm> {
    let mut fields = Fields::new();
    for pair in form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = decoded(parts.next().unwrap_or_default())?;
        let text = decoded(parts.next().unwrap_or_default())?;
        insert(&mut fields, &name, text)?;
    }
    Ok(values(fields))
}

/// A part of an encoded form as it was meant. What is no text is refused: the usual parsers would put other characters there.
fn decoded(part: &[u8]) -> Result<String, BadForm> {
    let part: Vec<u8> = part.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let text = percent_decode(&part).decode_utf8().map_err(|_| BadForm::NotText)?;
    Ok(text.into_owned())
}

/// The fields of a body of type `multipart/form-data`.
///
/// # Errors
/// [`BadForm`].
pub async fn multipart(content_type: &str, body: &Bytes) -> Result<Map<String, Value>, BadForm> {
    let malformed = |_| BadForm::Malformed;
    let boundary = multer::parse_boundary(content_type).map_err(malformed)?;
    let whole = futures_util::stream::iter([Ok::<_, std::io::Error>(body.clone())]);
    let mut form = multer::Multipart::new(whole, boundary);
    let mut fields = Fields::new();
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let name = field.name().ok_or(BadForm::Malformed)?.to_owned();
        let bytes = field.bytes().await.map_err(malformed)?;
        let text = String::from_utf8(bytes.into()).map_err(|_| BadForm::NotText)?;
        insert(&mut fields, &name, text)?;
    }
    Ok(values(fields))
}

/// What is said of a place, while a form is read.
#[derive(Default)]
enum Place {
    #[default]
    Empty,
    Text(String),
    Fields(Fields),
    /// By the numbers that the form gives to the items: the first may have any, and others may be left out.
    List(BTreeMap<u64, Place>),
}

type Fields = BTreeMap<String, Place>;

fn values(fields: Fields) -> Map<String, Value> {
    fields.into_iter().map(|(name, place)| (name, place.into())).collect()
}

impl From<Place> for Value {
    fn from(place: Place) -> Self {
        match place {
            Place::Empty => Self::Null,
            Place::Text(text) => Self::String(text),
            Place::Fields(fields) => Self::Object(values(fields)),
            Place::List(items) => items.into_values().collect(),
        }
    }
}

/// Puts `text` where `name` says. The same said twice is said once.
fn insert(fields: &mut Fields, name: &str, text: String) -> Result<(), BadForm> {
    // What is not of that form is a name like any other.
    let (first, rest) = steps(name).unwrap_or((name, Vec::new()));
    put(fields.entry(first.to_owned()).or_default(), &rest, text)
}

/// `a[b][]` as `a` and then `b` and nothing.
fn steps(name: &str) -> Option<(&str, Vec<&str>)> {
    let (first, rest) = name.split_once('[')?;
    let rest: Vec<_> = rest.strip_suffix(']')?.split("][").collect();
    let is_plain = |step: &&str| !step.contains(['[', ']']);
    (!first.is_empty() && rest.len() <= MAX_DEPTH && rest.iter().all(is_plain))
        .then_some((first, rest))
}

/// Puts `text` at the end of these steps. A step without a name, or with a number, is one of a list.
fn put(place: &mut Place, steps: &[&str], text: String) -> Result<(), BadForm> {
    let Some((step, rest)) = steps.split_first() else { return put_text(place, text) };
    if step.is_empty() {
        let items = items(place)?;
        let number = next_number(items, rest).ok_or(BadForm::Contradiction)?;
        return put(items.entry(number).or_default(), rest, text);
    }
    match number(step) {
        Some(number) => put(items(place)?.entry(number).or_default(), rest, text),
        None => put(fields(place)?.entry((*step).to_owned()).or_default(), rest, text),
    }
}

fn put_text(place: &mut Place, text: String) -> Result<(), BadForm> {
    match place {
        Place::Empty => {
            *place = Place::Text(text);
            Ok(())
        }
        Place::Text(earlier) if *earlier == text => Ok(()),
        Place::Text(_) | Place::Fields(_) | Place::List(_) => Err(BadForm::Contradiction),
    }
}

/// The number of a list's item. What is longer than any number is a name.
fn number(step: &str) -> Option<u64> {
    // `parse` alone would take a plus.
    step.parse().ok().filter(|_| step.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The number of an item that has none: the next one, but for one that goes on until a field comes again, so that
/// `list[][key]=a&list[][value]=b&list[][key]=c` has two items.
fn next_number(items: &BTreeMap<u64, Place>, rest: &[&str]) -> Option<u64> {
    let Some((last, item)) = items.last_key_value() else { return Some(0) };
    let goes_on = match (rest.first(), item) {
        (Some(field), Place::Fields(fields)) => !fields.contains_key(*field),
        (_, Place::Empty | Place::Text(_) | Place::Fields(_) | Place::List(_)) => false,
    };
    if goes_on { Some(*last) } else { last.checked_add(1) }
}

fn fields(place: &mut Place) -> Result<&mut Fields, BadForm> {
    if let Place::Empty = place {
        *place = Place::Fields(Fields::new());
    }
    match place {
        Place::Fields(fields) => Ok(fields),
        Place::Empty | Place::Text(_) | Place::List(_) => Err(BadForm::Contradiction),
    }
}

fn items(place: &mut Place) -> Result<&mut BTreeMap<u64, Place>, BadForm> {
    if let Place::Empty = place {
        *place = Place::List(BTreeMap::new());
    }
    match place {
        Place::List(items) => Ok(items),
        Place::Empty | Place::Text(_) | Place::Fields(_) => Err(BadForm::Contradiction),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_in_brackets_are_nested_fields() {
        for (form, expected) in [
            ("a=1&b=x+y%20z", json!({ "a": "1", "b": "x y z" })),
            ("a=1&a=1", json!({ "a": "1" })),
            ("&&a=1&&b&", json!({ "a": "1", "b": "" })),
            ("a=%EF%BF%BD", json!({ "a": "\u{fffd}" })),
            ("a=1=2&%61b=%", json!({ "a": "1=2", "ab": "%" })),
            ("group[name]=x&group[size]=3", json!({ "group": { "name": "x", "size": "3" } })),
            ("group%5Bname%5D=x", json!({ "group": { "name": "x" } })),
            ("a[b][c]=1&a[d]=2", json!({ "a": { "b": { "c": "1" }, "d": "2" } })),
            ("list[]=1&list[]=2", json!({ "list": ["1", "2"] })),
            ("l[][k]=a&l[][v]=b&l[][k]=c", json!({ "l": [{ "k": "a", "v": "b" }, { "k": "c" }] })),
            (
                "l[0][k]=a&l[0][v]=b&l[7][k]=c",
                json!({ "l": [{ "k": "a", "v": "b" }, { "k": "c" }] }),
            ),
            ("l[1][k]=a&l[1][v]=b", json!({ "l": [{ "k": "a", "v": "b" }] })),
            (
                "l[9][k]=c&l[10][k]=d&l[2][k]=a&l[9][v]=e&l[2][v]=b",
                json!({ "l": [{ "k": "a", "v": "b" }, { "k": "c", "v": "e" }, { "k": "d" }] }),
            ),
            ("l[3]=a&l[]=b&l[0]=c&l[03]=a", json!({ "l": ["c", "a", "b"] })),
            ("l[2][1]=b&l[2][0]=a&l[1][]=c", json!({ "l": [["c"], ["a", "b"]] })),
            ("l[18446744073709551616]=a", json!({ "l": { "18446744073709551616": "a" } })),
            ("a[b=1&[c]=2&a]=3&[=4", json!({ "a[b": "1", "[c]": "2", "a]": "3", "[": "4" })),
        ] {
            assert_eq!(urlencoded(form.as_bytes()).map(Value::Object), Ok(expected), "{form}");
        }
    }

    #[test]
    fn what_says_two_things_of_one_place_or_is_no_text_is_refused() {
        for form in [
            "a=1&a=2",
            "a=1&b=2&a=",
            "a=1&a[b]=2",
            "a[b]=2&a=1",
            "a[]=1&a=1",
            "a[0]=1&a[0]=2",
            "a[7]=1&a[7]=2",
            "a[1]=1&a[x]=1",
            "a[18446744073709551615]=1&a[]=2",
        ] {
            assert_eq!(urlencoded(form.as_bytes()), Err(BadForm::Contradiction), "{form}");
        }
        for form in [&b"a=%ff"[..], b"%c3%28=1", b"a=\xff", b"a=1&b=%ed%a0%80"] {
            assert_eq!(urlencoded(form), Err(BadForm::NotText), "{}", form.escape_ascii());
        }
    }

    #[test]
    fn a_name_that_is_nested_too_deeply_is_a_name_like_any_other() {
        let name = format!("a{}", "[b]".repeat(MAX_DEPTH + 1));
        assert_eq!(urlencoded(format!("{name}=1").as_bytes()).unwrap()[&name], "1");
    }
}
