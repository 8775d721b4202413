//! The SDK's way to an engine in the same process, without a socket between.

use std::fmt;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use tokio::task::yield_now;

use super::protocol::{Answer, DynamoDb};

/// Calls the engine where the SDK would send a request.
pub(super) struct InProcess(pub(super) DynamoDb);

impl fmt::Debug for InProcess {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("InProcess")
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let dynamodb = self.0.clone();
        HttpConnectorFuture::new(async move {
            // Before and after, others have their turn, as they have while a request is on its way.
            yield_now().await;
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let body = request.body().bytes().unwrap_or_default();
            let Answer(status, json) = dynamodb.answer_in_turn(target, body).await;
            yield_now().await;
            Ok(HttpResponse::new(status.into(), SdkBody::from(json)))
        })
    }
}
