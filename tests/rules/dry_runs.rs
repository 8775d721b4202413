//! Dry runs: decided as if they were real, and nothing is written.

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::limits::Limits;
use shared::store::meter::REQUEST_BUDGET;
use tests::{Player, Reply, World, WorldBuilder};

use crate::sampled::{Sampled, is_authenticated, times_written, writes};
use crate::{add_attribute, add_attributes, id, open_group};

const DRY: [(&str, &str); 1] = [("dry-run", "true")];

/// Ids up to this one are those of the samples; greater ones were drawn.
const LAST_SAMPLE_ID: u64 = 999;

/// The same player, who only tries.
fn trying<'w>(player: &Player<'w>) -> Player<'w> {
    saying(player, "true")
}

/// The same player, who says that of whether they only try.
fn saying<'w>(player: &Player<'w>, text: &str) -> Player<'w> {
    let mut player = player.clone();
    player.credentials.push(("dry-run", text.to_owned()));
    player
}

/// Fails the test where the answer to a dry run is not the one to the real call, but for what nobody knows yet.
fn assert_told(place: &str, dry: &Value, real: &Value) {
    match (dry, real) {
        (Value::Object(dry), Value::Object(real)) => {
            let names = |fields: &serde_json::Map<String, Value>| {
                fields.keys().cloned().collect::<Vec<_>>()
            };
            assert_eq!(names(dry), names(real), "{place}");
            for (name, value) in dry {
                assert_told(&format!("{place}/{name}"), value, &real[name]);
            }
        }
        (Value::Array(dry), Value::Array(real)) => {
            assert_eq!(dry.len(), real.len(), "{place}");
            for (dry, real) in dry.iter().zip(real) {
                assert_told(place, dry, real);
            }
        }
        _ if dry == real => {}
        _ => assert!(is_unknown(place, dry, real), "{place}: {dry} in place of {real}"),
    }
}

/// Whether the real value is an id that was drawn, or a token for one, and the other says that it is not known.
fn is_unknown(place: &str, dry: &Value, real: &Value) -> bool {
    let name = place.rsplit('/').next().unwrap();
    if ["authentication_token", "EntityToken", "SessionTicket", "code", "secret"].contains(&name) {
        return dry == "" && real.as_str().is_some_and(|token| !token.is_empty());
    }
    let hex = |text: &str| u64::from_str_radix(text, 16).ok();
    let drawn = match (*dry == 0, dry == "") {
        (true, _) => real.as_u64(),
        (false, true) => real.as_str().and_then(hex),
        (false, false) => None,
    };
    // A message is there once it is sent.
    let is_message = *dry == "" && real.as_str().is_some_and(|id| id.starts_with("msg_"));
    is_message && name == "id"
        || ["id", "Id", "PlayFabId"].contains(&name) && drawn.is_some_and(|id| id > LAST_SAMPLE_ID)
}

/// All rows but the counters of guesses.
async fn rows_without_guesses(world: &World) -> Vec<Value> {
    let mut rows = world.whole_table().await;
    rows.retain(|row| row["kind"] != "counter");
    rows
}

/// What an answer says, without what names the request.
fn said(reply: &Reply) -> (u16, &str, String) {
    (reply.status.as_u16(), reply.header("x-error-code"), reply.text())
}

#[tokio::test]
async fn every_write_that_is_only_tried_is_answered_as_the_real_one_and_writes_nothing() {
    for route in writes() {
        let sampled = Sampled::of(route).await;
        let before = rows_without_guesses(&sampled.world).await;
        let written = sampled.times_written();
        let dry = sampled.send(&DRY).await;
        let by_query = sampled.send_to(&[], "dry_run=true").await;
        assert_eq!(rows_without_guesses(&sampled.world).await, before, "{}", route.function);
        if route.function != "sign-in" {
            assert_eq!(sampled.times_written(), written, "{}", route.function);
        }
        let real = sampled.send(&[]).await;
        // What is only sent is in no row.
        if !["test-webhook", "replay-webhook"].contains(&route.function) {
            assert_ne!(rows_without_guesses(&sampled.world).await, before, "{}", route.function);
        }
        assert_eq!(real.header("dry-run"), "");
        for dry in [dry, by_query] {
            assert_eq!(dry.header("dry-run"), "true", "{}: {}", route.function, dry.text());
            assert_eq!(dry.status, real.status, "{}", route.function);
            assert_told(route.function, &dry.ok(), &real.ok());
        }
    }
}

