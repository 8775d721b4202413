//! The files that the server keeps: who can read them, and what comes of those that are lost or damaged.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use dynoxide::storage::Storage;
use serde_json::json;

use crate::server::{Server, command, refused};

/// The rights to a file or folder.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn assert_private(data: &Path) {
    let files: Vec<_> = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 5, "with SQLite's own: {files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[cfg(unix)]
#[test]
fn nobody_but_their_owner_reads_the_folder_and_the_files() {
    let (folder, data, server) = Server::start_with_new_data();
    assert_eq!(server.sign_up("ada").status, 200);
    assert_eq!(mode(&data), 0o700);
    assert_private(&data);
    assert_eq!(mode(&folder.path().join("facts.json")), 0o600);

    // An earlier server was killed that had let everybody read.
    server.signal("-KILL");
    server.wait();
    for entry in fs::read_dir(&data).unwrap() {
        set_mode(&entry.unwrap().path(), 0o644);
    }
    set_mode(&folder.path().join("facts.json"), 0o644);
    let server = Server::start_with_data(&data);
    assert_private(&data);
    assert_eq!(mode(&folder.path().join("facts.json")), 0o600);
    server.stop();
}

#[cfg(unix)]
#[test]
fn a_folder_that_was_there_keeps_its_rights() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    set_mode(&data, 0o755);
    let server = Server::start_with_data(&data);
    assert_eq!(mode(&data), 0o755);
    server.stop();
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_to_get_the_facts_is_written_to_and_not_replaced() {
    let mut process = command(&["--demo-file", "/dev/stdout"]).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let told = lines.any(|line| line.contains("\"secret_key\":"));
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(told);
    assert!(fs::symlink_metadata("/dev/stdout").unwrap().is_symlink());
}

#[test]
fn a_deleted_database_takes_the_demo_game_along() {
    let (_folder, data, server) = Server::start_with_new_data();
    let first = server.facts.clone();
    server.stop();
    for ending in ["", "-wal", "-shm"] {
        let _there_or_not = fs::remove_file(data.join(format!("dynamodb.sqlite{ending}")));
    }
    let server = Server::start_with_data(&data);
    assert_ne!(server.facts["game_token"], first["game_token"]);
    assert_eq!(server.sign_up("ada").status, 200);
    let second = server.facts.clone();
    server.stop();
    let server = Server::start_with_data(&data);
    assert_eq!(server.facts["game_token"], second["game_token"], "it is remembered");
    server.stop();
}

#[test]
fn a_game_that_is_disabled_keeps_its_keys() {
    let (_folder, data, server) = Server::start_with_new_data();
    let first = server.facts.clone();
    let order = json!({ "game_id": first["game_id"], "disabled": true }).to_string();
    let path = "/2015-03-31/functions/disable-game/invocations";
    let answer = server.request("POST", path, "", &order);
    assert!(!answer.body.contains("errorMessage"), "{}", answer.body);
    server.stop();
    let server = Server::start_with_data(&data);
    assert_eq!(server.facts["secret_key"], first["secret_key"]);
    server.stop();
}

#[test]
fn a_folder_that_is_used_is_left_alone() {
    let (_folder, data, server) = Server::start_with_new_data();
    let mut serve = command(&[]);
    let mut seed = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    for command in [&mut serve, seed.arg("seed")] {
        let output = command.arg("--data").arg(&data).output().unwrap();
        let why = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && why.contains("is used by another guildhall"), "{why}");
    }
    server.stop();
}

#[test]
fn an_empty_file_has_nothing_to_lose_and_is_written_anew() {
    for name in ["signing-key", "demo.json", "dynamodb.sqlite"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::write(data.join(name), "").unwrap();
        let server = Server::start_with_data(&data);
        assert_eq!(server.sign_up("ada").status, 200, "{name}");
        assert_ne!(fs::read(data.join(name)).unwrap(), b"", "{name}");
        server.stop();
    }
}

#[test]
fn a_damaged_file_is_named_with_what_to_do_and_not_repeated() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    for (name, text) in [
        ("signing-key", "too short"),
        ("signing-key", "\u{fffd}"),
        ("demo.json", "{"),
        ("demo.json", r#"{"game_id": "hunter2"}"#),
    ] {
        fs::write(data.join(name), text).unwrap();
        let words = refused(&["--data", data.to_str().unwrap()]);
        let file = data.join(name);
        assert!(words.contains(file.to_str().unwrap()), "{words}");
        assert!(words.contains("delete the file"), "{words}");
        assert!(!words.contains("hunter2"), "{words}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "it is left alone");
        fs::remove_file(file).unwrap();
    }
    fs::remove_file(data.join("dynamodb.sqlite")).unwrap();
    fs::write(data.join("dynamodb.sqlite"), "no database at all").unwrap();
    let words = refused(&["--data", data.to_str().unwrap()]);
    assert!(words.contains("dynamodb.sqlite"), "{words}");
}

/// How many records the stream holds.
fn records(data: &Path) -> usize {
    let storage = Storage::new(data.join("dynamodb.sqlite").to_str().unwrap()).unwrap();
    let count = "SELECT count(*) FROM _stream_records";
    storage.conn().query_row(count, [], |row| row.get(0)).unwrap()
}

#[test]
fn the_stream_does_not_grow_with_what_was_delivered() {
    let (_folder, data, server) = Server::start_with_new_data();
    let token = server.token_of("ada");
    for number in 0..30 {
        let body = json!({ "name": format!("Group {number}") }).to_string();
        assert_eq!(server.request("POST", "/api/v3/groups", &token, &body).status, 201);
    }
    // The last one stays, which numbers go on from.
    while records(&data) > 1 {
        std::thread::yield_now();
    }
    server.stop();
}
