//! `POST /api/v3/group_connections`

use serde_json::{Value, json};
use tests::World;

use crate::common::{ids, john_doe, john_doe_shown, shown_to_oneself, shown_to_strangers, with};

const CONNECTIONS: &str = "/api/v3/group_connections";

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed_to_whoever_asks_to_join() {
    let world = World::new().await;
    let john = john_doe(&world).await;
    let ada = world.user("ada").await;
    world.draw_next([1]);
    ada.create_group("Wolves", json!({})).await;
    world.draw_next([123]);
    let reply = john.post(CONNECTIONS, json!({ "group_id": 1, "user_id": 10 })).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": 123,
        "status": "pending",
        "inviter_id": 10,
        "group_id": 1,
        "user": john_doe_shown()
    });
    assert_eq!(reply.ok(), expected);
}

#[tokio::test]
async fn naming_somebody_else_invites_them_and_shows_no_address() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    world.draw_next([123]);
    let body = json!({ "group_id": group, "user_id": bob.id });
    let reply = ada.post(CONNECTIONS, body).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": 123,
        "status": "pending",
        "inviter_id": ada.id,
        "group_id": group,
        "user": shown_to_strangers(&bob)
    });
    assert_eq!(reply.ok(), expected);
    let read = ada.group(group).await;
    assert_eq!((ids(&read["invites"]), &read["member_count"]), (vec![123], &json!(1)));
}

#[tokio::test]
async fn every_form_in_which_clients_ask_to_join_is_understood() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for (number, form) in ["join_request", "flat", "bare", "null"].into_iter().enumerate() {
        let player = world.user(&format!("player{number}")).await;
        let id = player.id;
        let body = match form {
            "join_request" => json!({ "group_connection": {
                "group_id": group, "user_id": id, "status": "pending", "action_type": form
            } }),
            "flat" => json!({ "group_id": group, "user_id": id }),
            "bare" => json!({ "group_id": group }),
            _ => json!({ "group_id": group, "user_id": null, "username": null }),
        };
        let connection = player.post(CONNECTIONS, body).await.ok();
        assert_eq!(connection["status"], "pending", "{form}");
        assert_eq!(connection["user"], shown_to_oneself(&player), "{form}");
    }
    assert_eq!(ids(&ada.group(group).await["join_requests"]).len(), 4);
}

#[tokio::test]
async fn who_would_join_at_once_asks_for_nothing_else() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    // What the JavaScript client sends, which then tells its player of success.
    let body = json!({ "group_connection": {
        "group_id": group, "user_id": bob.id, "status": "accepted", "action_type": "join"
    } });
    let reply = bob.post(CONNECTIONS, body.clone()).await;
    reply.refused(422, "NotOpen");
    assert!(reply.text().contains("join_request"), "{}", reply.text());
    assert_eq!(ada.group(group).await["join_requests"], json!([]));
    let path = format!("/api/v3/groups/{group}");
    ada.put(&path, json!({ "can_auto_join": true })).await.ok();
    assert_eq!(bob.post(CONNECTIONS, body).await.ok()["status"], "accepted");
}

#[tokio::test]
async fn an_invitation_may_name_its_user_beside_the_nested_fields() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "Bob_Straße"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let body = json!({
        "group_connection": {
            "group_id": group, "inviter_id": ada.id, "status": "pending", "action_type": "invite"
        },
        "username": " bob_STRASSE "
    });
    let connection = ada.post(CONNECTIONS, body).await.ok();
    assert_eq!(connection["user"], shown_to_strangers(&bob));
    assert_eq!(ada.group(group).await["invites"][0]["user"]["id"], bob.id);
}

#[tokio::test]
async fn an_open_group_is_joined_at_once_whatever_the_client_hopes_for() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    for (name, extra) in [
        ("bob", json!({})),
        ("cy", json!({ "status": "pending", "action_type": "join_request" })),
        ("dan", json!({ "status": "accepted", "action_type": "join" })),
    ] {
        let player = world.user(name).await;
        let mut body = json!({ "group_id": group, "user_id": player.id });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        assert_eq!(player.post(CONNECTIONS, body).await.ok()["status"], "accepted", "{name}");
    }
    assert_eq!(ada.group(group).await["member_count"], 4);
}

