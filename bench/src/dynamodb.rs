//! DynamoDB over TLS on a loopback port: the embedded engine, which answers at once or when DynamoDB would.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use local::certificate::acceptor;
use local::engine::{Answer, Engine};
use local::serving::{Listener, Patience, serve};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Failure;
use crate::certificates::Certificates;
use crate::memory::{Memory, Reply};

/// How long DynamoDB takes.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For a read.
    pub read: Duration,
    /// For a transaction, or whatever else writes.
    pub write: Duration,
}

/// DynamoDB, as functions reach it.
pub struct DynamoDb {
    /// The port on `localhost`.
    pub port: u16,
    connections: Arc<Connections>,
    table: Arc<Table>,
}

/// When all connections are to be closed, and when that is done.
#[derive(Default)]
struct Connections {
    close: Notify,
    closed: Notify,
}

/// What answers.
struct Table {
    answers: Answers,
    /// How many answers were ready too late for the pace.
    late: AtomicU64,
}

/// When an answer comes.
enum Answers {
    /// As soon as can be. The engine is also written to behind our back.
    AtOnce(Engine),
    /// When DynamoDB would.
    InTime(Pace, Mutex<Memory>),
}

impl DynamoDb {
    /// Serves `engine` until this program ends.
    ///
    /// # Errors
    /// [`Failure`] where the certificates are of no use or no port is to be had.
    pub async fn serve(
        engine: Engine,
        certificates: &Certificates,
        pace: Option<Pace>,
    ) -> Result<Self, Failure> {
        let chain: Vec<_> =
            CertificateDer::pem_file_iter(&certificates.chain)?.collect::<Result<_, _>>()?;
        let tls = acceptor(chain, PrivateKeyDer::from_pem_file(&certificates.key)?)?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let answers = match pace {
            None => Answers::AtOnce(engine),
            Some(pace) => Answers::InTime(pace, Mutex::new(Memory::of(engine))),
        };
        let table = Arc::new(Table { answers, late: AtomicU64::default() });
        let connections = Arc::new(Connections::default());
        let router = Router::new().fallback(answer).with_state(table.clone());
        tokio::spawn(serve_again(listener, tls, router, connections.clone()));
        Ok(Self { port, connections, table })
    }

    /// Closes all connections, which wait for their next call: as DynamoDB does with those that are idle for long.
    pub async fn close_connections(&self) {
        self.connections.close.notify_one();
        self.connections.closed.notified().await;
    }

    /// How many calls were answered later than the pace says.
    pub fn late(&self) -> u64 {
        self.table.late.load(Ordering::Relaxed)
    }
}

/// Serves at one port, and each time that the connections are closed, goes on with new ones.
async fn serve_again(
    mut listener: TcpListener,
    tls: TlsAcceptor,
    router: Router,
    connections: Arc<Connections>,
) -> Result<(), std::io::Error> {
    let address = listener.local_addr()?;
    loop {
        let front = Listener::by_tls(listener, tls.clone());
        serve(front, router.clone(), Patience::default(), connections.close.notified()).await;
        listener = TcpListener::bind(address).await?;
        connections.closed.notify_one();
    }
}

async fn answer(
    State(table): State<Arc<Table>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let begun = Instant::now();
    // DynamoDB answers so, which opens a connection before it is needed.
    if method == Method::GET {
        return "healthy".into_response();
    }
    let target = headers.get("x-amz-target").and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default().to_owned();
    let takes = table.takes(&target);
    let answering = table.clone();
    let Ok((status, json)) = spawn_blocking(move || answering.answer(&target, &body)).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(takes) = takes {
        if begun.elapsed() > takes {
            table.late.fetch_add(1, Ordering::Relaxed);
        }
        sleep_until(begun + takes).await;
    }
    (status, [("content-type", "application/x-amz-json-1.0")], json).into_response()
}

impl Table {
    fn answer(&self, target: &str, body: &Bytes) -> Reply {
        match &self.answers {
            Answers::AtOnce(engine) => {
                let Answer(status, json) = engine.answer(target, body);
                (status, Bytes::from(json))
            }
            Answers::InTime(_, memory) => {
                memory.lock().unwrap_or_else(PoisonError::into_inner).answer(target, body)
            }
        }
    }

    /// How long a call takes; nothing where it is answered as soon as can be.
    fn takes(&self, target: &str) -> Option<Duration> {
        let is_read =
            ["BatchGetItem", "GetItem", "Query"].iter().any(|read| target.ends_with(read));
        match &self.answers {
            Answers::AtOnce(_) => None,
            Answers::InTime(pace, _) => Some(if is_read { pace.read } else { pace.write }),
        }
    }
}
