//! Idempotency keys and dry runs, where PlayFab's envelope and its errors that have succeeded matter.

use serde_json::{Value, json};
use tests::{Entity, Reply, World};

use crate::{applications, detail, done, invalid, invite, members, roster};

/// The same caller, with that header.
fn saying<'w>(entity: &Entity<'w>, header: &'static str, value: &str) -> Entity<'w> {
    let mut entity = entity.clone();
    entity.player.credentials.push((header, value.to_owned()));
    entity
}

fn keyed<'w>(entity: &Entity<'w>, key: &str) -> Entity<'w> {
    saying(entity, "idempotency-key", key)
}

async fn create(entity: &Entity<'_>, name: &str) -> Reply {
    entity.call("CreateGroup", json!({ "GroupName": name })).await
}

/// Fails the test where this is not the answer to an earlier request.
#[track_caller]
fn replayed(reply: &Reply, first: &Reply) {
    assert_eq!((reply.status, reply.text()), (first.status, first.text()));
    assert_eq!(reply.header("idempotency-replayed"), "true");
}

#[tokio::test]
async fn a_key_that_was_used_for_another_request_or_is_none_is_refused_in_the_envelope() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let first = create(&keyed(&ada, "one"), "Wolves").await;
    first.data();
    replayed(&create(&keyed(&ada, "one"), "Wolves").await, &first);
    let before = world.whole_table().await;
    let other = create(&keyed(&ada, "one"), "Foxes").await;
    let envelope = other.failed("InvalidRequest", 1071);
    assert_eq!((&envelope["code"], other.status.as_u16()), (&400.into(), 400));
    assert!(detail(&envelope, "IdempotencyKey").contains("another request"));
    for key in ["", "a b", "schlüssel", "k".repeat(256).as_str()] {
        invalid(&create(&keyed(&ada, key), "Foxes").await, "IdempotencyKey");
    }
    invalid(&create(&saying(&ada, "dry-run", "maybe"), "Foxes").await, "Dry-Run");
    assert_eq!(world.whole_table().await, before);
}

