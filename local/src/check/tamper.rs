//! Tampering: a write without one of its guards, or without any, as a program would be that checks first and acts then.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value, json};

/// One part of the conditions under which a kind of row is written so.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guard {
    /// What is done to which kind of row.
    pub write: String,
    pub part: String,
}

/// What is done to writes before the engine sees them.
#[derive(Debug, Clone, Default)]
pub enum Tamper {
    #[default]
    Nothing,
    /// That guard is taken out, wherever it is.
    Without(Guard),
    /// All conditions of a transaction are checked first, and then it is written without any, which is another call.
    Naive,
}

/// Several writes at once.
pub const TRANSACTION: &str = "TransactWriteItems";

/// Holds whatever there is.
const ALWAYS: &str = "attribute_exists(pk) OR attribute_not_exists(pk)";

impl Tamper {
    /// The request as it is to be carried out, where that is not as it is.
    pub fn change(&self, operation: &str, request: &Value) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::Naive => {
                let mut changed = request.clone();
                for (_, write) in writes_mut(operation, &mut changed) {
                    set_condition(write, "");
                }
                Some(changed)
            }
            Self::Without(guard) => {
                let mut changed = request.clone();
                for (verb, write) in writes_mut(operation, &mut changed) {
                    if describe(&verb, write) == guard.write {
                        let left = parts(condition(write)).into_iter();
                        let left: Vec<_> = left.filter(|part| *part != guard.part).collect();
                        let left = match left.as_slice() {
                            [] => String::new(),
                            parts => format!("({})", parts.join(") AND (")),
                        };
                        set_condition(write, &left);
                    }
                }
                Some(changed)
            }
        }
    }
}

/// The conditions of a transaction, without what it writes; nothing where it has none.
pub fn checks(transaction: &Value) -> Option<Value> {
    let mut transaction = transaction.clone();
    let mut checks = Vec::new();
    for (_, write) in writes_mut(TRANSACTION, &mut transaction) {
        let Some(condition) = write.get("ConditionExpression").cloned() else { continue };
        if let Some(row) = write.remove("Item") {
            let key = json!({ "pk": row["pk"], "sk": row["sk"] });
            write.insert("Key".to_owned(), key);
        }
        write.remove("UpdateExpression");
        set_condition(write, condition.as_str().unwrap_or_default());
        checks.push(json!({ "ConditionCheck": write }));
    }
    (!checks.is_empty()).then(|| json!({ "TransactItems": checks }))
}

impl fmt::Display for Guard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.write, self.part)
    }
}

impl FromStr for Guard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (write, part) = text.split_once(": ").ok_or("write WRITE: PART, as --guards does")?;
        Ok(Self { write: write.to_owned(), part: part.to_owned() })
    }
}

/// All guards of a request.
pub fn guards(operation: &str, request: &Value) -> BTreeSet<Guard> {
    let mut request = request.clone();
    let mut found = BTreeSet::new();
    for (verb, write) in writes_mut(operation, &mut request) {
        let described = describe(&verb, write);
        for part in parts(condition(write)) {
            found.insert(Guard { write: described.clone(), part });
        }
    }
    found
}

/// The writes of a request, each with what it does: one for PutItem, UpdateItem and DeleteItem.
fn writes_mut<'r>(
    operation: &str,
    request: &'r mut Value,
) -> Vec<(String, &'r mut Map<String, Value>)> {
    match operation {
        TRANSACTION => {
            let items = request["TransactItems"].as_array_mut().into_iter().flatten();
            let writes = items.filter_map(|item| item.as_object_mut()?.iter_mut().next());
            writes
                .filter_map(|(verb, write)| Some((verb.clone(), write.as_object_mut()?)))
                .collect()
        }
        "PutItem" | "UpdateItem" | "DeleteItem" => {
            let verb = operation.trim_end_matches("Item").to_owned();
            request.as_object_mut().map(|write| (verb, write)).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn describe(verb: &str, write: &Map<String, Value>) -> String {
    let key = write.get("Key").or_else(|| write.get("Item"));
    let part = |name: &str| {
        let text = key.and_then(|key| key[name]["S"].as_str()).unwrap_or_default();
        text.chars().filter(|letter| !letter.is_ascii_digit()).collect::<String>()
    };
    let (pk, sk) = (part("pk"), part("sk"));
    // What is free text in a key says nothing about its kind.
    let kind = sk.split('#').next().unwrap_or_default();
    let kind = if kind == "CLAIM" { pk.split('#').nth(2).unwrap_or_default() } else { kind };
    format!("{verb} {kind}")
}

fn condition(write: &Map<String, Value>) -> &str {
    write.get("ConditionExpression").and_then(Value::as_str).unwrap_or_default()
}

/// The parts of a condition that must all hold, without the parentheses around them.
fn parts(condition: &str) -> Vec<String> {
    if divide(condition, " OR ").len() > 1 {
        return vec![condition.to_owned()];
    }
    match divide(condition, " AND ").as_slice() {
        [""] => Vec::new(),
        [whole] => match whole.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => parts(inner),
            None => vec![(*whole).to_owned()],
        },
        several => several.iter().flat_map(|part| parts(part)).collect(),
    }
}

/// A condition divided at a word that stands outside of parentheses.
fn divide<'c>(condition: &'c str, word: &str) -> Vec<&'c str> {
    let (mut divided, mut begin, mut depth) = (Vec::new(), 0, 0);
    for (place, letter) in condition.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' if depth == 0 && condition[place..].starts_with(word) => {
                divided.push(&condition[begin..place]);
                begin = place + word.len();
            }
            _ => {}
        }
    }
    divided.push(&condition[begin..]);
    divided
}

fn set_condition(write: &mut Map<String, Value>, condition: &str) {
    // A mere check cannot be without a condition, and only a check has nothing else.
    let is_check = !["Item", "UpdateExpression"].iter().any(|name| write.contains_key(*name))
        && write.contains_key("ConditionExpression");
    match (condition, is_check) {
        ("", true) => write.insert("ConditionExpression".to_owned(), ALWAYS.into()),
        ("", false) => write.remove("ConditionExpression"),
        (left, _) => write.insert("ConditionExpression".to_owned(), left.into()),
    };
    forget_unused(write, "ExpressionAttributeValues");
    forget_unused(write, "ExpressionAttributeNames");
}

/// DynamoDB refuses names and values that nothing mentions.
fn forget_unused(write: &mut Map<String, Value>, map: &str) {
    let text = |name: &str| write.get(name).and_then(Value::as_str).unwrap_or_default();
    let texts = format!("{} {}", text("UpdateExpression"), text("ConditionExpression"));
    let is_part = |letter: char| letter.is_alphanumeric() || "_:#".contains(letter);
    let mentioned: BTreeSet<&str> = texts.split(|letter| !is_part(letter)).collect();
    let Some(Value::Object(entries)) = write.get_mut(map) else { return };
    entries.retain(|name, _| mentioned.contains(name.as_str()));
    if entries.is_empty() {
        write.remove(map);
    }
}
