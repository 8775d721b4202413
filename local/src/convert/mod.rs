//! Makes lines that `import-groups` takes of what other services' APIs have answered: docs/moving.md says which answers.
//!
//! Answers are only put into another form here. Whether a group can be one is for the import to say, which tells the line.

pub mod gamefuse;
pub mod playfab;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Groups as lines, and what was left out of them.
#[derive(Debug, Default)]
pub struct Converted {
    /// Lines by the groups' ids.
    pub groups: BTreeMap<String, Map<String, Value>>,
    /// What could not be taken along, each in a sentence.
    pub notes: Vec<String>,
}

impl Converted {
    /// The line of that group, which is made where there is none.
    fn group(&mut self, id: &Value) -> &mut Map<String, Value> {
        let line = || Map::from_iter([("id".to_owned(), id.clone())]);
        self.groups.entry(id.to_string()).or_insert_with(line)
    }

    /// The lines of all groups of which it is known what they are called and who is in them.
    pub fn lines(mut self) -> (Vec<Value>, Vec<String>) {
        let mut lines = Vec::new();
        for line in self.groups.into_values() {
            let missing = ["name", "members"].into_iter().find(|field| !line.contains_key(*field));
            match missing {
                None => lines.push(Value::Object(line)),
                Some(field) => self.notes.push(format!(
                    "group {} was left out: no answer tells its {field}",
                    line.get("id").unwrap_or(&Value::Null)
                )),
            }
        }
        (lines, self.notes)
    }
}

/// The first line of a file with groups from there.
pub fn head(service: &str, game: &str) -> Value {
    json!({ "guildhall_groups": shared::domain::transfer::FORM, "from": format!("{service}:{game}") })
}

/// The answers in a text: one after another, in lists or not.
///
/// # Errors
/// Where the text is no JSON.
pub fn answers(text: &str) -> serde_json::Result<Vec<Value>> {
    let mut answers = Vec::new();
    for answer in serde_json::Deserializer::from_str(text).into_iter() {
        let answer: Value = answer?;
        match answer.as_array() {
            Some(several) => answers.extend(several.iter().cloned()),
            None => answers.push(answer),
        }
    }
    Ok(answers)
}

/// Puts what is there under that name; nothing where it is absent, null, or a text of which nothing is left.
fn put(line: &mut Map<String, Value>, name: &str, value: Option<&Value>) {
    if let Some(value) = value.filter(|value| !value.is_null() && **value != "") {
        line.insert(name.to_owned(), value.clone());
    }
}

/// Adds to a list of a line.
fn push(line: &mut Map<String, Value>, list: &str, entry: Value) {
    let list = line.entry(list).or_insert_with(|| json!([]));
    let Some(list) = list.as_array_mut() else { return };
    // Several answers may say it: a list of groups, and a group by itself. The last one counts.
    let name = ["user", "key", "id"].into_iter().find(|name| entry.get(name).is_some());
    let is_same = |known: &&mut Value| name.is_some_and(|name| known.get(name) == entry.get(name));
    match list.iter_mut().find(is_same) {
        Some(known) => *known = entry,
        None => list.push(entry),
    }
}

/// The entries of a list, or none.
fn list<'v>(answer: &'v Value, name: &str) -> &'v [Value] {
    answer.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
