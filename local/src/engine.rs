//! The embedded DynamoDB: dynoxide on a thread and a port of its own.

use std::net::{IpAddr, TcpListener};
use std::path::Path;
use std::thread::JoinHandle;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use dynoxide::Database;
use dynoxide::storage::Storage;
use shared::store::client;
use tokio::sync::oneshot;

use crate::Failure;

/// A running engine; dropping it stops it.
pub struct Engine {
    url: String,
    database: Database,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts an engine that keeps its data in the file at `path`, or in memory, and answers whoever reaches `address`.
    ///
    /// # Errors
    /// [`Failure`] where the file cannot be opened or no port is to be had.
    pub fn start(address: IpAddr, path: Option<&Path>) -> Result<Self, Failure> {
        let socket = TcpListener::bind((address, 0))?;
        let database = match path {
            Some(path) => in_file(path.to_str().ok_or("the data folder's name is not text")?)?,
            None => in_memory(socket.local_addr()?.port())?,
        };
        socket.set_nonblocking(true)?;
        let url = format!("http://{}", socket.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        // The engine answers on the thread that serves it: one of its own leaves the others to the requests.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = database.clone();
        let thread = std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let stopped = async { stopped.await.unwrap_or(()) };
                let served = match tokio::net::TcpListener::from_std(socket) {
                    Ok(listener) => {
                        dynoxide::server::serve_with_shutdown(listener, served, stopped).await
                    }
                    Err(error) => Err(error.to_string()),
                };
                if let Err(error) = served {
                    eprintln!("the embedded DynamoDB stopped: {error}");
                }
            });
        })?;
        Ok(Self { url, database, stop: Some(stop), thread: Some(thread) })
    }

    /// A client for this engine.
    ///
    /// # Errors
    /// [`Failure`] where no HTTP client can be made.
    pub fn client(&self) -> Result<Client, Failure> {
        client_at(&self.url)
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database itself, for what is not in DynamoDB's own interface: its stream and its time to live.
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// At each write the engine asks for the last number of the stream, and reads the whole stream for it unless there is an index.
const STREAM_INDEX: &str = "CREATE INDEX IF NOT EXISTS _stream_order \
     ON _stream_records (table_name, CAST(sequence_number AS INTEGER))";

fn in_file(path: &str) -> Result<Database, Failure> {
    Storage::new(path)?.conn().execute_batch(STREAM_INDEX)?;
    Ok(Database::new(path)?)
}

/// A database in memory cannot be reached from outside, but filled from another one: `unique` tells that from its likes.
fn in_memory(unique: u16) -> Result<Database, Failure> {
    let name = format!("file:guildhall-{unique}?mode=memory&cache=shared");
    let indexed = Storage::new(&name)?;
    indexed.conn().execute_batch(STREAM_INDEX)?;
    let database = Database::memory()?;
    database.restore_from(&name)?;
    Ok(database)
}

/// A client for an engine on this machine, which takes any credentials.
///
/// # Errors
/// [`Failure`] where no HTTP client can be made.
pub fn client_at(url: &str) -> Result<Client, Failure> {
    let http = client::http_client(None).map_err(|_| "no HTTP client can be made")?;
    let credentials = Credentials::new("local", "local", None, None, "local");
    let config = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(url)
        .http_client(http)
        .build();
    Ok(client::dynamodb(&config))
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic over there was reported there.
            let _ended = thread.join();
        }
    }
}
