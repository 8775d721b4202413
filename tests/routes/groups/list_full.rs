//! `GET /api/v3/groups?with_full_data=true`: a page ends before it outgrows what a function can answer.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Player, World, WorldBuilder};

use crate::common::{ids, names};

const GROUPS: &str = "/api/v3/groups?with_full_data=true";

/// A world whose functions answer at most so many bytes.
async fn world_of(answer: usize) -> World {
    let mut builder = WorldBuilder::default();
    builder.limits.answer = answer;
    builder.build().await
}

/// What a body weighs where it is a text in JSON.
fn weight(body: &str) -> usize {
    serde_json::to_string(body).unwrap().len()
}

/// Follows the cursors to the end. Each page fits into an answer, unless one group alone is too much for it.
async fn pages(player: &Player<'_>, query: &str, answer: usize) -> Vec<Value> {
    let mut pages: Vec<Value> = Vec::new();
    loop {
        let cursor = pages.last().map(|page| page["next_cursor"].as_str());
        let path = match cursor {
            None => format!("{GROUPS}{query}"),
            Some(Some(cursor)) => format!("{GROUPS}{query}&cursor={cursor}"),
            Some(None) => return pages,
        };
        let reply = player.get(&path).await;
        let page = reply.ok();
        let is_alone = ids(&page["groups"]).len() == 1;
        assert!(is_alone || weight(&reply.text()) < answer, "{} bytes", weight(&reply.text()));
        assert!(!ids(&page["groups"]).is_empty(), "a cursor led to nothing");
        pages.push(page);
    }
}

/// Groups of several sizes, some of them hidden, some with a name that others have, and much pending in one.
async fn many_groups<'w>(world: &'w World, ada: &Player<'_>) -> Vec<Player<'w>> {
    let crowd = world.crowd("user", 12).await;
    for number in 0..16 {
        let settings = json!({ "can_auto_join": true, "searchable": number % 5 != 0 });
        let group = ada.create_group(&format!("Group {}", number % 4), settings).await;
        for user in &crowd[..(7 * number) % 13] {
            user.join(group).await.ok();
        }
        if number % 3 == 0 {
            ada.make_admin(group, &crowd[0]).await;
        }
        for user in crowd[(7 * number) % 13..].iter().take(if number == 9 { 5 } else { 1 }) {
            ada.invite(group, user).await.ok();
        }
    }
    crowd
}

#[tokio::test]
async fn the_pages_are_together_the_whole_list_however_little_fits_on_one() {
    for answer in [1, 5_000, 20_000, 60_000, 10_000_000] {
        let world = world_of(answer).await;
        let ada = world.user("ada").await;
        let crowd = many_groups(&world, &ada).await;
        let server = world.service_for(&ada);
        for player in [&ada, &crowd[0], &crowd[11], &server] {
            for query in ["", "&query=group+1", "&limit=3"] {
                let basic = format!("/api/v3/groups?{}", query.trim_start_matches("&limit=3"));
                let whole = ids(&player.get(&basic).await.ok()["groups"]);
                let pages = pages(player, query, answer).await;
                let listed: Vec<u64> = pages.iter().flat_map(|page| ids(&page["groups"])).collect();
                assert_eq!(listed, whole, "{} {query} {answer}", player.name);
                let sizes: Vec<_> = pages.iter().map(|page| ids(&page["groups"]).len()).collect();
                match answer {
                    1 => assert!(sizes.iter().all(|size| *size == 1), "{sizes:?}"),
                    10_000_000 => assert!(sizes.len() <= 6, "{sizes:?}"),
                    _ => {}
                }
            }
        }
    }
}

#[tokio::test]
async fn what_a_page_has_no_room_for_is_not_read() {
    let world = world_of(20_000).await;
    let ada = world.user("ada").await;
    many_groups(&world, &ada).await;
    let before = world.faults.calls("Query").len();
    let page = ada.get(GROUPS).await.ok();
    let read = world.faults.calls("Query").len() - before;
    // The directory, one's own groups, and each group that is shown.
    assert_eq!(read, 2 + ids(&page["groups"]).len());
    assert!(page["next_cursor"].is_string());
}

#[tokio::test]
async fn a_group_that_has_grown_since_it_was_counted_ends_its_page_too() {
    let answer = 15_000;
    let world = world_of(answer).await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 8).await;
    let mut groups = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let group = ada.create_group(name, json!({ "can_auto_join": true })).await;
        for user in &crowd {
            user.join(group).await.ok();
        }
        groups.push(group);
    }
    // As whoever lists them sees the groups just before everybody joins.
    for group in &groups {
        world.set(&format!("GROUP#{group}"), "GROUP", "member_count", &json!(1)).await;
    }
    let pages = pages(&ada, "", answer).await;
    let listed: Vec<_> = pages.iter().map(|page| names(&page["groups"])).collect();
    assert_eq!(listed, [["a"], ["b"], ["c"], ["d"]].map(|names| names.to_vec()));
    // Each weighs so much that two of them are too much, and little enough that one is not.
    assert!(pages.iter().all(|page| page["groups"][0]["members"].as_array().unwrap().len() == 9));
}

#[tokio::test]
async fn a_group_that_is_deleted_between_two_pages_is_missed_and_no_other() {
    let world = world_of(1).await;
    let ada = world.user("ada").await;
    let mut groups = Vec::new();
    for name in ["a", "b", "c"] {
        groups.push(ada.create_group(name, json!({})).await);
    }
    let first = ada.get(GROUPS).await.ok();
    assert_eq!(names(&first["groups"]), ["a"]);
    // Where the cursor stands, and behind.
    for group in &groups[..2] {
        ada.delete(&format!("/api/v3/groups/{group}")).await.ok();
    }
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = ada.get(&format!("{GROUPS}&cursor={cursor}")).await.ok();
    assert_eq!(names(&next["groups"]), ["c"]);
    assert_eq!(next.get("next_cursor"), None);
}

#[tokio::test]
async fn a_group_that_is_renamed_while_it_is_listed_takes_no_other_with_it() {
    let world = world_of(1).await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let mut groups = Vec::new();
    for name in ["a", "b", "c"] {
        groups.push(ada.create_group(name, json!({})).await);
    }
    // The index is read by then, and the groups are not.
    let late = bob.get(GROUPS).boxed_local();
    let read = ("BatchGetItem", "ThrottlingException");
    let path = format!("/api/v3/groups/{}", groups[0]);
    let (first, _) =
        world.overtake_before(read, 1, late, ada.put(&path, json!({ "name": "z" }))).await;
    let first = first.ok();
    assert_eq!(names(&first["groups"]), ["z"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let next = bob.get(&format!("{GROUPS}&cursor={cursor}")).await.ok();
    assert_eq!(names(&next["groups"]), ["b"]);
}
