//! Send a test to a webhook.

use super::get::get_webhook;
use super::sending::send_as_asked;
use crate::Call;
use crate::domain::delivery::{Parcel, Subject};
use crate::domain::ids::WebhookId;
use crate::error::{Error, Refusal};

/// Sends a test, and tells the id of its message.
///
/// # Errors
/// [`Refusal::WebhookNotFound`], [`Refusal::WebhookDisabled`].
pub async fn test_webhook(call: &Call<'_>, id: WebhookId) -> Result<String, Error> {
    let webhook = get_webhook(call, id).await?;
    if webhook.disabled_because.is_some() {
        return Err(Refusal::WebhookDisabled.into());
    }
    let parcel = Parcel::new(call.game(), &webhook, Subject::Test(call.now), call.now);
    let message_id = parcel.message_id();
    send_as_asked(call, &[parcel]).await?;
    Ok(message_id)
}
