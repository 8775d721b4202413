//! Clients that keep the server waiting.

use std::future::pending;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use local::engine::Engine;
use local::server::router;
use local::serving::{Patience, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(50);

/// All that a server answers that waits so long, to a client that sends this and then waits for it to hang up.
async fn answer(patience: Patience, sent: &str) -> String {
    let engine = Engine::open(None).unwrap();
    let router = router(crate::app(&engine).await, Arc::new(drop), None).unwrap();
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let serving = tokio::spawn(serve(listener, router, patience, pending()));
    client.write_all(sent.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    serving.abort();
    answer
}

#[tokio::test]
async fn half_a_head_is_hung_up_on() {
    let patience = Patience { head: SHORT, body: LONG };
    for sent in ["", "GET /health HTTP/1.1\r\nhost: loc"] {
        assert_eq!(answer(patience, sent).await, "", "{sent}");
    }
    let idle = answer(patience, "GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(idle.starts_with("HTTP/1.1 200"), "{idle}");
}

#[tokio::test]
async fn half_a_body_is_refused_in_the_callers_dialect() {
    let patience = Patience { head: LONG, body: SHORT };
    for (path, face) in [
        ("/api/v3/groups", "x-error-code: MalformedBody"),
        ("/Group/GetGroup", "InvalidJSONContent"),
    ] {
        let sent = format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: 4\r\n\r\n{{ "
        );
        let answer = answer(patience, &sent).await;
        assert!(answer.contains("did not arrive in time") && answer.contains(face), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
}
