//! A group's fields: what they may hold, and what they are where nothing is said.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::World;

use crate::{ROUNDS, group_row, race, update};

/// What each field may not be.
fn unacceptable() -> Vec<Value> {
    vec![
        json!({ "name": "x".repeat(101) }),
        json!({ "name": "a\u{7}b" }),
        json!({ "name": "a\nb" }),
        json!({ "name": 7 }),
        json!({ "group_type": "x".repeat(65) }),
        json!({ "group_type": "a\u{0}b" }),
        json!({ "max_group_size": 1001 }),
        json!({ "max_group_size": -1 }),
        json!({ "max_group_size": 2.5 }),
        json!({ "max_group_size": "ten" }),
        json!({ "can_auto_join": "yes" }),
        json!({ "can_auto_join": 2 }),
        json!({ "is_invite_only": "no" }),
        json!({ "searchable": 0.5 }),
        json!({ "admins_only_can_create_attributes": [true] }),
        json!({ "admin_count": 5 }),
    ]
}

#[tokio::test]
async fn fields_hold_what_they_may_and_nothing_else() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("steady", json!({})).await;
    let before = group_row(&world, group).await;
    for bad in unacceptable() {
        let mut body = json!({ "name": "fine" });
        body.as_object_mut().unwrap().extend(bad.as_object().unwrap().clone());
        ada.post("/api/v3/groups", body).await.refused(422, "InvalidParameter");
        update(&ada, group, bad).await.refused(422, "InvalidParameter");
    }
    // Nothing to change, or only what is not set or not the caller's to say.
    for nothing in [json!({}), json!({ "name": "" }), json!({ "member_count": 5 })] {
        update(&ada, group, nothing).await.refused(422, "InvalidParameter");
    }
    assert_eq!(group_row(&world, group).await, before);
    let listed = ada.get("/api/v3/groups").await.ok();
    assert_eq!(listed["groups"].as_array().unwrap().len(), 1, "what is refused is not made");
    // As much as fits, counted in characters, once the white space around it is gone.
    let (name, kind) = (format!("  {}  ", "ä".repeat(100)), "ö".repeat(64));
    let change = json!({ "name": name, "group_type": kind, "max_group_size": 1000 });
    let changed = update(&ada, group, change).await.ok();
    assert_eq!((&changed["name"], &changed["group_type"]), (&json!(name.trim()), &json!(kind)));
}

#[tokio::test]
async fn a_group_of_which_only_the_name_is_given_has_the_documented_defaults() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let nulls =
        json!({ "name": "g", "group_type": null, "max_group_size": null, "searchable": null });
    for body in [json!({ "name": "g" }), nulls] {
        let group = ada.post("/api/v3/groups", body).await.ok();
        for (field, default) in [
            ("name", json!("g")),
            ("group_type", json!("Public")),
            ("max_group_size", json!(1000)),
            ("can_auto_join", json!(false)),
            ("is_invite_only", json!(false)),
            ("searchable", json!(true)),
            ("admins_only_can_create_attributes", json!(false)),
            ("description", json!("")),
            ("reapply_after", json!(0)),
            ("member_count", json!(1)),
        ] {
            assert_eq!(group[field], default, "{field}");
        }
        let id = group["id"].as_u64().unwrap();
        world.assert_group_is_sound(id).await;
        // What is not said takes no place in the row.
        assert_eq!(group_row(&world, id).await["settings"].get("description"), None);
    }
}

#[tokio::test]
async fn of_changes_at_once_each_answer_shows_the_group_as_it_was_then_and_the_last_one_all() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let changes = [
        json!({ "description": "They howl" }),
        json!({ "group_type": "guild" }),
        json!({ "searchable": false }),
        json!({ "reapply_after": 60 }),
    ];
    for round in 0..2 * ROUNDS {
        let settings = [json!({}), json!({ "description": "They sleep" })][round / 4 % 2].clone();
        let group = ada.create_group("wolves", settings).await;
        let requests =
            changes.iter().map(|change| update(&ada, group, change.clone()).boxed_local());
        let mut shown = Vec::new();
        for reply in race(round, requests.collect()).await {
            let answer = reply.ok();
            let is_shown = |change: &&Value| {
                change.as_object().unwrap().iter().all(|(name, value)| answer[name] == *value)
            };
            shown.push(changes.iter().filter(is_shown).count());
        }
        // One after the other, each shows what those before it have done.
        shown.sort_unstable();
        assert_eq!(shown, [1, 2, 3, 4]);
    }
}
