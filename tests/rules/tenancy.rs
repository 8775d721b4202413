//! Tenancy: nothing of one game is ever seen or touched from another, not even where ids, names and addresses are the same.

use futures_util::FutureExt;
use serde_json::json;
use tests::{Player, World};

use crate::{
    ROUNDS, add_attribute, assert_tally, delete, id, ids, ids_of, open_group, own, race, unblock,
    update, users_of,
};

#[tokio::test]
async fn another_game_sees_nothing_and_changes_nothing() {
    let world = World::new().await;
    let other = world.other_game().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let eve = other.user("eve").await;
    let group = open_group(&ada, &[&bob]).await;
    add_attribute(&ada, group, "motto", "").await.ok();
    update(&ada, group, json!({ "can_auto_join": false })).await.ok();
    let application = cy.apply(group).await;
    let invitation = id(&ada.invite(group, &dot).await);
    ada.remove(group, &bob).await.ok();
    let before = world.rows(group).await;

    let path = format!("/api/v3/groups/{group}");
    // A user of the other game, and the other game itself.
    for eve in [&eve, &other.service_for(&eve)] {
        eve.get(&path).await.refused(404, "GroupNotFound");
        eve.get(&format!("{path}/attributes")).await.refused(404, "GroupNotFound");
        eve.get(&format!("{path}/blocks")).await.refused(404, "GroupNotFound");
        assert_eq!(ids(&eve.get("/api/v3/groups").await.ok()["groups"]), [0; 0]);
        eve.get(&format!("/api/v3/users/{}", ada.id)).await.refused(404, "UserNotFound");
        eve.join(group).await.refused(404, "GroupNotFound");
        eve.leave(group).await.refused(404, "GroupNotFound");
        eve.remove(group, &ada).await.refused(404, "GroupNotFound");
        eve.make_admin(group, &ada).await.refused(404, "GroupNotFound");
        unblock(eve, group, &bob).await.refused(404, "GroupNotFound");
        update(eve, group, json!({ "name": "eve's" })).await.refused(404, "GroupNotFound");
        delete(eve, group).await.refused(404, "GroupNotFound");
        add_attribute(eve, group, "motto", "eve's").await.refused(404, "GroupNotFound");
        for connection in [application, invitation] {
            eve.answer(connection, "accepted").await.refused(404, "ConnectionNotFound");
            eve.answer(connection, "declined").await.refused(404, "ConnectionNotFound");
            eve.cancel(connection).await.refused(404, "ConnectionNotFound");
        }
    }
    assert_eq!(world.rows(group).await, before);
    // Nor can anybody reach over to the other game's people.
    ada.invite(group, &eve).await.refused(404, "UserNotFound");
    let named = json!({ "group_id": group, "username": "eve" });
    ada.post("/api/v3/group_connections", named).await.refused(404, "UserNotFound");
}

#[tokio::test]
async fn groups_of_two_games_that_have_the_same_id_and_the_same_people_are_two_groups() {
    let world = World::new().await;
    let other = world.other_game().await;
    world.draw_next([11, 11, 12, 12]);
    let [ada, their_ada] = [world.user("ada").await, other.user("ada").await];
    let [bob, their_bob] = [world.user("bob").await, other.user("bob").await];
    assert_eq!((ada.id, bob.id), (their_ada.id, their_bob.id));
    let settings = json!({ "can_auto_join": true, "max_group_size": 2 });
    for round in 0..ROUNDS {
        let number = 100 + u32::try_from(round).unwrap();
        world.draw_next([number, number]);
        let group = ada.create_group("here", settings.clone()).await;
        assert_eq!(their_ada.create_group("there", settings.clone()).await, group);
        let requests = vec![
            bob.join(group).boxed_local(),
            their_bob.join(group).boxed_local(),
            update(&their_ada, group, json!({ "group_type": "There" })).boxed_local(),
        ];
        assert_tally(&race(round, requests).await, &[("200", 3)]);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        assert_eq!(other.assert_group_is_sound(group).await, 2);
        delete(&their_ada, group).await.ok();
        assert_eq!(ada.group(group).await["group_type"], "Public");
        assert_eq!(users_of(&world, group, "member").await, ids_of(&[&ada, &bob]));
        assert_eq!(ids(&own(&their_bob).await["groups"]), [0; 0]);
        assert!(ids(&own(&bob).await["groups"]).contains(&group));
    }
}

#[tokio::test]
async fn a_connection_of_the_same_id_in_another_game_is_another_connection() {
    let world = World::new().await;
    let other = world.other_game().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let [eve, mal] = other.users(["eve", "mal"]).await;
    world.draw_next([50, 50]);
    let group = ada.create_group("here", json!({})).await;
    let theirs = eve.create_group("there", json!({})).await;
    assert_eq!(group, theirs);
    world.draw_next([60, 60]);
    assert_eq!((bob.apply(group).await, mal.apply(theirs).await), (60, 60));
    eve.answer(60, "accepted").await.ok();
    assert_eq!(other.assert_group_is_sound(group).await, 2);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    assert_eq!(users_of(&world, group, "application").await, ids_of(&[&bob]));
    bob.cancel(60).await.ok();
}

#[tokio::test]
async fn names_addresses_and_credentials_belong_to_one_game() {
    let mut builder = tests::WorldBuilder::default();
    builder.limits.unique_group_names = true;
    let world = builder.build().await;
    let other = world.other_game().await;
    let ada = world.user("ada").await;
    let sign_in = async |world: &World, password: &str| {
        let body = json!({
            "game_id": world.game_id, "game_token": world.game_token,
            "email": "ada@example.com", "password": password,
        });
        world.nobody().post("/api/v3/sessions", body).await
    };
    sign_in(&other, "password").await.refused(401, "CredentialsInvalid");
    // The same name and address are free over there, with another password.
    let mut body = other.sign_up_body("ada");
    body["password"] = "different".into();
    body["password_confirmation"] = "different".into();
    other.nobody().post("/api/v3/users", body).await.ok();
    sign_in(&world, "different").await.refused(401, "CredentialsInvalid");
    sign_in(&other, "password").await.refused(401, "CredentialsInvalid");
    assert_eq!(sign_in(&world, "password").await.ok()["id"], ada.id);
    // Group names as well.
    ada.create_group("Dragon", json!({})).await;
    let eve = other.user("eve").await;
    eve.create_group("Dragon", json!({})).await;
    // A game's token opens that game only.
    let mut body = world.sign_up_body("mal");
    body["game_token"] = other.game_token.clone().into();
    world.nobody().post("/api/v3/users", body).await.refused(404, "GameNotFound");
}

#[tokio::test]
async fn a_games_key_speaks_for_its_own_users_only() {
    let world = World::new().await;
    let other = world.other_game().await;
    let ada = world.user("ada").await;
    let foreign: Player<'_> = other.service_for(&ada);
    foreign.get("/api/v3/groups").await.refused(401, "ServiceKeyInvalid");
    world.service_for(&ada).get("/api/v3/groups").await.ok();
}

#[tokio::test]
async fn a_cursor_of_one_game_is_none_of_another() {
    let world = World::new().await;
    let other = world.other_game().await;
    let (ada, eve) = (world.user("ada").await, other.user("eve").await);
    for player in [&ada, &eve] {
        for name in ["a", "b"] {
            player.create_group(name, json!({})).await;
        }
    }
    let page = ada.get("/api/v3/groups?limit=1").await.ok();
    let next = format!("/api/v3/groups?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    eve.get(&next).await.refused(422, "CursorInvalid");
    assert_eq!(ada.get(&next).await.ok()["groups"][0]["name"], "b");
}
