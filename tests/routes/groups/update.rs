//! `PUT /api/v3/groups/{id}`

use http::Method;
use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{World, WorldBuilder};

use crate::common::{
    assert_bodies_refused, assert_ids_refused, assert_unreadable_bodies_refused, with,
};

/// Every setting, each other than its default.
fn all_settings() -> Value {
    json!({
        "name": "Foxes",
        "group_type": "Private",
        "max_group_size": 3,
        "can_auto_join": true,
        "is_invite_only": true,
        "searchable": false,
        "admins_only_can_create_attributes": true,
        "description": "We play\nevery day",
        "reapply_after": 60
    })
}

#[tokio::test]
async fn the_answer_is_the_group_as_it_is_then_without_what_is_in_it() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    world.draw_next([7]);
    ada.create_group("Wolves", json!({})).await;
    let body = json!({ "group": {
        "name": "Foxes", "max_group_size": 5, "can_auto_join": true, "is_invite_only": true
    } });
    let reply = ada.put("/api/v3/groups/7", body).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": 7,
        "name": "Foxes",
        "group_type": "Public",
        "can_auto_join": true,
        "is_invite_only": true,
        "max_group_size": 5,
        "searchable": true,
        "admins_only_can_create_attributes": false,
        "description": "",
        "reapply_after": 0,
        "member_count": 1
    });
    assert_eq!(reply.ok(), expected);
}

#[tokio::test]
async fn each_setting_changes_alone_flat_or_nested() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (name, value) in all_settings().as_object().unwrap() {
        let flat = with(&json!({}), name, value.clone());
        let nested = json!({ "group": flat });
        for body in [flat, nested] {
            let group = ada.create_group("Wolves", json!({})).await;
            let expected = with(&ada.group(group).await, name, value.clone());
            let updated = ada.put(&format!("/api/v3/groups/{group}"), body.clone()).await.ok();
            assert_eq!(&updated[name], value, "{body}");
            assert_eq!(ada.group(group).await, expected, "{body}");
        }
    }
}

#[tokio::test]
async fn all_settings_change_at_once_and_back() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("/api/v3/groups/{group}");
    let before = ada.group(group).await;
    let updated = ada.put(&path, all_settings()).await.ok();
    for (name, value) in all_settings().as_object().unwrap() {
        assert_eq!(&updated[name], value, "{name}");
    }
    let mut back = all_settings();
    for (name, value) in back.as_object_mut().unwrap() {
        *value = before[name].clone();
    }
    ada.put(&path, back).await.ok();
    assert_eq!(ada.group(group).await, before);
}

#[tokio::test]
async fn a_setting_that_is_null_stays() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", all_settings()).await;
    let before = ada.group(group).await;
    let body = json!({ "name": null, "max_group_size": null, "group_type": "Private" });
    ada.put(&format!("/api/v3/groups/{group}"), body).await.ok();
    assert_eq!(ada.group(group).await, before);
}

#[tokio::test]
async fn the_size_may_go_down_to_the_number_of_members_and_no_further() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let path = format!("/api/v3/groups/{group}");
    let refused = ada.put(&path, json!({ "max_group_size": 1, "name": "Foxes" })).await;
    refused.refused(422, "SizeBelowMembers");
    let read = ada.group(group).await;
    assert_eq!((&read["max_group_size"], &read["name"]), (&json!(1000), &json!("Wolves")));
    assert_eq!(ada.put(&path, json!({ "max_group_size": 2 })).await.ok()["max_group_size"], 2);
}

#[tokio::test]
async fn an_invalid_change_is_refused_and_changes_nothing() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("/api/v3/groups/{group}");
    let before = ada.group(group).await;
    let mut cases = Vec::new();
    let mut add = |field, values: &[Value]| {
        let body = json!({ "group_type": "Changed" });
        cases.extend(values.iter().map(|value| (field, with(&body, field, value.clone()))));
    };
    for field in ["name", "group_type"] {
        let too_long = json!("x".repeat(101));
        add(field, &[json!("a\nb"), too_long, json!(7), json!(["x"])]);
    }
    let sizes = [json!(-1), json!(1001), json!(2.5), json!("five"), json!(true)];
    add("max_group_size", &sizes);
    add("description", &[json!("x".repeat(501)), json!("a\u{7}b")]);
    add("reapply_after", &[json!(-1), json!(31_536_001), json!("soon")]);
    for field in
        ["can_auto_join", "is_invite_only", "searchable", "admins_only_can_create_attributes"]
    {
        add(field, &[json!("yes"), json!(2)]);
    }
    cases.push(("The request", json!({ "group_type": "Changed", "searchible": true })));
    // Nothing to change is a mistake rather than a change.
    cases.push(("group", json!({})));
    cases.push(("group", json!({ "group": {} })));
    cases.push(("group", json!({ "name": null })));
    cases.push(("group", json!({ "group": [] })));
    assert_bodies_refused(&ada, (Method::PUT, &path, 422), cases).await;
    assert_unreadable_bodies_refused(&ada, (Method::PUT, &path, 422)).await;
    assert_eq!(ada.group(group).await, before);
}

#[tokio::test]
async fn nobody_but_an_admin_changes_a_group() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let path = format!("/api/v3/groups/{group}");
    for player in [&bob, &stranger] {
        player.put(&path, json!({ "name": "Foxes" })).await.refused(403, "NotAuthorized");
    }
    assert_eq!(ada.group(group).await["name"], "Wolves");
    ada.make_admin(group, &bob).await.ok();
    assert_eq!(bob.put(&path, json!({ "name": "Foxes" })).await.ok()["name"], "Foxes");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found_and_stays() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    for group in [theirs, 2_147_483_647] {
        let reply = ada.put(&format!("/api/v3/groups/{group}"), all_settings()).await;
        reply.refused(404, "GroupNotFound");
    }
    assert_eq!(eve.group(theirs).await["group_type"], "Public");
}

#[tokio::test]
async fn where_names_are_unique_a_name_moves_with_its_group() {
    let limits = Limits { unique_group_names: true, ..Limits::default() };
    let world = WorldBuilder { limits, ..WorldBuilder::default() }.build().await;
    let ada = world.user("ada").await;
    let wolves = ada.create_group("Wolves", json!({})).await;
    let foxes = ada.create_group("Foxes", json!({})).await;
    let path = format!("/api/v3/groups/{wolves}");
    ada.put(&path, json!({ "name": "FOXES" })).await.refused(422, "GroupNameTaken");
    assert_eq!(ada.group(wolves).await["name"], "Wolves");
    ada.put(&path, json!({ "name": "WOLVES" })).await.ok();
    ada.put(&path, json!({ "name": "Bears" })).await.ok();
    ada.put(&format!("/api/v3/groups/{foxes}"), json!({ "name": "wolves" })).await.ok();
    assert_eq!(ada.group(foxes).await["name"], "wolves");
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let body = Some(all_settings());
    assert_ids_refused(&ada, (Method::PUT, "/api/v3/groups/{}", 422), "id", body).await;
}
