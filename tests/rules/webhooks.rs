//! What is sent to webhooks: what happens, to whom it concerns, signed, at least once, and to nobody's harm.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::limits::Limits;
use shared::store::meter::REQUEST_BUDGET;
use tests::{Lost, Manner, Player, Received, Receiver, Reply, World, WorldBuilder};

/// The path of a webhook.
fn path(webhook: u64) -> String {
    format!("/api/v3/webhooks/{webhook}")
}

/// How the latest deliveries to a webhook went.
async fn deliveries(world: &World, webhook: u64) -> Vec<Value> {
    let listed = world.server().get(&format!("{}/deliveries", path(webhook))).await.ok();
    listed["deliveries"].as_array().unwrap().clone()
}

/// The types of what was received, with the ids of the messages.
fn types(received: &[Received]) -> Vec<String> {
    received.iter().map(|it| it.json()["type"].as_str().unwrap().to_owned()).collect()
}

/// Whether an invocation has failed as a whole.
fn has_failed(reply: &Reply) -> bool {
    reply.text().contains("errorMessage")
}

/// A world with a receiver, whose webhook is sent everything, and somebody to do it.
struct Scene<'w> {
    receiver: Receiver,
    webhook: u64,
    secret: String,
    ada: Player<'w>,
}

impl<'w> Scene<'w> {
    async fn prepare(world: &'w World) -> Self {
        let receiver = Receiver::start().await;
        let (webhook, secret) = world.webhook(&receiver.url()).await;
        Self { receiver, webhook, secret, ada: world.user("ada").await }
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
async fn a_receiver_that_fails_is_tried_ten_times_in_about_three_days_and_then_given_up() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
    scene.receiver.behave(Manner::Status(500));
    let (began, mut waits, mut ids) = (world.now(), Vec::new(), Vec::new());
    for attempt in 1..=10 {
        assert_eq!(world.deliver_parcels().await, 1, "{attempt}");
        ids.extend(scene.receiver.take().iter().map(|it| it.header("webhook-id").to_owned()));
        let told = deliveries(&world, scene.webhook).await.remove(0);
        let status = if attempt == 10 { "given_up" } else { "waiting" };
        let expected = json!([status, attempt, 500, "refused"]);
        assert_eq!(
            json!([told["status"], told["attempts"], told["response_status"], told["problem"]]),
            expected
        );
        let Some(next) = world.parcels.waiting().pop() else { break };
        assert_eq!(told["next_attempt_at"], format!("{:.3}", next.due_at));
        let wait = next.due_at.duration_since(world.now());
        waits.push(wait.as_secs());
        // Not before it is due.
        world.advance(wait - SignedDuration::from_millis(1));
        assert_eq!(world.deliver_parcels().await, 0);
        world.advance(SignedDuration::from_millis(1));
    }
    let least = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    assert_eq!(waits.len(), least.len());
    for (wait, least) in waits.iter().zip(least) {
        assert!((least..=least + least / 10 + 1).contains(wait), "{waits:?}");
    }
    assert!((75..=84).contains(&world.now().duration_since(began).as_hours()));
    ids.dedup();
    assert_eq!(ids.len(), 1, "the id is the same each time");
    assert!(world.parcels.waiting().is_empty());
    // A redrive sends it once more.
    let given_up = world.parcels.given_up();
    assert_eq!(given_up.len(), 1);
    scene.receiver.behave(Manner::Status(200));
    world.hand_over(&given_up).await;
    assert_eq!(deliveries(&world, scene.webhook).await[0]["status"], "delivered");
}

#[tokio::test]
async fn a_parcel_that_comes_before_it_is_due_waits_on_without_an_attempt() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    world.server().post(&format!("{}/test", path(scene.webhook)), json!({})).await.ok();
    scene.receiver.behave(Manner::Status(503));
    world.deliver_parcels().await;
    scene.receiver.take();
    let early = world.parcels.waiting();
    world.hand_over(&early).await;
    assert!(scene.receiver.take().is_empty());
    assert_eq!(world.parcels.waiting(), [early[0].clone(), early[0].clone()]);
}

#[tokio::test]
async fn a_receiver_that_misbehaves_harms_nobody_and_is_told_of() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let elsewhere = Receiver::start().await;
    let test = format!("{}/test", path(scene.webhook));
    for (manner, status, answered, problem) in [
        (Manner::Status(200), "delivered", json!(200), json!(null)),
        (Manner::Status(299), "delivered", json!(299), json!(null)),
        (Manner::Endless, "delivered", json!(200), json!(null)),
        (Manner::Status(404), "waiting", json!(404), json!("refused")),
        (Manner::Status(429), "waiting", json!(429), json!("refused")),
        (Manner::Redirect(elsewhere.url()), "waiting", json!(302), json!("redirected")),
        (Manner::EndlessHead, "waiting", json!(null), json!("not_http")),
        (Manner::Nonsense, "waiting", json!(null), json!("not_http")),
        (Manner::Close, "waiting", json!(null), json!("not_connected")),
    ] {
        world.advance(SignedDuration::from_secs(1));
        scene.receiver.behave(manner.clone());
        world.server().post(&test, json!({})).await.ok();
        world.hand_over(&world.parcels.waiting()[world.parcels.waiting().len() - 1..]).await;
        let told = deliveries(&world, scene.webhook).await.remove(0);
        let expected = json!([status, answered, problem]);
        assert_eq!(
            json!([told["status"], told["response_status"], told["problem"]]),
            expected,
            "{manner:?}"
        );
    }
    assert!(elsewhere.take().is_empty(), "no redirect is followed");
}

