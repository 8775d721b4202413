//! A batch of the queue of deliveries: each parcel is sent to its receiver, once it is due.

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::auth::signatures::sign;
use shared::domain::delivery::Parcel;
use shared::domain::webhook::Receiver;
use shared::operations::webhooks::sending::{Arrived, Receivers, look_up, settle};
use shared::store::meter::note_failure;
use shared::{App, Error, Refusal};

use crate::http::BoxFuture;
use crate::webhooks::message;
use crate::webhooks::post::{Internet, Outgoing, Post};

/// What a queue of SQS's hands over.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_id: String,
    body: String,
}

/// What is to be handed over once more.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response {
    batch_item_failures: Vec<Failure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

/// Sends what is due.
pub fn handle(app: &App, event: Value) -> BoxFuture<'_, Result<Value, Error>> {
    Box::pin(async move {
        let internet = Internet { allows_local: app.limits.local_webhooks };
        deliver_by(&internet, app, event).await
    })
}

/// Sends what is due, on that way. What could not be settled is handed over once more; what a receiver does not take is settled,
/// since it is put into the queue anew for later.
///
/// # Errors
/// [`Error`] where nothing of the batch is settled.
pub async fn deliver_by(way: &dyn Post, app: &App, event: Value) -> Result<Value, Error> {
    let batch: Batch = serde_json::from_value(event)
        .map_err(|_| Refusal::invalid("Records", "must be an SQS queue's"))?;
    let parcels = batch.records.iter().filter_map(|record| read(&record.body));
    let (receivers, arrived) = look_up(app, &parcels.collect::<Vec<_>>()).await?;
    let deliveries = batch.records.into_iter().map(|Record { message_id, body }| {
        let (receivers, arrived) = (&receivers, &arrived);
        async move {
            let delivered = match read(&body) {
                Some(parcel) => deliver(way, app, parcel, receivers, arrived).await,
                // Nothing of ours: after some times, it lies among what was given up.
                None => Err(Error::internal("a message is no parcel")),
            };
            delivered.err().map(|error| {
                note_failure(error);
                Failure { item_identifier: message_id }
            })
        }
    });
    let failures = join_all(deliveries).await.into_iter().flatten();
    let response = Response { batch_item_failures: failures.collect() };
    serde_json::to_value(response).map_err(Error::internal)
}

fn read(body: &str) -> Option<Parcel> {
    serde_json::from_str(body).ok()
}

/// Delivers a parcel, unless it is early, or nobody waits for it any more.
async fn deliver(
    way: &dyn Post,
    app: &App,
    parcel: Parcel,
    receivers: &Receivers,
    arrived: &Arrived,
) -> Result<(), Error> {
    let now = app.now();
    let Some(receiver) = receivers.get(&(parcel.game_id, parcel.webhook_id)) else { return Ok(()) };
    if arrived.contains(&(parcel.message_id(), parcel.sent_at)) {
        return Ok(());
    }
    // SQS lets nothing wait for longer than a quarter of an hour.
    if parcel.due_at > now {
        return app.outbox.queue.send(&[parcel], now, app.store.backoff()).await;
    }
    let message = sealed(app, &parcel, receiver)?;
    let url = receiver.receiver_url.as_str();
    let attempt = way.post(url, message).await;
    settle(app, parcel, receiver, attempt).await
}

/// The message of a parcel, signed for its receiver.
fn sealed(app: &App, parcel: &Parcel, receiver: &Receiver) -> Result<Outgoing, Error> {
    let (id, now) = (parcel.message_id(), app.now());
    let body = message::body(&parcel.subject)?;
    let signature = sign(&receiver.signing_secret, &id, now, &body)?;
    let headers = [
        ("webhook-id", id),
        ("webhook-timestamp", now.as_second().to_string()),
        ("webhook-signature", signature),
    ];
    Ok(Outgoing { headers, body })
}
