//! List a game's webhooks.

use crate::App;
use crate::domain::ids::GameId;
use crate::domain::webhook::Webhook;
use crate::error::Error;
use crate::store::keys;
use crate::store::range::Range;

/// Lists a game's webhooks, the oldest first.
pub async fn list_webhooks(app: &App, game: GameId) -> Result<Vec<Webhook>, Error> {
    let range = Range::prefix(keys::webhooks_partition(game), keys::WEBHOOK);
    let mut webhooks = app.store.query::<Webhook>(range).await?;
    webhooks.sort_by_key(|webhook| (webhook.created_at, webhook.webhook_id));
    Ok(webhooks)
}
