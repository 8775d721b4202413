//! What AWS charges, and what is assumed about the functions.

use std::collections::BTreeMap;

use functions::routes::ALL as ALL_ROUTES;
use serde_norway::Value;

use super::units::Units;
use crate::{ServerError, template};

/// Of when and where the prices are.
pub const AS_OF: &str =
    "As known in 2026-11, for us-east-1 and x86_64, without the free tier and without taxes.";

/// A price in dollars.
pub struct Price {
    /// Of what.
    pub of: &'static str,
    /// In dollars.
    pub dollars: f64,
    /// Where AWS publishes it.
    pub source: &'static str,
}

/// A million requests to API Gateway.
pub const API: Price = Price {
    of: "API Gateway, HTTP API: a million requests of up to 512 KB",
    dollars: 1.0,
    source: "https://aws.amazon.com/api-gateway/pricing/",
};
/// A million invocations.
pub const INVOCATIONS: Price = Price {
    of: "Lambda: a million requests",
    dollars: 0.2,
    source: "https://aws.amazon.com/lambda/pricing/",
};
/// A GB-second.
pub const GB_SECOND: Price = Price {
    of: "Lambda: a GB-second on x86_64",
    dollars: 0.000_016_666_7,
    source: "https://aws.amazon.com/lambda/pricing/",
};
/// A million units to read.
pub const READS: Price = Price {
    of: "DynamoDB on demand: a million read request units",
    dollars: 0.125,
    source: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
};
/// A million units to write.
pub const WRITES: Price = Price {
    of: "DynamoDB on demand: a million write request units",
    dollars: 0.625,
    source: "https://aws.amazon.com/dynamodb/pricing/on-demand/",
};
/// All of them.
pub const ALL: [&Price; 5] = [&API, &INVOCATIONS, &GB_SECOND, &READS, &WRITES];

/// How long Lambda is assumed to bill a warm call for, by docs/performance.md: mostly the wait for DynamoDB.
pub const MILLISECONDS: f64 = 20.0;
/// The same for the functions that hash a password.
pub const MILLISECONDS_WITH_PASSWORD: f64 = 130.0;
/// Those functions.
pub const WITH_PASSWORD: [&str; 3] = ["sign-in", "sign-up", "set-password"];

/// What a million calls cost before they reach DynamoDB: API Gateway, if `is_routed`, and Lambda.
fn of_calls(function: &str, memory: u64, is_routed: bool) -> f64 {
    let is_slow = WITH_PASSWORD.contains(&function);
    let milliseconds = if is_slow { MILLISECONDS_WITH_PASSWORD } else { MILLISECONDS };
    let api = if is_routed { API.dollars } else { 0.0 };
    api + of_lambda(memory, milliseconds)
}

/// What Lambda takes for a million calls that it bills for so many milliseconds each.
pub fn of_lambda(memory: u64, milliseconds: f64) -> f64 {
    let gb_seconds = 1e6 * milliseconds / 1000.0 * memory as f64 / 1024.0;
    INVOCATIONS.dollars + gb_seconds * GB_SECOND.dollars
}

/// What these units cost, a million times.
pub fn of_units(units: Units) -> f64 {
    units.read * READS.dollars + units.write * WRITES.dollars
}

/// The memory of each function in MB, by template.yaml.
///
/// # Errors
/// [`ServerError`] where template.yaml does not say it.
pub fn memory() -> Result<BTreeMap<String, u64>, ServerError> {
    let template = template::whole()?;
    let default = template["Globals"]["Function"]["MemorySize"].as_u64();
    let resources = template["Resources"].as_mapping().into_iter().flat_map(|all| all.values());
    let functions = resources.filter(|resource| resource["Type"] == "AWS::Serverless::Function");
    let memory = |function: &Value| {
        let name = function["Metadata"]["BuildProperties"]["Binary"].as_str()?;
        let own = function["Properties"].get("MemorySize").and_then(Value::as_u64);
        Some((name.to_owned(), own.or(default)?))
    };
    let known: Option<_> = functions.map(memory).collect();
    known.ok_or_else(|| "template.yaml has a function without a binary or without memory".into())
}

/// What functions cost before they reach DynamoDB.
pub struct Prices {
    memory: BTreeMap<String, u64>,
}

impl Prices {
    /// The prices of the functions of template.yaml.
    ///
    /// # Errors
    /// [`ServerError`] where it does not say what memory they have.
    pub fn read() -> Result<Self, ServerError> {
        Ok(Self { memory: memory()? })
    }

    /// What a million calls of that function cost before they reach DynamoDB; nothing where it is deployed nowhere.
    pub fn of_call(&self, function: &str) -> f64 {
        let is_routed = ALL_ROUTES.iter().any(|route| route.function == function);
        let cost = |memory: &u64| of_calls(function, *memory, is_routed);
        self.memory.get(function).map(cost).unwrap_or_default()
    }
}
