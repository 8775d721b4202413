//! `GET /api/v3/groups`: pages and the cursors between them.

use serde_json::{Value, json};
use tests::{Player, World};

use crate::common::{ids, names};

const GROUPS: &str = "/api/v3/groups";

/// Follows the cursors of a list to its end, and tells the pages.
async fn pages(player: &Player<'_>, query: &str) -> Vec<Value> {
    let mut pages = vec![player.get(&format!("{GROUPS}?{query}")).await.ok()];
    while let Some(cursor) = pages.last().and_then(|page| page["next_cursor"].as_str()) {
        let path = format!("{GROUPS}?{query}&cursor={cursor}");
        pages.push(player.get(&path).await.ok());
        assert!(pages.len() < 50, "the list has no end");
    }
    pages
}

fn all_ids(pages: &[Value]) -> Vec<u64> {
    pages.iter().flat_map(|page| ids(&page["groups"])).collect()
}

#[tokio::test]
async fn pages_of_any_size_are_together_the_whole_list() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for number in 0..13 {
        // Names that repeat, and groups that only Ada may see.
        let name = format!("Group {}", number % 3);
        ada.create_group(&name, json!({ "searchable": number % 4 != 0 })).await;
    }
    for player in [&ada, &bob] {
        let whole = player.get(GROUPS).await.ok();
        let whole_ids = ids(&whole["groups"]);
        assert_eq!(whole.get("next_cursor"), None);
        for limit in [1, 2, 3, 5, 9, 12, 13, 100] {
            let pages = pages(player, &format!("limit={limit}")).await;
            assert_eq!(all_ids(&pages), whole_ids, "{} {limit}", player.name);
            let (last, full) = pages.split_last().unwrap();
            assert!(full.iter().all(|page| ids(&page["groups"]).len() == limit), "{limit}");
            assert!(!ids(&last["groups"]).is_empty(), "a cursor led to nothing, {limit}");
        }
    }
}

#[tokio::test]
async fn a_page_that_holds_all_there_is_has_no_cursor() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["a", "b"] {
        ada.create_group(name, json!({})).await;
    }
    for (limit, has_cursor) in [(1, true), (2, false), (3, false)] {
        let page = ada.get(&format!("{GROUPS}?limit={limit}")).await.ok();
        assert_eq!(page.get("next_cursor").is_some(), has_cursor, "{limit}");
    }
}

#[tokio::test]
async fn without_a_limit_a_page_has_a_hundred_groups() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for number in 0..101 {
        ada.create_group(&format!("Group {number:03}"), json!({})).await;
    }
    let pages = pages(&ada, "").await;
    let sizes: Vec<_> = pages.iter().map(|page| ids(&page["groups"]).len()).collect();
    assert_eq!(sizes, [100, 1]);
    assert_eq!(names(&pages[1]["groups"]), ["Group 100"]);
}

#[tokio::test]
async fn a_cursor_goes_on_in_the_list_of_its_query() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["Wolf 1", "Fox 1", "Wolf 2", "Fox 2", "Wolf 3"] {
        ada.create_group(name, json!({})).await;
    }
    let pages = pages(&ada, "query=wolf&limit=2").await;
    let listed: Vec<_> = pages.iter().map(|page| names(&page["groups"])).collect();
    assert_eq!(listed, [vec!["Wolf 1", "Wolf 2"], vec!["Wolf 3"]]);
}

#[tokio::test]
async fn full_pages_follow_each_other_as_basic_ones_do() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["a", "b", "c"] {
        ada.create_group(name, json!({})).await;
    }
    let pages = pages(&ada, "with_full_data=true&limit=2").await;
    assert_eq!(pages.len(), 2);
    assert_eq!(pages[1]["groups"][0]["name"], "c");
    assert_eq!(pages[1]["groups"][0]["members"][0]["username"], "ada");
}

#[tokio::test]
async fn what_is_created_behind_the_cursor_is_found_and_what_is_before_it_does_not_disturb() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["b", "d", "f"] {
        ada.create_group(name, json!({})).await;
    }
    let page = ada.get(&format!("{GROUPS}?limit=2")).await.ok();
    assert_eq!(names(&page["groups"]), ["b", "d"]);
    for name in ["a", "e"] {
        ada.create_group(name, json!({})).await;
    }
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = ada.get(&format!("{GROUPS}?limit=2&cursor={cursor}")).await.ok();
    assert_eq!(names(&page["groups"]), ["e", "f"]);
}

#[tokio::test]
async fn a_cursor_that_was_not_issued_for_this_list_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["Wolf 1", "Wolf 2"] {
        ada.create_group(name, json!({})).await;
    }
    let page = ada.get(&format!("{GROUPS}?query=wolf&limit=1")).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let (payload, signature) = cursor.split_once('.').unwrap();
    let token = &ada.credentials[0].1;
    for (what, query) in [
        ("of another query", format!("cursor={cursor}")),
        ("of another query", format!("query=wolf+1&cursor={cursor}")),
        ("nonsense", "query=wolf&cursor=abc".to_owned()),
        ("a name", "query=wolf&cursor=wolf+1".to_owned()),
        ("unsigned", format!("query=wolf&cursor={payload}")),
        ("unsigned", format!("query=wolf&cursor={payload}.")),
        ("forged", format!("query=wolf&cursor={payload}A.{signature}")),
        ("a token", format!("query=wolf&cursor={token}")),
    ] {
        let reply = ada.get(&format!("{GROUPS}?{query}")).await;
        assert_eq!(reply.status, 422, "{what}: {}", reply.text());
        reply.refused(422, "CursorInvalid");
    }
    let next = ada.get(&format!("{GROUPS}?query=wolf&limit=1&cursor={cursor}")).await.ok();
    assert_eq!(names(&next["groups"]), ["Wolf 2"], "the cursor itself is good");
}

#[tokio::test]
async fn a_cursor_of_another_game_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["a", "b"] {
        ada.create_group(name, json!({})).await;
    }
    let page = ada.get(&format!("{GROUPS}?limit=1")).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let other = world.other_game().await;
    let eve = other.user("eve").await;
    let reply = eve.get(&format!("{GROUPS}?limit=1&cursor={cursor}")).await;
    reply.refused(422, "CursorInvalid");
}

#[tokio::test]
async fn a_cursor_serves_every_user_of_its_game() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for name in ["a", "b"] {
        ada.create_group(name, json!({})).await;
    }
    let page = ada.get(&format!("{GROUPS}?limit=1")).await.ok();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = bob.get(&format!("{GROUPS}?limit=1&cursor={cursor}")).await.ok();
    assert_eq!(names(&next["groups"]), ["b"]);
}
