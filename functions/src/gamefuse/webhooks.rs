//! `/api/v3/webhooks`: ours, where a game's server is told what happens. Only the server itself may, by its secret key.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::Call;
use shared::decision::Decision;
use shared::domain::ids::WebhookId;
use shared::domain::webhook::{Disabled, Webhook, WebhookDescription, WebhookTypes, WebhookUrl};
use shared::limits::Limits;
use shared::operations::webhooks::create::{NewWebhook, create_webhook};
use shared::operations::webhooks::delete::delete_webhook;
use shared::operations::webhooks::get::get_webhook;
use shared::operations::webhooks::list::list_webhooks;
use shared::operations::webhooks::update::{Changes, update_webhook};
use shared::{Error, Refusal};

use super::authentication::Server;
use super::endpoint::Endpoint;
use super::wire::{Message, shown};
use crate::lenient::unless_empty;

/// Reads where a webhook is to be.
fn read_url(text: &str, limits: &Limits) -> Result<WebhookUrl, Refusal> {
    WebhookUrl::read(text, limits.local_webhooks)
        .map_err(|problem| Refusal::invalid("url", problem))
}

/// One of the names of types, or what stands for all.
#[cfg(feature = "schema")]
fn type_names() -> serde_json::Value {
    use shared::domain::event::EventType;
    use strum::IntoEnumIterator;
    let names = EventType::iter().map(EventType::name).chain([WebhookTypes::ALL]);
    serde_json::json!({ "type": "string", "enum": names.collect::<Vec<_>>() })
}

/// A webhook.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct WebhookObject {
    /// The webhook's id; 0 in a dry run of its creation.
    id: u32,
    /// Where events are sent.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    url: WebhookUrl,
    /// Of which types; `*` is all.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", extend("items" = type_names())))]
    types: WebhookTypes,
    /// What it is for.
    description: Option<WebhookDescription>,
    /// Whether anything is sent.
    enabled: bool,
    /// Why nothing is: the game's server has asked for that, or the receiver has answered 410.
    disabled_because: Option<Disabled>,
    /// Since when it is there: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    created_at: String,
}

impl From<Webhook> for WebhookObject {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.webhook_id.get(),
            url: webhook.receiver_url,
            types: webhook.event_types,
            description: webhook.webhook_description,
            enabled: webhook.disabled_because.is_none(),
            disabled_because: webhook.disabled_because,
            created_at: format!("{:.3}", webhook.created_at),
        }
    }
}

/// `POST /api/v3/webhooks`
///
/// Registers a webhook: what happens in the game's groups is then sent to that address, signed as Standard Webhooks has it. The
/// secret to verify that with is told this once. A game has at most 10.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateWebhook;

/// Where events are to be sent, and which.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateWebhookRequest {
    /// Where to: an absolute URL by HTTPS, without user, password and fragment, whose host is on the public Internet.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri", "maxLength" = WebhookUrl::MAX)))]
    url: String,
    /// The types of events to send; `*` is all, which is the default.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<String>>", extend("items" = type_names())))]
    types: Option<WebhookTypes>,
    /// What it is for.
    description: Option<WebhookDescription>,
}

/// A new webhook, and its secret.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CreateWebhookResponse {
    #[serde(flatten)]
    webhook: WebhookObject,
    /// What messages are signed with, which is never told again; empty in a dry run.
    secret: String,
}

impl Endpoint for CreateWebhook {
    type Caller = Server;
    type Request = CreateWebhookRequest;
    type Response = CreateWebhookResponse;

    const RESOURCE: &'static str = "webhook";
    const SUCCESS: StatusCode = StatusCode::CREATED;

    async fn call(
        call: Call<'_, Server>,
        request: CreateWebhookRequest,
    ) -> Result<Decision<'_, CreateWebhookResponse>, Error> {
        let new = NewWebhook {
            url: read_url(&request.url, &call.app.limits)?,
            types: request.types.unwrap_or_default(),
            description: request.description,
        };
        let is_dry_run = call.is_dry_run;
        let created = create_webhook(&call.by(call.caller.0), new).await?;
        Ok(created.map(move |(webhook, secret)| CreateWebhookResponse {
            secret: if is_dry_run { String::new() } else { secret.expose().to_owned() },
            webhook: WebhookObject { id: shown(webhook.webhook_id, is_dry_run), ..webhook.into() },
        }))
    }
}