#[tokio::test]
async fn a_write_that_is_refused_is_refused_alike_where_it_is_only_tried() {
    let mut refused = 0;
    for route in writes() {
        // What was done once is refused in most cases, or else it is done again.
        let sampled = Sampled::of(route).await;
        sampled.send(&[]).await.ok();
        let before = rows_without_guesses(&sampled.world).await;
        let dry = sampled.send(&DRY).await;
        assert_eq!(rows_without_guesses(&sampled.world).await, before, "{}", route.function);
        let real = sampled.send(&[]).await;
        assert_eq!(dry.status, real.status, "{}: {}", route.function, dry.text());
        if !real.status.is_success() {
            refused += 1;
            assert_eq!(said(&dry), said(&real), "{}", route.function);
            assert_eq!(dry.header("dry-run"), "", "{}", route.function);
        }
        // And so is whoever says nothing of who they are.
        if is_authenticated(route) {
            let mut nobody = vec![("authentication-token", "x"), ("x-entitytoken", "x"), DRY[0]];
            if route.path.starts_with("/api/v3/webhooks") {
                nobody.push(("service-key-token", "x"));
            }
            let reply = sampled.send(&nobody).await;
            assert_eq!(reply.status, 401, "{}: {}", route.function, reply.text());
        }
    }
    assert!(refused > 10, "{refused}");
}

#[tokio::test]
async fn a_dry_run_is_asked_for_by_any_truth_value_and_by_nothing_else() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let create = async |player: &Player<'_>, query: &str| {
        player.post(&format!("/api/v3/groups{query}"), json!({ "name": "Foxes" })).await
    };
    let (before, written) = (world.whole_table().await, times_written(&world));
    for (said, query) in [
        ("true", ""),
        ("True", ""),
        ("1", ""),
        ("false", "?dry_run=1"),
        ("true", "?dry_run=false"),
        ("false", "?dry_run=TRUE"),
    ] {
        let reply = create(&saying(&ada, said), query).await;
        assert_eq!((id(&reply), reply.status.as_u16()), (0, 201), "{said} {query}");
        assert_eq!(reply.header("dry-run"), "true");
    }
    for (said, query, name) in [
        ("yes", "", "Dry-Run"),
        ("", "", "Dry-Run"),
        ("2", "", "Dry-Run"),
        ("true, false", "", "Dry-Run"),
        ("wölfe", "", "Dry-Run"),
        ("false", "?dry_run=", "dry_run"),
        ("false", "?dry_run", "dry_run"),
        ("false", "?dry_run=maybe", "dry_run"),
        ("false", "?dry_run[]=true", "dry_run"),
    ] {
        let reply = create(&saying(&ada, said), query).await;
        reply.refused(422, "InvalidParameter");
        assert_eq!(reply.text(), format!("{name} must be true or false"), "{said} {query}");
    }
    let reply = create(&ada, "?dry_run=false&dry_run=true").await;
    reply.refused(422, "InvalidParameter");
    assert_eq!(reply.text(), "dry_run must not be given twice with different values");
    // Also where parameters are 400, since it is none of the endpoint's.
    let reply = add_attribute(&saying(&ada, "yes"), group, "motto", "").await;
    reply.refused(422, "InvalidParameter");
    assert_eq!((world.whole_table().await, times_written(&world)), (before, written));
    for said in ["false", "FALSE", "0"] {
        let reply = create(&saying(&ada, said), "?dry_run=false").await;
        assert!(id(&reply) > 0);
        assert_eq!(reply.header("dry-run"), "");
    }
}

#[tokio::test]
async fn a_read_has_no_dry_run() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for said in ["true", "nonsense"] {
        let reply = saying(&ada, said).get(&format!("/api/v3/groups/{group}")).await;
        assert_eq!((reply.ok()["id"].as_u64(), reply.header("dry-run")), (Some(group), ""));
    }
}

#[tokio::test]
async fn only_ids_that_are_drawn_are_unknown() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let open = open_group(&ada, &[]).await;
    let closed = ada.create_group("closed", json!({})).await;
    let invitation = id(&ada.invite(closed, &bob).await);
    for (reply, id, status) in [
        (trying(&bob).join(open).await, 0, "accepted"),
        (trying(&cy).join(closed).await, 0, "pending"),
        (trying(&ada).invite(closed, &cy).await, 0, "pending"),
        (trying(&bob).join(closed).await, invitation, "accepted"),
    ] {
        let connection = reply.ok();
        assert_eq!((&connection["id"], &connection["status"]), (&id.into(), &status.into()));
    }
    let application = cy.apply(closed).await;
    assert_eq!(id(&trying(&ada).invite(closed, &cy).await), application);
    let old = add_attribute(&ada, open, "old", "1").await.ok()["attributes"][0]["id"].clone();
    let wanted = json!([{ "key": "old", "value": "2" }, { "key": "new", "value": "3" }]);
    let tried = add_attributes(&trying(&ada), open, wanted).await.ok();
    assert_eq!((&tried["attributes"][0]["id"], &tried["attributes"][1]["id"]), (&old, &0.into()));
    assert_eq!(tried["attributes"][0]["value"], "2");
}

