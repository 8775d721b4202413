//! Lines that no group can be made of: they are told, each with its number and the reason, and nothing is written of them.

use serde_json::{Map, Value, json};
use shared::limits::Limits;
use tests::{World, WorldBuilder};

use crate::{crowd, head, import, tally};

/// A line that is right, with these fields in place of its own.
fn line(changes: &Value) -> Value {
    let mut line = json!({
        "id": 7, "name": "Wolves", "members": [
            { "user": 1, "roles": ["admins"] }, { "user": 2, "roles": ["members"] },
        ],
    });
    line.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    line
}

/// A world in which groups hold little.
async fn narrow() -> World {
    let limits = Limits { group_size: 10, pending: 2, blocks: 2, codes: 1, ..Limits::default() };
    WorldBuilder { limits, ..WorldBuilder::default() }.build().await
}

/// So many roles, with the two that each group has.
fn roles(count: usize) -> Value {
    let others = (2..count).map(|it| (it.to_string(), json!(format!("Role {it}"))));
    let own = ["admins", "members"].map(|role| (role.to_owned(), json!(role)));
    own.into_iter().chain(others).collect::<Map<_, _>>().into()
}

fn code(hash: &str) -> Value {
    json!({ "id": 1, "hash": hash, "uses": 0, "open": true, "created_at": "2026-01-01T00:00:00Z" })
}

fn attribute(key: &str) -> Value {
    json!({ "key": key, "value": "x", "creator": 1, "public": true })
}

fn attributes(count: usize) -> Vec<Value> {
    (0..count).map(|it| attribute(&it.to_string())).collect()
}

