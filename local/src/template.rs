//! What template.yaml says: the deployed table and the deployed API are the local ones.

use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_norway::Value;

use crate::ServerError;

/// The text of template.yaml, as of the build.
pub const TEXT: &str = include_str!("../../template.yaml");

/// The template, read once: a simulation makes a table for each of its rounds.
static TEMPLATE: LazyLock<Result<Value, String>> =
    LazyLock::new(|| serde_norway::from_str(TEXT).map_err(|error| error.to_string()));

/// All that it says.
///
/// # Errors
/// [`ServerError`] where it is no YAML.
pub fn whole() -> Result<&'static Value, ServerError> {
    TEMPLATE.as_ref().map_err(|error| error.as_str().into())
}

/// The properties of one resource.
///
/// # Errors
/// [`ServerError`] where there is no such resource, or it is of another form.
pub fn properties<T: DeserializeOwned>(resource: &str) -> Result<T, ServerError> {
    let resource = whole()?.get("Resources").and_then(|resources| resources.get(resource));
    let properties = resource.and_then(|resource| resource.get("Properties"));
    let properties = properties.ok_or("template.yaml has no such resource")?;
    Ok(serde_norway::from_value(properties.clone())?)
}

/// A DynamoDB table.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Table {
    /// The attributes that keys are made of.
    pub attribute_definitions: Vec<AttributeDefinition>,
    /// The primary key.
    pub key_schema: Vec<KeySchemaElement>,
    pub global_secondary_indexes: Vec<GlobalSecondaryIndex>,
    /// The attribute that says when an item is over.
    pub time_to_live_specification: TimeToLiveSpecification,
    /// What its stream shows.
    pub stream_specification: StreamSpecification,
}

/// An attribute that keys are made of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttributeDefinition {
    pub attribute_name: String,
    /// `S`, `N` or `B`.
    pub attribute_type: String,
}

/// A part of a key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeySchemaElement {
    /// The attribute.
    pub attribute_name: String,
    /// `HASH` or `RANGE`.
    pub key_type: String,
}

/// An index.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlobalSecondaryIndex {
    pub index_name: String,
    /// Its key.
    pub key_schema: Vec<KeySchemaElement>,
    /// What it holds besides.
    pub projection: Projection,
}

/// What an index holds besides its keys.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Projection {
    /// `KEYS_ONLY` or `ALL`.
    pub projection_type: String,
}

/// When items are over.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct TimeToLiveSpecification {
    /// The attribute that says so.
    pub attribute_name: String,
}

/// What a stream shows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StreamSpecification {
    /// `NEW_AND_OLD_IMAGES`, for example.
    pub stream_view_type: String,
}

/// The API.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Api {
    /// What browsers may do.
    pub cors_configuration: Cors,
}

/// What browsers may do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Cors {
    /// With which methods.
    pub allow_methods: Vec<String>,
    /// With which headers.
    pub allow_headers: Vec<String>,
    /// Which headers of an answer they may read.
    pub expose_headers: Vec<String>,
    /// For how many seconds they remember that.
    pub max_age: u64,
}
