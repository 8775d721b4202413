//! What a route answers: its success, and every error that it can have, by status.

use std::collections::{BTreeMap, BTreeSet};

use functions::dialect::Dialect;
use functions::http::Route;
use functions::schema::Description;
use serde_json::{Map, Value, json};

use super::errors::Face;
use super::examples::Example;
use super::headers::header;
use super::links::links;
use super::refusals::{self, is_for_anyone};

/// The most errors of a response that is referred to by their names, since many operations share it.
const MOST_SHARED: usize = 4;

/// Makes the responses of routes, and keeps those that several share.
#[derive(Default)]
pub struct Responses {
    shared: Map<String, Value>,
}

impl Responses {
    /// All answers of a route.
    pub fn of(&mut self, route: &Route, description: &Description, example: Example) -> Value {
        let dialect = Dialect::of(route.path);
        let mut responses = Map::new();
        let success = success(route, dialect, description, example.answer);
        responses.insert(description.success.as_str().to_owned(), success);
        let mut by_status = BTreeMap::<u16, Vec<Face>>::new();
        for error in refusals::of(route) {
            let face = Face::new(dialect, error, description.status);
            let faces = by_status.entry(face.status).or_default();
            if !faces.iter().any(|known| known.name == face.name) {
                faces.push(face);
            }
        }
        for (status, faces) in by_status {
            let response = self.share(dialect, status, &faces);
            responses.insert(status.to_string(), response);
        }
        responses.into()
    }

    fn share(&mut self, dialect: Dialect, status: u16, faces: &[Face]) -> Value {
        let response = failure(dialect, faces);
        if faces.len() > MOST_SHARED {
            return response;
        }
        let names: Vec<_> = faces.iter().map(|face| face.name).collect();
        let name = format!("{dialect:?}{status}{}", names.join("Or"));
        let reference = json!({ "$ref": format!("#/components/responses/{name}") });
        self.shared.insert(name, response);
        reference
    }

    /// Those that are referred to.
    pub fn shared(self) -> Map<String, Value> {
        self.shared
    }
}

fn success(route: &Route, dialect: Dialect, description: &Description, example: Value) -> Value {
    let mut headers = json!({ (dialect.request_id_header()): header("RequestId") });
    if route.is_write() {
        headers["dry-run"] = header("DryRun");
        if !is_for_anyone(route) {
            headers["idempotency-replayed"] = header("IdempotencyReplayed");
        }
    }
    let schema = match dialect {
        Dialect::GameFuse => description.response.clone(),
        Dialect::PlayFab => json!({
            "type": "object",
            "required": ["code", "data", "status"],
            "properties": {
                "code": { "type": "integer", "const": 200, "description": "The status." },
                "status": { "type": "string", "const": "OK", "description": "Its name." },
                "data": described(&description.response, "What was asked for."),
            },
        }),
    };
    let mut success = json!({
        "description": "Done, or what was asked for.",
        "headers": headers,
        "content": { "application/json": { "schema": schema, "example": example } },
    });
    let links = links(route);
    if !links.is_empty() {
        success["links"] = links.into();
    }
    success
}

fn failure(dialect: Dialect, faces: &[Face]) -> Value {
    let mut headers = json!({ (dialect.request_id_header()): header("RequestId") });
    if faces.iter().any(|face| face.has_retry_after) {
        headers["retry-after"] = header("RetryAfter");
    }
    if faces.iter().any(|face| face.has_succeeded) {
        headers["dry-run"] = header("DryRun");
        headers["idempotency-replayed"] = header("IdempotencyReplayed");
    }
    let names: BTreeSet<_> = faces.iter().map(|face| face.name).collect();
    let examples: Map<_, _> =
        faces.iter().map(|face| (face.name.to_owned(), json!({ "value": face.body }))).collect();
    let content = match dialect {
        Dialect::GameFuse => {
            headers["x-error-code"] = json!({
                "description": "The error's stable name.", "required": true,
                "schema": { "type": "string", "enum": names },
            });
            json!({ "text/plain": { "schema": { "type": "string", "minLength": 1 }, "examples": examples } })
        }
        Dialect::PlayFab => {
            let schema = json!({ "allOf": [
                { "$ref": "#/components/schemas/PlayFabError" },
                { "properties": {
                    "code": { "const": faces.first().map(|face| face.status) },
                    "error": { "enum": distinct(faces, "error") },
                    "errorCode": { "enum": distinct(faces, "errorCode") },
                } },
            ] });
            json!({ "application/json": { "schema": schema, "examples": examples } })
        }
    };
    let lines: Vec<_> =
        faces.iter().map(|face| format!("- `{}`: {}", face.name, face.text())).collect();
    json!({ "description": lines.join("\n"), "headers": headers, "content": content })
}

/// A schema with a description of its own.
fn described(schema: &Value, description: &str) -> Value {
    let mut schema = schema.clone();
    schema["description"] = description.into();
    schema
}

/// What these errors say in a field of PlayFab's envelope, each once.
fn distinct(faces: &[Face], field: &str) -> Vec<Value> {
    let mut values = Vec::new();
    for face in faces {
        if !values.contains(&face.body[field]) {
            values.push(face.body[field].clone());
        }
    }
    values
}

/// PlayFab's envelope of an error.
pub fn playfab_error() -> Value {
    json!({
        "type": "object",
        "description": "Why there is no data.",
        "required": ["code", "error", "errorCode", "errorMessage", "status"],
        "properties": {
            "code": { "type": "integer", "description": "The status." },
            "status": { "type": "string", "description": "Its name, as .NET has it." },
            "error": { "type": "string", "description": "The error's name." },
            "errorCode": { "type": "integer", "description": "Its number." },
            "errorMessage": { "type": "string", "description": "What is wrong, in words." },
            "errorDetails": {
                "type": "object", "description": "What is wrong, by field or limit.",
                "additionalProperties": { "type": "array", "items": { "type": "string" } },
            },
        },
    })
}