#[tokio::test]
async fn a_line_may_be_as_full_as_a_group_may_be() {
    let world = narrow().await;
    let mut attributes = attributes(100);
    for private in &mut attributes[10..] {
        private["public"] = false.into();
    }
    let full = json!({
        "members": crowd(7, 10)["members"], "roles": roles(10), "attributes": attributes,
        "applications": [{ "user": 11 }], "invitations": [{ "user": 12 }],
        "blocks": [{ "user": 13 }, { "user": 14 }], "codes": [code("one")],
        "settings": { "max_group_size": 10 },
    });
    let answer = import(&world, &[head(), line(&full)]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    assert_eq!(world.assert_group_is_sound(7).await, 10);
}

#[tokio::test]
async fn what_no_group_can_be_is_refused_and_changes_nothing() {
    let world = narrow().await;
    let cases = [
        (json!({ "name": "" }), "InvalidParameter"),
        (json!({ "id": null }), "InvalidParameter"),
        (json!({ "motto": "onward" }), "InvalidParameter"),
        (json!({ "settings": { "color": "red" } }), "InvalidParameter"),
        (json!({ "settings": { "max_group_size": 11 } }), "InvalidParameter"),
        (json!({ "settings": { "max_group_size": 1 } }), "GroupFull"),
        (json!({ "members": crowd(7, 11)["members"] }), "GroupFull"),
        (json!({ "members": [] }), "InvalidParameter"),
        (json!({ "members": [{ "user": 1, "roles": ["members"] }] }), "InvalidParameter"),
        (json!({ "members": [{ "user": 1, "roles": [] }] }), "InvalidParameter"),
        (json!({ "members": [{ "user": 1, "roles": ["kings"] }] }), "RoleNotFound"),
        (
            json!({ "members": [{ "user": 1, "roles": ["admins"] }, { "user": 1, "roles": ["members"] }] }),
            "AlreadyMember",
        ),
        (json!({ "roles": roles(11) }), "TooManyRoles"),
        (json!({ "admin_role": "kings" }), "RoleNotFound"),
        (json!({ "member_role": "kings" }), "RoleNotFound"),
        (json!({ "roles": { "admins": "One", "members": "ONE" } }), "RoleNameTaken"),
        (json!({ "applications": [{ "user": 2 }] }), "AlreadyMember"),
        (json!({ "invitations": [{ "user": 2 }] }), "AlreadyMember"),
        (json!({ "applications": [{ "user": 3 }, { "user": 3 }] }), "InvalidParameter"),
        (
            json!({ "applications": [{ "user": 3 }, { "user": 4 }, { "user": 5 }] }),
            "TooManyPending",
        ),
        (json!({ "blocks": [{ "user": 3 }, { "user": 3 }] }), "InvalidParameter"),
        (json!({ "blocks": [{ "user": 3 }, { "user": 4 }, { "user": 5 }] }), "TooManyBlocks"),
        (json!({ "attributes": [attribute("x"), attribute("x")] }), "InvalidParameter"),
        (json!({ "attributes": attributes(11) }), "TooManyPublicAttributes"),
        (json!({ "attributes": attributes(101) }), "TooManyAttributes"),
        (json!({ "codes": [code("one"), code("two")] }), "TooManyCodes"),
        (json!({ "codes": [code("one"), code("one")] }), "InvalidParameter"),
        (json!({ "codes": [code("")] }), "InvalidParameter"),
        (json!({ "users": [{ "id": 1, "user_id": 99 }] }), "UserNotFound"),
        (
            json!({ "users": [{ "id": 1, "username": "ada" }, { "id": "1", "username": "bob" }] }),
            "InvalidParameter",
        ),
        // Who is two of those whom it names.
        (
            json!({ "users": [{ "id": 1, "custom_id": "x" }, { "id": 2, "custom_id": "x" }] }),
            "AlreadyMember",
        ),
    ];
    let before = world.whole_table().await;
    for (changes, error) in cases {
        let answer = world
            .order("import-groups", json!({ "lines": [head(), line(&changes)], "first": 40 }))
            .await;
        let refused = &answer["refused"][0];
        assert_eq!((tally(&answer), &refused["error"]), ([0, 0, 1], &json!(error)), "{changes}");
        assert_eq!(refused["line"], 40, "{changes}");
        assert_eq!(world.whole_table().await, before, "{changes}");
    }
    let answer = import(&world, &[head(), line(&json!({}))]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    assert_eq!(world.assert_group_is_sound(7).await, 2);
}

#[tokio::test]
async fn a_line_that_is_refused_keeps_no_other_from_being_read() {
    let world = World::new().await;
    let lines = [
        head(),
        line(&json!({ "unique_name": true })),
        line(&json!({ "id": 8, "unique_name": true })),
        json!("Wolves"),
        line(&json!({ "id": 9 })),
    ];
    let answer = import(&world, &lines).await;
    assert_eq!(tally(&answer), [2, 0, 2], "{answer}");
    let refused = answer["refused"].as_array().unwrap();
    let told: Vec<_> =
        refused.iter().map(|it| json!([it["line"], it["id"], it["error"]])).collect();
    assert_eq!(json!(told), json!([[3, 8, "GroupNameTaken"], [4, null, "InvalidParameter"]]));
    assert_eq!(refused[0]["reason"], "Another group has that name");
}

#[tokio::test]
async fn nothing_is_taken_out_of_a_game_that_is_not_there_nor_into_one() {
    let world = World::new().await;
    world.order("delete-game", json!({ "name": "Test" })).await;
    let before = world.whole_table().await;
    let lines = json!([head(), line(&json!({}))]);
    assert_eq!(
        world.refused_order("import-groups", json!({ "lines": lines })).await,
        "GameNotFound"
    );
    assert_eq!(world.refused_order("export-game", json!({})).await, "GameNotFound");
    let nowhere = json!({ "game_id": 99, "lines": lines });
    let reply = world.invoke("import-groups", nowhere).await;
    assert!(reply.text().contains("GameNotFound"), "{}", reply.text());
    assert_eq!(world.whole_table().await, before);
}

#[tokio::test]
async fn what_is_only_tried_is_told_and_not_written() {
    let world = World::new().await;
    let before = world.whole_table().await;
    let lines = json!([head(), line(&json!({})), line(&json!({ "id": 8, "members": [] }))]);
    let answer = world.order("import-groups", json!({ "lines": lines, "dry_run": true })).await;
    assert_eq!(tally(&answer), [1, 0, 1], "{answer}");
    assert_eq!(world.whole_table().await, before);
}

#[tokio::test]
async fn a_file_of_another_form_is_not_read_at_all() {
    let world = World::new().await;
    for lines in [
        json!([]),
        json!([line(&json!({}))]),
        json!([{ "guildhall_groups": 2, "from": "playfab:AB12C" }, line(&json!({}))]),
        json!([{ "guildhall_groups": 1, "from": "play fab" }]),
        json!([{ "guildhall_groups": 1 }]),
    ] {
        let order = json!({ "lines": lines });
        assert_eq!(
            world.refused_order("import-groups", order).await,
            "InvalidParameter",
            "{lines}"
        );
    }
}
