//! Stands between the client and DynamoDB: notes the calls that are made for requests, and what they are answered.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::RuntimeComponents;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use serde_json::Value;

use super::trace::{self, Pending};

/// `client`, whose calls are noted; wherever else they go stays as it is.
pub fn watched(client: &Client) -> Client {
    let Some(inner) = client.config().http_client() else { return client.clone() };
    let http = SharedHttpClient::new(Watched { inner });
    Client::from_conf(client.config().to_builder().http_client(http).build())
}

#[derive(Debug)]
struct Watched {
    inner: SharedHttpClient,
}

impl HttpClient for Watched {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(WatchedConnector { inner })
    }
}

#[derive(Debug)]
struct WatchedConnector {
    inner: SharedHttpConnector,
}

impl HttpConnector for WatchedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        let Some((pending, body)) = trace::begin(&operation, body) else {
            return self.inner.call(request);
        };
        let answer = self.inner.call(asking_for_more(&operation, request, body));
        HttpConnectorFuture::new(async move { note(pending, answer.await).await })
    }
}

/// Notes an answer, and hands it on.
async fn note(
    pending: Pending,
    answer: Result<HttpResponse, ConnectorError>,
) -> Result<HttpResponse, ConnectorError> {
    match read(answer).await {
        Ok((body, response)) => {
            pending.end(Some(&body));
            Ok(response)
        }
        Err(error) => {
            pending.end(None);
            Err(error)
        }
    }
}

async fn read(
    answer: Result<HttpResponse, ConnectorError>,
) -> Result<(Bytes, HttpResponse), ConnectorError> {
    let mut response = answer?;
    let body = std::mem::replace(response.body_mut(), SdkBody::taken());
    let body = ByteStream::new(body).collect().await;
    let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    *response.body_mut() = SdkBody::from(body.clone());
    Ok((body, response))
}

/// The same request, whose answer says what it consumed, and of a guard that did not hold, what lay there. The engine does
/// not look at the signature, which is for the one before.
fn asking_for_more(operation: &str, mut request: HttpRequest, mut body: Value) -> HttpRequest {
    body["ReturnConsumedCapacity"] = Value::from("TOTAL");
    if operation == "TransactWriteItems" {
        let steps = body["TransactItems"].as_array_mut().into_iter().flatten();
        for step in steps.filter_map(Value::as_object_mut).flat_map(|step| step.values_mut()) {
            step["ReturnValuesOnConditionCheckFailure"] = Value::from("ALL_OLD");
        }
    }
    let body = body.to_string();
    request.headers_mut().insert("content-length", body.len().to_string());
    *request.body_mut() = SdkBody::from(body);
    request
}
