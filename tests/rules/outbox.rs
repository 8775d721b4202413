//! What leaves a deployment on AWS: by SQS and EventBridge, in calls of their own form, signed, and until all of it is taken.

use std::collections::VecDeque;
use std::fmt;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::Error;
use shared::domain::delivery::Parcel;
use shared::outbox::aws::Aws;
use shared::outbox::bus::{Bus, BusEvent};
use shared::outbox::queue::{Place, Queue, Sqs};
use shared::store::meter::{REQUEST_BUDGET, measure};
use tests::World;

const NOW: Timestamp = Timestamp::constant(1_767_323_045, 678_000_000);
const DELIVERIES: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/deliveries";
const GIVEN_UP: &str = "https://sqs.eu-central-1.amazonaws.com/123456789012/given-up";

/// What is answered next; where nothing is, everything is taken.
type Answers = Arc<Mutex<VecDeque<Option<(u16, Value)>>>>;

/// A service of AWS, which keeps what it was asked.
#[derive(Clone, Default)]
struct Service {
    asked: Arc<Mutex<Vec<(HttpRequest, Value)>>>,
    answers: Answers,
    /// Whether it answers nothing at all.
    hangs: bool,
}

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Service")
    }
}

impl HttpConnector for Service {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let all = body["Entries"].as_array().unwrap();
        let taken = json!({
            "Successful": all.iter().map(|it| json!({ "Id": it["Id"] })).collect::<Vec<_>>(),
            "Entries": vec![json!({ "EventId": "x" }); all.len()],
        });
        let answer = self.answers.lock().unwrap().pop_front().unwrap_or(Some((200, taken)));
        self.asked.lock().unwrap().push((request, body));
        if self.hangs {
            return HttpConnectorFuture::new(pending());
        }
        HttpConnectorFuture::ready(match answer {
            Some((status, body)) => {
                Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string())))
            }
            None => Err(ConnectorError::io("broken".into())),
        })
    }
}

impl Service {
    fn aws(&self) -> Aws {
        let credentials =
            Credentials::new("AKID", "secret", Some("session".to_owned()), None, "test");
        Aws {
            connector: SharedHttpConnector::new(self.clone()),
            credentials: SharedCredentialsProvider::new(credentials),
            region: "eu-central-1".to_owned(),
        }
    }

    fn queue(&self) -> Queue {
        let (deliveries, given_up) = (DELIVERIES.to_owned(), GIVEN_UP.to_owned());
        Queue::Sqs(Sqs { aws: self.aws(), deliveries, given_up })
    }

    fn bus(&self) -> Bus {
        let endpoint = "https://events.eu-central-1.amazonaws.com/".to_owned();
        Bus { aws: self.aws(), endpoint, name: "guilds".to_owned() }
    }

    fn answer(&self, answer: Option<(u16, Value)>) {
        self.answers.lock().unwrap().push_back(answer);
    }

