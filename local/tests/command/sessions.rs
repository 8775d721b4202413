//! What a newcomer does first.

use std::fs;

use serde_json::{Value, json};

use crate::server::Server;

#[test]
fn the_server_answers_with_its_demo_game_and_stops_when_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = server.token_of("ada");
    let created = server.request("POST", "/api/v3/groups", &token, r#"{"name": "Gamers"}"#);
    assert_eq!(created.status, 201);
    assert_eq!(server.request("GET", "/nowhere", "", "").status, 404);
    assert_eq!(server.request("PUT", "/api/v3/groups", &token, "").status, 405);
    server.stop();
}

#[test]
fn the_printed_command_and_the_readmes_session_can_both_be_followed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let printed = server.greeting.split("--data '").nth(1).unwrap().split('\'').next().unwrap();
    let signed_up = server.request("POST", "/api/v3/users", "", printed);
    assert_eq!(signed_up.status, 200, "{signed_up:?}");
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let calls = readme.split("$(sign_up ").skip(1);
    let names: Vec<&str> = calls.map(|call| call.split(' ').next().unwrap()).collect();
    assert!(!names.is_empty());
    for name in names {
        let signed_up = server.sign_up(name);
        assert_eq!(signed_up.status, 200, "{name}: {signed_up:?}");
    }
    server.stop();
}

#[test]
fn the_printed_address_is_dynamodbs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut urls = server.greeting.split("http://").skip(1);
    let url = urls.nth(1).unwrap().split([',', ' ', '\n']).next().unwrap();
    let described = crate::client::Client::connect(url)
        .send("POST", "/", "x-amz-target: DynamoDB_20120810.ListTables\r\n", "{}")
        .read();
    assert_eq!(described.json(), json!({ "TableNames": ["guildhall", "guildhall-deliveries"] }));
    server.stop();
}

#[test]
fn a_function_without_a_route_is_invoked_as_lambda_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let path = "/2015-03-31/functions/create-game/invocations";
    let invoked = server.request("POST", path, "", r#"{"name": "Another"}"#);
    assert_eq!(invoked.status, 200);
    let game = invoked.json();
    assert_eq!(game["name"], "Another");
    assert_ne!(game["game_id"], server.facts["game_id"]);
    let refused = server.request("POST", path, "", "{}").body;
    assert!(refused.contains("errorMessage"), "{refused}");
    let nowhere = "/2015-03-31/functions/create-group/invocations";
    assert_eq!(server.request("POST", nowhere, "", "{}").status, 404);
    server.stop();
}

#[test]
fn a_deleted_groups_rows_are_swept_by_the_stream() {
    let (_folder, data, server) = Server::start_with_new_data();
    let token = server.token_of("ada");
    let group = server.request("POST", "/api/v3/groups", &token, r#"{"name": "Gamers"}"#).json();
    let path = format!("/api/v3/groups/{}", group["id"]);
    assert_eq!(server.request("DELETE", &path, &token, "").status, 200);
    let game = server.facts["game_id"].clone();
    server.stop();

    // The sweep goes on after a restart where it was cut short; in the end the group's partition is empty.
    let server = Server::start_with_data(&data);
    let database = dynoxide::Database::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    let query = json!({
        "TableName": "guildhall",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": format!("GAME#{game}#GROUP#{}", group["id"]) } },
    });
    let rows = |query: &Value| database.query(serde_json::from_value(query.clone()).unwrap());
    while rows(&query).unwrap().count > 0 {
        std::thread::yield_now();
    }
    server.stop();
}

#[test]
fn a_data_folder_keeps_users_tokens_and_the_demo_game() {
    let (_folder, data, server) = Server::start_with_new_data();
    let user = server.sign_up("ada").json();
    let first = server.facts.clone();
    server.stop();

    let server = Server::start_with_data(&data);
    assert_eq!(server.facts["game_id"], first["game_id"]);
    assert_eq!(server.facts["secret_key"], first["secret_key"]);
    let token = user["authentication_token"].as_str().unwrap();
    let headers = format!("authentication-token: {token}\r\n");
    let path = format!("/api/v3/users/{}", user["id"]);
    assert_eq!(server.request("GET", &path, &headers, "").status, 200);
    assert_eq!(server.sign_up("ada").status, 422);
    server.stop();
}

#[test]
fn the_server_knows_from_where_it_is_called_and_bounds_guesses_at_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let body = json!({ "game_id": server.facts["game_id"], "email": "ada", "password": "wrong" });
    let guess = || server.request("POST", "/api/v3/sessions", "", &body.to_string()).status;
    // Ten are taken in a quarter of an hour by the clock, of which there may be two meanwhile.
    let answers: Vec<_> = (0..21).map(|_| guess()).collect();
    assert!(answers[..10].iter().all(|status| *status == 401), "{answers:?}");
    assert!(answers.contains(&429), "{answers:?}");
    server.stop();
}
