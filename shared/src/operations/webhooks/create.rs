//! Create a webhook.

use crate::Call;
use crate::auth::signatures::secret_of;
use crate::decision::Decision;
use crate::domain::webhook::{
    SigningSecret, Webhook, WebhookDescription, WebhookTypes, WebhookUrl,
};
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::rows::WebhookCount;
use crate::store::write::{ABSENT, Write};

/// What a webhook is to be.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    pub url: WebhookUrl,
    pub types: WebhookTypes,
    pub description: Option<WebhookDescription>,
}

/// Creates a webhook. Its secret is told this once.
pub async fn create_webhook<'a>(
    call: &Call<'a>,
    new: NewWebhook,
) -> Result<Decision<'a, (Webhook, SigningSecret)>, Error> {
    let (game, most) = (call.game(), call.app.limits.webhooks);
    // Most likely there is room; a full game is refused by what was read.
    if !call.may_assume() {
        let count = call.app.store.get::<WebhookCount>(Key::webhooks(game)).await?;
        if count.unwrap_or_default().webhook_count >= most {
            return Err(Refusal::TooManyWebhooks.into());
        }
    }
    let secret = secret_of(call.app.entropy.bytes()?);
    let webhook = Webhook {
        // Where another one has that id, the next turn draws another one.
        webhook_id: call.app.entropy.id()?,
        receiver_url: new.url,
        event_types: new.types,
        webhook_description: new.description,
        disabled_because: None,
        created_at: call.now,
        revision: 1,
    };
    let has_room = "attribute_not_exists(webhook_count) OR webhook_count < :most";
    let writes = vec![
        Write::put(game, &webhook)?.with("signing_secret", secret.expose()).when(ABSENT),
        Write::upsert::<WebhookCount>(Key::webhooks(game))
            .add("webhook_count", 1)
            .when(has_room)
            .value("most", most),
    ];
    Ok(Decision::writing((webhook, secret), writes))
}
