//! The environment: the only place that reads it.

use std::env;
use std::fmt;
use std::str::FromStr;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use jiff::SignedDuration;
use shared::App;
use shared::app::system_clock;
use shared::auth::keys::Keys;
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::store::{Store, client};

/// A variable is missing or says nothing that makes sense. Its value is not repeated: it may be a secret.
pub struct BadVariable {
    name: &'static str,
    problem: &'static str,
}

impl fmt::Display for BadVariable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the environment variable {} {}", self.name, self.problem)
    }
}

/// As for people: it is what a `main` that fails prints.
impl fmt::Debug for BadVariable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for BadVariable {}

/// Whatever keeps a function from starting.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// What a function works with, as the environment says.
///
/// `TABLE_NAME` and `SIGNING_KEY` are required. `PREVIOUS_SIGNING_KEY` still verifies after a rotation; `MAX_GROUP_SIZE`,
/// `APPLICATION_LIFETIME_DAYS`, `INVITATION_LIFETIME_DAYS` and `UNIQUE_GROUP_NAMES` set the limits; `AWS_CA_BUNDLE` names a
/// PEM file of further roots to trust. Region, credentials and endpoint are the AWS SDK's variables: `AWS_REGION`,
/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`.
pub fn app() -> Result<App, StartError> {
    let entropy = Entropy::system();
    let table = required("TABLE_NAME")?;
    let keys = keys()?;
    let limits = limits()?;
    Ok(App {
        store: Store::new(client::dynamodb(&sdk_config()?), table, entropy.clone()),
        keys,
        passwords: Passwords::default(),
        limits,
        clock: system_clock(),
        entropy,
    })
}

/// Lambda says everything in variables, so none of the SDK's other places is looked at, nor linked.
fn sdk_config() -> Result<SdkConfig, StartError> {
    let bad_roots = BadVariable { name: "AWS_CA_BUNDLE", problem: "must name a PEM file" };
    let more_roots = variable("AWS_CA_BUNDLE").map(std::fs::read).transpose();
    let http = more_roots.ok().and_then(|roots| client::http_client(roots.as_deref()).ok());
    let http = http.ok_or(bad_roots)?;
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(required("AWS_REGION")?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http);
    config.set_endpoint_url(
        variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL")),
    );
    Ok(config.build())
}

/// The stage whose metrics are embedded in the log, as `STAGE` says; none are where it is absent.
pub fn stage() -> Option<String> {
    variable("STAGE")
}

fn keys() -> Result<Keys, BadVariable> {
    let current = required("SIGNING_KEY")?;
    let previous = variable("PREVIOUS_SIGNING_KEY");
    Keys::new(current.as_bytes(), previous.as_ref().map(String::as_bytes)).map_err(|_| {
        let problem = "and PREVIOUS_SIGNING_KEY, where given, must have at least 32 bytes";
        BadVariable { name: "SIGNING_KEY", problem }
    })
}

fn limits() -> Result<Limits, BadVariable> {
    let defaults = Limits::default();
    let days = |name| {
        let problem = "must be a number of days from 1 to 365";
        match parsed(name, problem)? {
            None => Ok(None),
            Some(days @ 1..=365) => Ok(Some(SignedDuration::from_hours(24 * days))),
            Some(_) => Err(BadVariable { name, problem }),
        }
    };
    let group_size = "must be a whole number from 1 to 2000";
    Ok(Limits {
        group_size: match parsed("MAX_GROUP_SIZE", group_size)? {
            None => defaults.group_size,
            Some(size @ 1..=Limits::GROUP_SIZE) => size,
            Some(_) => return Err(BadVariable { name: "MAX_GROUP_SIZE", problem: group_size }),
        },
        application_lifetime: days("APPLICATION_LIFETIME_DAYS")?
            .unwrap_or(defaults.application_lifetime),
        invitation_lifetime: days("INVITATION_LIFETIME_DAYS")?
            .unwrap_or(defaults.invitation_lifetime),
        unique_group_names: parsed("UNIQUE_GROUP_NAMES", "must be true or false")?
            .unwrap_or(defaults.unique_group_names),
        ..defaults
    })
}

fn parsed<T: FromStr>(name: &'static str, problem: &'static str) -> Result<Option<T>, BadVariable> {
    variable(name).map(|text| text.parse().map_err(|_| BadVariable { name, problem })).transpose()
}

fn required(name: &'static str) -> Result<String, BadVariable> {
    variable(name).ok_or(BadVariable { name, problem: "must be set" })
}

/// A variable's value; an empty one counts as absent, since a template cannot leave a variable out.
#[expect(clippy::disallowed_methods, reason = "this is where the environment comes in")]
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
