//! The environment: the only place that reads it.

use std::env;
use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use jiff::SignedDuration;
use shared::App;
use shared::app::system_clock;
use shared::auth::keys::{KeyTooShort, Keys};
use shared::auth::passwords::Passwords;
use shared::entropy::Entropy;
use shared::limits::Limits;
use shared::outbox::Outbox;
use shared::outbox::aws::Aws;
use shared::outbox::bus::Bus;
use shared::outbox::queue::{Queue, Sqs};
use shared::store::{Store, client, http};

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

/// What a function works with besides its keys, as the environment says.
///
/// `TABLE_NAME` is required. `MAX_GROUP_SIZE`, `APPLICATION_LIFETIME_DAYS`, `INVITATION_LIFETIME_DAYS`,
/// `MAX_GROUPS_PER_PLAYER`, `UNIQUE_GROUP_NAMES`, `SHOW_EMAILS` and `DIRECTORY_SHARDS` set the limits; `AWS_CA_BUNDLE` names a PEM file of further
/// roots to trust. `DELIVERIES_URL` and `GIVEN_UP_URL` name the queues of what is sent to webhooks, `EVENT_BUS` and
/// `EVENT_BUS_ENDPOINT` a bus that every event is put on. Region, credentials and endpoint are the AWS SDK's variables: `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
/// `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`.
pub fn app(keys: Keys) -> Result<App, StartError> {
    let entropy = Entropy::system();
    let table = required("TABLE_NAME")?;
    let limits = limits()?;
    let aws = aws()?;
    Ok(App {
        store: Store::new(client::dynamodb(&sdk_config(&aws)), table, entropy.clone()),
        keys,
        passwords: Passwords::default(),
        limits,
        outbox: outbox(&aws),
        clock: system_clock(),
        entropy,
    })
}

/// Lambda says everything in variables, so none of the SDK's other places is looked at, nor linked.
fn aws() -> Result<Aws, StartError> {
    let bad_roots = BadVariable { name: "AWS_CA_BUNDLE", problem: "must name a PEM file" };
    let more_roots = variable("AWS_CA_BUNDLE").map(std::fs::read).transpose();
    let connector = more_roots.ok().and_then(|roots| http::connector(roots.as_deref()).ok());
    Ok(Aws {
        connector: connector.ok_or(bad_roots)?,
        credentials: SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()),
        region: required("AWS_REGION")?,
    })
}

fn sdk_config(aws: &Aws) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(aws.credentials.clone())
        .http_client(http::client_of(aws.connector.clone()));
    config.set_endpoint_url(
        variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL")),
    );
    config.build()
}

/// Where what happens is sent from, as far as this function is told of it.
fn outbox(aws: &Aws) -> Outbox {
    let queues = variable("DELIVERIES_URL").zip(variable("GIVEN_UP_URL"));
    let queue = queues.map_or(Queue::None, |(deliveries, given_up)| {
        Queue::Sqs(Sqs { aws: aws.clone(), deliveries, given_up })
    });
    let bus = variable("EVENT_BUS").zip(variable("EVENT_BUS_ENDPOINT"));
    let bus = bus.map(|(name, endpoint)| Bus { aws: aws.clone(), endpoint, name });
    Outbox::new(queue, bus, Outbox::MEMORY)
}

/// The stage whose metrics are embedded in the log, as `STAGE` says; none are where it is absent.
pub fn stage() -> Option<String> {
    variable("STAGE")
}

/// The keys in `SIGNING_KEY`, which is required: one, or two with a semicolon between during a rotation. The first signs, and
/// both verify.
pub fn keys() -> Result<Keys, BadVariable> {
    let problem = "must be one key, or two with a semicolon between, of at least 32 bytes each";
    read_keys(&required("SIGNING_KEY")?)
        .map_err(|KeyTooShort| BadVariable { name: "SIGNING_KEY", problem })
}

fn read_keys(text: &str) -> Result<Keys, KeyTooShort> {
    let (signs, verifies) = text.split_once(';').unwrap_or((text, ""));
    let verifies = Some(verifies.as_bytes()).filter(|key| !key.is_empty());
    Keys::new(signs.as_bytes(), verifies)
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
    let shards = "must be a whole number from 1 to 16";
    let groups_per_player = "must be a whole number from 0, which is no limit, to 100";
    Ok(Limits {
        group_size: match parsed("MAX_GROUP_SIZE", group_size)? {
            None => defaults.group_size,
            Some(size @ 1..=Limits::GROUP_SIZE) => size,
            Some(_) => return Err(BadVariable { name: "MAX_GROUP_SIZE", problem: group_size }),
        },
        directory_shards: match parsed::<NonZeroU32>("DIRECTORY_SHARDS", shards)? {
            None => defaults.directory_shards,
            Some(count) if count.get() <= Limits::DIRECTORY_SHARDS => count,
            Some(_) => return Err(BadVariable { name: "DIRECTORY_SHARDS", problem: shards }),
        },
        groups_per_player: match parsed("MAX_GROUPS_PER_PLAYER", groups_per_player)? {
            None => defaults.groups_per_player,
            Some(most) if most <= Limits::GROUPS_PER_PLAYER => most,
            Some(_) => {
                let name = "MAX_GROUPS_PER_PLAYER";
                return Err(BadVariable { name, problem: groups_per_player });
            }
        },
        application_lifetime: days("APPLICATION_LIFETIME_DAYS")?
            .unwrap_or(defaults.application_lifetime),
        invitation_lifetime: days("INVITATION_LIFETIME_DAYS")?
            .unwrap_or(defaults.invitation_lifetime),
        unique_group_names: parsed("UNIQUE_GROUP_NAMES", "must be true or false")?
            .unwrap_or(defaults.unique_group_names),
        show_emails: parsed("SHOW_EMAILS", "must be true or false")?
            .unwrap_or(defaults.show_emails),
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

#[cfg(test)]
mod tests {
    use shared::auth::keys::Purpose;

    use super::*;

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    /// Whether what is signed by the first verifies by the second.
    fn understands(signs: &str, verifies: &str) -> bool {
        let signed = read_keys(signs).unwrap().sign(Purpose::Token, &1).unwrap();
        read_keys(verifies).unwrap().verify::<u32>(Purpose::Token, &signed).is_some()
    }

    #[test]
    fn of_two_keys_the_first_signs_and_both_verify() {
        let both = format!("{NEW};{OLD}");
        assert!(understands(&both, NEW) && !understands(&both, OLD));
        assert!(understands(NEW, &both) && understands(OLD, &both));
    }

    #[test]
    fn functions_understand_each_other_at_each_step_of_a_rotation() {
        // As in docs/operations.md. While a step is under way, some functions are still at the one before.
        let steps = [OLD.to_owned(), format!("{OLD};{NEW}"), format!("{NEW};{OLD}")];
        for pair in steps.windows(2) {
            let [before, after] = pair else { panic!() };
            assert!(understands(before, after) && understands(after, before), "{after}");
        }
        // A day later, tokens that the old key has signed are over.
        assert!(understands(&steps[2], NEW) && understands(NEW, &steps[2]));
    }

    #[test]
    fn a_key_that_is_too_short_is_refused() {
        for text in [&OLD[1..], ";", &format!(";{OLD}"), &format!("{OLD};{}", &NEW[1..])] {
            assert!(read_keys(text).is_err(), "{text}");
        }
        assert!(
            understands(&format!("{OLD};"), OLD),
            "nothing after the semicolon is no second key"
        );
    }
}
