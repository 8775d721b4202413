//! `GET /api/v3/groups`: which groups are listed, and how they look.

use aws_sdk_dynamodb::types::AttributeValue;
use http::Method;
use jiff::SignedDuration;
use serde_json::json;
use tests::{World, WorldBuilder};

use crate::common::{
    assert_parameter_refused, ids, john_doe, member_for, names, shown_to_oneself,
    shown_to_strangers,
};

const GROUPS: &str = "/api/v3/groups";

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed() {
    let world = World::new().await;
    let john = john_doe(&world).await;
    let crowd = world.crowd("player", 11).await;
    world.draw_next([1, 2]);
    john.create_group("Awesome Gamers", json!({ "max_group_size": 50, "can_auto_join": true }))
        .await;
    let vip = json!({
        "group_type": "Private",
        "max_group_size": 10,
        "is_invite_only": true,
        "searchable": false
    });
    john.create_group("VIP Squad", vip).await;
    for player in &crowd {
        player.join(1).await.ok();
    }
    for player in &crowd[..4] {
        let invitation = john.invite(2, player).await.ok()["id"].as_u64().unwrap();
        player.answer(invitation, "accepted").await.ok();
    }
    let reply = john.get(GROUPS).await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "groups": [
            {
                "id": 1,
                "name": "Awesome Gamers",
                "group_type": "Public",
                "can_auto_join": true,
                "is_invite_only": false,
                "max_group_size": 50,
                "searchable": true,
                "member_count": 12,
                "admins_only_can_create_attributes": false,
                "description": "",
                "reapply_after": 0
            },
            {
                "id": 2,
                "name": "VIP Squad",
                "group_type": "Private",
                "can_auto_join": false,
                "is_invite_only": true,
                "max_group_size": 10,
                "searchable": false,
                "member_count": 5,
                "admins_only_can_create_attributes": false,
                "description": "",
                "reapply_after": 0
            }
        ]
    });
    assert_eq!(reply.ok(), expected);
}

#[tokio::test]
async fn a_game_without_groups_lists_none() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_eq!(ada.get(GROUPS).await.ok(), json!({ "groups": [] }));
}

#[tokio::test]
async fn the_order_is_by_folded_name_then_by_id() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let created = [
        ("wolf pack", 9),
        ("Beta", 30),
        ("ALPHA", 200),
        ("alpha", 4),
        ("Alpha", 1_000_000_000),
        ("wolf", 8),
        ("Éclair", 7),
    ];
    for (name, id) in created {
        world.draw_next([id]);
        ada.create_group(name, json!({})).await;
    }
    let listed = ada.get(GROUPS).await.ok();
    assert_eq!(ids(&listed["groups"]), [4, 200, 1_000_000_000, 30, 8, 9, 7]);
}

#[tokio::test]
async fn a_query_is_the_beginning_of_a_name_in_any_spelling() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["Wolf", "wolf pack", "Wolves", "A Wolf", "Straßen", "50% #1"] {
        ada.create_group(name, json!({})).await;
    }
    for (query, expected) in [
        ("wolf", vec!["Wolf", "wolf pack"]),
        ("WOL", vec!["Wolf", "wolf pack", "Wolves"]),
        ("%20wolf%20", vec!["Wolf", "wolf pack"]),
        ("wolf%20p", vec!["wolf pack"]),
        ("strass", vec!["Straßen"]),
        ("50%25%20%23", vec!["50% #1"]),
        ("pack", vec![]),
        ("wolf%20pack%20and%20more", vec![]),
        ("", vec!["50% #1", "A Wolf", "Straßen", "Wolf", "wolf pack", "Wolves"]),
    ] {
        let listed = ada.get(&format!("{GROUPS}?query={query}")).await.ok();
        assert_eq!(names(&listed["groups"]), expected, "{query:?}");
    }
}

