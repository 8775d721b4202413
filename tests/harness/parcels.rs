//! The queue of what is on its way to webhooks: tests hand it over when they like, and look into it.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use shared::Error;
use shared::domain::delivery::{Attempt, Delivery, Parcel};
use shared::outbox::queue::{OwnQueue, Place};
use shared::store::client::BoxFuture;

use crate::player::Player;
use crate::reply::Reply;
use crate::world::World;

/// What waits in the queue, and what was given up.
#[derive(Clone, Default)]
pub struct Parcels(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    waiting: Vec<Parcel>,
    given_up: Vec<Parcel>,
    refusals: usize,
}

impl Parcels {
    /// What waits.
    pub fn waiting(&self) -> Vec<Parcel> {
        self.0.lock().unwrap().waiting.clone()
    }

    /// What was given up.
    pub fn given_up(&self) -> Vec<Parcel> {
        self.0.lock().unwrap().given_up.clone()
    }

    /// Takes nothing the next time.
    pub fn refuse_next(&self) {
        self.0.lock().unwrap().refusals += 1;
    }

    /// What is due at that time, taken out.
    fn take(&self, is_due: impl Fn(&Parcel) -> bool) -> Vec<Parcel> {
        self.0.lock().unwrap().waiting.extract_if(.., |parcel| is_due(parcel)).collect()
    }
}

impl OwnQueue for Parcels {
    fn send<'a>(&'a self, place: Place, parcels: &'a [Parcel]) -> BoxFuture<'a, Result<(), Error>> {
        let mut inner = self.0.lock().unwrap();
        let result = if inner.refusals > 0 {
            inner.refusals -= 1;
            Err(Error::Busy)
        } else {
            match place {
                Place::Deliveries => inner.waiting.extend_from_slice(parcels),
                Place::GivenUp => inner.given_up.extend_from_slice(parcels),
            }
            Ok(())
        };
        Box::pin(std::future::ready(result))
    }
}

impl World {
    /// The game's server, by its secret key alone.
    pub fn server(&self) -> Player<'_> {
        let credentials = vec![
            ("service-key-name", "tests".to_owned()),
            ("service-key-token", self.secret_key.clone()),
        ];
        Player { credentials, ..self.nobody() }
    }

    /// Registers a webhook for all types of events at that address, and tells its id and secret.
    pub async fn webhook(&self, url: &str) -> (u64, String) {
        let body = json!({ "url": url });
        let webhook = self.server().post("/api/v3/webhooks", body).await.ok();
        (webhook["id"].as_u64().unwrap(), webhook["secret"].as_str().unwrap().to_owned())
    }

    /// Writes another address into a webhook's row, past everything that looks at it.
    pub async fn set_webhook_url(&self, webhook: u64, url: &str) {
        self.set("WEBHOOKS", &format!("WEBHOOK#{webhook}"), "receiver_url", &url.into()).await;
    }

    /// Hands what is due in the queue over to deliver-webhook, which must settle all of it. Tells how many that was.
    pub async fn deliver_parcels(&self) -> usize {
        let now = self.now();
        let due = self.parcels.take(|parcel| parcel.due_at <= now);
        let answer: Value = serde_json::from_slice(&self.hand_over(&due).await.body).unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
        due.len()
    }

    /// Keeps that a test was delivered to a webhook, without sending anything.
    pub async fn webhook_delivery(&self, webhook: u32) {
        let test = format!("/api/v3/webhooks/{webhook}/test");
        self.server().post(&test, json!({})).await.ok();
        let mut parcel = self.parcels.take(|_| true).pop().unwrap();
        parcel.attempts = 1;
        let attempt = Attempt::answered(204);
        let delivery = Delivery::of(&parcel, attempt, self.now(), None);
        self.app.store.put_new(parcel.game_id, &delivery).await.unwrap();
    }

    /// Hands these parcels over to deliver-webhook, whether they are due or not.
    pub async fn hand_over(&self, parcels: &[Parcel]) -> Reply {
        let record = |(number, parcel): (usize, &Parcel)| json!({ "messageId": number.to_string(), "body": serde_json::to_string(parcel).unwrap() });
        let records: Vec<_> = parcels.iter().enumerate().map(record).collect();
        self.invoke("deliver-webhook", json!({ "Records": records })).await
    }
}