    fn take(&self) -> Vec<(HttpRequest, Value)> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn parcels(count: usize, reason: &str) -> Vec<Parcel> {
    let parcel = |seq: usize| {
        json!({
            "game_id": 7, "webhook_id": 9, "sent_at": NOW.as_millisecond(), "attempts": 0, "due_at": NOW.as_millisecond(),
            "subject": { "event": { "group_id": 3, "seq": seq, "event": {
                "type": "group.updated", "at": NOW.as_millisecond(), "data": { "changes": [reason] },
            } } },
        })
    };
    (1..=count).map(|seq| serde_json::from_value(parcel(seq)).unwrap()).collect()
}

fn events(count: usize) -> Vec<BusEvent> {
    let detail = || json!({ "game_id": 7 }).to_string();
    (0..count)
        .map(|_| BusEvent { event_type: "group.updated", detail: detail(), at: NOW })
        .collect()
}

/// How many entries each call had.
fn sizes(asked: &[(HttpRequest, Value)]) -> Vec<usize> {
    asked.iter().map(|(_, body)| body["Entries"].as_array().unwrap().len()).collect()
}

#[tokio::test]
async fn parcels_go_to_sqs_ten_at_a_time_and_wait_there() {
    let (world, service) = (World::new().await, Service::default());
    let mut sent = parcels(12, "");
    sent[1].due_at = NOW + SignedDuration::from_millis(4001);
    sent[2].due_at = NOW + SignedDuration::from_hours(5);
    sent[3].due_at = NOW - SignedDuration::from_hours(5);
    service.queue().send(&sent, NOW, world.app.store.backoff()).await.map_err(drop).unwrap();
    let asked = service.take();
    assert_eq!(sizes(&asked), [10, 2]);
    let (request, body) = &asked[0];
    assert_eq!(
        (request.method(), request.uri()),
        ("POST", "https://sqs.eu-central-1.amazonaws.com/")
    );
    let header = |name: &str| request.headers().get(name).unwrap();
    assert_eq!(header("x-amz-target"), "AmazonSQS.SendMessageBatch");
    assert_eq!(header("content-type"), "application/x-amz-json-1.0");
    let signature = header("authorization");
    assert!(
        signature
            .starts_with("AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-central-1/sqs/aws4_request"),
        "{signature}"
    );
    assert!(signature.contains("x-amz-target") && header("x-amz-security-token") == "session");
    assert_eq!(body["QueueUrl"], DELIVERIES);
    let delays: Vec<_> =
        (0..4).map(|place| body["Entries"][place]["DelaySeconds"].clone()).collect();
    assert_eq!(
        delays,
        [0, 5, 900, 0],
        "a whole second more, and a quarter of an hour is the longest"
    );
    assert_eq!(body["Entries"][0]["MessageGroupId"], "7-9");
    let message = body["Entries"][1]["MessageBody"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Parcel>(message).unwrap(), sent[1]);

    service
        .queue()
        .send_to(Place::GivenUp, &sent[..1], NOW, world.app.store.backoff())
        .await
        .map_err(drop)
        .unwrap();
    assert_eq!(service.take()[0].1["QueueUrl"], GIVEN_UP);
    service.queue().send(&[], NOW, world.app.store.backoff()).await.map_err(drop).unwrap();
    assert!(service.take().is_empty(), "nothing is asked for nothing");
}

#[tokio::test]
async fn parcels_that_are_large_go_fewer_at_a_time() {
    let (world, service) = (World::new().await, Service::default());
    let sent = parcels(10, &"x".repeat(70_000));
    service.queue().send(&sent, NOW, world.app.store.backoff()).await.map_err(drop).unwrap();
    assert_eq!(sizes(&service.take()), [2, 2, 2, 2, 2]);
}

#[tokio::test]
async fn what_people_have_typed_is_nothing_that_sqs_refuses() {
    let (world, service) = (World::new().await, Service::default());
    let sent = parcels(1, "\u{ffff}\u{fffe}\u{0}\u{1f}\u{7f}\u{9f}\u{fdd0}\u{10ffff} 狼");
    service.queue().send(&sent, NOW, world.app.store.backoff()).await.map_err(drop).unwrap();
    let asked = service.take();
    let message = asked[0].1["Entries"][0]["MessageBody"].as_str().unwrap();
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
    let is_taken = |letter: char| matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(message.chars().all(is_taken), "{message}");
    assert_eq!(serde_json::from_str::<Parcel>(message).unwrap(), sent[0]);
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_and_nothing_else() {
    let (world, service) = (World::new().await, Service::default());
    service.answer(None);
    service.answer(Some((500, json!({}))));
    service.answer(Some((400, json!({ "__type": "com.amazonaws.sqs#RequestThrottled" }))));
    let some = json!({ "Successful": [{ "Id": "0" }, { "Id": "2" }], "Failed": [{ "Id": "1" }] });
    service.answer(Some((200, some)));
    service
        .queue()
        .send(&parcels(3, ""), NOW, world.app.store.backoff())
        .await
        .map_err(drop)
        .unwrap();
    let asked = service.take();
    assert_eq!(sizes(&asked), [3, 3, 3, 3, 1]);
    assert_eq!(asked[4].1["Entries"][0]["Id"], "1");
    // What is refused for good is told.
    service.answer(Some((403, json!({ "__type": "AccessDeniedException" }))));
    let sent = service.queue().send(&parcels(1, ""), NOW, world.app.store.backoff()).await;
    assert!(
        matches!(sent, Err(Error::Internal(cause)) if cause.to_string().contains("AccessDenied"))
    );
}

#[tokio::test]
async fn events_are_put_on_a_bus_until_all_of_them_are_taken() {
    let (world, service) = (World::new().await, Service::default());
    let some = json!({ "FailedEntryCount": 1, "Entries": [{ "EventId": "a" }, { "ErrorCode": "ThrottlingException" }] });
    service.answer(None);
    service.answer(Some((200, some)));
    service.bus().put(&events(2), NOW, world.app.store.backoff()).await.map_err(drop).unwrap();
    let asked = service.take();
    assert_eq!(sizes(&asked), [2, 2, 1]);
    let (request, body) = &asked[0];
    assert_eq!(request.uri(), "https://events.eu-central-1.amazonaws.com/");
    assert_eq!(request.headers().get("x-amz-target"), Some("AWSEvents.PutEvents"));
    let expected = json!({
        "Source": "guildhall", "DetailType": "group.updated", "Detail": r#"{"game_id":7}"#, "EventBusName": "guilds",
        "Time": NOW.as_second(),
    });
    assert_eq!(body["Entries"][0], expected);
    service.bus().put(&events(11), NOW, world.app.store.backoff()).await.map_err(drop).unwrap();
    assert_eq!(sizes(&service.take()), [10, 1]);
}

#[tokio::test]
async fn every_event_of_every_game_is_put_on_the_bus_of_a_deployment_and_none_is_lost() {
    let (world, service) = (World::new().await, Service::default());
    let deployed = world.with_bus(service.bus());
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let created = world.record(group).await;
    let other = world.other_game().await;
    let theirs = other.user("bob").await.create_group("Foxes", json!({})).await;
    let records = [created, other.record(theirs).await];
    // A bus that refuses has the batch delivered again, and the history does not wait for it.
    service.answer(Some((403, json!({ "__type": "AccessDeniedException" }))));
    service.answer(Some((403, json!({ "__type": "AccessDeniedException" }))));
    assert!(deployed.deliver(records.clone()).await.text().contains("InternalError"));
    assert_eq!(world.history(group).await.len(), 1);
    service.take();
    deployed.deliver(records).await;
    let asked = service.take();
    let details = asked.iter().map(|(_, body)| body["Entries"][0]["Detail"].as_str().unwrap());
    let mut details: Vec<Value> = details.map(|text| serde_json::from_str(text).unwrap()).collect();
    details.sort_by_key(|detail| detail["game_id"] != world.game_id);
    let expected = json!({
        "game_id": world.game_id, "group_id": group, "seq": 1, "type": "group.created", "at": "2026-01-02T03:04:05.678Z",
        "actor_id": ada.id, "user_ids": [ada.id], "data": {},
    });
    assert_eq!((details.len(), &details[0]), (2, &expected));
    assert_eq!(details[1]["game_id"], other.game_id);
    // Without a bus, nothing is asked of anybody.
    world.deliver([world.record(group).await]).await;
    assert!(service.take().is_empty());
}

#[tokio::test]
async fn no_history_waits_for_a_bus_that_does_not_answer() {
    let (world, service) = (World::embedded().await, Service { hangs: true, ..Service::default() });
    let deployed = world.with_bus(service.bus());
    let ada = world.user("ada").await;
    let (mut groups, mut records) = (Vec::new(), Vec::new());
    for _ in 0..20 {
        let group = ada.create_group("Wolves", json!({})).await;
        records.push(world.record(group).await);
        groups.push(group);
    }
    // The relay tries for as long as it may, which need not be waited for.
    tokio::time::pause();
    let relayed = deployed.deliver(records).await;
    tokio::time::resume();
    assert_eq!(relayed.header("x-amz-function-error"), "Unhandled");
    for group in groups {
        assert_eq!(world.history(group).await.len(), 1);
    }
}

#[tokio::test]
async fn a_queue_that_takes_its_time_is_waited_for_as_long_as_the_request_has() {
    let (world, service) = (World::embedded().await, Service { hangs: true, ..Service::default() });
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let (sent, _) = measure(REQUEST_BUDGET, async {
        tokio::time::sleep(REQUEST_BUDGET - Duration::from_secs(1)).await;
        service.queue().send(&parcels(1, ""), NOW, world.app.store.backoff()).await
    })
    .await;
    assert!(matches!(sent, Err(Error::Busy)));
    assert_eq!(service.take().len(), 1, "nothing is begun when the time is over");
    assert_eq!(began.elapsed().as_secs(), REQUEST_BUDGET.as_secs());
    tokio::time::resume();
}
