//! `POST /api/v3/groups`

use http::Method;
use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{World, WorldBuilder};

use crate::common::{
    assert_bodies_refused, assert_unreadable_bodies_refused, john_doe, john_doe_shown, member_for,
    shown_to_oneself, with,
};

const GROUPS: &str = "/api/v3/groups";

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed() {
    let world = World::new().await;
    let john = john_doe(&world).await;
    world.draw_next([1]);
    let body = json!({
        "name": "Awesome Gamers",
        "group_type": "Public",
        "max_group_size": 50,
        "can_auto_join": true,
        "is_invite_only": false
    });
    let reply = john.post(GROUPS, body).await;
    assert_eq!(reply.status, 201);
    let expected = json!({
        "id": 1,
        "name": "Awesome Gamers",
        "group_type": "Public",
        "can_auto_join": true,
        "is_invite_only": false,
        "max_group_size": 50,
        "searchable": true,
        "member_count": 1,
        "members": [member_for(&world, 0, &john_doe_shown())],
        "admins": [member_for(&world, 0, &john_doe_shown())],
        "public_attributes": [],
        "join_requests": [],
        "invites": [],
        // What later clients read besides.
        "admins_only_can_create_attributes": false,
        "description": "",
        "reapply_after": 0
    });
    assert_eq!(reply.ok(), expected);
    assert_eq!(john.group(1).await, expected, "and it is what was stored");
}

#[tokio::test]
async fn only_the_name_is_required_and_the_rest_has_defaults() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    world.draw_next([7]);
    let created = ada.post(GROUPS, json!({ "name": "Wolves" })).await.ok();
    let expected = json!({
        "id": 7,
        "name": "Wolves",
        "group_type": "Public",
        "can_auto_join": false,
        "is_invite_only": false,
        "max_group_size": 1000,
        "searchable": true,
        "admins_only_can_create_attributes": false,
        "description": "",
        "reapply_after": 0,
        "member_count": 1,
        "members": [member_for(&world, 0, &shown_to_oneself(&ada))],
        "admins": [member_for(&world, 0, &shown_to_oneself(&ada))],
        "public_attributes": [],
        "join_requests": [],
        "invites": []
    });
    assert_eq!(created, expected);
}

/// Every setting, each other than its default.
fn all_settings() -> Value {
    json!({
        "name": "Wolves",
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
async fn every_setting_is_kept_as_it_was_sent() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let created = ada.post(GROUPS, all_settings()).await.ok();
    let read = ada.group(created["id"].as_u64().unwrap()).await;
    for (name, value) in all_settings().as_object().unwrap() {
        assert_eq!((&created[name], &read[name]), (value, value), "{name}");
    }
}

#[tokio::test]
async fn the_settings_may_be_nested_under_group() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let created = ada.post(GROUPS, json!({ "group": all_settings() })).await.ok();
    for (name, value) in all_settings().as_object().unwrap() {
        assert_eq!(&created[name], value, "{name}");
    }
}

#[tokio::test]
async fn the_settings_may_come_in_the_query_or_as_a_form() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let form = "name=Wolves&group_type=Private&max_group_size=3&can_auto_join=true\
         &is_invite_only=true&searchable=false&admins_only_can_create_attributes=true\
         &reapply_after=60&description=We+play%0Aevery+day";
    let queried = ada.send(Method::POST, &format!("{GROUPS}?{form}"), None).await.ok();
    let content_type = "application/x-www-form-urlencoded";
    let filled_in = ada.send_raw(Method::POST, GROUPS, content_type, form).await.ok();
    for (name, value) in all_settings().as_object().unwrap() {
        assert_eq!((&queried[name], &filled_in[name]), (value, value), "{name}");
    }
}

#[tokio::test]
async fn a_setting_that_is_null_is_as_good_as_absent() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let mut body = json!({ "name": "Wolves" });
    for name in all_settings().as_object().unwrap().keys().filter(|name| *name != "name") {
        body[name] = Value::Null;
    }
    let created = ada.post(GROUPS, body).await.ok();
    assert_eq!((&created["group_type"], &created["searchable"]), (&json!("Public"), &json!(true)));
}

#[tokio::test]
async fn names_types_and_sizes_may_go_to_their_limits() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (field, value, kept) in [
        ("name", json!("x"), json!("x")),
        ("name", json!("ä".repeat(100)), json!("ä".repeat(100))),
        ("name", json!("  Wolves \n"), json!("Wolves")),
        ("name", json!("Wölfe & \"Füchse\" #1 🐺"), json!("Wölfe & \"Füchse\" #1 🐺")),
        ("group_type", json!("ä".repeat(64)), json!("ä".repeat(64))),
        ("max_group_size", json!(1), json!(1)),
        ("max_group_size", json!(1000), json!(1000)),
        ("reapply_after", json!(0), json!(0)),
        ("reapply_after", json!(31_536_000), json!(31_536_000)),
    ] {
        let body = with(&json!({ "name": "Wolves" }), field, value.clone());
        let created = ada.post(GROUPS, body).await.ok();
        assert_eq!(created[field], kept, "{field} {value}");
    }
}

