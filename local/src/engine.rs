//! The embedded DynamoDB: dynoxide on a thread and a port of its own.

use std::future::pending;
use std::net::{IpAddr, TcpListener};
use std::path::Path;
use std::thread::JoinHandle;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use dynoxide::Database;
use dynoxide::storage::Storage;
use shared::store::{client, http};
use tokio::sync::oneshot;

use crate::serving::{Patience, serve};
use crate::{ServerError, protocol};

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
    /// [`ServerError`] where the file cannot be opened or no port is to be had.
    pub fn start(address: IpAddr, path: Option<&Path>) -> Result<Self, ServerError> {
        let socket = TcpListener::bind((address, 0))?;
        let database = match path {
            Some(path) => in_file(path.to_str().ok_or("the data folder's name is not text")?)
                .map_err(|error| format!("{}: {error}", path.display()))?,
            None => in_memory(socket.local_addr()?.port())?,
        };
        socket.set_nonblocking(true)?;
        let url = format!("http://{}", socket.local_addr()?);
        let (stop, stopped) = oneshot::channel();
        // The engine answers on the thread that serves it: one of its own leaves the others to the requests.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let router = protocol::router(database.clone());
        let thread = std::thread::Builder::new().name("dynamodb".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let listener = match tokio::net::TcpListener::from_std(socket) {
                    Ok(listener) => listener,
                    Err(error) => return eprintln!("the embedded DynamoDB stopped: {error}"),
                };
                // Nobody waits for an answer any more when it stops: whatever is still open is dropped.
                tokio::select! {
                    () = serve(listener, router, Patience::default(), pending()) => {}
                    _ = stopped => {}
                }
            });
        })?;
        Ok(Self { url, database, stop: Some(stop), thread: Some(thread) })
    }

    /// A client for this engine.
    ///
    /// # Errors
    /// [`ServerError`] where no HTTP client can be made.
    pub fn client(&self) -> Result<Client, ServerError> {
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

/// The tag of a table that tells how far its stream was delivered: the `eventID` of the last record that was.
pub const DELIVERED: &str = "delivered";

/// What the engine's stream lacks, for it keeps every record for ever, and reads all of them at each write.
///
/// The index tells the last number at once, which each write asks for. The trigger lets go of what was delivered: all
/// records before the one in the table's tag `delivered`. That one stays, so that numbers go on from it.
const STREAM: &str = "
    CREATE INDEX IF NOT EXISTS _stream_order
        ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
    CREATE TRIGGER IF NOT EXISTS _stream_trim AFTER UPDATE OF tags ON _tables
    BEGIN
        DELETE FROM _stream_records WHERE table_name = NEW.table_name AND id < (
            SELECT id FROM _stream_records WHERE event_id = (
                SELECT json_extract(value, '$.Value') FROM json_each(NEW.tags)
                WHERE json_extract(value, '$.Key') = 'delivered'
            )
        );
    END;";

fn in_file(path: &str) -> Result<Database, ServerError> {
    Storage::new(path)?.conn().execute_batch(STREAM)?;
    Ok(Database::new(path)?)
}

/// A database in memory cannot be reached from outside, but filled from another one: `unique` tells that from its likes.
fn in_memory(unique: u16) -> Result<Database, ServerError> {
    let name = format!("file:guildhall-{unique}?mode=memory&cache=shared");
    let indexed = Storage::new(&name)?;
    indexed.conn().execute_batch(STREAM)?;
    let database = Database::memory()?;
    database.restore_from(&name)?;
    Ok(database)
}

/// A client for an engine on this machine, which takes any credentials.
///
/// # Errors
/// [`ServerError`] where no HTTP client can be made.
pub fn client_at(url: &str) -> Result<Client, ServerError> {
    let http = http::http_client(None).map_err(|_| "no HTTP client can be made")?;
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
