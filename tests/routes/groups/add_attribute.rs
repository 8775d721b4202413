//! `POST /api/v3/groups/{id}/add_attribute`

use http::Method;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

use crate::common::{
    assert_bodies_refused, assert_ids_refused, assert_unreadable_bodies_refused, keys,
};

async fn add(player: &Player<'_>, group: u64, attributes: Value) -> Reply {
    let path = format!("/api/v3/groups/{group}/add_attribute");
    player.post(&path, json!({ "attributes": attributes })).await
}

async fn list(player: &Player<'_>, group: u64) -> Value {
    let listed = player.get(&format!("/api/v3/groups/{group}/attributes")).await.ok();
    listed["attributes"].clone()
}

/// So many attributes with keys of their own.
fn many(prefix: &str, count: usize) -> Value {
    (0..count)
        .map(|number| json!({ "key": format!("{prefix}{number:03}"), "value": "x" }))
        .collect()
}

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed() {
    let world = World::new().await;
    world.draw_next([1001]);
    let ada = world.user("ada").await;
    world.draw_next([1]);
    ada.create_group("Awesome Gamers", json!({})).await;
    world.draw_next([3, 4]);
    let body = json!([
        { "key": "new_setting", "value": "new_value" },
        { "key": "another_setting", "value": "another_value" }
    ]);
    let reply = add(&ada, 1, body).await;
    assert_eq!(reply.status, 200);
    let attribute = |id: u32, key: &str, value: &str| {
        json!({
            "id": id,
            "key": key,
            "value": value,
            "creator_id": 1001,
            "can_edit": true,
            "others_can_edit": false,
            "public": false
        })
    };
    let new = attribute(3, "new_setting", "new_value");
    let another = attribute(4, "another_setting", "another_value");
    assert_eq!(reply.ok(), json!({ "attributes": [new, another] }));
    assert_eq!(list(&ada, 1).await, json!([another, new]));
}

#[tokio::test]
async fn the_attributes_may_be_nested_under_group() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let body = json!({ "group": { "attributes": [{ "key": "motto", "value": "onward" }] } });
    ada.post(&format!("/api/v3/groups/{group}/add_attribute"), body).await.ok();
    assert_eq!(keys(&list(&ada, group).await), ["motto"]);
}

#[tokio::test]
async fn both_names_of_the_protection_are_understood_and_the_default_is_protected() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for (flags, others_can_edit) in [
        (json!({}), false),
        (json!({ "only_can_edit_by_creator": true }), false),
        (json!({ "only_can_edit_by_creator": false }), true),
        (json!({ "others_can_edit": false }), false),
        (json!({ "others_can_edit": true }), true),
        (json!({ "others_can_edit": null, "only_can_edit_by_creator": null }), false),
        (json!({ "others_can_edit": true, "only_can_edit_by_creator": false }), true),
    ] {
        let mut attribute = json!({ "key": flags.to_string(), "value": "x" });
        attribute.as_object_mut().unwrap().extend(flags.as_object().unwrap().clone());
        let added = add(&ada, group, json!([attribute])).await.ok();
        assert_eq!(added["attributes"][0]["others_can_edit"], others_can_edit, "{flags}");
    }
}

#[tokio::test]
async fn a_key_that_is_there_is_updated_and_only_this_requests_attributes_are_answered() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let first = json!([{ "key": "a", "value": "1", "others_can_edit": true }, { "key": "b", "value": "1" }]);
    let first = add(&ada, group, first).await.ok();
    let second = json!([{ "key": "c", "value": "2" }, { "key": "a", "value": "2" }]);
    let second = add(&ada, group, second).await.ok();
    assert_eq!(keys(&second["attributes"]), ["c", "a"]);
    assert_eq!(second["attributes"][1]["id"], first["attributes"][0]["id"]);
    assert_eq!(second["attributes"][1]["others_can_edit"], true, "an old flag stays");
    let listed = list(&ada, group).await;
    let values: Vec<_> = listed.as_array().unwrap().iter().map(|entry| &entry["value"]).collect();
    assert_eq!(values, ["2", "1", "2"]);
    world.assert_group_is_sound(group).await;
}

#[tokio::test]
async fn keys_and_values_may_go_to_their_limits() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for (key, value) in [
        ("k", ""),
        ("Wölfe #1 / \"x\"~", "line\nbreak \u{1} 🐺"),
        (&"ä".repeat(128), &"x".repeat(4096)),
        ("two bytes each", &"ä".repeat(2048)),
    ] {
        add(&ada, group, json!([{ "key": key, "value": value }])).await.ok();
        let listed = list(&ada, group).await;
        let stored = listed.as_array().unwrap().iter().find(|entry| entry["key"] == key).unwrap();
        assert_eq!(stored["value"], value, "{key}");
    }
}

