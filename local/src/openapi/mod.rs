//! The API, described by itself: one OpenAPI 3.1 document of what the route table, the permission matrix, the catalogue of
//! refusals and the sample events say. Nothing of it is in a function.

mod errors;
mod examples;
mod headers;
mod links;
mod operation;
mod parameters;
mod refusals;
mod remedies;
mod responses;
mod schemas;

use functions::dialect::Dialect;
use functions::routes::DESCRIBED;
use serde_json::{Map, Value, json};
use shared::limits::Limits;

pub use errors::Face;
pub use refusals::of as errors_of;
pub use remedies::remedy;

use self::operation::{operation, tag, tag_description};
use self::responses::{Responses, playfab_error};
use self::schemas::Schemas;

const ABOUT: &str = "\
Groups for games: guilds, clans and parties, in two dialects over the same data. \
A group made in one dialect is fully usable from the other.\n\
\n\
**GameFuse's dialect**, `/api/v3/...`, is REST: a success is JSON, an error is plain text with a stable name in \
`x-error-code`. Players send the token from sign-up or sign-in as `authentication-token`. A game's own server sends \
`service-key-name`, `service-key-token` and `current-user-id` instead, and acts for that user without being asked for \
roles. Parameters are written here where they belong, but are read from path, query and body alike, also from forms.\n\
\n\
**PlayFab's dialect**, `/Group/...`, is RPC: everything is a `POST` with JSON, and answered in an envelope. Players get an \
entity token by LoginWithCustomID, a title by GetEntityToken with its secret key, and send it as `X-EntityToken`. With \
`X-ReportErrorAsSuccess: true`, errors have the status 200, and the one that is written here in `code`.\n\
\n\
Requests are written here in their canonical form. What else is taken from clients, such as numbers written as text, is \
told in the compatibility pages of each dialect. Later versions may add fields to answers.";

/// The document of a deployment with those limits.
pub fn document(limits: &Limits) -> Value {
    let mut gamefuse = Schemas::new(Dialect::GameFuse, limits);
    let mut playfab = Schemas::new(Dialect::PlayFab, limits);
    let mut responses = Responses::default();
    let mut paths = Map::new();
    let mut tags: Vec<Value> = Vec::new();
    for described in DESCRIBED {
        let route = described.route;
        let operation = match Dialect::of(route.path) {
            Dialect::GameFuse => operation(described, &mut gamefuse, &mut responses),
            Dialect::PlayFab => operation(described, &mut playfab, &mut responses),
        };
        let path = paths.entry(route.path.replace("+}", "}")).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation;
        let tag = tag(route.path);
        let tag = json!({ "name": tag, "description": tag_description(&tag) });
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let mut schemas = gamefuse.finish();
    schemas.extend(playfab.finish());
    schemas.insert("PlayFabError".to_owned(), playfab_error());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Guildhall",
            "summary": "Groups for games, in GameFuse's dialect and in PlayFab's",
            "description": ABOUT,
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [
            { "url": "/", "description": "Where this document is served" },
            { "url": "http://127.0.0.1:3000", "description": "What `cargo run` serves" },
        ],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": responses.shared(),
            "parameters": headers::parameters(),
            "headers": headers::headers(),
            "securitySchemes": headers::security_schemes(),
        },
    })
}
