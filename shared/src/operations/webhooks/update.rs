//! Change a webhook.

use super::get::get_webhook;
use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::WebhookId;
use crate::domain::webhook::{Disabled, Webhook, WebhookDescription, WebhookTypes, WebhookUrl};
use crate::error::Error;
use crate::store::keys::Key;
use crate::store::write::Write;

/// What is to change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub url: Option<WebhookUrl>,
    pub types: Option<WebhookTypes>,
    pub description: Option<WebhookDescription>,
    pub enabled: Option<bool>,
}

/// Changes a webhook, and tells what it is then.
pub async fn update_webhook<'a>(
    call: &Call<'a>,
    id: WebhookId,
    changes: Changes,
) -> Result<Decision<'a, Webhook>, Error> {
    let mut webhook = get_webhook(call, id).await?;
    let before = webhook.revision;
    let mut write = Write::update(Key::webhook(call.game(), id)).when_is("revision", before);
    if let Some(url) = changes.url {
        write = write.set("receiver_url", url.as_str());
        webhook.receiver_url = url;
    }
    if let Some(types) = changes.types {
        write = write.set("event_types", &types);
        webhook.event_types = types;
    }
    if let Some(description) = changes.description {
        write = write.set("webhook_description", description.as_str());
        webhook.webhook_description = Some(description);
    }
    match changes.enabled {
        Some(true) => {
            write = write.remove("disabled_because");
            webhook.disabled_because = None;
        }
        // Why it is disabled already is still so.
        Some(false) if webhook.disabled_because.is_none() => {
            write = write.set("disabled_because", Disabled::Asked.name());
            webhook.disabled_because = Some(Disabled::Asked);
        }
        Some(false) | None => {}
    }
    webhook.revision += 1;
    let write = write.shift("revision", before, webhook.revision);
    Ok(Decision::writing(webhook, vec![write]))
}
