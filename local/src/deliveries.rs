//! What is on its way to webhooks: in the place of SQS, a queue in this process, which a table of its own in the embedded DynamoDB
//! keeps. So nothing is lost when the server stops, as far as its data is kept at all.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType,
    ScalarAttributeType,
};
use functions::routes::DELIVER_WEBHOOK;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::domain::delivery::Parcel;
use shared::outbox::Outbox;
use shared::outbox::queue::{OwnQueue, Place, Queue};
use shared::store::client::BoxFuture;
use shared::{App, Error};
use tokio::sync::Notify;

use crate::ServerError;
use crate::state::Log;

/// The table.
const TABLE: &str = "guildhall-deliveries";

/// The partition that all of them are in.
const PARTITION: &str = "PARCELS";

/// How many are sent at once: so many receivers can hang before others have to wait for them.
const AT_ONCE: usize = 50;

/// How long nothing is tried after something failed here, rather than at the receiver.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_secs(5);

/// How long is slept at most; the clock may be set meanwhile.
const NAP: Duration = Duration::from_secs(1);

/// When a parcel is due, and what tells it from others, so that they sort by the one and then the other.
type Ticket = (Timestamp, String);

/// The queue. Clones are the same one.
#[derive(Clone)]
pub struct Deliveries(Arc<Inner>);

struct Inner {
    client: Client,
    waiting: Mutex<BTreeMap<Ticket, Parcel>>,
    woken: Notify,
}

impl Deliveries {
    /// The queue that the engine of `client` keeps, with what waits in it.
    ///
    /// # Errors
    /// [`ServerError`] where the table cannot be made or read.
    pub async fn open(client: Client) -> Result<Self, ServerError> {
        let waiting = match read(&client).await {
            Err(error) if is_unfinished(&error) => {
                create(&client).await?;
                BTreeMap::new()
            }
            read => read?,
        };
        let waiting = Mutex::new(waiting);
        Ok(Self(Arc::new(Inner { client, waiting, woken: Notify::new() })))
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting().len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.waiting().is_empty()
    }

    /// Sends what is due until the task is dropped. What fails at a receiver comes back by itself; what fails here is logged, and
    /// tried again a little later.
    pub async fn run(&self, app: &App, log: &Log) -> Infallible {
        let mut under_way = FuturesUnordered::new();
        loop {
            while under_way.len() < AT_ONCE
                && let Some((ticket, parcel)) = self.take_due(app.now())
            {
                under_way.push(self.deliver(app, log, ticket, parcel));
            }
            tokio::select! {
                Some(()) = under_way.next(), if !under_way.is_empty() => {}
                () = self.0.woken.notified() => {}
                () = tokio::time::sleep(self.until_due(app.now())) => {}
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Ticket, Parcel>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_due(&self, now: Timestamp) -> Option<(Ticket, Parcel)> {
        let mut waiting = self.waiting();
        let is_due = waiting.first_key_value().is_some_and(|((due_at, _), _)| *due_at <= now);
        if is_due { waiting.pop_first() } else { None }
    }

    fn until_due(&self, now: Timestamp) -> Duration {
        let due_at = self.waiting().first_key_value().map(|((due_at, _), _)| *due_at);
        let wait = due_at.map(|due_at| due_at.duration_since(now));
        wait.and_then(|wait| wait.try_into().ok()).map_or(NAP, |wait: Duration| wait.min(NAP))
    }

    /// Hands one over as SQS does, and lets go of it once it is settled.
    async fn deliver(&self, app: &App, log: &Log, ticket: Ticket, parcel: Parcel) {
        let body = serde_json::to_string(&parcel).unwrap_or_default();
        let event = json!({ "Records": [{ "messageId": &ticket.1, "body": body }] });
        let (settled, record) = DELIVER_WEBHOOK.invoke(app, "deliveries".to_owned(), event).await;
        let is_settled = settled.is_ok_and(|answer| answer["batchItemFailures"] == json!([]));
        let is_gone = is_settled && self.forget(&ticket).await.is_ok();
        if !is_gone {
            log(record);
            self.waiting().insert((app.now() + AFTER_FAILURE, ticket.1), parcel);
        }
    }

    async fn forget(&self, ticket: &Ticket) -> Result<(), ServerError> {
        let delete = self.0.client.delete_item().table_name(TABLE).set_key(Some(key(&ticket.1)));
        delete.send().await?;
        Ok(())
    }
}

impl OwnQueue for Deliveries {
    fn send<'a>(&'a self, place: Place, parcels: &'a [Parcel]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            // What is given up is told by the list of deliveries, and kept nowhere else.
            if place == Place::GivenUp {
                return Ok(());
            }
            for parcel in parcels {
                let ticket = ticket(parcel);
                let mut item = key(&ticket.1);
                let body = serde_json::to_string(parcel).map_err(Error::internal)?;
                item.insert("body".to_owned(), AttributeValue::S(body));
                let put = self.0.client.put_item().table_name(TABLE).set_item(Some(item));
                put.send().await.map_err(Error::internal)?;
                self.waiting().insert(ticket, parcel.clone());
            }
            self.0.woken.notify_one();
            Ok(())
        })
    }
}

