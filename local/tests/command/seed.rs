//! `guildhall seed`, and what is found in what it made.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::server::Server;

/// What it prints.
#[track_caller]
fn seed(data: &Path, options: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    let output = command.arg("seed").arg("--data").arg(data).args(options).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The first who is named as one to sign in as.
fn named(printed: &str) -> &str {
    printed.split("sign in as ").nth(1).unwrap().split(' ').next().unwrap()
}

#[test]
fn what_is_seeded_is_there_with_its_history_and_is_played_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let printed = seed(&data, &["--groups", "3", "--members", "6"]);
    assert!(printed.starts_with("Adding 3 guilds of about 6 members"), "{printed}");
    assert!(printed.lines().last().unwrap().starts_with("Done in "), "{printed}");
    let server = Server::start_with_data(&data);
    let body = json!({
        "game_id": server.facts["game_id"], "game_token": server.facts["game_token"],
        "email": named(&printed), "password": "password",
    });
    let user = server.request("POST", "/api/v3/sessions", "", &body.to_string()).json();
    let token = user["authentication_token"].as_str().unwrap();
    let token = format!("authentication-token: {token}\r\n");
    let own = &server.request("GET", &format!("/api/v3/users/{}", user["id"]), &token, "").json();
    let group = &own["groups"][0]["id"];
    let path = format!("/api/v3/groups/{group}");
    let full = server.request("GET", &path, &token, "").json();
    assert_eq!(full["members"].as_array().unwrap().len() as u64, full["member_count"], "{full}");
    let events = server.request("GET", &format!("{path}/events?limit=100"), &token, "").json();
    let numbers = events["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64());
    assert!(numbers.eq((1..=events["last_seq"].as_u64().unwrap()).map(Some)), "{events}");
    let key = json!({ "attributes": [{ "key": "level", "value": "99" }] }).to_string();
    let set = server.request("POST", &format!("{path}/add_attribute"), &token, &key);
    assert_eq!(set.status, 200, "{set:?}");
    server.stop();
}

#[test]
fn the_same_seed_tells_the_same_story_and_takes_other_names_where_they_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let few = ["--groups", "1", "--members", "2"];
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    let first = seed(&one, &few);
    assert_eq!(named(&seed(&other, &few)), named(&first));
    assert_ne!(named(&seed(&one, &few)), named(&first), "in the same folder");
    assert_ne!(named(&seed(&other, &[few[0], "1", few[2], "2", "--seed", "2"])), named(&first));
}

#[test]
fn more_games_are_told_with_their_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let printed = seed(folder.path(), &["--groups", "1", "--members", "1", "--games", "2"]);
    assert_eq!(
        printed.matches("secret key").count(),
        1,
        "the demo game has told its own: {printed}"
    );
}

#[test]
fn its_help_says_that_what_is_there_stays() {
    let output = Command::new(env!("CARGO_BIN_EXE_guildhall")).args(["seed", "--help"]).output();
    let help = String::from_utf8(output.unwrap().stdout).unwrap();
    assert!(help.contains("Nothing that is there is changed or removed"), "{help}");
}

#[test]
fn seeding_needs_a_folder_and_sensible_numbers() {
    for (options, word) in
        [(vec!["seed"], "--data"), (vec!["seed", "--data", "d", "--groups", "0"], "--groups")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_guildhall")).args(options).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8(output.stderr).unwrap().contains(word));
    }
}
