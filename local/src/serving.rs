//! Serves connections: what waits too long is closed, and what is under way at the end has time to finish.

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;
use tower::ServiceExt;

/// How long clients are waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For a request's head, from the connection's beginning or the answer before.
    pub head: Duration,
    /// For a request's whole body, once its head is there.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        // Clients keep idle connections, too: the AWS SDK for 90 seconds.
        Self { head: Duration::from_secs(120), body: Duration::from_secs(30) }
    }
}

/// When a request's body must have arrived. Every request that is served has one.
#[derive(Debug, Clone, Copy)]
pub struct BodyDeadline(pub Instant);

/// Serves until `stop`, and then until the last connection is closed: the idle ones are at once, the others after their
/// answer.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let connections = watch::Sender::new(());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let peer = ConnectInfo(peer);
                let closing = connections.subscribe();
                tokio::spawn(converse(stream, peer, router.clone(), patience, closing));
            }
            // There may be too many open files: some time later there are fewer.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    drop(listener);
    connections.send_replace(());
    connections.closed().await;
}

/// Answers the requests of one connection, and after `closing` only the one that is under way.
async fn converse(
    stream: TcpStream,
    peer: ConnectInfo<SocketAddr>,
    router: Router,
    patience: Patience,
    mut closing: watch::Receiver<()>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        request.extensions_mut().insert(BodyDeadline(Instant::now() + patience.body));
        router.clone().oneshot(request)
    });
    // Answers are small: none waits for a full packet. Where that cannot be had, they are sent all the same.
    let _set_or_not = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // How it ends, by the client or by us, concerns nobody else.
    let _ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = closing.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
}
