//! Forms: pairs of names and texts, which become nested fields where a name says so, as in `group[name]`.

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
    let mut fields = Map::new();
    for pair in form.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut parts = pair.splitn(2, |byte| *byte == b'=');
        let name = decoded(parts.next().unwrap_or_default())?;
        let text = decoded(parts.next().unwrap_or_default())?;
        insert(&mut fields, &name, text)?;
    }
    Ok(fields)
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
    let mut fields = Map::new();
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        let name = field.name().ok_or(BadForm::Malformed)?.to_owned();
        let bytes = field.bytes().await.map_err(malformed)?;
        let text = String::from_utf8(bytes.into()).map_err(|_| BadForm::NotText)?;
        insert(&mut fields, &name, text)?;
    }
    Ok(fields)
}

/// Puts `text` where `name` says. The same said twice is said once.
fn insert(fields: &mut Map<String, Value>, name: &str, text: String) -> Result<(), BadForm> {
    match steps(name) {
        Some((first, rest)) => put(fields.entry(first).or_insert(Value::Null), &rest, text),
        // Not of that form: a name like any other.
        None => put(fields.entry(name).or_insert(Value::Null), &[], text),
    }
}

/// `a[b][]` as `a` and then `b` and nothing.
fn steps(name: &str) -> Option<(&str, Vec<&str>)> {
    let (first, rest) = name.split_once('[')?;
    let rest: Vec<_> = rest.strip_suffix(']')?.split("][").collect();
    let is_plain = |step: &&str| !step.contains(['[', ']']);
    (!first.is_empty() && rest.len() <= MAX_DEPTH && rest.iter().all(is_plain))
        .then_some((first, rest))
}

/// Puts `text` at that place within `value`. A step without a name, or with a number, is one of a list.
fn put(value: &mut Value, steps: &[&str], text: String) -> Result<(), BadForm> {
    let Some((step, rest)) = steps.split_first() else {
        return match value {
            Value::Null => {
                *value = Value::String(text);
                Ok(())
            }
            Value::String(earlier) if *earlier == text => Ok(()),
            Value::String(_)
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => Err(BadForm::Contradiction),
        };
    };
    if step.bytes().all(|byte| byte.is_ascii_digit()) {
        return put_in_list(value, step, rest, text);
    }
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    let fields = value.as_object_mut().ok_or(BadForm::Contradiction)?;
    put(fields.entry(*step).or_insert(Value::Null), rest, text)
}

/// A number names an item, which is the next one where it is not there; without one, an item goes on until a field comes
/// again, so that `list[][key]=a&list[][value]=b&list[][key]=c` has two items.
fn put_in_list(value: &mut Value, step: &str, rest: &[&str], text: String) -> Result<(), BadForm> {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    let items = value.as_array_mut().ok_or(BadForm::Contradiction)?;
    let index = match (step.parse::<usize>(), rest.first()) {
        (Ok(index), _) => index.min(items.len()),
        (Err(_), Some(field)) if items.last().is_some_and(|item| item.get(field).is_none()) => {
            items.len() - 1
        }
        (Err(_), _) => items.len(),
    };
    if index == items.len() {
        items.push(Value::Null);
    }
    put(&mut items[index], rest, text)
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
            ("a[b=1&[c]=2&a]=3&[=4", json!({ "a[b": "1", "[c]": "2", "a]": "3", "[": "4" })),
        ] {
            assert_eq!(urlencoded(form.as_bytes()).map(Value::Object), Ok(expected), "{form}");
        }
    }

    #[test]
    fn what_says_two_things_of_one_place_or_is_no_text_is_refused() {
        for form in
            ["a=1&a=2", "a=1&b=2&a=", "a=1&a[b]=2", "a[b]=2&a=1", "a[]=1&a=1", "a[0]=1&a[0]=2"]
        {
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