#[tokio::test]
async fn a_receiver_that_hangs_is_left_after_fifteen_seconds_and_holds_up_no_other() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let other = Receiver::start().await;
    let (second, _) = world.webhook(&other.url()).await;
    scene.receiver.behave(Manner::Hang);
    let group = scene.ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
    assert_eq!(world.parcels.waiting().len(), 2);
    // The time that the receiver takes need not be waited for.
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    world.deliver_parcels().await;
    assert!(began.elapsed() < std::time::Duration::from_secs(20));
    tokio::time::resume();
    assert_eq!(deliveries(&world, scene.webhook).await[0]["problem"], "timed_out");
    assert_eq!(deliveries(&world, second).await[0]["status"], "delivered");
}

#[tokio::test]
async fn a_receiver_that_disappears_is_tried_again_and_hears_of_it_once_it_is_back() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
    scene.receiver.disappear();
    world.deliver_parcels().await;
    assert_eq!(deliveries(&world, scene.webhook).await[0]["problem"], "not_connected");
    let back = Receiver::start().await;
    world.server().patch(&path(scene.webhook), json!({ "url": back.url() })).await.ok();
    world.advance(SignedDuration::from_secs(6));
    world.deliver_parcels().await;
    assert_eq!(types(&back.take()), ["group.created"]);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_sent_nothing_until_it_is_enabled_again() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    scene.receiver.behave(Manner::Status(410));
    let group = scene.ada.create_group("Wolves", json!({})).await;
    let record = world.record(group).await;
    world.deliver([record.clone()]).await;
    world.deliver_parcels().await;
    assert_eq!(deliveries(&world, scene.webhook).await[0]["status"], "given_up");
    let webhook = world.server().get(&path(scene.webhook)).await.ok();
    assert_eq!(
        (&webhook["enabled"], &webhook["disabled_because"]),
        (&json!(false), &json!("gone"))
    );
    assert!(world.parcels.waiting().is_empty() && world.parcels.given_up().is_empty());
    scene.receiver.take();
    // By what the relay remembers it may be sent off for some seconds; then it is not.
    world.deliver([record.clone()]).await;
    world.deliver_parcels().await;
    world.advance(SignedDuration::from_secs(10));
    world.deliver([record]).await;
    assert!(world.parcels.waiting().is_empty() && scene.receiver.take().is_empty());
    scene.receiver.behave(Manner::Status(200));
    world.server().patch(&path(scene.webhook), json!({ "enabled": true })).await.ok();
    let replay = format!("{}/replay", path(scene.webhook));
    world.server().post(&replay, json!({ "group_id": group })).await.ok();
    world.deliver_parcels().await;
    assert_eq!(types(&scene.receiver.take()), ["group.created"]);
}

#[tokio::test]
async fn what_is_on_its_way_to_a_deleted_webhook_is_not_sent() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
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
    let group = scene.ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
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
    assert_eq!(scene.receiver.take().len(), 1);
}

#[tokio::test]
async fn a_name_that_stands_for_a_machine_of_the_network_is_not_called() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let port = receiver.url().split(':').nth(2).unwrap().to_owned();
    // By a name, since an address would be refused at once.
    let url = format!("https://localhost:{port}");
    let deployed = world.redeployed(Limits::default());
    let (webhook, _) = deployed.webhook(&url).await;
    deployed.server().post(&format!("{}/test", path(webhook)), json!({})).await.ok();
    deployed.deliver_parcels().await;
    assert_eq!(deliveries(&deployed, webhook).await[0]["problem"], "address_not_public");
    // Nor by whatever else is in the table.
    for url in [
        "http://127.0.0.1:1/",
        "https://169.254.169.254/",
        "https://[::ffff:127.0.0.1]/",
        "https://0x7f.1/",
    ] {
        world.set_webhook_url(webhook, url).await;
        deployed.advance(SignedDuration::from_secs(10));
        deployed.server().post(&format!("{}/test", path(webhook)), json!({})).await.ok();
        deployed.deliver_parcels().await;
        assert_eq!(
            deliveries(&deployed, webhook).await[0]["problem"],
            "address_not_public",
            "{url}"
        );
    }
    assert!(receiver.take().is_empty());
}

#[tokio::test]
async fn a_receiver_whose_certificate_nobody_vouches_for_is_not_trusted() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let (webhook, _) = world.webhook(&receiver.url().replace("http:", "https:")).await;
    world.server().post(&format!("{}/test", path(webhook)), json!({})).await.ok();
    world.deliver_parcels().await;
    assert_eq!(deliveries(&world, webhook).await[0]["problem"], "not_trusted");
}

#[tokio::test]
async fn a_name_that_stands_for_nothing_is_told_of() {
    let world = World::new().await;
    let (webhook, _) = world.webhook("https://nowhere.invalid/").await;
    world.server().post(&format!("{}/test", path(webhook)), json!({})).await.ok();
    world.deliver_parcels().await;
    assert_eq!(deliveries(&world, webhook).await[0]["problem"], "name_not_found");
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
    // They are forgotten after a week.
    world.advance(SignedDuration::from_hours(7 * 24));
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
    let group = scene.ada.create_group("Wolves", json!({})).await;
    world.deliver([world.record(group).await]).await;
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
