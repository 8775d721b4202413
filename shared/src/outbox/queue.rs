//! The queue in which parcels for webhooks wait until they are due: SQS, or one in this process.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::aws::Aws;
use crate::domain::delivery::Parcel;
use crate::error::Error;
use crate::store::client::BoxFuture;
use crate::store::retry::Backoff;

/// The most messages that SQS takes at once.
const AT_ONCE: usize = 10;

/// The most bytes of their bodies, of which SQS takes 256 KiB in all.
const MAX_BYTES: usize = 200 * 1024;

/// The longest that SQS lets a message wait, in seconds.
const LONGEST_DELAY: i64 = 900;

/// To whom parcels are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Where they wait to be delivered.
    Deliveries,
    /// Where those are kept that could not be.
    GivenUp,
}

/// Where parcels wait.
pub enum Queue {
    /// Nowhere: whoever has none sends nothing.
    None,
    /// In SQS.
    Sqs(Sqs),
    /// In this process.
    Own(Box<dyn OwnQueue>),
}

/// A queue in this process, which lasts as long as what it holds should.
pub trait OwnQueue: Send + Sync {
    /// Takes parcels, each of which is to be delivered when it is due.
    fn send<'a>(&'a self, place: Place, parcels: &'a [Parcel]) -> BoxFuture<'a, Result<(), Error>>;
}

/// SQS, and the addresses of the two queues.
pub struct Sqs {
    pub aws: Aws,
    pub deliveries: String,
    pub given_up: String,
}

impl Queue {
    /// Has parcels delivered when they are due.
    ///
    /// # Errors
    /// [`Error`] where some may not have been taken: whoever sends them again sends the others twice.
    pub async fn send(
        &self,
        parcels: &[Parcel],
        now: Timestamp,
        backoff: Backoff<'_>,
    ) -> Result<(), Error> {
        self.send_to(Place::Deliveries, parcels, now, backoff).await
    }

    /// The same, to that place.
    ///
    /// # Errors
    /// [`Error`] where some may not have been taken.
    pub async fn send_to(
        &self,
        place: Place,
        parcels: &[Parcel],
        now: Timestamp,
        mut backoff: Backoff<'_>,
    ) -> Result<(), Error> {
        if parcels.is_empty() {
            return Ok(());
        }
        match self {
            Self::None => Err(Error::internal("there is no queue to send anything by")),
            Self::Own(queue) => queue.send(place, parcels).await,
            Self::Sqs(sqs) => {
                for batch in batches(parcels, now)? {
                    sqs.send(place, batch, now, &mut backoff).await?;
                }
                Ok(())
            }
        }
    }
}

/// The parcels as SQS takes them, in so many messages as it takes at once.
fn batches(parcels: &[Parcel], now: Timestamp) -> Result<Vec<Vec<Value>>, Error> {
    let mut batches = vec![Vec::new()];
    let mut bytes = 0;
    for parcel in parcels {
        let body = written(parcel)?;
        bytes += body.len();
        let is_full = |batch: &Vec<Value>| batch.len() == AT_ONCE || bytes > MAX_BYTES;
        if batches.last().is_some_and(|batch| is_full(batch) && !batch.is_empty()) {
            bytes = body.len();
            batches.push(Vec::new());
        }
        let Some(batch) = batches.last_mut() else { continue };
        let wait = parcel.due_at.duration_since(now);
        // Not a second less: what comes early is sent off once more.
        let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
        let delay = seconds.clamp(0, LONGEST_DELAY);
        batch.push(json!({
            "Id": batch.len().to_string(),
            "MessageBody": body,
            "DelaySeconds": delay,
            // SQS is fair between groups: a receiver with many parcels holds up the others of no other one.
            "MessageGroupId": format!("{}-{}", parcel.game_id, parcel.webhook_id),
        }));
    }
    Ok(batches)
}

/// A parcel as JSON. SQS refuses what XML has no character for, which people may have typed all the same: of that JSON leaves two
/// as they are.
fn written(parcel: &Parcel) -> Result<String, Error> {
    let json = serde_json::to_string(parcel).map_err(Error::internal)?;
    Ok(json.replace('\u{fffe}', r"\ufffe").replace('\u{ffff}', r"\uffff"))
}

impl Sqs {
    /// Sends messages until all are taken.
    async fn send(
        &self,
        place: Place,
        mut messages: Vec<Value>,
        now: Timestamp,
        backoff: &mut Backoff<'_>,
    ) -> Result<(), Error> {
        let url = match place {
            Place::Deliveries => &self.deliveries,
            Place::GivenUp => &self.given_up,
        };
        loop {
            let request = json!({ "QueueUrl": url, "Entries": messages });
            let target = "AmazonSQS.SendMessageBatch";
            let answer = self.aws.call("sqs", &endpoint_of(url), target, &request, now).await?;
            let Some(answer) = answer else {
                backoff.wait().await?;
                continue;
            };
            let taken = answer["Successful"].as_array().into_iter().flatten();
            let taken: Vec<_> = taken.map(|message| message["Id"].clone()).collect();
            messages.retain(|message| !taken.contains(&message["Id"]));
            if messages.is_empty() {
                return Ok(());
            }
            backoff.wait().await?;
        }
    }
}

/// Where the SQS answers that a queue's address is of.
fn endpoint_of(url: &str) -> String {
    let host = url.split('/').take(3).collect::<Vec<_>>().join("/");
    host + "/"
}
