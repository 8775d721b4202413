//! What functions were seen to use is what template.yaml allows them: more would be a surprise, and less fails any test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use tests::policy::{self, Permission};

use crate::run;

#[tokio::test]
async fn every_function_is_allowed_what_it_was_seen_to_use_and_no_more() {
    let mut used = BTreeMap::<&str, BTreeSet<Permission>>::new();
    for call in &run().await.calls {
        used.entry(call.function.unwrap()).or_default().extend(call.permissions());
    }
    let mut wrong = String::new();
    for function in tests::functions() {
        let used = used.remove(function).unwrap_or_default();
        if used != *policy::of(function) {
            write!(wrong, "\n{function}:\n{}", printed(&used)).unwrap();
        }
    }
    assert!(wrong.is_empty(), "template.yaml should allow{wrong}");
}

/// The policy as template.yaml has it.
fn printed(permissions: &BTreeSet<Permission>) -> String {
    let mut actions = BTreeMap::<&str, Vec<String>>::new();
    for Permission { resource, action } in permissions {
        actions.entry(resource).or_default().push(format!("dynamodb:{action}"));
    }
    let mut resources = BTreeMap::<Vec<String>, Vec<&str>>::new();
    for (resource, actions) in actions {
        resources.entry(actions).or_default().push(resource);
    }
    let mut text =
        "      Policies:\n        Version: \"2012-10-17\"\n        Statement:\n".to_owned();
    let mut statements: Vec<_> = resources.into_iter().collect();
    statements.sort_by_key(|(_, resources)| resources.clone());
    for (actions, resources) in statements {
        let actions = list(&actions, 100);
        let resources: Vec<_> = resources.into_iter().map(arn).collect();
        let resources = match resources.as_slice() {
            [one] => format!(" {one}"),
            several => list(several, 0),
        };
        writeln!(text, "          - Effect: Allow\n            Action:{actions}").unwrap();
        writeln!(text, "            Resource:{resources}").unwrap();
    }
    text
}

/// On one line, where it is no longer than `width`.
fn list(entries: &[String], width: usize) -> String {
    let line = format!(" [{}]", entries.join(", "));
    if line.len() + "            Action:".len() <= width {
        return line;
    }
    entries.iter().map(|entry| format!("\n              - {entry}")).collect()
}

fn arn(resource: &str) -> String {
    match resource {
        "Table" => "!GetAtt Table.Arn".to_owned(),
        index => format!("!Sub \"${{Table.Arn}}/{index}\""),
    }
}
