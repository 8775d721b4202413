//! The embedded engine, beyond what DynamoDB's interface shows of it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use dynoxide::storage::Storage;
use local::engine::{Endpoint, Engine};
use local::table;

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
    let _engine = Engine::open(Some(&file)).unwrap();
    assert_is_indexed(&file);
}

#[test]
fn a_write_does_not_read_the_whole_stream_of_a_database_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.sqlite");
    let engine = Engine::open(None).unwrap();
    // SQLite would otherwise put the copy where the database is: into memory.
    engine.database().vacuum_into(&format!("file:{}?vfs=unix", copy.display())).unwrap();
    assert_is_indexed(&copy);
}

/// What the engine answers to a request of DynamoDB's with these headers.
fn answer(endpoint: &Endpoint, method: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(endpoint.url().strip_prefix("http://").unwrap()).unwrap();
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
    let endpoint = Engine::open(None).unwrap().serve(Ipv4Addr::LOCALHOST.into()).unwrap();
    for headers in [
        "",
        "host: 127.0.0.1:8000\r\n",
        "host: localhost\r\ncontent-type: application/x-amz-json-1.0\r\n",
        // From a container.
        "host: 172.17.0.1:8000\r\ncontent-type: application/json\r\n",
    ] {
        let answer = answer(&endpoint, "POST", headers);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("TableNames"), "{answer}");
    }
}

#[test]
fn web_pages_are_answered_nothing_whatever_they_send() {
    let endpoint = Engine::open(None).unwrap().serve(Ipv4Addr::LOCALHOST.into()).unwrap();
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
            let answer = answer(&endpoint, method, &format!("{headers}{more}"));
            assert!(answer.starts_with("HTTP/1.1 403"), "{method} {headers}: {answer}");
            assert!(!answer.contains("access-control"), "{answer}");
            assert!(!answer.contains("TableNames"), "{answer}");
        }
    }
}

#[test]
fn half_a_request_does_not_keep_the_engine_from_stopping() {
    let endpoint = Engine::open(None).unwrap().serve(Ipv4Addr::LOCALHOST.into()).unwrap();
    let mut stream = TcpStream::connect(endpoint.url().strip_prefix("http://").unwrap()).unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{").unwrap();
    drop(endpoint);
    // Whether it is hung up on or reset, nothing comes.
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap_or(0), 0);
}

/// A transaction with that token, which counts a counter on by that much.
async fn count(client: &Client, token: &str, by: u32) -> Result<(), TransactWriteItemsError> {
    let update = Update::builder()
        .table_name("guildhall")
        .key("pk", AttributeValue::S("counter".to_owned()))
        .key("sk", AttributeValue::S("counter".to_owned()))
        .update_expression("ADD seq :by")
        .expression_attribute_values(":by", AttributeValue::N(by.to_string()))
        .build()
        .unwrap();
    let item = TransactWriteItem::builder().update(update).build();
    let call = client.transact_write_items().client_request_token(token).transact_items(item);
    call.send().await.map(drop).map_err(SdkError::into_service_error)
}

async fn counted(client: &Client) -> u32 {
    let get = client.get_item().table_name("guildhall");
    let get = get.key("pk", AttributeValue::S("counter".to_owned()));
    let item = get.key("sk", AttributeValue::S("counter".to_owned())).send().await.unwrap().item;
    item.unwrap()["seq"].as_n().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_is_sent_again_within_ten_minutes_is_carried_out_once() {
    let engine = Engine::open(None).unwrap();
    let client = engine.client();
    table::create_if_missing(&client, "guildhall").await.unwrap();
    for _ in 0..2 {
        count(&client, "one", 1).await.unwrap();
    }
    assert_eq!(counted(&client).await, 1);
    let other = count(&client, "one", 2).await.unwrap_err();
    assert!(other.is_idempotent_parameter_mismatch_exception(), "{other:?}");
    tokio::time::advance(Duration::from_secs(599)).await;
    count(&client, "one", 1).await.unwrap();
    assert_eq!(counted(&client).await, 1);
    tokio::time::advance(Duration::from_secs(1)).await;
    count(&client, "one", 2).await.unwrap();
    assert_eq!(counted(&client).await, 3);
    let long = count(&client, &"a".repeat(37), 1).await.unwrap_err();
    assert_eq!(long.code(), Some("ValidationException"));
}

#[tokio::test]
async fn a_transaction_that_was_refused_is_tried_again_with_the_same_token() {
    let engine = Engine::open(None).unwrap();
    let client = engine.client();
    // There is no table yet.
    assert!(count(&client, "one", 1).await.is_err());
    table::create_if_missing(&client, "guildhall").await.unwrap();
    count(&client, "one", 1).await.unwrap();
    assert_eq!(counted(&client).await, 1);
}
