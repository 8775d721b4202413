//! The DynamoDB client, and what is common to its calls.

use std::pin::Pin;
use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{Config, SharedHttpClient, StalledStreamProtectionConfig};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::error::Error;
use crate::store::Item;
use crate::store::keys::Key;
use crate::store::meter::CountRoundTrips;

/// Boxed, so that the SDK's futures are compiled here once and not in every binary that awaits them.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Amazon's roots, of which every AWS endpoint has one: reading the system's trust store costs more than all the rest of a cold start.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

/// An HTTP client that trusts Amazon's roots and those in `more_roots` (PEM), and also speaks plain HTTP to a local endpoint.
pub fn http_client(more_roots: Option<&[u8]>) -> Result<SharedHttpClient, Error> {
    let mut trusted = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    if let Some(pem) = more_roots {
        trusted = trusted.with_pem_certificate(pem);
    }
    let tls = TlsContext::builder().with_trust_store(trusted).build().map_err(Error::internal)?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https())
}

/// A DynamoDB client for that account, region and endpoint.
pub fn dynamodb(config: &SdkConfig) -> Client {
    let config = Config::from(config)
        .to_builder()
        .behavior_version(BehaviorVersion::latest())
        // The store repeats calls itself: only so does it know of each how it ended.
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(Duration::from_millis(500))
                .operation_attempt_timeout(Duration::from_millis(1500))
                .build(),
        )
        // The attempt's time-out does the same for answers as small as DynamoDB's.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .interceptor(CountRoundTrips)
        .build();
    Client::from_conf(config)
}

/// `key` as the SDK has it.
pub(super) fn key(key: Key) -> Item {
    [("pk", key.pk), ("sk", key.sk)]
        .map(|(name, part)| (name.to_owned(), AttributeValue::S(part)))
        .into()
}
