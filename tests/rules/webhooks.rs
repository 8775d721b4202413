//! What is sent to webhooks: what happens, to whom it concerns, signed, at least once, and to nobody's harm.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::store::meter::REQUEST_BUDGET;
use tests::{Lost, Manner, Player, Received, Receiver, Reply, World, WorldBuilder};

/// The path of a webhook.
pub fn path(webhook: u64) -> String {
    format!("/api/v3/webhooks/{webhook}")
}

/// How the latest deliveries to a webhook went.
pub async fn deliveries(world: &World, webhook: u64) -> Vec<Value> {
    let listed = world.server().get(&format!("{}/deliveries", path(webhook))).await.ok();
    listed["deliveries"].as_array().unwrap().clone()
}

/// The types of what was received, with the ids of the messages.
pub fn types(received: &[Received]) -> Vec<String> {
    received.iter().map(|it| it.json()["type"].as_str().unwrap().to_owned()).collect()
}

/// Whether an invocation has failed as a whole.
fn has_failed(reply: &Reply) -> bool {
    reply.text().contains("errorMessage")
}

/// A world with a receiver, whose webhook is sent everything, and somebody to do it.
pub struct Scene<'w> {
    pub receiver: Receiver,
    pub webhook: u64,
    secret: String,
    pub ada: Player<'w>,
}

impl<'w> Scene<'w> {
    pub async fn prepare(world: &'w World) -> Self {
        let receiver = Receiver::start().await;
        let (webhook, secret) = world.webhook(&receiver.url()).await;
        Self { receiver, webhook, secret, ada: world.user("ada").await }
    }

    /// Makes a group, which is told to the webhook when its parcel is handed over.
    pub async fn create_group(&self, world: &World) -> u64 {
        let group = self.ada.create_group("Wolves", json!({})).await;
        world.deliver([world.record(group).await]).await;
        group
    }
}

#[tokio::test]
async fn what_happens_is_sent_as_the_history_has_it_and_signed() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    let bob = world.user("bob").await;
    world.deliver([world.record(group).await]).await;
    bob.join(group).await.ok();
    world.deliver([world.record(group).await]).await;
    assert_eq!(world.deliver_parcels().await, 2);

    let received = scene.receiver.take();
    let history = scene.ada.get(&format!("/api/v3/groups/{group}/events")).await.ok();
    let mut sent: Vec<_> = received.iter().map(Received::json).collect();
    sent.sort_by_key(|event| event["seq"].as_u64());
    for (sent, shown) in sent.iter().zip(history["events"].as_array().unwrap()) {
        let mut expected = shown.clone();
        expected["group_id"] = group.into();
        assert_eq!(*sent, expected);
    }
    assert_eq!(sent.len(), 2);
    for message in &received {
        message.assert_signed(&scene.secret);
        assert_eq!(message.head, "POST /hooks?of=guilds HTTP/1.1");
        assert_eq!(message.header("content-type"), "application/json");
        assert_eq!(message.header("webhook-timestamp"), world.now().as_second().to_string());
        assert!(scene.receiver.url().contains(message.header("host")));
        assert!(message.header("webhook-id").starts_with("msg_"));
    }
    assert_ne!(received[0].header("webhook-id"), received[1].header("webhook-id"));
}

#[tokio::test]
async fn a_signature_is_verified_by_another_implementation() {
    // Which looks at the clock.
    #[expect(clippy::disallowed_methods, reason = "the verifier reads the clock")]
    let beginning = jiff::Timestamp::now();
    let world = WorldBuilder { beginning, ..WorldBuilder::default() }.build().await;
    let scene = Scene::prepare(&world).await;
    world.server().post(&format!("{}/test", path(scene.webhook)), json!({})).await.ok();
    world.deliver_parcels().await;
    let message = scene.receiver.take().remove(0);
    let verifier = standardwebhooks::Webhook::new(&scene.secret).unwrap();
    verifier.verify(message.body.as_bytes(), &message.headers).unwrap();
    assert!(verifier.verify(b"{}", &message.headers).is_err());
    let other = standardwebhooks::Webhook::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").unwrap();
    assert!(other.verify(message.body.as_bytes(), &message.headers).is_err());
}

