//! What arrives at a real socket and is no good request.

use crate::client::Answer;
use crate::server::Server;

/// Fails the test where an answer is not told of in the log by the id that its caller was told.
#[track_caller]
fn assert_logged(server: &Server, answer: &Answer, id: &str, error: &str) {
    let line = server.next_log();
    assert_eq!(line["request_id"], answer.header(id), "{line} {answer:?}");
    assert_eq!(line["error"], error, "{line}");
    assert_eq!(line["status"], answer.status, "{line}");
}

const CHUNKED: &str = "HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
    transfer-encoding: chunked\r\n\r\n";

#[test]
fn a_badly_chunked_body_is_one_that_cannot_be_read_and_not_one_that_is_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    for chunks in ["zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}XX0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n"] {
        let mut client = server.connect();
        let answer = client.write(&format!("POST /api/v3/groups {CHUNKED}{chunks}")).read();
        assert_eq!((answer.status, answer.header("x-error-code")), (422, "MalformedBody"));
        assert_eq!(answer.header("connection"), "close");
        assert_logged(&server, &answer, "x-request-id", "MalformedBody");

        let mut client = server.connect();
        let answer = client.write(&format!("POST /Group/GetGroup {CHUNKED}{chunks}")).read();
        let body = answer.json();
        assert_eq!((answer.status, &body["error"]), (400, &"InvalidJSONContent".into()));
        assert_logged(&server, &answer, "x-requestid", "MalformedBody");
    }
    server.stop();
}

#[test]
fn after_a_body_that_is_too_large_the_connection_serves_the_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let token = server.token_of("ada");
    server.next_log();
    let too_large = " ".repeat(1 << 20);
    let mut client = server.connect();
    for (path, id) in [("/api/v3/groups", "x-request-id"), ("/Group/CreateGroup", "x-requestid")] {
        let answer = client.send("POST", path, &token, &too_large).read();
        assert_eq!(answer.status, 413, "{answer:?}");
        assert_logged(&server, &answer, id, "BodyTooLarge");
        assert_eq!(client.send("GET", "/api/v3/groups", &token, "").read().status, 200);
        server.next_log();
    }
    server.stop();
}

#[test]
fn where_a_body_is_not_read_to_its_end_the_answer_says_that_the_connection_closes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    let length = 1_u64 << 40;
    client.write(&format!(
        "POST /Group/CreateGroup HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n"
    ));
    client.write(&" ".repeat((10 << 20) + 1));
    let answer = client.read();
    assert_eq!((answer.status, answer.header("connection")), (413, "close"));
    assert_logged(&server, &answer, "x-requestid", "BodyTooLarge");
    client.wait_for_the_end();
    server.stop();
}

#[test]
fn a_head_without_a_body_is_answered_like_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    client.write("HEAD /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    let head = client.read_head();
    assert_eq!((head.status, head.header("content-length")), (200, "15"));
    client.wait_for_the_end();
    server.stop();
}

#[test]
fn the_invocation_route_answers_no_web_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let path = "/2015-03-31/functions/create-game/invocations";
    let game = r#"{"name": "Stolen"}"#;
    for marked in [
        "origin: https://evil.example\r\n",
        "origin: null\r\nsec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-origin\r\n",
        "host: rebound.evil.example\r\n",
    ] {
        let answer = server.request("POST", path, marked, game);
        assert_eq!(answer.status, 403, "{marked}: {answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "", "{marked}");
        assert_eq!(answer.header("connection"), "close", "{marked}");
        assert_logged(&server, &answer, "x-amzn-requestid", "AccessDeniedException");
        assert!(!answer.body.contains("Stolen"));
    }
    server.stop();
}
