//! What template.yaml allows each function to ask of DynamoDB.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use serde_norway::Value;

/// An action on the table or on one of its indexes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `Table`, or an index of it: `index/by_user`.
    pub resource: String,
    /// `GetItem`, for example.
    pub action: String,
}

impl Permission {
    pub(crate) fn new(resource: &str, action: &str) -> Self {
        Self { resource: resource.to_owned(), action: action.to_owned() }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dynamodb:{} on {}", self.action, self.resource)
    }
}

/// What that function is allowed.
pub fn of(function: &str) -> &'static BTreeSet<Permission> {
    static POLICIES: LazyLock<BTreeMap<String, BTreeSet<Permission>>> = LazyLock::new(read);
    POLICIES.get(function).unwrap_or_else(|| panic!("template.yaml has no function {function}"))
}

fn read() -> BTreeMap<String, BTreeSet<Permission>> {
    let template: Value = serde_norway::from_str(local::template::TEXT).unwrap();
    let resources = template["Resources"].as_mapping().unwrap().values();
    let functions = resources.filter(|resource| resource["Type"] == "AWS::Serverless::Function");
    functions
        .map(|function| {
            let binary = function["Metadata"]["BuildProperties"]["Binary"].as_str().unwrap();
            let statements = &function["Properties"]["Policies"]["Statement"];
            let statements = statements.as_sequence().into_iter().flatten();
            (binary.to_owned(), statements.flat_map(permissions).collect())
        })
        .collect()
}

/// What a statement allows, as far as it is about DynamoDB.
fn permissions(statement: &Value) -> Vec<Permission> {
    assert_eq!(statement["Effect"], "Allow");
    let actions = list(&statement["Action"]);
    let actions = actions.iter().filter_map(|action| action.as_str()?.strip_prefix("dynamodb:"));
    actions
        .flat_map(|action| {
            let resources = list(&statement["Resource"]).into_iter().filter_map(resource);
            resources.map(|at| Permission::new(&at, action)).collect::<Vec<_>>()
        })
        .collect()
}

/// One or several.
fn list(value: &Value) -> Vec<&Value> {
    value.as_sequence().map_or_else(|| vec![value], |values| values.iter().collect())
}

/// `!GetAtt Table.Arn` or `!Sub "${Table.Arn}/index/by_user"`; not the table's stream, which Lambda reads for a function.
fn resource(value: &Value) -> Option<String> {
    let Value::Tagged(tagged) = value else { panic!("{value:?} is not a resource of this stack") };
    let text = tagged.value.as_str().unwrap();
    match text.strip_prefix("${Table.Arn}/") {
        None if text == "Table.StreamArn" => None,
        None if text == "Table.Arn" => Some("Table".to_owned()),
        None => panic!("{text} is neither the table, nor an index of it, nor its stream"),
        Some(index) => Some(index.to_owned()),
    }
}