#[tokio::test]
async fn what_else_only_a_commit_would_tell_is_read() {
    let limits = Limits { unique_group_names: true, ..Limits::default() };
    let world = WorldBuilder { limits, ..Default::default() }.build().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let written = times_written(&world);
    let create = trying(&bob).post("/api/v3/groups", json!({ "name": "wolves" })).await;
    create.refused(422, "GroupNameTaken");
    trying(&bob).make_admin(group, &ada).await.refused(403, "NotAuthorized");
    trying(&bob).remove(group, &ada).await.refused(403, "NotAuthorized");
    trying(&bob).delete(&format!("/api/v3/groups/{group}")).await.refused(403, "NotAuthorized");
    assert_eq!(times_written(&world), written);
}

#[tokio::test]
async fn who_has_no_time_left_to_try_is_told_that_nothing_has_happened() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let (before, written) = (world.whole_table().await, times_written(&world));
    // Its creator is read for the answer.
    world.faults.refuse_late("GetItem", "ThrottlingException", REQUEST_BUDGET);
    let reply = trying(&ada).post("/api/v3/groups", json!({ "name": "Wolves" })).await;
    reply.refused(503, "Busy");
    assert_eq!(reply.header("dry-run"), "");
    assert_eq!((world.whole_table().await, times_written(&world)), (before, written));
}

#[tokio::test]
async fn guesses_are_counted_also_where_they_are_only_tried() {
    let world = World::new().await;
    world.user("ada").await;
    let somebody = world.nobody().at("192.0.2.1");
    let sign_in = async |player: &Player<'_>, password: &str| {
        let body = json!({ "game_id": world.game_id, "email": "ada", "password": password });
        player.post("/api/v3/sessions", body).await
    };
    for _ in 0..5 {
        sign_in(&trying(&somebody), "a guess").await.refused(401, "CredentialsInvalid");
        // A right one, too: else it would be told for nothing.
        sign_in(&trying(&somebody), "password").await.ok();
    }
    sign_in(&trying(&somebody), "password").await.refused(429, "TooManyGuesses");
    sign_in(&somebody, "password").await.refused(429, "TooManyGuesses");
    world.advance(SignedDuration::from_mins(15));
    let session = sign_in(&somebody, "password").await.ok();
    assert_eq!(session["number_of_logins"], 2, "none of those who only tried has logged in");
}

#[tokio::test]
async fn an_idempotency_key_is_looked_at_and_not_used_up() {
    let world = World::new().await;
    let mut ada = world.user("ada").await;
    ada.credentials.push(("idempotency-key", "one".to_owned()));
    let create = async |player: &Player<'_>, query: &str, name: &str| {
        player.post(&format!("/api/v3/groups{query}"), json!({ "name": name })).await
    };
    assert_eq!(id(&create(&trying(&ada), "", "Wolves").await), 0);
    assert_eq!(id(&create(&ada, "?dry_run=true", "Wolves").await), 0);
    let real = create(&ada, "", "Wolves").await;
    assert_eq!(real.header("idempotency-replayed"), "");
    let before = world.whole_table().await;
    // What the real call would be answered, too.
    for reply in
        [create(&trying(&ada), "", "Wolves").await, create(&ada, "?dry_run=true", "Wolves").await]
    {
        assert_eq!((&reply.body, reply.status), (&real.body, real.status));
        let headers = ["dry-run", "idempotency-replayed"].map(|name| reply.header(name));
        assert_eq!(headers, ["true"; 2]);
    }
    create(&trying(&ada), "", "Foxes").await.refused(422, "IdempotencyKeyReused");
    assert_eq!(world.whole_table().await, before);
}

#[tokio::test]
async fn what_is_only_tried_is_not_logged_as_if_it_had_happened() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let trier = trying(&ada);
    let logged = || world.log().pop().unwrap().get("event").cloned();
    trier.post("/api/v3/groups", json!({ "name": "Wolves" })).await.ok();
    assert_eq!(logged(), None);
    let group = ada.create_group("Wolves", json!({})).await;
    assert_eq!(logged(), Some(json!("group.created")));
    let path = format!("/api/v3/groups/{group}");
    trier.put(&path, json!({ "searchable": false })).await.ok();
    assert_eq!(logged(), None);
    ada.put(&path, json!({ "searchable": false })).await.ok();
    assert_eq!(logged(), Some(json!("group.updated")));
}
