//! The DynamoDB client, and what is common to its calls.

use std::pin::Pin;
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Builder, Config, StalledStreamProtectionConfig};
use aws_sdk_dynamodb::types::AttributeValue;

use crate::store::Item;
use crate::store::keys::Key;
use crate::store::meter::CountRoundTrips;

/// Boxed, so that the SDK's futures are compiled here once and not in every binary that awaits them.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A DynamoDB client for that account, region and endpoint.
pub fn dynamodb(config: &SdkConfig) -> Client {
    Client::from_conf(builder(config).build())
}

/// The settings of such a client.
pub fn builder(config: &SdkConfig) -> Builder {
    Config::from(config)
        .to_builder()
        .behavior_version(BehaviorVersion::latest())
        // The store repeats calls itself: only so does it know of each how it ended.
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder().operation_attempt_timeout(Duration::from_millis(1500)).build(),
        )
        // The attempt's time-out does the same for answers as small as DynamoDB's.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(CountRoundTrips)
}

/// `key` as the SDK has it.
pub(super) fn key(key: Key) -> Item {
    [("pk", key.pk), ("sk", key.sk)]
        .map(|(name, part)| (name.to_owned(), AttributeValue::S(part)))
        .into()
}
