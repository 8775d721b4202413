//! The command that a newcomer types: it starts, tells what is needed, answers, keeps data, and stops.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A running server, and the facts that it wrote.
struct Server {
    process: Child,
    facts: Value,
}

impl Server {
    /// Starts the server on a free port, and waits until it has said what there is to know.
    fn start(folder: &Path, options: &[&str]) -> Self {
        let facts = folder.join("facts.json");
        let mut process = Command::new(env!("CARGO_BIN_EXE_local"))
            .args(["--port", "0", "--demo-file"])
            .arg(&facts)
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        lines.find(|line| line.as_ref().unwrap().contains("Guildhall answers")).unwrap().unwrap();
        // What it logs from now on has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        let facts = serde_json::from_slice(&std::fs::read(facts).unwrap()).unwrap();
        Self { process, facts }
    }

    fn request(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let address = self.facts["base_url"].as_str().unwrap().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    fn sign_up(&self, name: &str) -> (u16, Value) {
        let body = json!({
            "game_id": self.facts["game_id"],
            "game_token": self.facts["game_token"],
            "username": name,
            "email": format!("{name}@example.com"),
            "password": "password",
            "password_confirmation": "password",
        });
        let (status, body) = self.request("POST", "/api/v3/users", "", &body.to_string());
        (status, serde_json::from_str(&body).unwrap_or_default())
    }

    /// Stops the server as Ctrl-C does, and tells whether it ended well.
    fn interrupt(mut self) -> bool {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        self.process.wait().unwrap().success()
    }
}

#[test]
fn the_server_answers_with_its_demo_game_and_stops_when_interrupted() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let (status, user) = server.sign_up("ada");
    assert_eq!(status, 200);
    let token =
        format!("authentication-token: {}\r\n", user["authentication_token"].as_str().unwrap());
    let created = server.request("POST", "/api/v3/groups", &token, r#"{"name": "Gamers"}"#);
    assert_eq!(created.0, 201);
    assert_eq!(server.request("GET", "/nowhere", "", "").0, 404);
    assert_eq!(server.request("PUT", "/api/v3/groups", &token, "").0, 405);
    assert!(server.interrupt());
}

#[test]
fn a_function_without_a_route_is_invoked_as_lambda_is() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let path = "/2015-03-31/functions/create-game/invocations";
    let (status, game) = server.request("POST", path, "", r#"{"name": "Another"}"#);
    assert_eq!(status, 200);
    let game: Value = serde_json::from_str(&game).unwrap();
    assert_eq!(game["name"], "Another");
    assert_ne!(game["game_id"], server.facts["game_id"]);
    let (_, refused) = server.request("POST", path, "", "{}");
    assert!(refused.contains("errorMessage"), "{refused}");
    let nowhere = "/2015-03-31/functions/create-group/invocations";
    assert_eq!(server.request("POST", nowhere, "", "{}").0, 404);
    assert!(server.interrupt());
}

#[test]
fn a_deleted_groups_rows_are_swept_by_the_stream() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::start(folder.path(), &["--data", data.to_str().unwrap()]);
    let token = server.sign_up("ada").1["authentication_token"].as_str().unwrap().to_owned();
    let token = format!("authentication-token: {token}\r\n");
    let (_, group) = server.request("POST", "/api/v3/groups", &token, r#"{"name": "Gamers"}"#);
    let group: Value = serde_json::from_str(&group).unwrap();
    let path = format!("/api/v3/groups/{}", group["id"]);
    assert_eq!(server.request("DELETE", &path, &token, "").0, 200);
    let game = server.facts["game_id"].clone();
    assert!(server.interrupt());

    // The sweep goes on after a restart where it was cut short; in the end the group's partition is empty.
    let server = Server::start(folder.path(), &["--data", data.to_str().unwrap()]);
    let database = dynoxide::Database::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    let query = json!({
        "TableName": "guildhall",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": { ":pk": { "S": format!("GAME#{game}#GROUP#{}", group["id"]) } },
    });
    loop {
        let rows = database.query(serde_json::from_value(query.clone()).unwrap()).unwrap();
        if rows.count == 0 {
            break;
        }
        std::thread::yield_now();
    }
    assert!(server.interrupt());
}

#[test]
fn a_data_folder_keeps_users_tokens_and_the_demo_game() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = ["--data", data.to_str().unwrap()];
    let server = Server::start(folder.path(), &options);
    let (_, user) = server.sign_up("ada");
    let first = server.facts.clone();
    assert!(server.interrupt());

    let server = Server::start(folder.path(), &options);
    assert_eq!(server.facts["game_id"], first["game_id"]);
    assert_eq!(server.facts["secret_key"], first["secret_key"]);
    let token = user["authentication_token"].as_str().unwrap();
    let headers = format!("authentication-token: {token}\r\n");
    let path = format!("/api/v3/users/{}", user["id"]);
    assert_eq!(server.request("GET", &path, &headers, "").0, 200);
    assert_eq!(server.sign_up("ada").0, 422);
    assert!(server.interrupt());
}

#[test]
fn the_server_knows_from_where_it_is_called_and_bounds_guesses_at_a_password() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let body = json!({ "game_id": server.facts["game_id"], "email": "ada", "password": "wrong" });
    let guess = || server.request("POST", "/api/v3/sessions", "", &body.to_string()).0;
    // Ten are taken in a quarter of an hour by the clock, of which there may be two meanwhile.
    let answers: Vec<_> = (0..21).map(|_| guess()).collect();
    assert!(answers[..10].iter().all(|status| *status == 401), "{answers:?}");
    assert!(answers.contains(&429), "{answers:?}");
    assert!(server.interrupt());
}
