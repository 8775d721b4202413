//! `/api/v3/webhooks/{id}/...`: what was sent to a webhook, and sending it something once more.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::decision::Decision;
use shared::domain::delivery::{Delivery, DeliveryStatus, Problem};
use shared::domain::ids::{GroupId, WebhookId};
use shared::operations::webhooks::deliveries::list_deliveries;
use shared::operations::webhooks::replay::replay_webhook;
use shared::operations::webhooks::test::test_webhook;
use shared::{Call, Error};

use super::authentication::Server;
use super::endpoint::Endpoint;
use super::webhooks::WebhookRequest;

/// `GET /api/v3/webhooks/{id}/deliveries`
///
/// Lists the latest hundred deliveries of the last seven days, the latest first. A delivery is there once it was tried.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListWebhookDeliveries;

/// How the latest deliveries went.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListWebhookDeliveriesResponse {
    /// The latest first.
    deliveries: Vec<DeliveryObject>,
}

/// Something that was sent, and how that went.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct DeliveryObject {
    /// The message's id, which its receiver finds in `webhook-id`.
    id: String,
    /// The type of the event.
    #[serde(rename = "type")]
    event_type: String,
    /// The group that it is about; null in a test.
    group_id: Option<GroupId>,
    /// The event's place in the group's history; null in a test.
    seq: Option<u32>,
    /// Whether it has arrived, is tried again, or is given up.
    status: DeliveryStatus,
    /// How often it was tried.
    attempts: u32,
    /// The status that was answered the last time; null where nothing was.
    response_status: Option<u16>,
    /// Why the last attempt has failed; null where it has not.
    problem: Option<Problem>,
    /// When it was sent off: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    sent_at: String,
    /// When it was last tried.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    attempted_at: String,
    /// When it is tried again; null where it is not.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    next_attempt_at: Option<String>,
}

impl From<Delivery> for DeliveryObject {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.message_id,
            event_type: delivery.event_type,
            group_id: delivery.group_id,
            seq: delivery.seq,
            status: delivery.delivery_status,
            attempts: delivery.attempts,
            response_status: delivery.answered,
            problem: delivery.problem,
            sent_at: format!("{:.3}", delivery.sent_at),
            attempted_at: format!("{:.3}", delivery.attempted_at),
            next_attempt_at: delivery.due_at.map(|due_at| format!("{due_at:.3}")),
        }
    }
}

impl Endpoint for ListWebhookDeliveries {
    type Caller = Server;
    type Request = WebhookRequest;
    type Response = ListWebhookDeliveriesResponse;

    const RESOURCE: &'static str = "webhook";

    async fn call(
        call: Call<'_, Server>,
        request: WebhookRequest,
    ) -> Result<Decision<'_, ListWebhookDeliveriesResponse>, Error> {
        let deliveries = list_deliveries(&call.by(call.caller.0), request.id).await?;
        let deliveries = deliveries.into_iter().map(DeliveryObject::from).collect();
        Ok(Decision::answer(ListWebhookDeliveriesResponse { deliveries }))
    }
}

/// `POST /api/v3/webhooks/{id}/test`
///
/// Sends a test to a webhook, whatever types of events it is sent: an event of the type `webhook.test`, of no group. How that went
/// is among its deliveries.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestWebhook;

/// What was sent off.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestWebhookResponse {
    /// The message's id, which its receiver finds in `webhook-id`; empty in a dry run.
    id: String,
}

impl Endpoint for TestWebhook {
    type Caller = Server;
    type Request = WebhookRequest;
    type Response = TestWebhookResponse;

    const RESOURCE: &'static str = "webhook";
    const SUCCESS: StatusCode = StatusCode::ACCEPTED;

    async fn call(
        call: Call<'_, Server>,
        request: WebhookRequest,
    ) -> Result<Decision<'_, TestWebhookResponse>, Error> {
        let id = test_webhook(&call.by(call.caller.0), request.id).await?;
        let id = if call.is_dry_run { String::new() } else { id };
        Ok(Decision::answer(TestWebhookResponse { id }))
    }
}

/// `POST /api/v3/webhooks/{id}/replay`
///
/// Sends events of a group's history to a webhook once more, with the ids that their messages had before: those of its types, of
/// the hundred behind `after`. Where `last_seq` is greater than `after`, there may be more behind it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplayWebhook;

/// What to send to whom.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplayWebhookRequest {
    /// The webhook's id.
    id: WebhookId,
    /// The group's id.
    group_id: GroupId,
    /// The place in its history behind which to begin: 0, the default, is the beginning. With the `last_seq` of an answer, it goes on.
    after: Option<u32>,
}

/// What was sent off.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReplayWebhookResponse {
    /// How many events.
    sent: usize,
    /// Up to where the history was looked through: `after` of the next request.
    last_seq: u32,
}

impl Endpoint for ReplayWebhook {
    type Caller = Server;
    type Request = ReplayWebhookRequest;
    type Response = ReplayWebhookResponse;

    const RESOURCE: &'static str = "webhook";
    const SUCCESS: StatusCode = StatusCode::ACCEPTED;

    async fn call(
        call: Call<'_, Server>,
        request: ReplayWebhookRequest,
    ) -> Result<Decision<'_, ReplayWebhookResponse>, Error> {
        let after = request.after.unwrap_or_default();
        let call = call.by(call.caller.0);
        let replayed = replay_webhook(&call, request.id, request.group_id, after).await?;
        let response = ReplayWebhookResponse { sent: replayed.sent, last_seq: replayed.last_seq };
        Ok(Decision::answer(response))
    }
}
