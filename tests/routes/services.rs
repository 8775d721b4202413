//! Service keys: a game's server acts for one of its users, at any endpoint that takes a token.

use serde_json::json;
use tests::{Player, World};

use crate::common::{ids, member_for, shown_to_oneself};

/// The same with another value in that header, or without the header.
fn with_header<'w>(player: &Player<'w>, name: &str, value: Option<&str>) -> Player<'w> {
    let mut player = player.clone();
    player.credentials.retain(|(header, _)| value.is_some() || *header != name);
    for (header, old) in &mut player.credentials {
        if *header == name {
            value.unwrap_or_default().clone_into(old);
        }
    }
    player
}

#[tokio::test]
async fn the_game_acts_for_the_user_whom_it_names() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = world.service_for(&ada).create_group("Wolves", json!({})).await;
    assert_eq!(ids(&ada.group(group).await["admins"]), [u64::from(ada.id)]);
    world.service_for(&bob).apply(group).await;
    assert_eq!(ada.group(group).await["join_requests"][0]["user"]["id"], bob.id);
}

#[tokio::test]
async fn the_game_may_do_what_only_admins_may() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let service = world.service_for(&bob);
    let path = format!("/api/v3/groups/{group}");
    service.put(&path, json!({ "name": "Foxes" })).await.ok();
    let application = cy.apply(group).await;
    assert_eq!(ids(&service.group(group).await["join_requests"]), [application]);
    service.answer(application, "accepted").await.ok();
    service.make_admin(group, &cy).await.ok();
    service.remove(group, &cy).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    service.delete(&path).await.ok();
    ada.get(&path).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn the_game_reads_every_address() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let read = world.service_for(&bob).group(group).await;
    assert_eq!(read["members"], json!([member_for(&world, 0, &shown_to_oneself(&ada))]));
}

#[tokio::test]
async fn a_key_that_is_not_the_games_or_headers_that_are_missing_are_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let service = world.service_for(&ada);
    let eve = eve.id.to_string();
    for (header, value) in [
        ("service-key-token", Some("nonsense")),
        ("service-key-token", Some("")),
        ("service-key-token", Some(&*world.game_token)),
        ("service-key-token", Some(&*other.secret_key)),
        ("service-key-name", None),
        ("current-user-id", None),
        ("current-user-id", Some(&*eve)),
        ("current-user-id", Some("2147483647")),
        ("current-user-id", Some("ada")),
        ("current-user-id", Some("0")),
    ] {
        let reply = with_header(&service, header, value).get("/api/v3/groups").await;
        assert_eq!(reply.status, 401, "{header}: {value:?}");
        reply.refused(401, "ServiceKeyInvalid");
    }
    let without_key = with_header(&service, "service-key-token", None);
    without_key.get("/api/v3/groups").await.refused(401, "NotAuthenticated");
}

#[tokio::test]
async fn a_user_token_beside_a_service_key_is_the_one_that_counts() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let mut both = world.service_for(&bob);
    both.credentials.extend(bob.credentials.clone());
    let reply = both.put(&format!("/api/v3/groups/{group}"), json!({ "name": "Foxes" })).await;
    reply.refused(403, "NotAuthorized");
}

#[tokio::test]
async fn the_game_does_not_reach_into_another_game() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let theirs = other.user("eve").await.create_group("Foxes", json!({})).await;
    let service = world.service_for(&ada);
    let path = format!("/api/v3/groups/{theirs}");
    service.get(&path).await.refused(404, "GroupNotFound");
    service.delete(&path).await.refused(404, "GroupNotFound");
    assert_eq!(other.assert_group_is_sound(theirs).await, 1);
}

#[tokio::test]
async fn the_game_invites_takes_back_and_lifts_blocks_for_a_user_outside_of_the_group() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let service = world.service_for(&stranger);
    let group = ada.create_group("Wolves", json!({})).await;
    let taken_back = service.invite(group, &bob).await.ok()["id"].as_u64().unwrap();
    service.cancel(taken_back).await.ok();
    let application = bob.apply(group).await;
    service.cancel(application).await.ok();
    let invitation = service.invite(group, &bob).await.ok()["id"].as_u64().unwrap();
    assert_eq!(ids(&service.group(group).await["invites"]), [invitation]);
    service.answer(invitation, "accepted").await.ok();
    ada.remove(group, &bob).await.ok();
    let blocks = format!("/api/v3/groups/{group}/blocks");
    assert_eq!(service.get(&blocks).await.ok()["blocks"][0]["user"]["id"], bob.id);
    service.delete(&format!("{blocks}/{}", bob.id)).await.ok();
    bob.apply(group).await;
}

#[tokio::test]
async fn the_game_reads_and_writes_attributes_for_a_user_outside_of_the_group() {
    let world = World::new().await;
    let [ada, stranger] = world.users(["ada", "stranger"]).await;
    let service = world.service_for(&stranger);
    let closed = json!({ "admins_only_can_create_attributes": true });
    let group = ada.create_group("Wolves", closed).await;
    let path = format!("/api/v3/groups/{group}");
    let protected = json!({ "attributes": [{ "key": "motto", "value": "Onward" }] });
    ada.post(&format!("{path}/add_attribute"), protected).await.ok();
    let listed = service.get(&format!("{path}/attributes")).await.ok();
    assert_eq!(listed["attributes"][0]["can_edit"], true);
    let modified = json!({ "key": "motto", "value": "Upward", "others_can_edit": true });
    let modified = service.patch(&format!("{path}/modify_attribute"), modified).await.ok();
    assert_eq!(
        (&modified["creator_id"], &modified["others_can_edit"]),
        (&json!(ada.id), &json!(true))
    );
    let added = json!({ "attributes": [{ "key": "colour", "value": "red" }] });
    let added = service.post(&format!("{path}/add_attribute"), added).await.ok();
    assert_eq!(added["attributes"][0]["creator_id"], stranger.id);
    let listed = ada.get(&format!("{path}/attributes")).await.ok();
    assert_eq!(listed["attributes"][1]["value"], "Upward");
}

#[tokio::test]
async fn rules_about_the_state_of_a_group_bind_the_game_too() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let service = world.service_for(&bob);
    let group = ada.create_group("Wolves", json!({ "max_group_size": 1 })).await;
    let application = bob.apply(group).await;
    let before = world.rows(group).await;
    service.answer(application, "accepted").await.refused(422, "GroupFull");
    service.make_admin(group, &bob).await.refused(422, "NotMember");
    service.remove(group, &ada).await.refused(422, "LastAdmin");
    service.join(group).await.refused(422, "AlreadyApplied");
    assert_eq!(world.rows(group).await, before);
}

#[tokio::test]
async fn a_key_that_is_put_together_from_others_is_refused_and_not_repeated() {
    let world = World::new().await;
    let other = world.other_game().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let before = world.rows(group).await;
    let (own, theirs) = (&world.secret_key, &other.secret_key);
    let random = own.split_once('.').unwrap().1;
    for key in [
        format!("{}.{}", world.game_id, theirs.split_once('.').unwrap().1),
        format!("{}.{random}", other.game_id),
        format!("1.{random}"),
        random.to_owned(),
        format!("{own}x"),
        own[..own.len() - 1].to_owned(),
    ] {
        let service = with_header(&world.service_for(&ada), "service-key-token", Some(&key));
        let reply = service.delete(&format!("/api/v3/groups/{group}")).await;
        assert_eq!(reply.status, 401, "{key}");
        reply.refused(401, "ServiceKeyInvalid");
        assert!(!reply.text().contains(random), "{}", reply.text());
    }
    assert_eq!(world.rows(group).await, before);
}
