//! What functions find around themselves: a game in DynamoDB, and their variables.

use jiff::Timestamp;
use local::template;
use tempfile::TempDir;
use tests::{SIGNING_KEY, World, WorldBuilder};

use crate::Failure;
use crate::certificates::Certificates;
use crate::dynamodb::{DynamoDb, Pace};
use crate::process::Variables;

/// What functions find around themselves.
pub struct Environment {
    /// Its engine is DynamoDB.
    pub world: World,
    /// The same, as functions reach it.
    pub dynamodb: DynamoDb,
    /// Every function's.
    pub variables: Variables,
    /// Holds the certificates, and has room for binaries.
    pub folder: TempDir,
}

impl Environment {
    /// An environment whose DynamoDB keeps to that pace, or answers at once.
    ///
    /// # Errors
    /// [`Failure`] where a tool is missing.
    pub async fn open(pace: Option<Pace>) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let certificates = Certificates::make(folder.path())?;
        // The functions' clock is the system's, so tokens have to be of today.
        let world = WorldBuilder { beginning: now(), is_embedded: true, ..Default::default() };
        let world = world.build().await;
        // Where the engine knows the tokens of the calls that are recorded in this process.
        let engine = world.engine().ok_or("the world's engine is not in this process")?.clone();
        let dynamodb = DynamoDb::serve(engine, &certificates, pace).await?;
        let variables = vec![
            ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_CA_BUNDLE", certificates.root.display().to_string()),
            ("AWS_ENDPOINT_URL_DYNAMODB", format!("https://localhost:{}", dynamodb.port)),
            ("AWS_LAMBDA_FUNCTION_NAME", "bench".to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128".to_owned()),
            ("TABLE_NAME", world.app.store.table().to_owned()),
            ("GLIBC_TUNABLES", tunables()?),
            ("STAGE", "bench".to_owned()),
            ("SIGNING_KEY", String::from_utf8(SIGNING_KEY.to_vec())?),
        ];
        Ok(Self { world, dynamodb, variables, folder })
    }
}

/// What template.yaml tells the C library.
fn tunables() -> Result<String, Failure> {
    let variables = &template::whole()?["Globals"]["Function"]["Environment"]["Variables"];
    let tunables = variables["GLIBC_TUNABLES"].as_str();
    Ok(tunables.ok_or("template.yaml sets no GLIBC_TUNABLES")?.to_owned())
}

#[expect(clippy::disallowed_methods, reason = "the functions under test read the system's clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
