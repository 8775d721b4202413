//! Names that nobody sees are refused, and of names that nobody can tell apart there is one: groups, roles and users.

use futures_util::FutureExt;
use serde_json::json;
use shared::limits::Limits;
use tests::{World, WorldBuilder};

use crate::{ROUNDS, assert_tally, race};

/// Names of which nothing is to be seen.
const INVISIBLE: [&str; 12] = [
    "\u{2060}",
    "\u{200b}",
    "\u{3164}",
    "\u{ffa0}",
    "\u{34f}",
    "\u{ad}",
    "\u{feff}",
    "\u{2800}",
    "\u{301}",
    "\u{202e}",
    "\u{e0020}",
    "\u{200b}\u{2060}\u{3164}",
];

/// Names with what is no character, or one that everybody may give another meaning.
const UNDEFINED: [&str; 5] =
    ["\u{e000}", "Wolves\u{fdd0}", "w\u{10ffff}a", "Wol\u{378}ves", "\u{f0000}"];

/// Spellings that look like `Wolves`.
const TWINS: [&str; 10] = [
    "Wol\u{2060}ves",
    "Wol\u{200b}ves",
    "Wol\u{ad}ves",
    "\u{202e}Wolves",
    "WOLVES",
    "Ｗｏｌｖｅｓ",
    "Wolves\u{fe0f}\u{e0041}",
    "Wolves\u{2800}",
    "\u{1d159}Wolves",
    "Wol\u{fff9}ves\u{fffb}",
];

/// Names that stay as they were typed.
const FINE: [&str; 6] =
    ["👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}", "狼群", "ذئاب", "หมาป่า", "Wölfe №1", "क्\u{200d}ष"];

async fn with_unique_names() -> World {
    let limits = Limits { unique_group_names: true, ..Limits::default() };
    WorldBuilder { limits, ..WorldBuilder::default() }.build().await
}

#[tokio::test]
async fn a_group_has_a_name_that_can_be_seen_and_told_from_others() {
    let world = with_unique_names().await;
    let ada = world.user("ada").await;
    let wolves = ada.create_group("Wolves", json!({})).await;
    for name in INVISIBLE.iter().chain(&UNDEFINED) {
        let body = json!({ "name": name });
        ada.post("/api/v3/groups", body.clone()).await.refused(422, "InvalidParameter");
        let path = format!("/api/v3/groups/{wolves}");
        ada.put(&path, body).await.refused(422, "InvalidParameter");
    }
    for name in TWINS {
        ada.post("/api/v3/groups", json!({ "name": name })).await.refused(422, "GroupNameTaken");
    }
    for name in FINE {
        let created = ada.post("/api/v3/groups", json!({ "name": name })).await.ok();
        assert_eq!(created["name"], name);
        let listed = ada.get(&format!("/api/v3/groups/{}", created["id"])).await.ok();
        assert_eq!(listed["name"], name);
    }
}

#[tokio::test]
async fn a_user_has_a_name_that_can_be_seen_and_told_from_others() {
    let world = World::new().await;
    world.user("Wolves").await;
    let sign_up = async |name: &str, email: &str| {
        let mut body = world.sign_up_body(name);
        body["email"] = email.into();
        world.nobody().post("/api/v3/users", body).await
    };
    for name in INVISIBLE.iter().chain(&UNDEFINED) {
        sign_up(name, "new@example.com").await.refused(422, "InvalidParameter");
    }
    for name in TWINS {
        sign_up(name, "new@example.com").await.refused(422, "UsernameTaken");
    }
    for (number, name) in FINE.iter().enumerate() {
        let user = sign_up(name, &format!("{number}@example.com")).await.ok();
        assert_eq!(user["username"], *name);
    }
    let twin = sign_up("Somebody", "wol\u{ad}ves@example.com").await;
    twin.refused(422, "EmailTaken");
}

#[tokio::test]
async fn a_role_has_a_name_that_can_be_seen_and_told_from_others() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let role = |id: &str, name: &str| json!({ "Group": group, "RoleId": id, "RoleName": name });
    ada.call("CreateRole", role("wolves", "Wolves")).await.data();
    for name in INVISIBLE.iter().chain(&UNDEFINED) {
        ada.call("CreateRole", role("new", name)).await.failed("InvalidParams", 1000);
        ada.call("CreateGroup", json!({ "GroupName": name })).await.failed("InvalidParams", 1000);
    }
    for name in TWINS {
        let taken = ada.call("CreateRole", role("new", name)).await;
        taken.failed("RoleNameNotAvailable", 1367);
        let taken = ada.call("CreateGroup", json!({ "GroupName": name })).await;
        taken.failed("GroupNameNotAvailable", 1368);
        // A group is found under each of its spellings.
        let found = ada.call("GetGroup", json!({ "GroupName": name })).await.data();
        assert_eq!(found["Group"], group);
    }
    for (number, name) in FINE.iter().enumerate() {
        let created = ada.call("CreateRole", role(&format!("r{number}"), name)).await.data();
        assert_eq!(created["RoleName"], *name);
    }
}

#[tokio::test]
async fn of_two_twins_that_are_made_at_once_there_is_one() {
    let world = with_unique_names().await;
    let ada = world.user("ada").await;
    let create = async |name: &str| ada.post("/api/v3/groups", json!({ "name": name })).await;
    for round in 0..ROUNDS {
        let twins = TWINS.map(|name| format!("{round} {name}"));
        let requests = twins.iter().map(|name| create(name).boxed_local()).collect();
        let replies = race(round, requests).await;
        assert_tally(&replies, &[("201", 1), ("422 GroupNameTaken", TWINS.len() - 1)]);
    }
}
