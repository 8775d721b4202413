//! Receivers that fail, hang, disappear, or are where nothing may be sent: what is sent is tried again, and nobody is harmed.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::json;
use shared::limits::Limits;
use tests::{Manner, Receiver, World};

use crate::webhooks::{Scene, deliveries, path, types};

#[tokio::test]
async fn a_receiver_that_fails_is_tried_ten_times_in_about_three_days_and_then_given_up() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    scene.create_group(&world).await;
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
        waits.push(wait.as_millis());
        // Not before it is due.
        world.advance(wait - SignedDuration::from_millis(1));
        assert_eq!(world.deliver_parcels().await, 0);
        world.advance(SignedDuration::from_millis(1));
    }
    let least: [i128; 9] = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
    assert_eq!(waits.len(), least.len());
    // Each is stretched by up to a tenth, and not all by none of it or the whole.
    let thousandths: Vec<_> = waits.iter().zip(least).map(|(wait, least)| wait / least).collect();
    assert!(thousandths.iter().all(|it| (1000..=1100).contains(it)), "{waits:?}");
    assert!(thousandths.iter().any(|it| *it > 1005), "{waits:?}");
    assert!(thousandths.iter().any(|it| *it < 1095), "{waits:?}");
    assert!((75..=84).contains(&world.now().duration_since(began).as_hours()));
    ids.dedup();
    assert_eq!(ids.len(), 1, "the id is the same each time");
    assert!(world.parcels.waiting().is_empty());
    // What has come of it can be read for a week.
    let rows = world.whole_table().await;
    let row = rows.iter().find(|row| row["kind"] == "delivery").unwrap();
    let week = 7 * 24 * 60 * 60;
    assert_eq!(row["expires_at"].as_i64().unwrap() - world.now().as_second(), week);
    // A redrive sends it once more.
    let given_up = world.parcels.given_up();
    assert_eq!(given_up.len(), 1);
    scene.receiver.behave(Manner::Status(200));
    world.hand_over(&given_up).await;
    assert_eq!(deliveries(&world, scene.webhook).await[0]["status"], "delivered");
}

#[tokio::test]
async fn what_has_arrived_stays_delivered_whatever_comes_of_a_copy_that_was_under_way() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    let group = scene.ada.create_group("Wolves", json!({})).await;
    let record = world.record(group).await;
    world.deliver([record.clone()]).await;
    world.deliver([record]).await;
    let copies = world.parcels.waiting();
    let settled = json!({ "batchItemFailures": [] }).to_string();
    scene.receiver.behave(Manner::Status(500));
    let late = world.hand_over(&copies[..1]).boxed_local();
    let before_it_is_told = ("PutItem", "ProvisionedThroughputExceededException");
    let (refused, ()) = world
        .overtake_before(before_it_is_told, 1, late, async {
            scene.receiver.behave(Manner::Status(200));
            assert_eq!(world.hand_over(&copies[1..]).await.text(), settled);
            assert_eq!(deliveries(&world, scene.webhook).await[0]["status"], "delivered");
        })
        .await;
    assert_eq!(refused.text(), settled);
    assert_eq!(scene.receiver.take().len(), 2);
    let told = deliveries(&world, scene.webhook).await.remove(0);
    assert_eq!(json!([told["status"], told["response_status"]]), json!(["delivered", 200]));
    // So nothing is sent when the refused copy is due again.
    world.advance(SignedDuration::from_secs(6));
    world.deliver_parcels().await;
    assert!(scene.receiver.take().is_empty());
}

#[tokio::test]
async fn an_attempt_that_is_told_late_is_not_told_in_the_place_of_the_next_one() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    scene.create_group(&world).await;
    scene.receiver.behave(Manner::Status(500));
    let first = world.parcels.waiting();
    let late = world.hand_over(&first).boxed_local();
    let before_it_is_told = ("PutItem", "ProvisionedThroughputExceededException");
    let next = async {
        world.advance(SignedDuration::from_secs(6));
        scene.receiver.behave(Manner::Status(503));
        world.hand_over(&world.parcels.waiting()[1..]).await;
    };
    world.overtake_before(before_it_is_told, 1, late, next).await;
    assert_eq!(scene.receiver.take().len(), 2);
    let told = deliveries(&world, scene.webhook).await.remove(0);
    assert_eq!(json!([told["attempts"], told["response_status"]]), json!([2, 503]));
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
    assert!(world.parcels.given_up().is_empty(), "neither what has arrived nor what waits");
}

#[tokio::test]
async fn a_receiver_that_hangs_is_left_after_fifteen_seconds_and_holds_up_no_other() {
    let world = World::embedded().await;
    let scene = Scene::prepare(&world).await;
    let other = Receiver::start().await;
    let (second, _) = world.webhook(&other.url()).await;
    scene.receiver.behave(Manner::Hang);
    scene.create_group(&world).await;
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
    scene.create_group(&world).await;
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
    // Whoever has read it before and changes it reads it once more.
    let rows = world.partition(&format!("GAME#{}#WEBHOOKS", world.game_id)).await;
    let row = rows.iter().find(|row| row["kind"] == "webhook").unwrap();
    assert_eq!(row["revision"], 2);
    // Who asks for what is so already does not change why.
    let asked = world.server().patch(&path(scene.webhook), json!({ "enabled": false })).await.ok();
    assert_eq!(asked["disabled_because"], "gone");
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
async fn a_webhook_that_has_moved_stays_enabled_and_is_sent_what_its_old_receiver_did_not_take() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    scene.create_group(&world).await;
    scene.receiver.behave(Manner::Status(410));
    let new_receiver = Receiver::start().await;
    let waiting = world.parcels.waiting();
    let late = world.hand_over(&waiting).boxed_local();
    let moves = async {
        let url = json!({ "url": new_receiver.url() });
        world.server().patch(&path(scene.webhook), url).await.ok();
    };
    let (handed_over, ()) = world.overtake(1, late, moves).await;
    assert_eq!(handed_over.text(), json!({ "batchItemFailures": [] }).to_string());
    let webhook = world.server().get(&path(scene.webhook)).await.ok();
    assert_eq!(webhook["enabled"], true);
    assert_eq!(deliveries(&world, scene.webhook).await[0]["status"], "waiting");
    world.hand_over(&world.parcels.waiting()[1..]).await;
    assert!(new_receiver.take().is_empty(), "it is not due yet");
    world.advance(SignedDuration::from_secs(6));
    world.hand_over(&world.parcels.waiting()[1..2]).await;
    assert_eq!(types(&new_receiver.take()), ["group.created"]);
    assert_eq!(deliveries(&world, scene.webhook).await[0]["status"], "delivered");
}

#[tokio::test]
async fn a_receiver_that_is_gone_ends_all_that_is_sent_to_it_at_once() {
    let world = World::new().await;
    let scene = Scene::prepare(&world).await;
    for name in ["Wolves", "Bears", "Hawks"] {
        let group = scene.ada.create_group(name, json!({})).await;
        world.deliver([world.record(group).await]).await;
    }
    scene.receiver.behave(Manner::Status(410));
    assert_eq!(world.deliver_parcels().await, 3);
    let told = deliveries(&world, scene.webhook).await;
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|told| told["status"] == "given_up"), "{told:?}");
    assert!(world.parcels.waiting().is_empty() && world.parcels.given_up().is_empty());
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