#[tokio::test]
async fn an_error_that_has_succeeded_is_kept_too() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves").await;
    invite(&ada, &group, &bob).await;
    let bob_keyed = keyed(&bob, "one");
    let apply = async |bob: &Entity<'_>| bob.call("ApplyToGroup", json!({ "Group": group })).await;

    // It is so in a dry run as well, which changes nothing.
    let before = world.whole_table().await;
    let dry = apply(&saying(&bob, "dry-run", "true")).await;
    dry.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(dry.header("dry-run"), "true");
    assert_eq!(world.whole_table().await, before);

    let first = apply(&bob_keyed).await;
    first.failed("OutstandingInvitationAcceptedInstead", 1363);
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(first.text(), dry.text());
    let before = world.whole_table().await;
    replayed(&apply(&bob_keyed).await, &first);
    // With the status that is asked for.
    let as_success = apply(&saying(&bob_keyed, "x-reporterrorassuccess", "true")).await;
    assert_eq!((as_success.status.as_u16(), as_success.text()), (200, first.text()));
    assert_eq!(as_success.header("idempotency-replayed"), "true");
    assert_eq!(world.whole_table().await, before);

    cy.call("ApplyToGroup", json!({ "Group": group })).await.data();
    let invite = async || {
        let body = json!({ "Group": group, "Entity": cy.key });
        saying(&ada, "idempotency-key", "one").call("InviteToGroup", body).await
    };
    let first = invite().await;
    first.failed("OutstandingApplicationAcceptedInstead", 1364);
    replayed(&invite().await, &first);
    assert!(applications(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn a_refusal_is_a_refusal_with_whatever_status_and_is_not_kept() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let bob_keyed = keyed(&saying(&bob, "x-reporterrorassuccess", "true"), "one");
    let group = create(&ada, "Wolves").await.data()["Group"].clone();
    let role = json!({ "Group": group, "RoleId": "officers", "RoleName": "Officers" });
    for _ in 0..2 {
        let refused = bob_keyed.call("CreateRole", role.clone()).await;
        let envelope: Value = serde_json::from_slice(&refused.body).unwrap();
        assert_eq!((refused.status.as_u16(), &envelope["code"]), (200, &403.into()));
        assert_eq!(refused.header("idempotency-replayed"), "");
    }
    assert!(world.whole_table().await.iter().all(|row| row["kind"] != "kept_answer"));
}

#[tokio::test]
async fn the_title_and_its_players_have_keys_of_their_own() {
    let world = World::new().await;
    let [ada, title] = [world.entity("ada").await, world.title().await];
    let for_ada = |name: &str| json!({ "GroupName": name, "Entity": ada.key });
    let mut made = Vec::new();
    let service = world.service_for(&ada.player);
    let service = Entity { player: service, key: ada.key.clone() };
    for (place, caller) in [&ada, &title].into_iter().enumerate() {
        let body = for_ada(&format!("Wolves {place}"));
        let first = keyed(caller, "one").call("CreateGroup", body.clone()).await;
        made.push(first.data()["Group"]["Id"].clone());
        replayed(&keyed(caller, "one").call("CreateGroup", body).await, &first);
    }
    // A title that acts for a user is a third one, in the other dialect.
    let body = json!({ "name": "Wolves 2" });
    let third = keyed(&service, "one").post("/api/v3/groups", body).await;
    assert_eq!((third.status.as_u16(), third.header("idempotency-replayed")), (201, ""));
    assert_ne!(made[0], made[1]);
    // One player is one caller in both dialects: the token is good for both, and the key is used up.
    let other = keyed(&ada, "one").post("/api/v3/groups", json!({ "name": "Wolves 3" })).await;
    other.refused(422, "IdempotencyKeyReused");
}

#[tokio::test]
async fn whoever_gets_a_token_changes_nothing_and_keeps_nothing() {
    let world = World::new().await;
    let ada = keyed(&world.entity("ada").await, "one");
    let before = world.whole_table().await;
    for body in [json!({}), json!({ "Entity": ada.key })] {
        let token = ada.post("/Authentication/GetEntityToken", body).await;
        token.data();
        assert_eq!(token.header("idempotency-replayed"), "");
    }
    assert_eq!(world.whole_table().await, before);
    let login = json!({ "TitleId": world.game_id.to_string(), "CustomId": "ada" });
    for _ in 0..2 {
        let reply = ada.post("/Client/LoginWithCustomID", login.clone()).await;
        reply.data();
        assert_eq!(reply.header("idempotency-replayed"), "");
    }
}

#[tokio::test]
async fn a_key_takes_one_place_in_a_transaction() {
    let world = World::new().await;
    let [ada, title] = [world.entity("ada").await, world.title().await];
    let group = ada.create_group("Wolves").await;
    let mut crowd = Vec::new();
    for number in 0..99 {
        crowd.push(world.entity(&format!("player {number}")).await);
    }
    let crowd: Vec<_> = crowd.iter().collect();
    for some in crowd.chunks(30) {
        done(&title.call("AddMembers", members(&group, some)).await);
    }
    let move_all = |count: usize, from: &str, to: &str| {
        let mut body = members(&group, &crowd[..count]);
        body["OriginRoleId"] = from.into();
        body["DestinationRoleId"] = to.into();
        body
    };
    // The group's row and 99 members are as many as a transaction holds.
    let before = world.whole_table().await;
    let reply =
        keyed(&ada, "one").call("ChangeMemberRole", move_all(99, "members", "admins")).await;
    invalid(&reply, "Members");
    assert_eq!(world.whole_table().await, before);
    let first =
        keyed(&ada, "one").call("ChangeMemberRole", move_all(98, "members", "admins")).await;
    done(&first);
    done(&ada.call("ChangeMemberRole", move_all(98, "admins", "members")).await);
    done(&ada.call("ChangeMemberRole", move_all(99, "members", "admins")).await);
    let again =
        keyed(&ada, "one").call("ChangeMemberRole", move_all(98, "members", "admins")).await;
    replayed(&again, &first);
    assert_eq!(roster(&ada, &group).await[0].1.len(), 100);
}
