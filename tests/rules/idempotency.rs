//! Idempotency keys: a request that is repeated is answered as the first time, byte for byte, and nothing is written again.

use futures_util::FutureExt;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Player, Reply, World, gzip};

use crate::sampled::{Sampled, is_authenticated, times_written, writes};
use crate::{
    ROUNDS, add_attribute, assert_tally, delete, id, ids_of, open_group, outcome, race, times,
    update, users_of,
};

const GROUPS: &str = "/api/v3/groups";

/// How long an answer is kept.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The same player, with that key.
pub fn keyed<'w>(player: &Player<'w>, key: &str) -> Player<'w> {
    saying(player, "idempotency-key", key)
}

fn saying<'w>(player: &Player<'w>, header: &'static str, value: &str) -> Player<'w> {
    let mut player = player.clone();
    player.credentials.push((header, value.to_owned()));
    player
}

pub async fn create(player: &Player<'_>, name: &str) -> Reply {
    player.post(GROUPS, json!({ "name": name })).await
}

/// How many groups there are.
pub async fn groups(player: &Player<'_>) -> usize {
    player.get(GROUPS).await.ok()["groups"].as_array().unwrap().len()
}

/// Fails the test where this is not the answer to an earlier request.
#[track_caller]
pub fn replayed(reply: &Reply, first: &Reply) {
    assert_eq!((reply.status, reply.text()), (first.status, first.text()));
    assert_eq!(reply.header("idempotency-replayed"), "true");
    assert_eq!(reply.header("content-type"), first.header("content-type"));
}

/// Fails the test where this is not a success that was not there before.
#[track_caller]
pub fn answered(reply: &Reply) {
    reply.ok();
    assert_eq!(reply.header("idempotency-replayed"), "");
}

/// Fails the test where this is not refused because the key stands for another request, in whatever dialect.
#[track_caller]
fn reused(reply: &Reply) {
    if !reply.header("x-error-code").is_empty() {
        return reply.refused(422, "IdempotencyKeyReused");
    }
    let envelope = reply.failed("InvalidRequest", 1071);
    assert!(envelope["errorDetails"]["IdempotencyKey"][0].is_string(), "{envelope}");
}

#[tokio::test]
async fn every_write_that_is_repeated_with_its_key_is_answered_alike_and_not_written_again() {
    for route in writes().filter(|route| is_authenticated(route)) {
        let sampled = Sampled::of(route).await;
        let key = [("idempotency-key", "5f0c!a-key#~")];
        let first = sampled.send(&key).await;
        answered(&first);
        let (before, written) = (sampled.world.whole_table().await, sampled.times_written());
        replayed(&sampled.send(&key).await, &first);
        reused(&sampled.send_reworded(&key).await);
        // No endpoint needs it, and it is another request all the same.
        reused(&sampled.send_to(&key, "seed_store=1").await);
        assert_eq!(sampled.world.whole_table().await, before, "{}", route.function);
        assert_eq!(sampled.times_written(), written, "{}", route.function);
    }
}

#[tokio::test]
async fn a_key_is_kept_for_one_path_and_one_method() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let [one, other] = [open_group(&ada, &[]).await, open_group(&ada, &[]).await];
    let ada = keyed(&ada, "one");
    answered(&update(&ada, one, json!({ "name": "Wolves" })).await);
    let before = world.whole_table().await;
    reused(&update(&ada, other, json!({ "name": "Wolves" })).await);
    reused(&delete(&ada, one).await);
    reused(&ada.leave(one).await);
    assert_eq!(world.whole_table().await, before);
}

#[tokio::test]
async fn a_method_is_the_one_that_is_meant_and_a_body_what_was_compressed() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    add_attribute(&ada, group, "motto", "old").await.ok();
    let path = format!("{GROUPS}/{group}/modify_attribute");
    let body = json!({ "key": "motto", "value": "new" });
    let ada = keyed(&ada, "one");
    let first = ada.patch(&path, body.clone()).await;
    answered(&first);
    let posted = saying(&ada, "x-http-method-override", "patch");
    replayed(&posted.post(&path, body.clone()).await, &first);
    let compressed = saying(&ada, "content-encoding", "gzip");
    let bytes = gzip(body.to_string().as_bytes());
    let reply = compressed.send_raw(Method::PATCH, &path, "application/json", bytes).await;
    replayed(&reply, &first);
    // Whatever else the headers say.
    replayed(&saying(&ada, "user-agent", "another client").patch(&path, body).await, &first);
}

