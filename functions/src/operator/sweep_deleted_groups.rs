//! A batch of the table's stream: the groups in it that are marked deleted are swept.

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use futures_util::future::try_join_all;
use serde::Deserialize;
use serde_json::Value;
use shared::operations::sweep_deleted_groups::sweep_deleted_group;
use shared::store::keys;
use shared::{App, Error, Refusal};

use crate::http::BoxFuture;

/// What is looked at of a row's new image.
#[derive(Deserialize)]
struct Image {
    pk: String,
    kind: String,
    deleted_at: Option<i64>,
}

/// Sweeps the groups that the event's records mark deleted. A batch that fails is delivered again.
pub fn handle(app: &App, event: Value) -> BoxFuture<'_, Result<Value, Error>> {
    Box::pin(async move {
        let event: Event = serde_json::from_value(event)
            .map_err(|_| Refusal::invalid("Records", "must be a DynamoDB stream's"))?;
        let images = event.records.into_iter().filter_map(image);
        let deleted = images
            .filter(|image| image.kind == "group" && image.deleted_at.is_some())
            .filter_map(|image| keys::parse_group_partition(&image.pk));
        try_join_all(deleted.map(|(game, group)| sweep_deleted_group(app, game, group))).await?;
        Ok(Value::Null)
    })
}

/// The row as the record leaves it; nothing for rows that are of no interest here.
fn image(record: EventRecord) -> Option<Image> {
    serde_dynamo::from_item(record.change.new_image).ok()
}
