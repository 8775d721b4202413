//! Where the parameters of a request belong: into the path, the query or the body.

use functions::dialect::Dialect;
use functions::http::Route;
use http::Method;
use serde_json::{Map, Value, json};

use super::examples::{Example, parse};
use super::refusals::is_for_anyone;

/// Where a parameter belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
    Body,
}

fn place(route: &Route, name: &str) -> Place {
    let in_path = route.path.split(['{', '}', '+']).any(|part| part == name);
    match Dialect::of(route.path) {
        Dialect::GameFuse if in_path => Place::Path,
        Dialect::GameFuse if [Method::GET, Method::DELETE].contains(&route.method) => Place::Query,
        Dialect::GameFuse | Dialect::PlayFab => Place::Body,
    }
}

/// The parameters of a route, but for those in its body.
pub fn parameters(route: &Route, request: &Value, example: &Example) -> Vec<Value> {
    let mut parameters: Vec<_> = properties(request)
        .filter_map(|(name, schema)| {
            let (place, example) = match place(route, name) {
                Place::Path => ("path", &example.path),
                Place::Query => ("query", &example.query),
                Place::Body => return None,
            };
            let is_required = required(request).any(|required| required == name);
            Some(parameter(name, place, is_required, schema, example))
        })
        .collect();
    if route.is_write() {
        let mut names = vec!["DryRun", "DryRunInQuery"];
        if !is_for_anyone(route) {
            names.push("IdempotencyKey");
        }
        let reference = |name| json!({ "$ref": format!("#/components/parameters/{name}") });
        parameters.extend(names.into_iter().map(reference));
    }
    parameters
}

fn parameter(
    name: &str,
    place: &str,
    is_required: bool,
    schema: &Value,
    example: &Map<String, Value>,
) -> Value {
    let mut schema = schema.clone();
    let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let mut parameter = json!({
        "name": name,
        "in": place,
        "required": is_required,
        "description": description,
        "schema": schema,
    });
    // Events have texts where the schema has numbers.
    if let Some(text) = example.get(name).and_then(Value::as_str) {
        let is_text = schema["type"] == "string";
        parameter["example"] = if is_text { text.into() } else { parse(text) };
    }
    parameter
}

/// The schema of a route's body; nothing where it has none.
pub fn body(route: &Route, request: &Value) -> Option<Value> {
    let belongs = |name: &str| place(route, name) == Place::Body;
    let properties: Map<_, _> = properties(request)
        .filter(|(name, _)| belongs(name))
        .map(|(name, schema)| (name.clone(), schema.clone()))
        .collect();
    let required: Vec<_> = required(request).filter(|name| belongs(name)).collect();
    let mut body = request.clone();
    body["required"] = required.into();
    let is_empty = properties.is_empty();
    body["properties"] = properties.into();
    (!is_empty).then_some(body)
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}