#[tokio::test]
async fn a_webhook_is_sent_the_types_that_it_wants() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url(), "types": ["group.deleted", "member.left"] });
    world.server().post("/api/v3/webhooks", body).await.ok();
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let created = world.record(group).await;
    ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    world.deliver([created, world.record(group).await]).await;
    world.deliver_parcels().await;
    assert_eq!(types(&receiver.take()), ["group.deleted"], "although the group is swept by now");
    assert!(world.history(group).await.is_empty());
}

#[tokio::test]
async fn events_that_are_told_again_make_no_other_message() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    let record = world.record(group).await;
    world.deliver([record.clone()]).await;
    world.deliver([record.clone()]).await;
    let waiting = world.parcels.waiting();
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[0], waiting[1], "the same parcel, with the same id");
    world.hand_over(&waiting[..1]).await;
    assert_eq!(scene.receiver.take().len(), 1);
    // What has arrived is not sent again, whoever tells of it once more.
    world.hand_over(&waiting).await;
    world.deliver([record]).await;
    world.hand_over(&world.parcels.waiting()).await;
    assert!(scene.receiver.take().is_empty());
    assert_eq!(deliveries(&world, scene.webhook).await.len(), 1);
}

#[tokio::test]
async fn a_group_with_the_id_of_one_that_is_gone_has_messages_of_its_own() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        world.draw_next([77]);
        let group = scene.ada.create_group("Wolves", json!({})).await;
        assert_eq!(group, 77);
        let created = world.record(group).await;
        scene.ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
        world.deliver([created, world.record(group).await]).await;
        world.deliver_parcels().await;
        let received = scene.receiver.take();
        ids.extend(received.iter().map(|message| message.header("webhook-id").to_owned()));
        world.advance(SignedDuration::from_secs(1));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn what_is_on_its_way_to_a_deleted_webhook_is_not_sent() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    scene.create_group(&world).await;
    world.server().delete(&path(scene.webhook)).await.ok();
    assert_eq!(world.deliver_parcels().await, 1);
    assert!(scene.receiver.take().is_empty() && world.parcels.waiting().is_empty());
}

#[tokio::test]
async fn a_new_webhook_hears_of_what_happens_ten_seconds_later_at_most() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let record = world.record(group).await;
    world.deliver([record.clone()]).await;
    let receiver = Receiver::start().await;
    world.webhook(&receiver.url()).await;
    world.advance(SignedDuration::from_millis(9999));
    world.deliver([record.clone()]).await;
    assert!(world.parcels.waiting().is_empty());
    world.advance(SignedDuration::from_millis(1));
    world.deliver([record]).await;
    assert_eq!(world.parcels.waiting().len(), 1);
}

#[tokio::test]
async fn a_relay_that_is_cut_off_anywhere_loses_nothing() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    let created = world.record(group).await;
    scene.ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    let records = [created, world.record(group).await];
    // The queue does not answer: nothing is swept before everything is sent.
    world.parcels.refuse_next();
    assert!(has_failed(&world.deliver(records.clone()).await));
    assert_eq!(world.history(group).await.len(), 2);
    // Nor does the table, at each of its calls.
    for operation in ["BatchGetItem", "PutItem", "BatchWriteItem", "Query"] {
        world.faults.fail(operation, Lost::Answer);
        world.faults.refuse(operation, "ValidationException");
        world.deliver(records.clone()).await;
        world.faults.clear();
    }
    assert!(!has_failed(&world.deliver(records).await));
    world.hand_over(&world.parcels.waiting()).await;
    let mut received = types(&scene.receiver.take());
    received.dedup();
    received.sort_unstable();
    received.dedup();
    assert_eq!(received, ["group.created", "group.deleted"]);
}

