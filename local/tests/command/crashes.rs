//! A start that is cut short: the next one completes what it has left.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Instant;

use dynoxide::Database;
use dynoxide::storage::Storage;
use serde_json::json;

use crate::server::{Server, command};

/// Fails the test where the folder does not serve, keep data, sweep, and let expired rows go.
#[track_caller]
fn assert_is_whole(data: &Path, what: &str) {
    let server = Server::start_with_data(data);
    let token = server.token_of("ada");
    let group = server.request("POST", "/api/v3/groups", &token, r#"{"name": "Gamers"}"#);
    assert_eq!(group.status, 201, "{what}: {group:?}");
    let listed = server.request("GET", "/api/v3/groups", &token, "").json();
    assert_eq!(listed["groups"][0]["name"], "Gamers", "{what}");
    server.stop();
    let database = Database::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    let table = || serde_json::from_value(json!({ "TableName": "guildhall" })).unwrap();
    let ttl = database.describe_time_to_live(
        serde_json::from_value(json!({ "TableName": "guildhall" })).unwrap(),
    );
    let ttl = ttl.unwrap().time_to_live_description;
    assert_eq!(ttl.time_to_live_status, "ENABLED", "{what}");
    assert!(database.describe_table(table()).unwrap().table.latest_stream_arn.is_some(), "{what}");
    let mut names: Vec<_> = fs::read_dir(data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.starts_with("dynamodb.sqlite-"))
        .collect();
    names.sort();
    assert_eq!(names, ["demo.json", "dynamodb.sqlite", "lock", "signing-key"], "{what}");
}

const NO_STREAM: &str =
    "UPDATE _tables SET stream_enabled = 0, stream_view_type = NULL, stream_label = NULL";

/// What a first start has done step by step, undone from the end on: each statement leaves a state that it passes through.
const STEPS: [(&str, &str); 8] = [
    ("no time to live", "UPDATE _tables SET ttl_enabled = 0, ttl_attribute = NULL"),
    ("no stream", NO_STREAM),
    ("no second index", "DROP TABLE \"guildhall::gsi::by_user\""),
    ("no index", "DROP TABLE \"guildhall::gsi::directory\""),
    ("no rows", "DROP TABLE guildhall"),
    ("no table", "DELETE FROM _tables WHERE table_name = 'guildhall'"),
    ("no rows of deliveries", "DROP TABLE \"guildhall-deliveries\""),
    ("no deliveries", "DELETE FROM _tables"),
];

#[test]
fn a_table_that_was_half_made_is_completed() {
    for steps in 1..=STEPS.len() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        Server::start_with_data(&data).stop();
        fs::remove_file(data.join("demo.json")).unwrap();
        fs::remove_file(data.join("signing-key")).unwrap();
        let storage = Storage::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
        // The first start had not made its game yet.
        storage
            .conn()
            .execute_batch("DELETE FROM guildhall; DELETE FROM _stream_records;")
            .unwrap();
        storage.conn().execute_batch("DELETE FROM \"guildhall::gsi::directory\"; DELETE FROM \"guildhall::gsi::by_user\";").unwrap();
        for (_, undo) in &STEPS[..steps] {
            storage.conn().execute_batch(undo).unwrap();
        }
        drop(storage);
        assert_is_whole(&data, STEPS[steps - 1].0);
    }
}

#[test]
fn a_table_with_rows_and_without_a_stream_is_not_thrown_away() {
    let (_folder, data, server) = Server::start_with_new_data();
    assert_eq!(server.sign_up("ada").status, 200);
    server.stop();
    let storage = Storage::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    storage.conn().execute_batch(NO_STREAM).unwrap();
    let words = crate::server::refused(&["--data", data.to_str().unwrap()]);
    assert!(words.contains("stream"), "{words}");
    let rows = "SELECT count(*) FROM guildhall";
    assert_ne!(storage.conn().query_row(rows, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
}

#[test]
fn files_that_were_half_written_are_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    for (name, half) in [("signing-key.new", "half a k"), ("demo.json.new", "{\"game")] {
        fs::write(data.join(name), half).unwrap();
    }
    assert_is_whole(&data, "half-written files");
}

#[test]
fn a_first_start_that_is_killed_at_any_moment_leaves_a_folder_that_the_next_one_completes() {
    const KILLS: u32 = 20;
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    Server::start_with_data(&folder.path().join("whole")).stop();
    let whole = begun.elapsed();
    for kill in 0..KILLS {
        let data = folder.path().join(format!("data{kill}"));
        let mut process = command(&["--data", data.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Which moment that is does not matter: each is to be survived.
        std::thread::sleep(whole * kill / KILLS);
        process.kill().unwrap();
        process.wait().unwrap();
        assert_is_whole(&data, &format!("kill {kill} of {KILLS}"));
    }
}
