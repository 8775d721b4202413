//! What stands in the headers of requests and answers.

use functions::dialect::{Dialect, is_for_server};
use functions::http::Route;
use serde_json::{Value, json};

use super::refusals::{exchanges_credentials, is_for_anyone};

/// What writes take, in whatever dialect.
pub fn parameters() -> Value {
    let dry_run = "Only tries the call: it is decided as if it were real and answered so, with ids not yet known as 0 or \
                   empty, and nothing is written. False, where it is absent.";
    let truth = json!({ "type": "boolean", "default": false });
    json!({
        "DryRun": {
            "name": "Dry-Run", "in": "header", "required": false, "description": dry_run,
            "schema": truth,
        },
        "DryRunInQuery": {
            "name": "dry_run", "in": "query", "required": false,
            "description": "The same as the header `Dry-Run`.", "schema": truth,
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Names this request, so that it may be sent again and is done once: for 24 hours the same caller's \
                            same request with the same key is answered as the first time. A refusal is not kept. Draw a \
                            new one for each request. Visible ASCII characters, and not commas alone, which join headers that were \
                            sent twice.",
            "schema": {
                "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^,*[!-+.-~-][!-~]*$",
                "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"],
            },
        },
    })
}

/// What answers have.
pub fn headers() -> Value {
    let text = json!({ "type": "string" });
    let mark = json!({ "type": "string", "const": "true" });
    json!({
        "RequestId": {
            "description": "Names this request in the logs: quote it when you report something.",
            "required": true, "schema": text,
        },
        "DryRun": {
            "description": "That nothing was written: the call was only tried.", "schema": mark,
        },
        "IdempotencyReplayed": {
            "description": "That this is the answer to an earlier request with the same `Idempotency-Key`.", "schema": mark,
        },
        "RetryAfter": {
            "description": "In how many seconds the call may be made again.",
            "schema": { "type": "integer", "minimum": 1 },
        },
    })
}

/// A reference to one of them.
pub fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// How callers say who they are.
pub fn security_schemes() -> Value {
    let key = |name: &str, description: &str| json!({ "type": "apiKey", "in": "header", "name": name, "description": description });
    json!({
        "GameFuseToken": key("authentication-token", "A user's token, from sign-up or sign-in; good for 24 hours."),
        "GameFuseServiceKey": key("service-key-token", "The game's secret key, for its own server."),
        "GameFuseServiceName": key("service-key-name", "What the server is called; any name will do."),
        "GameFuseServiceUser": key("current-user-id", "The id of the user for whom the server acts."),
        "PlayFabEntityToken": key("X-EntityToken", "A player's or a title's token; good for 24 hours."),
        "PlayFabSessionTicket": key("X-Authorization", "A session ticket, from LoginWithCustomID."),
        "PlayFabSecretKey": key("X-SecretKey", "The title's secret key: the game's, for its own server."),
    })
}

/// Which of these a route asks for.
pub fn security(route: &Route) -> Value {
    match Dialect::of(route.path) {
        _ if is_for_anyone(route) => json!([]),
        Dialect::GameFuse if is_for_server(route) => json!([
            { "GameFuseServiceKey": [], "GameFuseServiceName": [] },
        ]),
        Dialect::GameFuse => json!([
            { "GameFuseToken": [] },
            { "GameFuseServiceKey": [], "GameFuseServiceName": [], "GameFuseServiceUser": [] },
        ]),
        Dialect::PlayFab if exchanges_credentials(route) => json!([
            { "PlayFabSessionTicket": [] },
            { "PlayFabSecretKey": [] },
            { "PlayFabEntityToken": [] },
        ]),
        Dialect::PlayFab => json!([{ "PlayFabEntityToken": [] }]),
    }
}