#[tokio::test]
async fn keys_of_different_callers_never_meet() {
    let world = World::new().await;
    let elsewhere = world.other_game().await;
    // The same id in both games.
    world.draw_next([7]);
    let ada = world.user("ada").await;
    world.draw_next([7]);
    let namesake = elsewhere.user("ada").await;
    assert_eq!(ada.id, namesake.id);
    let bob = world.user("bob").await;
    let callers =
        [ada.clone(), bob.clone(), namesake, world.service_for(&ada), world.service_for(&bob)];
    let mut made = Vec::new();
    for caller in &callers {
        let first = create(&keyed(caller, "one"), "Wolves").await;
        answered(&first);
        made.push(id(&first));
    }
    for (caller, group) in callers.iter().zip(&made) {
        assert_eq!(id(&create(&keyed(caller, "one"), "Wolves").await), *group);
    }
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), callers.len());
    // Keys are told apart to the letter.
    for key in ["One", "one#", "one%23", "on", "ONE"] {
        answered(&create(&keyed(&ada, key), "Wolves").await);
    }
}

#[tokio::test]
async fn whoever_has_signed_in_anew_is_the_same_caller() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let first = create(&keyed(&ada, "one"), "Wolves").await;
    world.advance(SignedDuration::from_hours(1));
    let body = json!({ "game_id": world.game_id, "email": "ada", "password": "password" });
    let session = world.nobody().post("/api/v3/sessions", body).await.ok();
    let token = session["authentication_token"].as_str().unwrap();
    assert_ne!(token, ada.credentials[0].1);
    replayed(&create(&keyed(&world.with_token(token), "one"), "Wolves").await, &first);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_and_then_the_key_is_free_also_where_the_row_is_still_there() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    // By the secret key, which does not expire.
    let ada = keyed(&world.service_for(&ada), "one");
    let first = create(&ada, "Wolves").await;
    let second = SignedDuration::from_secs(1);
    world.advance(DAY - second);
    replayed(&create(&ada, "Wolves").await, &first);
    reused(&create(&ada, "Foxes").await);
    world.advance(second);
    let kept = |rows: Vec<Value>| rows.into_iter().filter(|row| row["kind"] == "kept_answer");
    assert_eq!(kept(world.whole_table().await).count(), 1);
    let foxes = create(&ada, "Foxes").await;
    answered(&foxes);
    world.advance(DAY - second);
    replayed(&create(&ada, "Foxes").await, &foxes);
    reused(&create(&ada, "Wolves").await);
    let row = kept(world.whole_table().await).next().unwrap();
    let left = row["expires_at"].as_i64().unwrap() - world.now().as_second();
    assert_eq!(left, 1, "DynamoDB deletes it once it is over");
}

#[tokio::test]
async fn a_refusal_is_not_kept_so_the_next_try_is_a_try() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let body = json!({ "group_id": group, "action_type": "join" });
    let bob = keyed(&bob, "one");
    let before = world.whole_table().await;
    let join = async || bob.post("/api/v3/group_connections", body.clone()).await;
    join().await.refused(422, "NotOpen");
    bob.post(GROUPS, json!({ "name": 7 })).await.refused(422, "InvalidParameter");
    assert_eq!(world.whole_table().await, before);
    update(&ada, group, json!({ "can_auto_join": true })).await.ok();
    let joined = join().await;
    answered(&joined);
    // It is the answer to that request, and not to the state of things.
    ada.remove(group, &bob).await.ok();
    replayed(&join().await, &joined);
    assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada]));
}

