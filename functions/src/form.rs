//! Forms: pairs of names and texts, which become nested fields where a name says so, as in `group[name]`.

use bytes::Bytes;
use serde_json::{Map, Value};

/// The most names in brackets: what clients send has three, as in `group[attributes][0][key]`.
const MAX_DEPTH: usize = 8;

/// The fields of a query, or of a body of type `application/x-www-form-urlencoded`.
pub fn urlencoded(form: &[u8]) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, text) in form_urlencoded::parse(form).into_owned() {
        insert(&mut fields, &name, text);
    }
    fields
}

/// The fields of a body of type `multipart/form-data`; nothing where it is none.
pub async fn multipart(content_type: &str, body: &Bytes) -> Option<Map<String, Value>> {
    let boundary = multer::parse_boundary(content_type).ok()?;
    let whole = futures_util::stream::iter([Ok::<_, std::io::Error>(body.clone())]);
    let mut form = multer::Multipart::new(whole, boundary);
    let mut fields = Map::new();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name()?.to_owned();
        let text = String::from_utf8(field.bytes().await.ok()?.into()).ok()?;
        insert(&mut fields, &name, text);
    }
    Some(fields)
}

/// Puts `text` where `name` says; of two texts for one place the later one counts.
fn insert(fields: &mut Map<String, Value>, name: &str, text: String) {
    let text = Value::String(text);
    match steps(name) {
        Some((first, rest)) => put(fields.entry(first).or_insert(Value::Null), &rest, text),
        // Not of that form: a name like any other.
        None => drop(fields.insert(name.to_owned(), text)),
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
fn put(value: &mut Value, steps: &[&str], text: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = text;
        return;
    };
    if step.bytes().all(|byte| byte.is_ascii_digit()) {
        put_in_list(value, step, rest, text);
        return;
    }
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Some(fields) = value.as_object_mut() {
        put(fields.entry(*step).or_insert(Value::Null), rest, text);
    }
}

/// A number names an item, which is the next one where it is not there; without one, an item goes on until a field comes
/// again, so that `list[][key]=a&list[][value]=b&list[][key]=c` has two items.
fn put_in_list(value: &mut Value, step: &str, rest: &[&str], text: Value) {
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    let Some(items) = value.as_array_mut() else { return };
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
    put(&mut items[index], rest, text);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_in_brackets_are_nested_fields() {
        for (form, expected) in [
            ("a=1&b=x+y%20z", json!({ "a": "1", "b": "x y z" })),
            ("a=1&a=2", json!({ "a": "2" })),
            ("group[name]=x&group[size]=3", json!({ "group": { "name": "x", "size": "3" } })),
            ("group%5Bname%5D=x", json!({ "group": { "name": "x" } })),
            ("a[b][c]=1&a[d]=2", json!({ "a": { "b": { "c": "1" }, "d": "2" } })),
            ("list[]=1&list[]=2", json!({ "list": ["1", "2"] })),
            ("l[][k]=a&l[][v]=b&l[][k]=c", json!({ "l": [{ "k": "a", "v": "b" }, { "k": "c" }] })),
            (
                "l[0][k]=a&l[0][v]=b&l[7][k]=c",
                json!({ "l": [{ "k": "a", "v": "b" }, { "k": "c" }] }),
            ),
            ("a=1&a[b]=2", json!({ "a": { "b": "2" } })),
            ("a[b=1&[c]=2&a]=3&[=4", json!({ "a[b": "1", "[c]": "2", "a]": "3", "[": "4" })),
        ] {
            assert_eq!(Value::Object(urlencoded(form.as_bytes())), expected, "{form}");
        }
    }

    #[test]
    fn a_name_that_is_nested_too_deeply_is_a_name_like_any_other() {
        let name = format!("a{}", "[b]".repeat(MAX_DEPTH + 1));
        assert_eq!(urlencoded(format!("{name}=1").as_bytes())[&name], "1");
    }
}