#[tokio::test]
async fn malformed_attributes_are_refused_with_400_and_none_of_the_request_is_stored() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("/api/v3/groups/{group}/add_attribute");
    let mut cases = Vec::new();
    for (field, bad) in [
        ("attributes[1].key", json!({ "value": "x" })),
        ("attributes[1].value", json!({ "key": "k" })),
        ("attributes[1].value", json!({ "key": "k", "value": null })),
        ("attributes[1].value", json!({ "key": "k", "value": [7] })),
        // Languages whose texts end there would read another value.
        ("attributes[1].value", json!({ "key": "k", "value": "a\u{0}b" })),
        ("attributes[1].value", json!({ "key": "k", "value": {} })),
        ("attributes[1].value", json!({ "key": "k", "value": "x".repeat(4097) })),
        ("attributes[1].value", json!({ "key": "k", "value": "ä".repeat(2049) })),
        ("attributes[1].key", json!({ "key": " ", "value": "x" })),
        ("attributes[1].key", json!({ "key": "a\nb", "value": "x" })),
        ("attributes[1].key", json!({ "key": "x".repeat(129), "value": "x" })),
        ("attributes[1].key", json!({ "key": 7, "value": "x" })),
        ("attributes[1]", json!({ "key": "k", "value": "x", "protected": 7 })),
        (
            "attributes[1].others_can_edit",
            json!({ "key": "k", "value": "x", "others_can_edit": 2 }),
        ),
        (
            "others_can_edit",
            json!({
                "key": "k", "value": "x", "others_can_edit": true, "only_can_edit_by_creator": true
            }),
        ),
        ("attributes[1]", json!("k")),
    ] {
        let good = json!({ "key": "good", "value": "x" });
        cases.push((field, json!({ "attributes": [good, bad] })));
    }
    let twice = json!([{ "key": "k", "value": "x" }, { "key": " k ", "value": "y" }]);
    cases.push(("attributes", json!({ "attributes": twice })));
    cases.push(("attributes", json!({})));
    cases.push(("attributes", json!({ "attributes": null })));
    cases.push(("attributes", json!({ "attributes": [] })));
    cases.push(("attributes", json!({ "attributes": {} })));
    cases.push(("attributes", json!({ "attributes": "motto" })));
    cases.push(("attributes", json!({ "attributes": many("k", 51) })));
    assert_bodies_refused(&ada, (Method::POST, &path, 400), cases).await;
    assert_unreadable_bodies_refused(&ada, (Method::POST, &path, 400)).await;
    assert_eq!(list(&ada, group).await, json!([]));
}

#[tokio::test]
async fn a_group_has_at_most_100_attributes_50_of_them_from_one_request() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    add(&ada, group, many("a", 50)).await.ok();
    add(&ada, group, many("b", 49)).await.ok();
    add(&ada, group, many("c", 2)).await.refused(422, "TooManyAttributes");
    assert_eq!(list(&ada, group).await.as_array().unwrap().len(), 99, "all or nothing");
    add(&ada, group, many("c", 1)).await.ok();
    add(&ada, group, many("d", 1)).await.refused(422, "TooManyAttributes");
    add(&ada, group, many("a", 50)).await.ok();
    assert_eq!(list(&ada, group).await.as_array().unwrap().len(), 100);
    world.assert_group_is_sound(group).await;
}

#[tokio::test]
async fn where_one_attribute_may_not_be_changed_none_of_the_request_is_stored() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    add(&ada, group, json!([{ "key": "hers", "value": "old" }])).await.ok();
    let body = json!([{ "key": "his", "value": "x" }, { "key": "hers", "value": "new" }]);
    add(&bob, group, body).await.refused(403, "NotAuthorized");
    let listed = list(&ada, group).await;
    assert_eq!((keys(&listed), &listed[0]["value"]), (vec!["hers"], &json!("old")));
}

#[tokio::test]
async fn strangers_add_nothing_and_members_only_where_that_is_not_for_admins_alone() {
    let world = World::new().await;
    let [ada, bob, stranger] = world.users(["ada", "bob", "stranger"]).await;
    let body = json!([{ "key": "his", "value": "x" }]);
    for (admins_only, expected) in [(false, vec!["his"]), (true, vec![])] {
        let settings =
            json!({ "can_auto_join": true, "admins_only_can_create_attributes": admins_only });
        let group = ada.create_group("Wolves", settings).await;
        bob.join(group).await.ok();
        add(&stranger, group, body.clone()).await.refused(403, "NotAuthorized");
        match admins_only {
            true => add(&bob, group, body.clone()).await.refused(403, "NotAuthorized"),
            false => drop(add(&bob, group, body.clone()).await.ok()),
        }
        assert_eq!(keys(&list(&ada, group).await), expected);
        add(&ada, group, json!([{ "key": "hers", "value": "x" }])).await.ok();
    }
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let theirs = eve.create_group("Foxes", json!({})).await;
    for group in [theirs, 2_147_483_647] {
        add(&ada, group, many("k", 1)).await.refused(404, "GroupNotFound");
    }
    assert_eq!(list(&eve, theirs).await, json!([]));
}

#[tokio::test]
async fn what_is_no_id_is_refused_with_400() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let path = "/api/v3/groups/{}/add_attribute";
    let body = json!({ "attributes": many("k", 1) });
    assert_ids_refused(&ada, (Method::POST, path, 400), "id", Some(body)).await;
}