#[tokio::test]
async fn what_is_so_already_is_kept_like_what_is_done() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let connection = bob.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    // Accepting what was accepted succeeds, and writes nothing but the answer.
    let ada = keyed(&ada, "one");
    let again = ada.answer(connection, "accepted").await;
    answered(&again);
    bob.leave(group).await.ok();
    replayed(&ada.answer(connection, "accepted").await, &again);
    reused(&ada.answer(connection, "declined").await);
}

#[tokio::test]
async fn what_has_changed_under_a_keyed_call_is_decided_again() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = open_group(&ada, &[&bob]).await;
    ada.make_admin(group, &bob).await.ok();
    // That Bob is a plain member is assumed and does not hold: the second turn reads.
    let first = keyed(&ada, "one").make_admin(group, &bob).await;
    answered(&first);
    replayed(&keyed(&ada, "one").make_admin(group, &bob).await, &first);
    // And where it refuses, nothing is kept.
    for _ in 0..2 {
        let reply = keyed(&ada, "two").make_admin(group, &cy).await;
        assert_eq!(outcome(&reply), "422 NotMember");
    }
    cy.join(group).await.ok();
    answered(&keyed(&ada, "two").make_admin(group, &cy).await);
}

#[tokio::test]
async fn a_key_is_1_to_255_visible_characters_of_ascii() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    let (before, written) = (world.whole_table().await, times_written(&world));
    let long = "k".repeat(256);
    for key in ["", " ", ",", ",,", "a b", "a\tb", "schlüssel", "one, two", long.as_str()] {
        let keyed = keyed(&ada, key);
        for reply in [
            create(&keyed, "Wolves").await,
            // Also where parameters are 400, since it is none of the endpoint's.
            add_attribute(&keyed, group, "motto", "").await,
            keyed.delete(&format!("{GROUPS}/{group}/attributes/motto")).await,
        ] {
            reply.refused(422, "InvalidParameter");
            let text = "Idempotency-Key must be 1 to 255 visible ASCII characters";
            assert_eq!(reply.text(), text, "{key}");
        }
    }
    // Sent twice, with different values.
    let twice = keyed(&keyed(&ada, "one"), "two");
    create(&twice, "Wolves").await.refused(422, "InvalidParameter");
    assert_eq!((world.whole_table().await, times_written(&world)), (before, written));
    let visible: String = (b'!'..=b'~').map(char::from).collect();
    for key in ["k", "a,b", ",a", &long[1..], &visible, &"#".repeat(255), &"%".repeat(255)] {
        let first = create(&keyed(&ada, key), "Wolves").await;
        answered(&first);
        replayed(&create(&keyed(&ada, key), "Wolves").await, &first);
    }
    // Sent twice with the same value, it is one.
    answered(&create(&keyed(&keyed(&ada, "twice"), "twice"), "Wolves").await);
    reused(&create(&keyed(&ada, "twice"), "Foxes").await);
}

#[tokio::test]
async fn a_key_means_nothing_to_a_read_and_of_somebody_unknown() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (key, name) in [("one", "bob"), ("no key", "cy")] {
        let reader = keyed(&ada, key);
        let before = groups(&reader).await;
        create(&ada, "Wolves").await.ok();
        assert_eq!(groups(&reader).await, before + 1);

        let nobody = keyed(&world.nobody(), key);
        answered(&nobody.post("/api/v3/users", world.sign_up_body(name)).await);
        let again = nobody.post("/api/v3/users", world.sign_up_body(name)).await;
        again.refused(422, "UsernameTaken");
        let body = json!({ "game_id": world.game_id, "email": name, "password": "password" });
        for logins in [2, 3] {
            let session = nobody.post("/api/v3/sessions", body.clone()).await;
            assert_eq!(session.ok()["number_of_logins"], logins);
            answered(&session);
        }
    }
    assert!(world.whole_table().await.iter().all(|row| row["kind"] != "kept_answer"));
}

/// Attributes whose values need six times as many bytes in an answer as in this form.
fn heavy_form(attributes: usize) -> Vec<u8> {
    let value = "\u{1}".repeat(4096);
    let field =
        |number| format!("attributes[{number}][key]=k{number}&attributes[{number}][value]={value}");
    (0..attributes).map(field).collect::<Vec<_>>().join("&").into_bytes()
}

