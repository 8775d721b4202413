//! Opens the connections to DynamoDB before the first request needs them: Lambda gives a starting function a whole core,
//! and a TLS handshake costs more than a request.

use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::body::SdkBody;
use futures_util::future::join_all;
use tokio::time::timeout;

use crate::store::Store;
use crate::store::client::BoxFuture;

/// Lambda allows ten seconds to start in; a first request that has to connect for itself is not worth a tenth of them.
const PATIENCE: Duration = Duration::from_secs(1);

impl Store {
    /// Opens so many connections, by as many questions at once. Whatever comes of them, the function can start.
    pub fn prime(&self, connections: usize) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let primed = async {
                // By itself: its handshake earns the tickets that make the others' cheap.
                if connections > 0 {
                    self.ask_for_health().await;
                }
                if connections > 1 {
                    join_all((0..connections).map(|_| self.ask_for_health())).await;
                }
            };
            let _primed_or_not = timeout(PATIENCE, primed).await;
        })
    }

    /// Asks DynamoDB how it is, through the client that requests will use.
    async fn ask_for_health(&self) {
        // With the table's name, because the endpoint may depend on it.
        let question = self.client().get_item().table_name(self.table()).customize();
        // The answer is a sentence, which the SDK does not understand: only the connection matters.
        let _answered_or_not = question.interceptor(AskForHealth).send().await;
    }
}

/// Turns a call into `GET /`, which DynamoDB answers to anyone: it needs no permission and consumes no capacity.
#[derive(Debug)]
struct AskForHealth;

impl Intercept for AskForHealth {
    fn name(&self) -> &'static str {
        "AskForHealth"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.set_method("GET")?;
        *request.body_mut() = SdkBody::empty();
        for header in ["authorization", "content-length", "content-type", "x-amz-target"] {
            request.headers_mut().remove(header);
        }
        Ok(())
    }
}