#[tokio::test]
async fn what_is_not_a_group_is_refused_and_creates_none() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let not_text = [json!(7), json!(true), json!(["Wolves"])];
    let not_line = ["Wol\u{7}ves", "Wol\nves", "\u{0}x"].map(Value::from);
    let not_size = [json!(-1), json!(1001), json!(4_294_967_296_u64), json!(1.5)];
    let not_number = [json!("fifty"), json!(true), json!([50])];
    let not_truth = [json!("yes"), json!(2), json!(0.5), json!([true])];

    let mut cases = Vec::new();
    let mut add = |field, values: &[Value]| {
        let bodies = values.iter().map(|value| with(&all_settings(), field, value.clone()));
        cases.extend(bodies.map(|body| (field, body)));
    };
    add("name", &not_text);
    add("name", &not_line);
    let nothing = [Value::Null, json!([]), json!({}), json!(""), json!(" \t ")];
    add("name", &nothing);
    add("name", &[json!("ä".repeat(101))]);
    add("group_type", &not_text);
    add("group_type", &not_line);
    add("group_type", &[json!("x".repeat(65))]);
    add("max_group_size", &not_size);
    add("max_group_size", &not_number);
    for field in ["can_auto_join", "is_invite_only", "searchable"] {
        add(field, &not_truth);
    }
    add("admins_only_can_create_attributes", &not_truth);
    add("description", &[json!("x".repeat(501)), json!("a\u{7}b"), json!(["x"])]);
    add("reapply_after", &[json!(-1), json!(31_536_001), json!(0.5), json!("soon"), json!(true)]);
    // A typo must not silently make another group than was meant.
    cases.push(("The request", with(&all_settings(), "searchible", json!(true))));
    cases.push(("name", json!({})));
    cases.push(("name", json!({ "group": {} })));
    cases.push(("group", json!({ "name": "Wolves", "group": 7 })));
    cases.push(("The request", json!({ "group": { "name": "Wolves", "searchible": true } })));
    assert_bodies_refused(&ada, (Method::POST, GROUPS, 422), cases).await;

    let without_body = ada.send(Method::POST, GROUPS, None).await;
    without_body.refused(422, "InvalidParameter");
    assert_eq!(ada.get(GROUPS).await.ok(), json!({ "groups": [] }));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_and_creates_no_group() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_unreadable_bodies_refused(&ada, (Method::POST, GROUPS, 422)).await;
    assert_eq!(ada.get(GROUPS).await.ok(), json!({ "groups": [] }));
}

#[tokio::test]
async fn groups_may_share_a_name() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let first = ada.create_group("Wolves", json!({})).await;
    let second = ada.create_group("Wolves", json!({})).await;
    assert_ne!(first, second);
}

#[tokio::test]
async fn where_names_are_unique_a_name_is_taken_in_all_its_spellings() {
    let limits = Limits { unique_group_names: true, ..Limits::default() };
    let world = WorldBuilder { limits, ..WorldBuilder::default() }.build().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    ada.create_group("Grey Wolves", json!({})).await;
    for name in ["Grey Wolves", "GREY wolves", "Grey   Wolves", "Ｇｒｅｙ Wolves"] {
        bob.post(GROUPS, json!({ "name": name })).await.refused(422, "GroupNameTaken");
    }
    assert_eq!(bob.get(GROUPS).await.ok()["groups"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_deployments_limit_is_the_largest_size_and_the_default() {
    let limits = Limits { group_size: 5, ..Limits::default() };
    let world = WorldBuilder { limits, ..WorldBuilder::default() }.build().await;
    let ada = world.user("ada").await;
    let refused = ada.post(GROUPS, json!({ "name": "Wolves", "max_group_size": 6 })).await;
    refused.refused(422, "InvalidParameter");
    assert_eq!(refused.text(), "max_group_size must be a whole number from 1 to 5");
    let created = ada.post(GROUPS, json!({ "name": "Wolves" })).await.ok();
    assert_eq!(created["max_group_size"], 5);
}

#[tokio::test]
async fn an_id_that_is_taken_is_drawn_again() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    world.draw_next([5, 5, 6]);
    assert_eq!(ada.create_group("Wolves", json!({})).await, 5);
    assert_eq!(ada.create_group("Foxes", json!({})).await, 6);
    assert_eq!(ada.group(5).await["name"], "Wolves");
}
