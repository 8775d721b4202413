//! The embedded engine, beyond what DynamoDB's interface shows of it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
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

/// What the engine answers to a request of DynamoDB's with these headers.
fn answer(engine: &Engine, method: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(engine.url().strip_prefix("http://").unwrap()).unwrap();
    write!(
        stream,
        "{method} / HTTP/1.1\r\nconnection: close\r\n{headers}\
         x-amz-target: DynamoDB_20120810.ListTables\r\ncontent-length: 2\r\n\r\n{{}}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn programs_are_answered_at_any_address_and_with_any_type() {
    let engine = Engine::start(Ipv4Addr::LOCALHOST.into(), None).unwrap();
    for headers in [
        "",
        "host: 127.0.0.1:8000\r\n",
        "host: localhost\r\ncontent-type: application/x-amz-json-1.0\r\n",
        // From a container.
        "host: 172.17.0.1:8000\r\ncontent-type: application/json\r\n",
    ] {
        let answer = answer(&engine, "POST", headers);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("TableNames"), "{answer}");
    }
}

#[test]
fn web_pages_are_answered_nothing_whatever_they_send() {
    let engine = Engine::start(Ipv4Addr::LOCALHOST.into(), None).unwrap();
    let preflight =
        "access-control-request-method: POST\r\naccess-control-request-headers: x-amz-target\r\n";
    for headers in [
        "host: 127.0.0.1:8000\r\norigin: https://evil.example\r\n",
        "host: 127.0.0.1:8000\r\norigin: null\r\ncontent-type: text/plain\r\n",
        "host: localhost\r\nsec-fetch-site: cross-site\r\n",
        // A name that was turned round to this machine makes the page the same site.
        "host: rebound.evil.example:8000\r\n",
        "host: rebound.evil.example:8000\r\nsec-fetch-site: same-origin\r\n",
    ] {
        for (method, more) in [("POST", ""), ("GET", ""), ("OPTIONS", preflight)] {
            let answer = answer(&engine, method, &format!("{headers}{more}"));
            assert!(answer.starts_with("HTTP/1.1 403"), "{method} {headers}: {answer}");
            assert!(!answer.contains("access-control"), "{answer}");
            assert!(!answer.contains("TableNames"), "{answer}");
        }
    }
}

#[test]
fn half_a_request_does_not_keep_the_engine_from_stopping() {
    let engine = Engine::start(Ipv4Addr::LOCALHOST.into(), None).unwrap();
    let mut stream = TcpStream::connect(engine.url().strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{").unwrap();
    drop(engine);
    // Whether it is hung up on or reset, nothing comes.
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap_or(0), 0);
}
