//! Delete a webhook.

use super::get::get_webhook;
use crate::Call;
use crate::decision::Decision;
use crate::domain::ids::WebhookId;
use crate::error::Error;
use crate::store::keys::Key;
use crate::store::write::{PRESENT, Write};

/// Deletes a webhook. What is on its way to it is not sent any more; what is kept about its deliveries is forgotten in time.
pub async fn delete_webhook<'a>(call: &Call<'a>, id: WebhookId) -> Result<Decision<'a, ()>, Error> {
    let game = call.game();
    // Most likely it is there: somebody has seen it.
    if !call.may_assume() {
        get_webhook(call, id).await?;
    }
    let writes = vec![
        Write::delete(Key::webhook(game, id)).when(PRESENT),
        Write::update(Key::webhooks(game)).add("webhook_count", -1).when(PRESENT),
    ];
    Ok(Decision::writing((), writes))
}
