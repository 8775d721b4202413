//! Says what is wrong with a request, without its values, which may be passwords, and without names that nobody knows.

use serde_path_to_error::{Path, Segment};
use shared::Refusal;

/// The refusal of a request at that place for that reason, which is one of serde's.
pub fn explain(path: &Path, message: &str) -> Refusal {
    if let Some(name) = quoted(message, "missing field `") {
        return Refusal::invalid(place(path, Some(name)), "is required");
    }
    if let Some(name) = quoted(message, "duplicate field `") {
        let problem = "is given in several spellings, with different values: send it once";
        return Refusal::invalid(place(path, Some(name)), problem);
    }
    if is_unknown_field(message) {
        // The last step of the path is the unknown field itself.
        return unknown_field(&parent(path), message);
    }
    let problem = match expected(message) {
        Some("a nonzero u32" | "u8" | "u16" | "u32" | "u64" | "i64") => {
            // The range that a type has may be wider than the field's own, so it is not told.
            let is_whole = message.starts_with("invalid value: ");
            let problem = "must be a whole number";
            if is_whole { format!("{problem} in its range") } else { problem.to_owned() }
        }
        Some("a boolean") => "must be true or false".to_owned(),
        Some("a sequence") => "must be a list".to_owned(),
        Some(expected) if expected.starts_with("struct ") => "must be an object".to_owned(),
        Some(expected) => format!("must be {}", expected.replace('`', "")),
        None if message.starts_with("must ") => message.to_owned(),
        None => "is not valid".to_owned(),
    };
    Refusal::invalid(place(path, None), problem)
}

/// Whether that reason, which is one of serde's, is a field that nobody knows.
pub fn is_unknown_field(message: &str) -> bool {
    message.starts_with("unknown field `")
}

/// Whether that reason, which is one of serde's, is that the value is no text.
pub fn is_no_text(message: &str) -> bool {
    expected(message) == Some("a string")
}

fn unknown_field(parent: &str, message: &str) -> Refusal {
    let known = expected(message).unwrap_or_default().replace('`', "");
    let known = known.strip_prefix("one of ").unwrap_or(&known);
    match parent {
        "" => Refusal::invalid("The request", format!("has a parameter besides {known}")),
        parent => Refusal::invalid(parent, format!("has a field besides {known}")),
    }
}

/// What serde says that it expected. The last one: what was found instead comes before it, and may hold anything.
fn expected(message: &str) -> Option<&str> {
    Some(message.rsplit_once(", expected ")?.1)
}

fn quoted<'m>(message: &'m str, prefix: &str) -> Option<&'m str> {
    message.strip_prefix(prefix)?.split('`').next()
}

/// The place as a caller would write it, `items[0].key`, and `name` within it.
fn place(path: &Path, name: Option<&str>) -> String {
    let steps = path.iter().filter_map(step);
    join(steps.chain(name.map(str::to_owned)))
}

/// The place that `path` is in.
fn parent(path: &Path) -> String {
    let steps: Vec<String> = path.iter().filter_map(step).collect();
    join(steps.into_iter().rev().skip(1).rev())
}

fn step(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Seq { index } => Some(format!("[{index}]")),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn join(steps: impl Iterator<Item = String>) -> String {
    let mut place = String::new();
    for step in steps {
        if !place.is_empty() && !step.starts_with('[') {
            place.push('.');
        }
        place.push_str(&step);
    }
    place
}
