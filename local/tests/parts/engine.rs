//! The embedded engine, beyond what DynamoDB's interface shows of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::Ipv4Addr;
use std::path::Path;

use dynoxide::storage::Storage;
use local::engine::Engine;

/// How SQLite finds the last number of a stream, as the engine asks for it at each write.
fn plan(file: &Path) -> String {
    const LAST: &str = "EXPLAIN QUERY PLAN \
        SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = ?1";
    let storage = Storage::new(file.to_str().unwrap()).unwrap();
    storage.conn().query_row(LAST, ["table"], |row| row.get(3)).unwrap()
}

#[track_caller]
fn assert_is_indexed(file: &Path) {
    let plan = plan(file);
    assert!(plan.contains("INDEX _stream_order"), "{plan}");
}

#[test]
fn a_write_does_not_read_the_whole_stream_of_a_database_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("dynamodb.sqlite");
    let _engine = Engine::start(Ipv4Addr::LOCALHOST.into(), Some(&file)).unwrap();
    assert_is_indexed(&file);
}

#[test]
fn a_write_does_not_read_the_whole_stream_of_a_database_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let engine = Engine::start(Ipv4Addr::LOCALHOST.into(), None).unwrap();
    engine.database().vacuum_into(copy.to_str().unwrap()).unwrap();
    assert_is_indexed(&copy);
}
