//! List how the latest deliveries to a webhook went.

use futures_util::future::try_join;

use super::get::get_webhook;
use crate::Call;
use crate::domain::delivery::Delivery;
use crate::domain::ids::WebhookId;
use crate::error::Error;
use crate::store::keys;
use crate::store::range::Range;

/// The most deliveries that are listed.
pub const LISTED: i32 = 100;

/// Lists the latest deliveries, the latest first. What was not tried yet is not among them.
pub async fn list_deliveries(call: &Call<'_>, id: WebhookId) -> Result<Vec<Delivery>, Error> {
    let partition = keys::deliveries_partition(call.game(), id);
    let range = Range::prefix(partition, keys::DELIVERY).last(LISTED);
    let deliveries = call.app.store.query::<Delivery>(range);
    let (_, mut deliveries) = try_join(get_webhook(call, id), deliveries).await?;
    // DynamoDB deletes what has expired some time later.
    deliveries.retain(|delivery| delivery.expires_at > call.now);
    Ok(deliveries)
}