#[tokio::test]
async fn an_invite_only_group_takes_no_requests() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let settings = json!({ "can_auto_join": true, "is_invite_only": true });
    let group = ada.create_group("Wolves", settings).await;
    let reply = bob.join(group).await;
    reply.refused(422, "InviteOnly");
    assert!(reply.text().contains("invite only"), "{}", reply.text());
    let read = ada.group(group).await;
    assert_eq!((&read["member_count"], &read["join_requests"]), (&json!(1), &json!([])));
}

#[tokio::test]
async fn a_request_that_meets_an_invitation_makes_a_member_and_the_other_way_round() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let invitation = ada.invite(group, &bob).await.ok()["id"].clone();
    let joined = bob.join(group).await.ok();
    assert_eq!((&joined["status"], &joined["id"]), (&json!("accepted"), &invitation));
    let application = cy.apply(group).await;
    let joined = ada.invite(group, &cy).await.ok();
    assert_eq!((&joined["status"], &joined["id"]), (&json!("accepted"), &json!(application)));
    let read = ada.group(group).await;
    assert_eq!(read["member_count"], 3);
    assert_eq!((&read["join_requests"], &read["invites"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn who_is_connected_already_is_refused() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    ada.join(group).await.refused(422, "AlreadyMember");
    let connection = bob.apply(group).await;
    bob.join(group).await.refused(422, "AlreadyApplied");
    ada.answer(connection, "accepted").await.ok();
    bob.join(group).await.refused(422, "AlreadyMember");
    ada.invite(group, &bob).await.refused(422, "AlreadyMember");
    ada.invite(group, &cy).await.ok();
    ada.invite(group, &cy).await.refused(422, "AlreadyInvited");
    let read = ada.group(group).await;
    assert_eq!((&read["member_count"], ids(&read["invites"]).len()), (&json!(2), 1));
}

#[tokio::test]
async fn nobody_but_an_admin_invites() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    bob.invite(group, &cy).await.refused(403, "NotAuthorized");
    cy.invite(group, &bob).await.refused(403, "NotAuthorized");
    assert_eq!(ada.group(group).await["invites"], json!([]));
    ada.make_admin(group, &bob).await.ok();
    bob.invite(group, &cy).await.ok();
}

#[tokio::test]
async fn a_full_group_cannot_be_joined_but_can_be_asked() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let open = json!({ "can_auto_join": true, "max_group_size": 1 });
    let open = ada.create_group("Wolves", open).await;
    bob.join(open).await.refused(422, "GroupFull");
    assert_eq!(world.assert_group_is_sound(open).await, 1);
    let closed = ada.create_group("Foxes", json!({ "max_group_size": 1 })).await;
    bob.apply(closed).await;
}

#[tokio::test]
async fn who_or_what_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = eve.create_group("Foxes", json!({ "can_auto_join": true })).await;
    for group in [theirs, 2_147_483_647] {
        bob.join(group).await.refused(404, "GroupNotFound");
    }
    for user in [eve.id, 2_147_483_647] {
        let reply = ada.post(CONNECTIONS, json!({ "group_id": group, "user_id": user })).await;
        reply.refused(404, "UserNotFound");
    }
    let named: Value = json!({ "group_id": group, "username": "eve" });
    ada.post(CONNECTIONS, named.clone()).await.refused(404, "UserNotFound");
    ada.post(CONNECTIONS, with(&named, "username", json!("nobody")))
        .await
        .refused(404, "UserNotFound");
    assert_eq!(ada.group(group).await["invites"], json!([]));
    assert_eq!(eve.group(theirs).await["member_count"], 1);
}

#[tokio::test]
async fn of_a_group_and_a_user_that_are_not_there_the_group_is_told() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let body = json!({ "group_id": 1, "user_id": 1 });
    ada.post(CONNECTIONS, body).await.refused(404, "GroupNotFound");
}