#[tokio::test]
async fn a_sender_that_is_cut_off_anywhere_loses_nothing() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    scene.create_group(&world).await;
    let parcels = world.parcels.waiting();
    // The table does not answer before anything is sent.
    world.faults.refuse("BatchGetItem", "ValidationException");
    assert!(has_failed(&world.hand_over(&parcels).await));
    assert!(scene.receiver.take().is_empty());
    // Or the queue or the table does not after it: the parcel is handed over once more.
    scene.receiver.behave(Manner::Status(500));
    world.parcels.refuse_next();
    let failed = json!({ "batchItemFailures": [{ "itemIdentifier": "0" }] }).to_string();
    assert_eq!(world.hand_over(&parcels).await.text(), failed);
    scene.receiver.behave(Manner::Status(200));
    world.faults.refuse("PutItem", "ValidationException");
    assert_eq!(world.hand_over(&parcels).await.text(), failed);
    world.hand_over(&parcels).await;
    let received = scene.receiver.take();
    assert_eq!(received.len(), 3, "at least once");
    assert!(received.iter().all(|it| it.header("webhook-id") == received[0].header("webhook-id")));
}

#[tokio::test]
async fn what_is_no_parcel_is_handed_back_and_holds_up_no_other() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    world.server().post(&format!("{}/test", path(scene.webhook)), json!({})).await.ok();
    let good = serde_json::to_string(&world.parcels.waiting()[0]).unwrap();
    let records =
        json!([{ "messageId": "a", "body": "nonsense" }, { "messageId": "b", "body": good }]);
    let answer = world.invoke("deliver-webhook", json!({ "Records": records })).await;
    assert_eq!(answer.text(), r#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#);
    let line = world.log().pop().unwrap();
    let cause = json!("a message is no parcel");
    assert_eq!((&line["error"], &line["cause"]), (&json!("InternalError"), &cause), "{line}");
    assert_eq!(scene.receiver.take().len(), 1);
}

#[tokio::test]
async fn a_history_is_sent_once_more_a_hundred_events_at_a_time_with_the_ids_that_it_had() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    let event =
        json!({ "type": "group.updated", "at": 1_767_323_045_678_i64, "actor_id": scene.ada.id });
    world.deliver([world.record(group).await]).await;
    for _ in 0..150 {
        world.commit(group, &event).await;
        world.deliver([world.record(group).await]).await;
    }
    while world.deliver_parcels().await > 0 {}
    let ids = |received: Vec<Received>| -> std::collections::BTreeSet<String> {
        received.iter().map(|message| message.header("webhook-id").to_owned()).collect()
    };
    let first = ids(scene.receiver.take());
    assert_eq!(first.len(), 151);
    world.advance(SignedDuration::from_hours(1));
    let replay = format!("{}/replay", path(scene.webhook));
    let (mut after, mut sent) = (0, Vec::new());
    loop {
        let body = json!({ "group_id": group, "after": after });
        let replayed = world.server().post(&replay, body).await.ok();
        if replayed["last_seq"] == after {
            break;
        }
        (after, sent) = (
            replayed["last_seq"].as_u64().unwrap(),
            [sent, vec![replayed["sent"].clone()]].concat(),
        );
    }
    assert_eq!(sent, [100, 51]);
    world.deliver_parcels().await;
    assert_eq!(ids(scene.receiver.take()), first);
    assert_eq!(deliveries(&world, scene.webhook).await.len(), 100, "the last hundred are told of");
    // Only what it wants.
    world.server().patch(&path(scene.webhook), json!({ "types": ["group.created"] })).await.ok();
    let replayed = world.server().post(&replay, json!({ "group_id": group })).await.ok();
    assert_eq!(replayed, json!({ "sent": 1, "last_seq": 100 }));
    world.server().post(&replay, json!({ "group_id": 1 })).await.refused(404, "GroupNotFound");
    world.server().patch(&path(scene.webhook), json!({ "enabled": false })).await.ok();
    world
        .server()
        .post(&replay, json!({ "group_id": group }))
        .await
        .refused(422, "WebhookDisabled");
}

