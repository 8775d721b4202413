//! One message to one receiver: looked up, checked, sent, and its status read. Nothing else of the answer is, no redirect is
//! followed, and no connection is kept.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Uri, header};
use hyper::body::{Body, Frame, SizeHint};
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use shared::domain::delivery::{Attempt, Problem};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::address::callable;
use super::tls;
use crate::http::BoxFuture;

/// How long a receiver may take for all of it: what Standard Webhooks recommends at least.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How long one address is waited for.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes that are read of an answer's head; its body is not read.
const MAX_HEAD: usize = 16 * 1024;

/// A message as it is sent.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The headers of Standard Webhooks: its id, the time and the signature.
    pub headers: [(&'static str, String); 3],
    pub body: String,
}

/// The way to receivers: the Internet, or what stands for it where deliveries are played.
pub trait Post: Sync {
    /// Sends a message to the address at `url`.
    fn post<'a>(&'a self, url: &'a str, message: Outgoing) -> BoxFuture<'a, Attempt>;
}

/// The Internet.
#[derive(Debug, Clone, Copy)]
pub struct Internet {
    /// Whether receivers may be on this machine as well.
    pub allows_local: bool,
}

impl Post for Internet {
    fn post<'a>(&'a self, url: &'a str, message: Outgoing) -> BoxFuture<'a, Attempt> {
        Box::pin(async move {
            let answered = timeout(PATIENCE, attempt(url, message, self.allows_local)).await;
            match answered.unwrap_or(Err(Problem::TimedOut)) {
                Ok(status) => Attempt::answered(status),
                Err(problem) => Attempt::failed(problem),
            }
        })
    }
}

async fn attempt(url: &str, message: Outgoing, allows_local: bool) -> Result<u16, Problem> {
    let url: Uri = url.parse().map_err(|_| Problem::NameNotFound)?;
    let host = url.host().ok_or(Problem::NameNotFound)?;
    let is_encrypted = url.scheme_str() != Some("http");
    let port = url.port_u16().unwrap_or(if is_encrypted { 443 } else { 80 });
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let resolved = lookup_host((bare, port)).await.map_err(|_| Problem::NameNotFound)?;
    let stream = connect(&callable(resolved.collect(), allows_local)?).await?;
    let request = request(&url, message)?;
    if !is_encrypted {
        return converse(TokioIo::new(stream), request).await;
    }
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| Problem::NotTrusted)?;
    let greeted = TlsConnector::from(tls::config()?).connect(name, stream).await;
    converse(TokioIo::new(greeted.map_err(|_| Problem::NotTrusted)?), request).await
}

/// The first of these addresses that answers.
async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Problem> {
    for address in addresses {
        if let Ok(Ok(stream)) = timeout(CONNECT_PATIENCE, TcpStream::connect(address)).await {
            return Ok(stream);
        }
    }
    Err(Problem::NotConnected)
}

fn request(url: &Uri, message: Outgoing) -> Result<Request<Whole>, Problem> {
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let host = url.authority().map_or("", |authority| authority.as_str());
    let mut request = Request::post(path)
        .header(header::HOST, host)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, concat!("Guildhall/", env!("CARGO_PKG_VERSION")))
        .header(header::CONNECTION, "close");
    for (name, value) in message.headers {
        request = request.header(name, value);
    }
    request.body(Whole(Some(message.body.into()))).map_err(|_| Problem::NotHttp)
}

/// Sends the request, and tells the status that is answered.
async fn converse(
    stream: impl Read + Write + Unpin + Send + 'static,
    request: Request<Whole>,
) -> Result<u16, Problem> {
    let handshake = http1::Builder::new().max_buf_size(MAX_HEAD).handshake(stream).await;
    let (mut sender, connection) = handshake.map_err(|_| Problem::NotConnected)?;
    let answered = async {
        let response = sender.send_request(request).await;
        let problem = |failure: hyper::Error| match failure.is_parse() {
            true => Problem::NotHttp,
            false => Problem::NotConnected,
        };
        Ok(response.map_err(problem)?.status().as_u16())
    };
    let mut answered = pin!(answered);
    tokio::select! {
        // The connection is dropped with the answer, whose body nobody waits for.
        answered = &mut answered => answered,
        // It may end with what has told the answer.
        _ = connection => answered.await,
    }
}

/// A body that is there as a whole.
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}
