//! `GET /api/v3/groups/{id}/attributes` and `PATCH /api/v3/groups/{id}/modify_attribute`

use http::Method;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::common::{
    assert_bodies_refused, assert_ids_refused, assert_unreadable_bodies_refused, keys,
};

/// A group of Ada's with Bob in it, where anyone may join.
async fn group_of(ada: &Player<'_>, bob: &Player<'_>) -> u64 {
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    group
}

/// Adds one attribute.
async fn add(player: &Player<'_>, group: u64, attribute: Value) {
    let path = format!("/api/v3/groups/{group}/add_attribute");
    player.post(&path, json!({ "attributes": [attribute] })).await.ok();
}

async fn modify(player: &Player<'_>, group: u64, body: Value) -> tests::Reply {
    player.patch(&format!("/api/v3/groups/{group}/modify_attribute"), body).await
}

async fn list(player: &Player<'_>, group: u64) -> Value {
    player.get(&format!("/api/v3/groups/{group}/attributes")).await.ok()
}

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed() {
    let world = World::new().await;
    world.draw_next([1001, 1002]);
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    world.draw_next([1]);
    add(&ada, group, json!({ "key": "setting1", "value": "decrypted_value1" })).await;
    world.draw_next([2]);
    add(&bob, group, json!({ "key": "setting2", "value": "decrypted_value2" })).await;
    let reply = ada.get(&format!("/api/v3/groups/{group}/attributes")).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "attributes": [
            {
                "id": 1,
                "key": "setting1",
                "value": "decrypted_value1",
                "creator_id": 1001,
                "can_edit": true,
                "others_can_edit": false,
                "public": false
            },
            {
                "id": 2,
                "key": "setting2",
                "value": "decrypted_value2",
                "creator_id": 1002,
                "can_edit": false,
                "others_can_edit": false,
                "public": false
            }
        ]
    });
    assert_eq!(reply.ok(), expected);
}

#[tokio::test]
async fn a_group_without_attributes_lists_none_and_others_are_listed_by_key() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    assert_eq!(list(&ada, group).await, json!({ "attributes": [] }));
    for key in ["b", "a", "c"] {
        add(&ada, group, json!({ "key": key, "value": "" })).await;
    }
    assert_eq!(keys(&list(&bob, group).await["attributes"]), ["a", "b", "c"]);
}

#[tokio::test]
async fn nobody_but_members_reads_attributes() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let group = group_of(&ada, &bob).await;
    let path = format!("/api/v3/groups/{group}/attributes");
    stranger.get(&path).await.refused(403, "NotAuthorized");
    bob.leave(group).await.ok();
    bob.get(&path).await.refused(403, "NotAuthorized");
}

#[tokio::test]
async fn a_modified_attribute_is_answered_unwrapped_with_its_id_and_creator_kept() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    add(&ada, group, json!({ "key": "motto", "value": "old", "others_can_edit": true })).await;
    let before = list(&bob, group).await["attributes"][0].clone();
    let reply = modify(&bob, group, json!({ "value": "new", "key": "motto" })).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": before["id"],
        "key": "motto",
        "value": "new",
        "creator_id": ada.id,
        "can_edit": true,
        "others_can_edit": true,
        "public": false
    });
    assert_eq!(reply.ok(), expected);
    assert_eq!(list(&bob, group).await, json!({ "attributes": [expected] }));
}

#[tokio::test]
async fn a_protected_attribute_is_its_creators_alone_even_among_admins() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    add(&bob, group, json!({ "key": "motto", "value": "old" })).await;
    modify(&ada, group, json!({ "key": "motto", "value": "new" }))
        .await
        .refused(403, "NotAuthorized");
    assert_eq!(list(&ada, group).await["attributes"][0]["value"], "old");
    modify(&bob, group, json!({ "key": "motto", "value": "new" })).await.ok();
}

#[tokio::test]
async fn the_creator_alone_opens_an_attribute_to_others_and_closes_it() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    add(&ada, group, json!({ "key": "motto", "value": "old" })).await;
    for (open, flag) in [
        (true, json!({ "others_can_edit": true })),
        (false, json!({ "only_can_edit_by_creator": true })),
    ] {
        let mut body = json!({ "key": "motto", "value": "old" });
        body.as_object_mut().unwrap().extend(flag.as_object().unwrap().clone());
        assert_eq!(modify(&ada, group, body).await.ok()["others_can_edit"], open);
        let listed = list(&bob, group).await;
        assert_eq!(listed["attributes"][0]["can_edit"], open, "{flag}");
    }
    let body = json!({ "key": "motto", "value": "old", "others_can_edit": true });
    modify(&ada, group, body).await.ok();
    let body = json!({ "key": "motto", "value": "new", "others_can_edit": false });
    modify(&bob, group, body).await.refused(403, "NotAuthorized");
    assert_eq!(list(&bob, group).await["attributes"][0]["value"], "old");
}

#[tokio::test]
async fn a_key_that_is_not_there_is_not_created() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    let reply = modify(&ada, group, json!({ "key": "motto", "value": "new" })).await;
    reply.refused(404, "AttributeNotFound");
    assert_eq!(list(&ada, group).await, json!({ "attributes": [] }));
}

#[tokio::test]
async fn a_malformed_modification_is_refused_with_400_and_changes_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = group_of(&ada, &bob).await;
    add(&ada, group, json!({ "key": "motto", "value": "old" })).await;
    let path = format!("/api/v3/groups/{group}/modify_attribute");
    let cases = [
        ("key", json!({ "value": "new" })),
        ("value", json!({ "key": "motto" })),
        ("value", json!({ "key": "motto", "value": null })),
        ("value", json!({ "key": "motto", "value": [7] })),
        ("value", json!({ "key": "motto", "value": "x".repeat(4097) })),
        ("key", json!({ "key": 7, "value": "new" })),
        ("key", json!({ "key": "", "value": "new" })),
        ("others_can_edit", json!({ "key": "motto", "value": "new", "others_can_edit": "yes" })),
        ("The request", json!({ "key": "motto", "value": "new", "editor_id": bob.id })),
        (
            "others_can_edit",
            json!({
                "key": "motto", "value": "new",
                "others_can_edit": true, "only_can_edit_by_creator": true
            }),
        ),
    ];
    assert_bodies_refused(&ada, (Method::PATCH, &path, 400), cases).await;
    assert_unreadable_bodies_refused(&ada, (Method::PATCH, &path, 400)).await;
    assert_eq!(list(&ada, group).await["attributes"][0]["value"], "old");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    add(&eve, theirs, json!({ "key": "motto", "value": "old" })).await;
    for group in [theirs, 2_147_483_647] {
        let reply = ada.get(&format!("/api/v3/groups/{group}/attributes")).await;
        reply.refused(404, "GroupNotFound");
        let reply = modify(&ada, group, json!({ "key": "motto", "value": "new" })).await;
        reply.refused(404, "GroupNotFound");
    }
    assert_eq!(list(&eve, theirs).await["attributes"][0]["value"], "old");
}

#[tokio::test]
async fn what_is_no_id_is_refused_with_400() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_ids_refused(&ada, (Method::GET, "/api/v3/groups/{}/attributes", 400), "id", None).await;
    let path = "/api/v3/groups/{}/modify_attribute";
    let body = json!({ "key": "motto", "value": "new" });
    assert_ids_refused(&ada, (Method::PATCH, path, 400), "id", Some(body)).await;
}
