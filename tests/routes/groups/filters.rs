//! `GET /api/v3/groups` with filters: pages may be shorter than their limit, and only a missing cursor ends the list.

use serde_json::{Value, json};
use tests::{Player, World};

use crate::common::{assert_parameter_refused, names};

const GROUPS: &str = "/api/v3/groups";

/// Groups of all kinds, made by Ada, who is in them all. Bob is in the full one.
async fn groups_of_all_kinds(ada: &Player<'_>, bob: &Player<'_>) {
    for (name, settings) in [
        ("clan closed", json!({ "group_type": "Clan" })),
        (
            "clan hidden",
            json!({ "group_type": "Clan", "can_auto_join": true, "searchable": false }),
        ),
        (
            "clan invites",
            json!({ "can_auto_join": true, "is_invite_only": true, "group_type": "clan" }),
        ),
        ("clan open", json!({ "group_type": "CLAN", "can_auto_join": true })),
        ("party open", json!({ "group_type": "Party", "can_auto_join": true })),
    ] {
        ada.create_group(name, settings).await;
    }
    let full = json!({ "group_type": "Party", "can_auto_join": true, "max_group_size": 2 });
    let full = ada.create_group("party full", full).await;
    bob.join(full).await.ok();
}

/// All groups that a query lists, page by page.
async fn all(player: &Player<'_>, query: &str) -> Vec<Value> {
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = player.get(&format!("{GROUPS}?{query}&cursor={cursor}")).await.ok();
        listed.extend(names(&page["groups"]).into_iter().map(|name| json!(name)));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return listed,
        }
    }
}

#[tokio::test]
async fn each_filter_leaves_out_what_it_does_not_mean_on_pages_of_any_size() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    groups_of_all_kinds(&ada, &bob).await;
    for (query, expected) in [
        ("open=true", json!(["clan open", "party full", "party open"])),
        ("open=false", json!(["clan closed", "clan invites"])),
        ("has_room=true", json!(["clan closed", "clan invites", "clan open", "party open"])),
        ("has_room=false", json!(["party full"])),
        ("open=true&has_room=1", json!(["clan open", "party open"])),
        ("group_type=clan", json!(["clan closed", "clan invites", "clan open"])),
        ("group_type=none", json!([])),
        ("group_type=clan&query=CLAN+o", json!(["clan open"])),
        ("member=me", json!(["party full"])),
        ("member=me&open=false", json!([])),
    ] {
        for limit in [1, 2, 100] {
            let listed = all(&bob, &format!("{query}&limit={limit}")).await;
            assert_eq!(json!(listed), expected, "{query}, {limit} on a page");
        }
    }
    let own = all(&ada, "member=me&limit=2&query=clan").await;
    assert_eq!(json!(own), json!(["clan closed", "clan hidden", "clan invites", "clan open"]));
    let full = bob.get(&format!("{GROUPS}?with_full_data=true&has_room=false")).await.ok();
    assert_eq!(full["groups"][0]["members"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_page_with_nothing_on_it_may_have_a_next_one() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["a", "b", "c"] {
        ada.create_group(name, json!({})).await;
    }
    ada.create_group("d", json!({ "can_auto_join": true })).await;
    let page = ada.get(&format!("{GROUPS}?open=true&limit=2")).await.ok();
    assert_eq!((&page["groups"], page["next_cursor"].is_string()), (&json!([]), true));
    let cursor = page["next_cursor"].as_str().unwrap();
    let path = format!("{GROUPS}?limit=2&cursor={cursor}");
    ada.get(&path).await.refused(422, "CursorInvalid");
    let next = ada.get(&format!("{path}&open=true")).await.ok();
    assert_eq!(names(&next["groups"]), ["d"]);
}

#[tokio::test]
async fn what_is_no_filter_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let too_long = "x".repeat(65);
    for (field, value) in
        [("open", "maybe"), ("has_room", "2"), ("member", "you"), ("group_type", &*too_long)]
    {
        let path = format!("{GROUPS}?{field}={value}");
        assert_parameter_refused(&ada.get(&path).await, 422, field, &path);
    }
}