#[tokio::test]
async fn a_group_that_is_not_searchable_is_listed_to_its_members_only() {
    let world = World::new().await;
    let [ada, bob, applicant, invited] = world.users(["ada", "bob", "applicant", "invited"]).await;
    let group = ada.create_group("Hidden", json!({ "searchable": false })).await;
    applicant.apply(group).await;
    ada.invite(group, &invited).await.ok();
    for outsider in [&bob, &applicant, &invited] {
        for path in [GROUPS, "/api/v3/groups?query=hid", "/api/v3/groups?with_full_data=true"] {
            let listed = outsider.get(path).await.ok();
            assert_eq!(listed, json!({ "groups": [] }), "{} {path}", outsider.name);
        }
    }
    let connection = bob.apply(group).await;
    ada.answer(connection, "accepted").await.ok();
    for member in [&ada, &bob] {
        let listed = member.get("/api/v3/groups?query=hid").await.ok();
        assert_eq!(ids(&listed["groups"]), [group], "{}", member.name);
    }
    bob.leave(group).await.ok();
    assert_eq!(bob.get(GROUPS).await.ok(), json!({ "groups": [] }));
}

#[tokio::test]
async fn a_members_hidden_groups_stand_among_the_others_in_order() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for (name, searchable) in [("d", true), ("c", false), ("b", true), ("a", false)] {
        ada.create_group(name, json!({ "searchable": searchable })).await;
    }
    let listed = ada.get(GROUPS).await.ok();
    assert_eq!(names(&listed["groups"]), ["a", "b", "c", "d"]);
    let listed = bob.get(GROUPS).await.ok();
    assert_eq!(names(&listed["groups"]), ["b", "d"]);
}

#[tokio::test]
async fn members_find_a_group_that_the_index_does_not_have_yet() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for (id, name) in [(21, "b"), (22, "a"), (23, "c")] {
        world.draw_next([id]);
        ada.create_group(name, json!({})).await;
    }
    // As an index that lags shows it.
    let store = &world.app.store;
    let update = store.client().update_item().table_name(store.table());
    let key = AttributeValue::S(format!("GAME#{}#GROUP#21", world.game_id));
    let update = update.key("pk", key).key("sk", AttributeValue::S("GROUP".to_owned()));
    update.update_expression("REMOVE directory_pk").send().await.unwrap();
    assert_eq!(names(&ada.get(GROUPS).await.ok()["groups"]), ["a", "b", "c"]);
    assert_eq!(names(&bob.get(GROUPS).await.ok()["groups"]), ["a", "c"]);
    let page = ada.get("/api/v3/groups?limit=2").await.ok();
    assert_eq!(names(&page["groups"]), ["a", "b"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = ada.get(&format!("/api/v3/groups?limit=2&cursor={cursor}")).await.ok();
    assert_eq!(names(&page["groups"]), ["c"]);
}

#[tokio::test]
async fn of_more_groups_than_an_answer_shows_those_with_the_first_ids_are_looked_at() {
    let mut builder = WorldBuilder::default();
    builder.limits.groups_of_user = 2;
    let world = builder.build().await;
    let ada = world.user("ada").await;
    for (id, name) in [(31, "a"), (12, "b"), (21, "c"), (32, "d")] {
        world.draw_next([id]);
        ada.create_group(name, json!({ "searchable": name == "d" })).await;
    }
    // The last is searchable.
    assert_eq!(ids(&ada.get(GROUPS).await.ok()["groups"]), [12, 21, 32]);
}

#[tokio::test]
async fn a_change_to_a_group_shows_in_the_list() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    ada.create_group("Foxes", json!({})).await;
    let path = format!("{GROUPS}/{group}");

    bob.join(group).await.ok();
    let listed = bob.get(GROUPS).await.ok();
    assert_eq!(listed["groups"][1]["member_count"], 2);
    bob.leave(group).await.ok();

    ada.put(&path, json!({ "name": "Bears" })).await.ok();
    assert_eq!(names(&bob.get(GROUPS).await.ok()["groups"]), ["Bears", "Foxes"]);
    ada.put(&path, json!({ "searchable": false })).await.ok();
    assert_eq!(names(&bob.get(GROUPS).await.ok()["groups"]), ["Foxes"]);
    ada.put(&path, json!({ "name": "Zebras" })).await.ok();
    assert_eq!(names(&ada.get(GROUPS).await.ok()["groups"]), ["Foxes", "Zebras"]);
    ada.put(&path, json!({ "searchable": true })).await.ok();
    assert_eq!(names(&bob.get(GROUPS).await.ok()["groups"]), ["Foxes", "Zebras"]);
    ada.delete(&path).await.ok();
    assert_eq!(names(&bob.get(GROUPS).await.ok()["groups"]), ["Foxes"]);
    assert_eq!(names(&ada.get(GROUPS).await.ok()["groups"]), ["Foxes"]);
}