/// Takes what is sent, and lets go of it: for what has never happened, such as the past of a seed.
pub struct Discarding;

impl OwnQueue for Discarding {
    fn send<'a>(&'a self, _: Place, _: &'a [Parcel]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(ready(Ok(())))
    }
}

/// An outbox by that queue, which sends to the webhooks that there are at each moment: to look is cheap here.
pub fn outbox(queue: impl OwnQueue + 'static) -> Outbox {
    Outbox::new(Queue::Own(Box::new(queue)), None, SignedDuration::ZERO)
}

/// The same parcel has the same ticket, so that an event which is told twice waits once.
fn ticket(parcel: &Parcel) -> Ticket {
    let Parcel { sent_at, attempts, due_at, .. } = parcel;
    let id = parcel.message_id();
    (*due_at, format!("{id}#{}#{attempts}", sent_at.as_millisecond()))
}

fn key(sort: &str) -> HashMap<String, AttributeValue> {
    [("pk", PARTITION), ("sk", sort)]
        .map(|(name, text)| (name.to_owned(), AttributeValue::S(text.to_owned())))
        .into()
}

/// What waits in the table.
async fn read(client: &Client) -> Result<BTreeMap<Ticket, Parcel>, ServerError> {
    let mut waiting = BTreeMap::new();
    let mut pages = client
        .query()
        .table_name(TABLE)
        .key_condition_expression("pk = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(PARTITION.to_owned()))
        .into_paginator()
        .items()
        .send();
    while let Some(item) = pages.next().await {
        let item = item.map_err(aws_sdk_dynamodb::Error::from)?;
        let body = item.get("body").and_then(|text| text.as_s().ok());
        let parcel: Parcel = serde_json::from_str(body.ok_or("a parcel is empty")?)?;
        waiting.insert(ticket(&parcel), parcel);
    }
    Ok(waiting)
}

/// Whether the table is not there, or not whole: the engine notes a table before it makes it, and whoever began may have been cut
/// short.
fn is_unfinished(error: &ServerError) -> bool {
    let Some(error) = error.downcast_ref::<aws_sdk_dynamodb::Error>() else { return false };
    let message = error.message().unwrap_or_default();
    matches!(error, aws_sdk_dynamodb::Error::ResourceNotFoundException(_))
        || message.contains("no such table")
}

/// Makes the table, in the place of what there may be of it.
async fn create(client: &Client) -> Result<(), ServerError> {
    let deleted = client.delete_table().table_name(TABLE).send().await;
    match deleted.map_err(aws_sdk_dynamodb::Error::from) {
        Ok(_) | Err(aws_sdk_dynamodb::Error::ResourceNotFoundException(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let attribute = |name: &str| {
        let definition = AttributeDefinition::builder().attribute_name(name);
        definition.attribute_type(ScalarAttributeType::S).build()
    };
    let part = |name: &str, key_type| {
        KeySchemaElement::builder().attribute_name(name).key_type(key_type).build()
    };
    let create = client
        .create_table()
        .table_name(TABLE)
        .billing_mode(BillingMode::PayPerRequest)
        .attribute_definitions(attribute("pk")?)
        .attribute_definitions(attribute("sk")?)
        .key_schema(part("pk", KeyType::Hash)?)
        .key_schema(part("sk", KeyType::Range)?);
    match create.send().await.map_err(aws_sdk_dynamodb::Error::from) {
        // On a busy machine the SDK gives up waiting and asks again: then the first call has made it.
        Ok(_) | Err(aws_sdk_dynamodb::Error::ResourceInUseException(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