#[tokio::test]
async fn a_test_is_of_no_group_and_is_sent_whatever_types_a_webhook_wants() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    world.server().patch(&path(scene.webhook), json!({ "types": ["group.deleted"] })).await.ok();
    let test = world.server().post(&format!("{}/test", path(scene.webhook)), json!({})).await;
    assert_eq!(test.status, 202);
    assert!(deliveries(&world, scene.webhook).await.is_empty(), "not tried yet");
    world.deliver_parcels().await;
    let message = scene.receiver.take().remove(0);
    let expected = json!({
        "type": "webhook.test", "at": "2026-01-02T03:04:05.678Z", "group_id": 0, "seq": 0, "actor_id": null,
        "user_ids": [], "data": {},
    });
    assert_eq!(message.json(), expected);
    assert_eq!(test.ok()["id"], message.header("webhook-id"));
    let expected = json!({
        "id": test.ok()["id"], "type": "webhook.test", "group_id": null, "seq": null, "status": "delivered", "attempts": 1,
        "response_status": 204, "problem": null, "sent_at": "2026-01-02T03:04:05.678Z",
        "attempted_at": "2026-01-02T03:04:05.678Z", "next_attempt_at": null,
    });
    assert_eq!(deliveries(&world, scene.webhook).await, [expected]);
    // They are forgotten after a week, on a second, and the world began behind the beginning of one.
    world.advance(SignedDuration::from_hours(7 * 24) - SignedDuration::from_millis(679));
    assert_eq!(deliveries(&world, scene.webhook).await.len(), 1);
    world.advance(SignedDuration::from_millis(1));
    assert!(deliveries(&world, scene.webhook).await.is_empty());
}

#[tokio::test]
async fn games_are_sent_their_own_events_alone() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let other = world.other_game().await;
    let receiver = Receiver::start().await;
    other.webhook(&receiver.url()).await;
    let bob = other.user("bob").await;
    let group = bob.create_group("Theirs", json!({})).await;
    let theirs = other.record(group).await;
    let group = scene.ada.create_group("Ours", json!({})).await;
    world.deliver([theirs, world.record(group).await]).await;
    world.deliver_parcels().await;
    let received = [scene.receiver.take(), receiver.take()];
    assert_eq!(received.each_ref().map(Vec::len), [1, 1]);
    assert_eq!(received[0][0].json()["actor_id"], scene.ada.id);
    assert_eq!(received[1][0].json()["actor_id"], bob.id);
}

#[tokio::test]
async fn a_test_or_a_replay_with_a_key_may_have_been_sent_where_its_answer_cannot_be_kept() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.create_group(&world).await;
    let mut server = world.server();
    server.credentials.push(("idempotency-key", "once".to_owned()));
    for (what, body) in [("test", json!({})), ("replay", json!({ "group_id": group }))] {
        server.credentials.last_mut().unwrap().1.push('x');
        let before = world.parcels.waiting().len();
        let path = format!("{}/{what}", path(scene.webhook));
        world.faults.lose_answer("TransactWriteItems");
        world.faults.refuse_late("TransactWriteItems", "TransactionConflict", REQUEST_BUDGET);
        server.post(&path, body.clone()).await.refused(503, "OutcomeUnknown");
        world.faults.clear();
        assert_eq!(world.parcels.waiting().len(), before + 1);
        // Asked again with its key, it is answered, and sent once.
        let again = server.post(&path, body).await;
        assert_eq!((again.status.as_u16(), again.header("idempotency-replayed")), (202, "true"));
        assert_eq!(world.parcels.waiting().len(), before + 1);
    }
}

#[tokio::test]
async fn of_two_changes_to_a_webhook_both_hold_and_each_is_counted() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let server = world.server();
    let path = path(scene.webhook);
    let late = server.patch(&path, json!({ "enabled": false })).boxed_local();
    let meanwhile = server.patch(&path, json!({ "description": "for the forum" }));
    let (late, _) = world.overtake(1, late, meanwhile).await;
    let shown = late.ok();
    assert_eq!(
        (&shown["enabled"], &shown["description"]),
        (&json!(false), &json!("for the forum"))
    );
    assert_eq!(server.get(&path).await.ok(), shown);
}

#[tokio::test]
async fn nobody_knows_whether_a_queue_that_does_not_answer_has_taken_a_test_or_a_replay() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.create_group(&world).await;
    for (what, body) in [("test", json!({})), ("replay", json!({ "group_id": group }))] {
        let path = format!("{}/{what}", path(scene.webhook));
        world.parcels.refuse_next();
        world.server().post(&path, body.clone()).await.refused(503, "OutcomeUnknown");
        world.server().post(&path, body).await.ok();
    }
}