#[tokio::test]
async fn the_basic_form_tells_nothing_of_what_is_in_a_group() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    ada.create_group("Wolves", json!({})).await;
    for path in [GROUPS, "/api/v3/groups?with_full_data=false"] {
        let listed = ada.get(path).await.ok();
        let group = listed["groups"][0].as_object().unwrap();
        for list in ["members", "admins", "join_requests", "invites"] {
            assert!(!group.contains_key(list), "{list}");
        }
    }
}

#[tokio::test]
async fn with_full_data_each_group_is_as_when_it_is_read_alone() {
    let world = World::that_shows_emails().await;
    let [ada, bob, applicant] = world.users(["ada", "bob", "applicant"]).await;
    let wolves = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    let foxes = bob.create_group("Foxes", json!({})).await;
    world.advance(SignedDuration::from_secs(1));
    bob.join(wolves).await.ok();
    applicant.apply(foxes).await;

    let expected = json!({ "groups": [bob.group(foxes).await, bob.group(wolves).await] });
    for flag in ["with_full_data=true", "include_members=true"] {
        assert_eq!(bob.get(&format!("{GROUPS}?{flag}")).await.ok(), expected, "{flag}");
    }
    // To Ada, Bob's address is known from the group in which they both are, and from that alone.
    let listed = ada.get(&format!("{GROUPS}?with_full_data=true")).await.ok();
    assert_eq!(
        listed["groups"][0]["members"],
        json!([member_for(&world, 1, &shown_to_strangers(&bob))])
    );
    assert_eq!(listed["groups"][0]["join_requests"], json!([]));
    assert_eq!(
        listed["groups"][1]["members"],
        json!([
            member_for(&world, 1, &shown_to_oneself(&ada)),
            member_for(&world, 0, &shown_to_oneself(&bob)),
        ])
    );
}

#[tokio::test]
async fn query_parameters_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for (field, query) in [
        ("limit", "limit=101".to_owned()),
        ("limit", "limit=-1".to_owned()),
        ("limit", "limit=ten".to_owned()),
        ("limit", "limit=1.5".to_owned()),
        ("query", format!("query={}", "x".repeat(101))),
        ("query", "query=a%00b".to_owned()),
        ("query", "query=a%0Ab".to_owned()),
        ("with_full_data", "with_full_data=yes".to_owned()),
        ("with_full_data", "with_full_data=2".to_owned()),
        ("include_members", "include_members=x".to_owned()),
        ("The request", "page=2".to_owned()),
    ] {
        let reply = ada.get(&format!("{GROUPS}?{query}")).await;
        assert_parameter_refused(&reply, 422, field, &query);
    }
}

#[tokio::test]
async fn a_body_that_clients_name_a_type_for_and_leave_empty_is_no_parameter() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for content_type in ["", "application/json", "application/json; charset=utf-8", "text/plain"] {
        let reply = ada.send_raw(Method::GET, GROUPS, content_type, "").await;
        assert_eq!(reply.ok(), json!({ "groups": [] }), "{content_type:?}");
    }
}
