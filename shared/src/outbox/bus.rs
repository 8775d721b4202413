//! An event bus of EventBridge's, which gets every event, for whatever else a deployment has.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::aws::Aws;
use crate::error::Error;
use crate::store::retry::Backoff;

/// The most events that EventBridge takes at once.
const AT_ONCE: usize = 10;

/// A bus.
pub struct Bus {
    pub aws: Aws,
    /// Where EventBridge answers.
    pub endpoint: String,
    /// Its name.
    pub name: String,
}

/// An event as the bus gets it.
#[derive(Debug, Clone)]
pub struct BusEvent {
    /// Its type.
    pub event_type: &'static str,
    /// What it says, as JSON.
    pub detail: String,
    /// When it happened.
    pub at: Timestamp,
}

impl Bus {
    /// Puts events on the bus.
    ///
    /// # Errors
    /// [`Error`] where some may not have been taken: whoever puts them again puts the others twice.
    pub async fn put(
        &self,
        events: &[BusEvent],
        now: Timestamp,
        mut backoff: Backoff<'_>,
    ) -> Result<(), Error> {
        for events in events.chunks(AT_ONCE) {
            let mut entries: Vec<_> = events.iter().map(|event| self.entry(event)).collect();
            while !entries.is_empty() {
                let request = json!({ "Entries": entries });
                let target = "AWSEvents.PutEvents";
                let answer = self.aws.call("events", &self.endpoint, target, &request, now).await?;
                // The answer has as many entries, in the same order.
                let answers = answer.as_ref().and_then(|answer| answer["Entries"].as_array());
                let mut place = 0..;
                entries.retain(|_| {
                    let answer = place.next().and_then(|place| answers?.get(place));
                    !answer.is_some_and(|answer| answer["EventId"].is_string())
                });
                if !entries.is_empty() {
                    backoff.wait().await?;
                }
            }
        }
        Ok(())
    }

    fn entry(&self, event: &BusEvent) -> Value {
        json!({
            "Source": "guildhall",
            "DetailType": event.event_type,
            "Detail": event.detail,
            "EventBusName": self.name,
            "Time": event.at.as_second(),
        })
    }
}
