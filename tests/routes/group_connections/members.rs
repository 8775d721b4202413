//! `PUT /api/v3/group_connections/remove_member/{user_id}`, `make_admin/{user_id}` and `remove_admin/{user_id}`

use http::Method;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::common::{
    assert_bodies_refused, assert_ids_refused, assert_unreadable_bodies_refused, ids,
};

const CHANGES: [&str; 3] = ["remove_member", "make_admin", "remove_admin"];

fn path(change: &str, user: impl std::fmt::Display) -> String {
    format!("/api/v3/group_connections/{change}/{user}")
}

/// An open group of Ada's with Bob in it.
async fn group_of(ada: &Player<'_>, bob: &Player<'_>) -> u64 {
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    group
}

#[tokio::test]
async fn who_is_removed_is_out_and_kept_out() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    let reply = ada.put(&path("remove_member", bob.id), json!({ "group_id": group })).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "message": "Member removed" }));
    assert_eq!(ids(&ada.group(group).await["members"]), [u64::from(ada.id)]);
    bob.join(group).await.refused(422, "Blocked");
    ada.invite(group, &bob).await.refused(422, "Blocked");
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn who_removes_themselves_leaves_and_may_come_back() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    bob.remove(group, &bob).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
    bob.join(group).await.ok();
}

#[tokio::test]
async fn an_admin_may_be_removed_by_another() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    ada.make_admin(group, &bob).await.ok();
    bob.remove(group, &ada).await.ok();
    assert_eq!(ids(&bob.group(group).await["admins"]), [u64::from(bob.id)]);
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn who_is_made_admin_is_one_and_stays_a_member_and_twice_is_harmless() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    for _ in 0..2 {
        let reply = ada.put(&path("make_admin", bob.id), json!({ "group_id": group })).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.ok(), json!({ "message": "Member is an admin" }));
    }
    let read = ada.group(group).await;
    assert_eq!((ids(&read["members"]).len(), ids(&read["admins"]).len()), (2, 2));
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn the_group_may_be_named_nested_or_in_the_query() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    let nested = json!({ "group_connection": { "group_id": group } });
    ada.put(&path("make_admin", bob.id), nested).await.ok();
    let queried = format!("{}?group_id={group}", path("remove_member", bob.id));
    ada.send(Method::PUT, &queried, None).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn nobody_but_an_admin_removes_or_promotes() {
    let world = World::new().await;
    let [ada, bob, cy, stranger] = world.users(["ada", "bob", "cy", "stranger"]).await;
    let group = group_of(&ada, &bob).await;
    cy.join(group).await.ok();
    for player in [&bob, &stranger] {
        player.remove(group, &cy).await.refused(403, "NotAuthorized");
        player.remove(group, &ada).await.refused(403, "NotAuthorized");
        player.make_admin(group, &cy).await.refused(403, "NotAuthorized");
    }
    bob.make_admin(group, &bob).await.refused(403, "NotAuthorized");
    let read = ada.group(group).await;
    assert_eq!((ids(&read["members"]).len(), ids(&read["admins"]).len()), (3, 1));
}

#[tokio::test]
async fn who_is_not_in_cannot_be_removed_or_promoted() {
    let world = World::new().await;
    let [ada, bob, applicant, stranger] =
        world.users(["ada", "bob", "applicant", "stranger"]).await;
    let group = group_of(&ada, &bob).await;
    ada.put(&format!("/api/v3/groups/{group}"), json!({ "can_auto_join": false })).await.ok();
    let pending = applicant.apply(group).await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    for user in [applicant.id, stranger.id, eve.id, 2_147_483_647] {
        for change in CHANGES {
            let reply = ada.put(&path(change, user), json!({ "group_id": group })).await;
            reply.refused(422, "NotMember");
        }
    }
    let read = ada.group(group).await;
    assert_eq!((ids(&read["members"]).len(), ids(&read["join_requests"])), (2, vec![pending]));
    let blocks = ada.get(&format!("/api/v3/groups/{group}/blocks")).await.ok();
    assert_eq!(blocks, json!({ "blocks": [] }));
}

#[tokio::test]
async fn another_games_group_stays_as_it_is() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let [eve, mallory] = other.users(["eve", "mallory"]).await;
    let theirs = group_of(&eve, &mallory).await;
    for group in [theirs, 2_147_483_647] {
        for user in [mallory.id, ada.id] {
            for change in CHANGES {
                let reply = ada.put(&path(change, user), json!({ "group_id": group })).await;
                reply.refused(404, "GroupNotFound");
            }
        }
    }
    let read = eve.group(theirs).await;
    assert_eq!((ids(&read["members"]).len(), ids(&read["admins"]).len()), (2, 1));
}

#[tokio::test]
async fn a_body_that_makes_no_sense_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    for change in CHANGES {
        let path = path(change, bob.id);
        let bad = [json!(0), json!(-1), json!("x"), json!(1.5), json!([]), Value::Null];
        let mut cases: Vec<(&str, Value)> =
            bad.into_iter().map(|id| ("group_id", json!({ "group_id": id }))).collect();
        cases.push(("group_id", json!({})));
        cases.push(("The request", json!({ "group_id": group, "role": "admin" })));
        assert_bodies_refused(&ada, (Method::PUT, &path, 422), cases).await;
        assert_unreadable_bodies_refused(&ada, (Method::PUT, &path, 422)).await;
    }
    let read = ada.group(group).await;
    assert_eq!((ids(&read["members"]).len(), ids(&read["admins"]).len()), (2, 1));
}

#[tokio::test]
async fn what_is_no_user_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for change in CHANGES {
        let body = Some(json!({ "group_id": 7 }));
        assert_ids_refused(&ada, (Method::PUT, &path(change, "{}"), 422), "user_id", body).await;
    }
}

#[tokio::test]
async fn an_admin_is_made_a_plain_member_by_its_id() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    ada.make_admin(group, &bob).await.ok();
    let nested = json!({ "group_connection": { "group_id": group } });
    let reply = bob.put(&path("remove_admin", ada.id), nested).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.ok(), json!({ "message": "Member is no admin" }));
    assert_eq!(ids(&bob.group(group).await["admins"]), [u64::from(bob.id)]);
    bob.remove_admin(group, &bob).await.refused(422, "LastAdmin");
    ada.remove_admin(group, &bob).await.refused(403, "NotAuthorized");
}
