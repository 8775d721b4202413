//! Read a webhook.

use crate::Call;
use crate::domain::ids::WebhookId;
use crate::domain::webhook::Webhook;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;

/// Reads a webhook of the caller's game.
///
/// # Errors
/// [`Refusal::WebhookNotFound`].
pub async fn get_webhook(call: &Call<'_>, webhook: WebhookId) -> Result<Webhook, Error> {
    let found = call.app.store.get::<Webhook>(Key::webhook(call.game(), webhook)).await?;
    Ok(found.ok_or(Refusal::WebhookNotFound)?)
}
