//! The README's first session, played over HTTP.

use std::time::Duration;

use serde_json::{Value, json};
use tests::World;

/// The functions that it calls.
pub const FUNCTIONS: [&str; 5] =
    ["sign-up", "create-group", "create-group-connection", "update-group-connection", "get-group"];

/// John creates a group, Jane asks to join, John accepts, and there are two members.
pub fn play(base_url: &str, world: &World) {
    let call = |method: &str, path: &str, token: &str, body: Value| -> Value {
        let agent = ureq::Agent::config_builder()
            // Each of these calls starts a container.
            .timeout_global(Some(Duration::from_secs(120)))
            .http_status_as_error(false)
            .build();
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{base_url}/api/v3{path}"))
            .header("content-type", "application/json")
            .header("authentication-token", token)
            .body(if body.is_null() { String::new() } else { body.to_string() })
            .unwrap();
        let answer = ureq::Agent::from(agent).run(request).unwrap().into_body().read_to_string();
        let answer = answer.unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{method} {path}: {answer}"))
    };
    let [john, jane] = ["john_doe", "jane_doe"].map(|name| {
        let user = call("POST", "/users", "", world.sign_up_body(name));
        user["authentication_token"].as_str().unwrap().to_owned()
    });
    let group = call("POST", "/groups", &john, json!({ "name": "Awesome Gamers" }));
    let asked = call("POST", "/group_connections", &jane, json!({ "group_id": group["id"] }));
    assert_eq!(asked["status"], "pending");
    let connection = format!("/group_connections/{}", asked["id"]);
    let accepted = call("PUT", &connection, &john, json!({ "status": "accepted" }));
    assert_eq!(accepted["status"], "accepted");
    let group = call("GET", &format!("/groups/{}", group["id"]), &jane, Value::Null);
    assert_eq!(group["member_count"], 2);
}
