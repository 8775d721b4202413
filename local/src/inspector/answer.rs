//! What is looked at of DynamoDB's answers: not the items, but for those that stood in the way.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

/// An answer to a call, or an error.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct DynamoDbAnswer {
    consumed_capacity: Option<OneOrSeveral>,
    /// Why a transaction was cancelled, for each of its steps.
    cancellation_reasons: Vec<Reason>,
    count: Option<usize>,
    item: Option<IgnoredAny>,
    responses: Option<HashMap<String, Vec<IgnoredAny>>>,
    #[serde(rename = "__type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrSeveral {
    One(Consumed),
    Several(Vec<Consumed>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Consumed {
    capacity_units: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reason {
    code: Option<String>,
    /// What lay where the step was to write.
    #[serde(default)]
    item: Map<String, Value>,
}

impl DynamoDbAnswer {
    /// The units in all, where the answer says them.
    pub(super) fn consumed(&self) -> Option<f64> {
        match self.consumed_capacity.as_ref()? {
            OneOrSeveral::One(consumed) => Some(consumed.capacity_units),
            OneOrSeveral::Several(all) => Some(all.iter().map(|table| table.capacity_units).sum()),
        }
    }

    /// How many items it holds, where it is the answer to a read.
    pub(super) fn items(&self) -> Option<usize> {
        let several = self.responses.as_ref().map(|tables| tables.values().map(Vec::len).sum());
        self.count.or(several).or(self.item.as_ref().map(|_| 1))
    }

    /// The error's name, where it is one.
    pub(super) fn error(&self) -> Option<&str> {
        self.kind.as_deref().map(|kind| kind.rsplit('#').next().unwrap_or(kind))
    }

    /// Why each step of a transaction has failed, where it has, and what it found.
    pub(super) fn failures(&self) -> impl Iterator<Item = Option<(&str, &Map<String, Value>)>> {
        self.cancellation_reasons.iter().map(|reason| {
            let code = reason.code.as_deref().filter(|code| *code != "None")?;
            Some((code, &reason.item))
        })
    }
}
