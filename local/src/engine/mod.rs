//! The embedded DynamoDB: dynoxide, in this process.

mod connector;
mod endpoint;
mod protocol;
mod tokens;

use std::net::IpAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, SharedHttpClient,
};
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use dynoxide::Database;
use dynoxide::storage::Storage;
use shared::store::{client, http};

use self::connector::InProcess;
pub use self::endpoint::Endpoint;
pub use self::protocol::Answer;
use self::protocol::DynamoDb;
use crate::ServerError;

/// An embedded DynamoDB.
#[derive(Clone)]
pub struct Engine {
    dynamodb: DynamoDb,
}

impl Engine {
    /// An engine that keeps its data in the file at `path`, or in memory.
    ///
    /// # Errors
    /// [`ServerError`] where the file cannot be opened.
    pub fn open(path: Option<&Path>) -> Result<Self, ServerError> {
        let database = match path {
            Some(path) => open(path.to_str().ok_or("the data folder's name is not text")?)
                .map_err(|error| format!("{}: {error}", path.display()))?,
            None => open(&in_memory())?,
        };
        Ok(Self { dynamodb: DynamoDb::new(database) })
    }

    /// A client for this engine, in this process.
    pub fn client(&self) -> Client {
        let connector = SharedHttpConnector::new(InProcess(self.dynamodb.clone()));
        client_inside(http_client_fn(move |_, _| connector.clone()))
    }

    /// Answers a request that names its target, as in `DynamoDB_20120810.GetItem`.
    pub fn answer(&self, target: &str, body: &[u8]) -> Answer {
        self.dynamodb.answer(target, body)
    }

    /// Lets other programs call the engine, as long as what this gives back is there.
    ///
    /// # Errors
    /// [`ServerError`] where no port is to be had.
    pub fn serve(&self, address: IpAddr) -> Result<Endpoint, ServerError> {
        Endpoint::open(self.dynamodb.clone(), address)
    }

    /// The database itself, for what is not in DynamoDB's own interface: its stream and its time to live.
    pub fn database(&self) -> &Database {
        &self.dynamodb.database
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

/// The database that SQLite opens by that name.
fn open(name: &str) -> Result<Database, ServerError> {
    let database = Database::new(name)?;
    Storage::new(name)?.conn().execute_batch(STREAM)?;
    // This leaves SQLite at `synchronous = NORMAL`: a killed process loses nothing, a power cut perhaps the last commits, and no
    // commit waits for the disk.
    database.enable_bulk_loading()?;
    database.disable_bulk_loading()?;
    Ok(database)
}

/// The name of a new database in memory. It is a file to SQLite: of a `:memory:` database, every page is in the cache, which some
/// commits look through as a whole.
fn in_memory() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let unique = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("file:/guildhall-{unique}?vfs=memdb")
}

/// A client for an engine elsewhere, which takes any credentials.
///
/// # Errors
/// [`ServerError`] where no HTTP client can be made.
pub fn client_at(url: &str) -> Result<Client, ServerError> {
    let http = http::http_client(None).map_err(|_| "no HTTP client can be made")?;
    Ok(client_through(url, http))
}

/// The same, through that HTTP client.
pub fn client_through(url: &str, http: SharedHttpClient) -> Client {
    let credentials = Credentials::new("local", "local", None, None, "local");
    client::dynamodb(&settings(url, http, Some(SharedCredentialsProvider::new(credentials))))
}

/// A client whose requests stay in this process, where nobody looks at an address or a signature.
pub fn client_inside(http: SharedHttpClient) -> Client {
    let config = settings("http://localhost", http, None);
    Client::from_conf(client::builder(&config).allow_no_auth().build())
}

fn settings(
    url: &str,
    http: SharedHttpClient,
    credentials: Option<SharedCredentialsProvider>,
) -> SdkConfig {
    let mut builder = SdkConfig::builder();
    builder.set_credentials_provider(credentials);
    builder
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .endpoint_url(url)
        .http_client(http)
        .build()
}
