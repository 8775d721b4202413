//! How the server ends: with the answers that are under way, in seconds at most, and at once where it is told twice.

use std::net::TcpStream;

use crate::client::Client;
use crate::server::Server;

/// A server that waits for the other half of a client's body.
fn with_half_a_body(folder: &tempfile::TempDir) -> (Server, Client) {
    let server = Server::start(folder.path(), &[]);
    let mut client = server.connect();
    client.write(
        "POST /api/v3/sessions HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: 4\r\n\r\n",
    );
    assert_eq!(client.read_head().status, 100, "it reads the body now");
    client.write("{ ");
    (server, client)
}

/// Waits until the server takes no connections any more.
fn wait_until_it_stops(server: &Server) {
    while TcpStream::connect(server.address()).is_ok() {
        std::thread::yield_now();
    }
}

#[test]
fn half_a_body_does_not_keep_the_server_from_ending() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let (server, client) = with_half_a_body(&folder);
        server.signal(signal);
        let (status, words) = server.wait();
        assert!(status.success(), "{status}: {words}");
        assert!(words.contains("cut off"), "{words}");
        client.wait_for_the_end();
    }
}

#[test]
fn a_second_signal_ends_the_server_at_once() {
    for second in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().unwrap();
        let (server, _client) = with_half_a_body(&folder);
        server.signal("-INT");
        wait_until_it_stops(&server);
        server.signal(second);
        let (status, words) = server.wait();
        assert_eq!((status.code(), words.as_str()), (Some(130), ""));
    }
}

#[test]
fn a_request_under_way_is_answered_and_an_idle_connection_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let (server, mut client) = with_half_a_body(&folder);
    let mut idle = server.connect();
    assert_eq!(idle.send("GET", "/health", "", "").read().status, 200);
    server.signal("-TERM");
    wait_until_it_stops(&server);
    idle.wait_for_the_end();
    let answer = client.write(" }").read();
    assert_eq!((answer.status, answer.header("x-error-code")), (422, "InvalidParameter"));
    client.wait_for_the_end();
    let (status, words) = server.wait();
    assert!(status.success() && words.is_empty(), "{status}: {words}");
}
