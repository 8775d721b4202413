//! `PUT /api/v3/group_connections/{id}`

use http::Method;
use serde_json::{Value, json};
use tests::World;

use crate::common::{
    assert_bodies_refused, assert_ids_refused, assert_unreadable_bodies_refused, ids,
};

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    world.draw_next([123]);
    bob.apply(group).await;
    let reply = ada.put("/api/v3/group_connections/123", json!({ "status": "accepted" })).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "id": 123, "status": "accepted" }));
}

#[tokio::test]
async fn an_accepted_request_makes_a_member_who_is_no_admin() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = bob.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    let read = ada.group(group).await;
    assert_eq!(read["member_count"], 2);
    assert!(ids(&read["members"]).contains(&u64::from(bob.id)));
    assert_eq!(ids(&read["admins"]), [u64::from(ada.id)]);
    assert_eq!(read["join_requests"], json!([]));
}

#[tokio::test]
async fn a_declined_request_is_gone_and_may_be_made_again() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = bob.apply(group).await;
    let declined = ada.answer(connection, "declined").await.ok();
    assert_eq!(declined, json!({ "id": connection, "status": "declined" }));
    let read = ada.group(group).await;
    assert_eq!((&read["member_count"], &read["join_requests"]), (&json!(1), &json!([])));
    for status in ["accepted", "declined"] {
        ada.answer(connection, status).await.refused(404, "ConnectionNotFound");
    }
    assert_ne!(bob.apply(group).await, connection);
}

#[tokio::test]
async fn the_invited_user_accepts_or_declines() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    for (player, status, members) in [(&bob, "accepted", 2), (&cy, "declined", 2)] {
        let connection = ada.invite(group, player).await.ok()["id"].as_u64().unwrap();
        let answered = player.answer(connection, status).await.ok();
        assert_eq!(answered, json!({ "id": connection, "status": status }));
        let read = ada.group(group).await;
        assert_eq!((&read["member_count"], &read["invites"]), (&json!(members), &json!([])));
    }
}

#[tokio::test]
async fn every_form_in_which_clients_answer_is_understood() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let nested = json!({ "status": "accepted", "action_type": "update" });
    for (number, body) in [
        json!({ "status": "accepted" }),
        json!({ "group_connection": nested, "connection_type": "join_request" }),
        // Some clients say so of everything.
        json!({ "group_connection": nested, "connection_type": "invite" }),
    ]
    .into_iter()
    .enumerate()
    {
        let player = world.user(&format!("player{number}")).await;
        let connection = player.apply(group).await;
        let path = format!("/api/v3/group_connections/{connection}");
        assert_eq!(ada.put(&path, body.clone()).await.ok()["status"], "accepted", "{body}");
    }
    assert_eq!(world.assert_group_is_sound(group).await, 4);
}

#[tokio::test]
async fn accepting_twice_succeeds_and_declining_what_was_accepted_does_not_undo_it() {
    let world = World::new().await;
    let [ada, bob, cy, dan] = world.users(["ada", "bob", "cy", "dan"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let application = bob.apply(group).await;
    let invitation = ada.invite(group, &cy).await.ok()["id"].as_u64().unwrap();
    for (answerer, connection) in [(&ada, application), (&cy, invitation)] {
        for _ in 0..2 {
            let accepted = answerer.answer(connection, "accepted").await.ok();
            assert_eq!(accepted, json!({ "id": connection, "status": "accepted" }));
        }
        answerer.answer(connection, "declined").await.refused(404, "ConnectionNotFound");
    }
    // Joining at once makes a connection too, which the C# client's users accept again.
    ada.put(&format!("/api/v3/groups/{group}"), json!({ "can_auto_join": true })).await.ok();
    let joined = dan.join(group).await.ok()["id"].as_u64().unwrap();
    ada.answer(joined, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 4);
}

#[tokio::test]
async fn whoever_may_not_decide_is_refused_with_422_and_nothing_changes() {
    let world = World::new().await;
    let [ada, member, applicant, invited, stranger] =
        world.users(["ada", "member", "applicant", "invited", "stranger"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = member.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    let application = applicant.apply(group).await;
    let invitation = ada.invite(group, &invited).await.ok()["id"].as_u64().unwrap();
    for status in ["accepted", "declined"] {
        for player in [&member, &applicant, &invited, &stranger] {
            player.answer(application, status).await.refused(422, "NotAuthorized");
        }
        for player in [&ada, &member, &applicant, &stranger] {
            player.answer(invitation, status).await.refused(422, "NotAuthorized");
        }
    }
    let read = ada.group(group).await;
    assert_eq!(
        (ids(&read["join_requests"]), ids(&read["invites"])),
        (vec![application], vec![invitation])
    );
    assert_eq!(read["member_count"], 2);
}

#[tokio::test]
async fn a_full_group_takes_nobody_and_the_request_stays() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "max_group_size": 1 })).await;
    let connection = bob.apply(group).await;
    ada.answer(connection, "accepted").await.refused(422, "GroupFull");
    assert_eq!(ids(&ada.group(group).await["join_requests"]), [connection]);
    ada.put(&format!("/api/v3/groups/{group}"), json!({ "max_group_size": 2 })).await.ok();
    ada.answer(connection, "accepted").await.ok();
}

#[tokio::test]
async fn an_answer_that_makes_no_sense_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let connection = bob.apply(group).await;
    let path = format!("/api/v3/group_connections/{connection}");
    let mut cases: Vec<(&str, Value)> = [
        json!("pending"),
        json!("Accepted"),
        json!("reject"),
        json!(""),
        json!(1),
        json!(true),
        json!([]),
        Value::Null,
    ]
    .into_iter()
    .map(|status| ("status", json!({ "status": status })))
    .collect();
    cases.push(("status", json!({})));
    cases.push(("status", json!({ "group_connection": { "action_type": "update" } })));
    cases.push(("connection_type", json!({ "status": "accepted", "connection_type": 7 })));
    cases.push(("The request", json!({ "status": "accepted", "message": "Come in" })));
    assert_bodies_refused(&ada, (Method::PUT, &path, 422), cases).await;
    assert_unreadable_bodies_refused(&ada, (Method::PUT, &path, 422)).await;
    assert_eq!(ids(&ada.group(group).await["join_requests"]), [connection]);
}

#[tokio::test]
async fn a_connection_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let other = world.other_game().await;
    let [eve, mallory] = other.users(["eve", "mallory"]).await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    let connection = mallory.apply(theirs).await;
    // One client leaves a group by declining a connection with the group's id.
    for id in [connection, group, 2_147_483_647] {
        for status in ["accepted", "declined"] {
            ada.answer(id, status).await.refused(404, "ConnectionNotFound");
        }
    }
    assert_eq!(ids(&eve.group(theirs).await["join_requests"]), [connection]);
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let path = "/api/v3/group_connections/{}";
    let body = Some(json!({ "status": "accepted" }));
    assert_ids_refused(&ada, (Method::PUT, path, 422), "id", body).await;
}
