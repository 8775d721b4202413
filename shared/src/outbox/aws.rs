//! Calls to services of AWS that speak JSON, signed by the signer that the DynamoDB client has anyway: an SDK for one call each
//! would be a crate of thousands of types.

use std::time::{Duration, SystemTime};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use jiff::Timestamp;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::error::Error;
use crate::store::meter;

/// How long one attempt is waited for, where the request has as much time.
const PATIENCE: Duration = Duration::from_secs(3);

/// By whose authority calls are made, and by which client.
#[derive(Clone)]
pub struct Aws {
    pub connector: SharedHttpConnector,
    pub credentials: SharedCredentialsProvider,
    pub region: String,
}

impl Aws {
    /// Makes a call once. Nothing is told where another attempt may do better.
    ///
    /// # Errors
    /// [`Error::Internal`] where it was refused.
    pub async fn call(
        &self,
        service: &'static str,
        url: &str,
        target: &'static str,
        request: &Value,
        now: Timestamp,
    ) -> Result<Option<Value>, Error> {
        let request = self.signed(service, url, target, request, now).await?;
        let deadline = meter::deadline().min(Instant::now() + PATIENCE);
        if Instant::now() >= deadline {
            return Ok(None);
        }
        let Ok(Ok(response)) = timeout_at(deadline, self.connector.call(request)).await else {
            return Ok(None);
        };
        let status = response.status().as_u16();
        let body = ByteStream::new(response.into_body()).collect();
        let Ok(Ok(body)) = timeout_at(deadline, body).await else { return Ok(None) };
        let answer: Value = serde_json::from_slice(&body.into_bytes()).unwrap_or_default();
        match status {
            200 => Ok(Some(answer)),
            // What is thrown at callers who are too fast has names of many kinds.
            429 | 500.. => Ok(None),
            _ if answer["__type"].as_str().is_some_and(|name| name.contains("Throttl")) => Ok(None),
            _ => {
                let name = answer["__type"].as_str().unwrap_or("no name");
                Err(Error::internal(format!("{target} was refused with {status}: {name}")))
            }
        }
    }

    async fn signed(
        &self,
        service: &'static str,
        url: &str,
        target: &'static str,
        request: &Value,
        now: Timestamp,
    ) -> Result<HttpRequest, Error> {
        let credentials = self.credentials.provide_credentials().await.map_err(Error::internal)?;
        let identity = Identity::from(credentials);
        let params = SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(service)
            .time(SystemTime::from(now))
            .settings(SigningSettings::default())
            .build()
            .map_err(Error::internal)?
            .into();
        let body = request.to_string().into_bytes();
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
        let signable =
            SignableRequest::new("POST", url, headers.into_iter(), SignableBody::Bytes(&body))
                .map_err(Error::internal)?;
        let (instructions, _) = sign(signable, &params).map_err(Error::internal)?.into_parts();
        let mut signed = HttpRequest::new(SdkBody::from(body));
        signed.set_method("POST").map_err(Error::internal)?;
        signed.set_uri(url).map_err(Error::internal)?;
        for (name, value) in headers {
            signed.headers_mut().insert(name, value);
        }
        for (name, value) in instructions.headers() {
            signed.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(signed)
    }
}