/// `GET /api/v3/webhooks`
///
/// Lists the game's webhooks, the oldest first, without their secrets.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListWebhooks;

/// There is nothing to choose.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListWebhooksRequest {}

/// The game's webhooks.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListWebhooksResponse {
    /// All of them, the oldest first.
    webhooks: Vec<WebhookObject>,
}

impl Endpoint for ListWebhooks {
    type Caller = Server;
    type Request = ListWebhooksRequest;
    type Response = ListWebhooksResponse;

    const RESOURCE: &'static str = "webhook";

    async fn call(
        call: Call<'_, Server>,
        _request: ListWebhooksRequest,
    ) -> Result<Decision<'_, ListWebhooksResponse>, Error> {
        let webhooks = list_webhooks(call.app, call.caller.0.game()).await?;
        let webhooks = webhooks.into_iter().map(WebhookObject::from).collect();
        Ok(Decision::answer(ListWebhooksResponse { webhooks }))
    }
}

/// Which webhook.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookRequest {
    /// The webhook's id.
    pub(super) id: WebhookId,
}

/// A webhook, without its secret.
#[derive(Serialize)]
#[serde(transparent)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookResponse(WebhookObject);

impl From<Webhook> for WebhookResponse {
    fn from(webhook: Webhook) -> Self {
        Self(webhook.into())
    }
}

/// `GET /api/v3/webhooks/{id}`
///
/// Reads a webhook, without its secret.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetWebhook;

impl Endpoint for GetWebhook {
    type Caller = Server;
    type Request = WebhookRequest;
    type Response = WebhookResponse;

    const RESOURCE: &'static str = "webhook";

    async fn call(
        call: Call<'_, Server>,
        request: WebhookRequest,
    ) -> Result<Decision<'_, WebhookResponse>, Error> {
        let webhook = get_webhook(&call.by(call.caller.0), request.id).await?;
        Ok(Decision::answer(webhook.into()))
    }
}

/// `PATCH /api/v3/webhooks/{id}`
///
/// Changes a webhook: where events are sent, which, and whether at all. What is absent stays as it is, and the secret does in any
/// case.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateWebhook;

/// What is to change.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UpdateWebhookRequest {
    /// The webhook's id.
    id: WebhookId,
    /// Where to send events: as in create-webhook.
    #[serde(default, deserialize_with = "unless_empty")]
    #[cfg_attr(feature = "schema", schemars(extend("format" = "uri", "maxLength" = WebhookUrl::MAX)))]
    url: Option<String>,
    /// The types of events to send; `*` is all.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<String>>", extend("items" = type_names())))]
    types: Option<WebhookTypes>,
    /// What it is for.
    description: Option<WebhookDescription>,
    /// Whether anything is to be sent.
    enabled: Option<bool>,
}

impl Endpoint for UpdateWebhook {
    type Caller = Server;
    type Request = UpdateWebhookRequest;
    type Response = WebhookResponse;

    const RESOURCE: &'static str = "webhook";
    const READ_ONLY: &'static [&'static str] = &["disabled_because"];

    async fn call(
        call: Call<'_, Server>,
        request: UpdateWebhookRequest,
    ) -> Result<Decision<'_, WebhookResponse>, Error> {
        let url = request.url.map(|url| read_url(&url, &call.app.limits)).transpose()?;
        let UpdateWebhookRequest { id, types, description, enabled, .. } = request;
        let changes = Changes { url, types, description, enabled };
        let updated = update_webhook(&call.by(call.caller.0), id, changes).await?;
        Ok(updated.map(WebhookResponse::from))
    }
}

/// `DELETE /api/v3/webhooks/{id}`
///
/// Deletes a webhook. What is on its way to it is not sent any more.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeleteWebhook;

impl Endpoint for DeleteWebhook {
    type Caller = Server;
    type Request = WebhookRequest;
    type Response = Message;

    const RESOURCE: &'static str = "webhook";

    async fn call(
        call: Call<'_, Server>,
        request: WebhookRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let deleted = delete_webhook(&call.by(call.caller.0), request.id).await?;
        Ok(deleted.map(|()| Message::new("Webhook deleted")))
    }
}