#[tokio::test]
async fn an_answer_that_is_too_large_to_be_kept_is_refused_and_nothing_is_written() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    let path = format!("{GROUPS}/{group}/add_attribute");
    let form = "application/x-www-form-urlencoded";
    let add = async |player: &Player<'_>, attributes: usize| {
        player.send_raw(Method::POST, &path, form, heavy_form(attributes)).await
    };
    let before = world.whole_table().await;
    let refused = keyed(&ada, "one");
    for player in [refused.clone(), saying(&refused, "dry-run", "true")] {
        let reply = add(&player, 50).await;
        reply.refused(422, "InvalidParameter");
        assert!(reply.text().starts_with("Idempotency-Key cannot be used"), "{}", reply.text());
    }
    assert_eq!(world.whole_table().await, before);
    // What fits is kept, also under the longest key, and without a key everything is written.
    let longest = keyed(&ada, &"#".repeat(255));
    let most = add(&longest, 16).await;
    assert!(most.body.len() > 390_000, "{}", most.body.len());
    replayed(&add(&longest, 16).await, &most);
    add(&ada, 50).await.ok();
}

#[tokio::test]
async fn a_page_in_a_browser_may_send_a_key_and_a_dry_run_and_read_what_came_of_them() {
    let world = World::new().await;
    let mut page = world.user("ada").await;
    page.credentials.push(("origin", "https://game.example".to_owned()));
    let asked = [
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "dry-run,idempotency-key"),
    ];
    let preflight =
        asked.iter().fold(page.clone(), |page, (name, value)| saying(&page, name, value));
    let allowed = preflight.send(Method::OPTIONS, GROUPS, None).await;
    let allowed = allowed.header("access-control-allow-headers").to_ascii_lowercase();
    assert!(allowed.contains("dry-run") && allowed.contains("idempotency-key"), "{allowed}");
    let reply = create(&keyed(&page, "one"), "Wolves").await;
    let exposed = reply.header("access-control-expose-headers").to_ascii_lowercase();
    for name in ["dry-run", "idempotency-replayed"] {
        assert!(exposed.contains(name), "{exposed}");
    }
}

/// What there is of each kind, with the number of commits in each group.
async fn shape(world: &World) -> Vec<(String, Option<u64>)> {
    let rows = world.whole_table().await;
    let kind = |row: &Value| (row["kind"].as_str().unwrap().to_owned(), row["seq"].as_u64());
    let mut shape: Vec<_> = rows.iter().map(kind).collect();
    shape.sort_unstable();
    shape
}

#[tokio::test]
async fn twenty_at_once_with_one_key_are_one_write_and_twenty_equal_answers() {
    let key = [("idempotency-key", "one")];
    for route in writes().filter(|route| is_authenticated(route)) {
        let alone = Sampled::of(route).await;
        answered(&alone.send(&key).await);
        let sampled = Sampled::of(route).await;
        let replies = race(0, times(20, || sampled.send(&key).boxed_local())).await;
        let is_first = |reply: &&Reply| reply.header("idempotency-replayed").is_empty();
        let (first, again): (Vec<_>, Vec<_>) = replies.iter().partition(is_first);
        assert_eq!(first.len(), 1, "{}: {first:?}", route.function);
        answered(first[0]);
        again.iter().for_each(|reply| replayed(reply, first[0]));
        assert_eq!(shape(&sampled.world).await, shape(&alone.world).await, "{}", route.function);
    }
}

#[tokio::test]
async fn of_different_requests_at_once_with_one_key_one_is_answered() {
    for round in 0..ROUNDS {
        let world = World::new().await;
        let ada = world.user("ada").await;
        let keyed = keyed(&ada, "one");
        let names: Vec<_> = (0..8).map(|number| format!("Wolves {number}")).collect();
        let requests = names.iter().map(|name| create(&keyed, name).boxed_local()).collect();
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("201", 1), ("422 IdempotencyKeyReused", 7)]);
        assert_eq!(groups(&ada).await, 1);
    }
}
