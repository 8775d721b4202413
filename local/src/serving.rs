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
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;
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

/// Where clients connect, in the clear or by TLS.
pub struct Listener {
    tcp: TcpListener,
    tls: Option<TlsAcceptor>,
}

impl From<TcpListener> for Listener {
    fn from(tcp: TcpListener) -> Self {
        Self { tcp, tls: None }
    }
}

impl Listener {
    /// Clients connect by TLS.
    pub fn by_tls(tcp: TcpListener, tls: TlsAcceptor) -> Self {
        Self { tcp, tls: Some(tls) }
    }
}

/// When a request's body must have arrived. Every request that is served has one.
#[derive(Debug, Clone, Copy)]
pub struct BodyDeadline(pub Instant);

/// Serves until `stop`, and then until the last connection is closed: the idle ones are at once, the others after their
/// answer.
pub async fn serve(
    listener: impl Into<Listener>,
    router: Router,
    patience: Patience,
    stop: impl Future<Output = ()>,
) {
    let Listener { tcp, tls } = listener.into();
    let connections = watch::Sender::new(());
    let mut stop = pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = tcp.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let peer = ConnectInfo(peer);
                let closing = connections.subscribe();
                // Answers are small: none waits for a full packet. Where that cannot be had, they are sent all the same.
                let _set_or_not = stream.set_nodelay(true);
                let router = router.clone();
                match tls.clone() {
                    None => tokio::spawn(converse(stream, peer, router, patience, closing)),
                    Some(tls) => tokio::spawn(async move {
                        let mut stop = closing.clone();
                        let greeted = tokio::select! {
                            greeted = timeout(patience.head, tls.accept(stream)) => greeted,
                            _ = stop.changed() => return,
                        };
                        if let Ok(Ok(stream)) = greeted {
                            converse(stream, peer, router, patience, closing).await;
                        }
                    }),
                };
            }
            // There may be too many open files: some time later there are fewer.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    drop(tcp);
    connections.send_replace(());
    connections.closed().await;
}

/// Answers the requests of one connection, and after `closing` only the one that is under way.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
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
