//! A receiver of webhooks: it answers as it is told to, and keeps what it was sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How a receiver answers.
#[derive(Debug, Clone)]
pub enum Manner {
    /// With that status.
    Status(u16),
    /// That it is elsewhere.
    Redirect(String),
    /// With a hundred megabytes.
    Endless,
    /// With a head that has no end.
    EndlessHead,
    /// With what is not HTTP.
    Nonsense,
    /// Never.
    Hang,
    /// By closing the connection.
    Close,
}

/// What a receiver was sent.
#[derive(Debug, Clone)]
pub struct Received {
    pub head: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Received {
    /// What the message says.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The value of a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Fails the test where the message was not signed with that secret, by what another implementation makes of it.
    #[track_caller]
    pub fn assert_signed(&self, secret: &str) {
        let timestamp = self.header("webhook-timestamp").parse().unwrap();
        let id = self.header("webhook-id");
        let expected = Webhook::new(secret).unwrap().sign(id, timestamp, self.body.as_bytes());
        assert_eq!(self.header("webhook-signature"), expected.unwrap());
    }
}

/// A receiver at a port of this machine, until it is dropped.
pub struct Receiver {
    address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// A receiver that takes everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(Manner::Status(204)));
        let received = Arc::default();
        let serving = tokio::spawn(serve(listener, Arc::clone(&manner), Arc::clone(&received)));
        Self { address, manner, received, serving }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("http://{}/hooks?of=guilds", self.address)
    }

    /// Where nobody is: its place, once it is gone.
    pub fn disappear(self) -> String {
        self.serving.abort();
        self.url()
    }

    /// Answers so from now on.
    pub fn behave(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// What it was sent, since it was last asked.
    pub fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().unwrap())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(
    listener: TcpListener,
    manner: Arc<Mutex<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        tokio::spawn(converse(stream, Arc::clone(&manner), Arc::clone(&received)));
    }
}

async fn converse(
    mut stream: TcpStream,
    manner: Arc<Mutex<Manner>>,
    received: Arc<Mutex<Vec<Received>>>,
) {
    let Some(request) = read(&mut stream).await else { return };
    received.lock().unwrap().push(request);
    let manner = manner.lock().unwrap().clone();
    let status = |status: u16| format!("HTTP/1.1 {status} \r\ncontent-length: 0\r\n\r\n");
    let answer = match &manner {
        Manner::Status(code) => status(*code),
        Manner::Redirect(to) => {
            status(302).replace("\r\n\r\n", &format!("\r\nlocation: {to}\r\n\r\n"))
        }
        Manner::Nonsense => "220 mail.example.com ESMTP\r\n".to_owned(),
        Manner::Endless => "HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n".to_owned(),
        Manner::EndlessHead => "HTTP/1.1 200 OK\r\nx-padding: ".to_owned(),
        Manner::Close => return,
        Manner::Hang => std::future::pending().await,
    };
    if stream.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    if matches!(manner, Manner::Endless | Manner::EndlessHead) {
        let chunk = [b'x'; 10_000];
        for _ in 0..10_000 {
            if stream.write_all(&chunk).await.is_err() {
                return;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut lines = head.split("\r\n");
            let head = lines.next()?.to_owned();
            let headers: HeaderMap = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| {
                    let name: HeaderName = name.parse().unwrap();
                    (name, HeaderValue::from_str(value).unwrap())
                })
                .collect();
            let length: usize = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
            if body.len() >= length {
                return Some(Received { head, headers, body: body.to_owned() });
            }
        }
        // Who speaks TLS is hung up on.
        let is_tls = bytes.first() == Some(&0x16);
        if is_tls || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
