//! Opens the connection to DynamoDB before the first request needs it: Lambda gives a starting function a whole core,
//! and the TLS handshake costs more than a request.

use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::body::SdkBody;
use tokio::time::timeout;

use crate::store::Store;
use crate::store::client::BoxFuture;

/// Lambda allows ten seconds to start in; a first request that has to connect for itself is not worth a tenth of them.
const PATIENCE: Duration = Duration::from_secs(1);

impl Store {
    /// Asks DynamoDB how it is, through the client that requests will use. Whatever comes of it, the function can start.
    pub fn prime(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            // With the table's name, because the endpoint may depend on it.
            let call = self.client().get_item().table_name(self.table()).customize();
            let asked = call.interceptor(AskForHealth).send();
            let _primed_or_not = timeout(PATIENCE, asked).await;
        })
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

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // The answer is a sentence. Read as a failed answer, it would cost the connection.
        *context.response_mut().body_mut() = SdkBody::from("{}");
        Ok(())
    }
}
