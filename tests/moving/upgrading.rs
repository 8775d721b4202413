//! This release's functions on rows that a release before has written: docs/upgrading.md says what holds.
//!
//! `rows/` has a table of each release, as it was when the release was made. A file that is there is never written again.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{Player, World, WorldBuilder, group_key, item_of, typed_fields};
use tokio::sync::OnceCell;

use crate::into_another_game::prepare;

type Item = HashMap<String, AttributeValue>;

/// Where recorded tables are.
fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/moving/rows"))
}

/// What functions are deployed with that have written the rows, and that read them.
fn builder() -> WorldBuilder {
    let limits = Limits { groups_per_player: 100, local_webhooks: true, ..Limits::default() };
    WorldBuilder { limits, ..WorldBuilder::default() }
}

/// Everything that lies in a world's table.
#[expect(clippy::disallowed_methods, reason = "a test looks at all there is")]
async fn items(world: &World) -> Vec<Item> {
    let store = &world.app.store;
    let scan = store.client().scan().table_name(store.table()).consistent_read(true);
    let mut pages = scan.into_paginator().send();
    let mut items = Vec::new();
    while let Some(page) = pages.next().await {
        items.extend(page.unwrap().items.unwrap_or_default());
    }
    items
}

/// Records the table that this release leaves, with what its callers know.
async fn record(path: &PathBuf) {
    let world = builder().build().await;
    let (wolves, code) = prepare(&world).await;
    let eve = world.entity("eve's device").await;
    world.webhook("https://game.example.com/webhooks").await;
    let ada = sign_in(&world, "ada").await;
    let mut keyed = world.with_token(&ada.credentials[0].1);
    keyed.credentials.push(("idempotency-key", "once".to_owned()));
    let kept = keyed.post("/api/v3/groups", json!({ "name": "Kept" })).await.ok();
    ada.redeem(&code).await.refused(422, "AlreadyMember");
    world.relay().await;
    let mut rows: Vec<_> = items(&world).await.iter().map(typed_fields).collect();
    rows.sort_by_key(|row| [row["pk"].to_string(), row["sk"].to_string()]);
    let rows: Vec<_> = rows.iter().map(Value::to_string).collect();
    let known = json!({
        "release": env!("CARGO_PKG_VERSION"),
        "at": world.now().to_string(),
        "game_id": world.game_id, "game_token": world.game_token, "secret_key": world.secret_key,
        "ada": ada.credentials[0].1, "eve": eve.player.credentials[0].1,
        "wolves": wolves, "code": code, "kept": kept,
    });
    // A row is a line, so that they can be looked at one by one.
    let known = known.to_string();
    let known = known.trim_end_matches('}');
    let rows = rows.join(",\n");
    fs::create_dir_all(folder()).unwrap();
    fs::write(path, format!("{known},\n\"rows\": [\n{rows}\n]}}\n")).unwrap();
}

/// All recorded tables; that of this release is recorded where it is missing.
async fn recorded() -> Vec<Value> {
    static RECORDED: OnceCell<()> = OnceCell::const_new();
    RECORDED
        .get_or_init(async || {
            let own = folder().join(format!("{}.json", env!("CARGO_PKG_VERSION")));
            if !own.exists() {
                record(&own).await;
            }
        })
        .await;
    let files = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()).collect()
}

/// A world that goes on with a recorded table, each of whose rows is changed so before.
async fn open(recorded: &Value, change: impl Fn(&mut Item)) -> World {
    let beginning = recorded["at"].as_str().unwrap().parse().unwrap();
    let mut world = WorldBuilder { beginning, ..builder() }.build().await;
    for row in recorded["rows"].as_array().unwrap() {
        let mut item = item_of(row);
        change(&mut item);
        let store = &world.app.store;
        let put = store.client().put_item().table_name(store.table()).set_item(Some(item));
        put.send().await.unwrap();
    }
    let text = |name: &str| recorded[name].as_str().unwrap().to_owned();
    world.game_id = recorded["game_id"].as_u64().unwrap();
    world.game_token = text("game_token");
    world.secret_key = text("secret_key");
    world.advance(SignedDuration::from_secs(60));
    world
}

async fn sign_in<'w>(world: &'w World, name: &str) -> Player<'w> {
    let body = json!({
        "game_id": world.game_id, "game_token": world.game_token,
        "email": format!("{name}@example.com"), "password": "password",
    });
    let user = world.nobody().at("192.0.2.1").post("/api/v3/sessions", body).await.ok();
    let mut player = world.with_token(user["authentication_token"].as_str().unwrap());
    player.id = u32::try_from(user["id"].as_u64().unwrap()).unwrap();
    name.clone_into(&mut player.name);
    player
}

/// The main calls of GameFuse's dialect, by a token that the release before has handed out, and by new ones.
async fn play_gamefuse(world: &World, recorded: &Value) {
    let wolves = recorded["wolves"].as_u64().unwrap();
    let old_token = world.with_token(recorded["ada"].as_str().unwrap());
    let group = old_token.group(wolves).await;
    assert_eq!((&group["name"], &group["description"]), (&json!("Wolves"), &json!("We howl")));
    let ada = sign_in(world, "ada").await;
    let [bob, cy, dot, fay] = [
        sign_in(world, "bob").await,
        sign_in(world, "cy").await,
        sign_in(world, "dot").await,
        sign_in(world, "fay").await,
    ];
    // An answer that was kept is repeated.
    let mut keyed = world.with_token(recorded["ada"].as_str().unwrap());
    keyed.credentials.push(("idempotency-key", "once".to_owned()));
    let again = keyed.post("/api/v3/groups", json!({ "name": "Kept" })).await.ok();
    assert_eq!(again, recorded["kept"]);
    let request = group["join_requests"][0]["id"].as_u64().unwrap();
    ada.answer(request, "accepted").await.ok();
    fay.post(
        "/api/v3/group_connections",
        json!({ "group_id": wolves, "action_type": "join_request" }),
    )
    .await
    .refused(422, "TooSoon");
    cy.post(
        "/api/v3/group_connections",
        json!({ "group_id": wolves, "action_type": "join_request" }),
    )
    .await
    .refused(422, "Blocked");
    let path = |rest: &str| format!("/api/v3/groups/{wolves}{rest}");
    ada.delete(&path(&format!("/blocks/{}", cy.id))).await.ok();
    cy.redeem(recorded["code"].as_str().unwrap()).await.ok();
    ada.make_admin(wolves, &bob).await.ok();
    let attributes = bob.get(&path("/attributes")).await.ok();
    assert_eq!(attributes["attributes"].as_array().unwrap().len(), 2);
    let change = json!({ "key": "50% #motto", "value": "homeward" });
    bob.patch(&path("/modify_attribute"), change).await.ok();
    ada.put(&path(""), json!({ "name": "Hounds", "searchable": true, "reapply_after": 0 }))
        .await
        .ok();
    let listed = dot.get("/api/v3/groups?query=hou").await.ok();
    assert_eq!(listed["groups"][0]["id"], wolves);
    let codes = ada.get(&path("/codes")).await.ok();
    assert_eq!(codes["codes"][0]["uses"], 1);
    ada.leave(wolves).await.ok();
    ada.apply(wolves).await;
    world.relay().await;
    let events = bob.get(&path("/events?limit=100")).await.ok();
    let places = events["events"].as_array().unwrap().iter().map(|event| event["seq"].as_u64());
    assert!(places.eq((1..=events["last_seq"].as_u64().unwrap()).map(Some)), "{events}");
    world.assert_group_is_sound(wolves).await;
}

/// The main calls of PlayFab's dialect.
async fn play_playfab(world: &World, recorded: &Value) {
    let wolves = group_key(recorded["wolves"].as_u64().unwrap());
    let eve = world.entity("eve's device").await;
    let foxes = eve.call("GetGroup", json!({ "GroupName": "FOXES" })).await.data();
    let own = eve.call("ListMembership", json!({})).await.data();
    assert_eq!(own["Groups"][0]["Group"], foxes["Group"]);
    let offers = eve.call("ListMembershipOpportunities", json!({})).await.data();
    assert_eq!(offers["Invitations"][0]["RoleId"], "scouts");
    eve.call("AcceptGroupInvitation", json!({ "Group": wolves })).await.data();
    assert_eq!(eve.roles_in(&wolves).await, ["scouts"]);
    let title = world.title().await;
    let members = title.call("ListGroupMembers", json!({ "Group": wolves })).await.data();
    assert_eq!(members["Members"].as_array().unwrap().len(), 3);
    let promotion = json!({ "Group": wolves, "OriginRoleId": "scouts", "DestinationRoleId": "admins", "Members": [eve.key] });
    title.call("ChangeMemberRole", promotion).await.data();
    let role = json!({ "Group": wolves, "RoleId": "scouts", "RoleName": "Rangers" });
    eve.call("UpdateRole", role).await.data();
    eve.call("DeleteRole", json!({ "Group": wolves, "RoleId": "scouts" })).await.data();
    let is_member = json!({ "Group": wolves, "Entity": eve.key });
    assert_eq!(eve.call("IsMember", is_member).await.data(), json!({ "IsMember": true }));
    eve.call("DeleteGroup", json!({ "Group": foxes["Group"] })).await.data();
    eve.call("CreateGroup", json!({ "GroupName": "Foxes" })).await.data();
    world.assert_group_is_sound(recorded["wolves"].as_u64().unwrap()).await;
}

#[tokio::test]
async fn this_releases_functions_go_on_with_what_releases_before_have_written() {
    for recorded in recorded().await {
        let world = open(&recorded, |_| {}).await;
        play_gamefuse(&world, &recorded).await;
        play_playfab(&world, &recorded).await;
        let order = json!({ "group_id": recorded["wolves"] });
        let repaired = world.order("repair-group", order).await;
        assert_eq!(repaired["differences"], json!({}), "{}", recorded["release"]);
    }
}

/// What a release to come may add to any row without another version, which this one does not know.
fn add_something(item: &mut Item) {
    let more = AttributeValue::S("from a release to come".to_owned());
    item.insert("unheard_of".to_owned(), more.clone());
    if let Some(AttributeValue::M(settings)) = item.get_mut("settings") {
        settings.insert("unheard_of".to_owned(), more);
    }
}

#[tokio::test]
async fn what_a_later_release_has_added_to_rows_is_in_nobodys_way_and_stays_where_a_row_is_updated()
{
    for recorded in recorded().await {
        let world = open(&recorded, add_something).await;
        play_gamefuse(&world, &recorded).await;
        play_playfab(&world, &recorded).await;
        let group = world.group_row(recorded["wolves"].as_u64().unwrap()).await;
        assert_eq!(group["unheard_of"], "from a release to come");
        assert_eq!(group["settings"]["unheard_of"], "from a release to come");
    }
}

#[tokio::test]
async fn a_row_of_a_version_to_come_is_never_guessed_at() {
    for recorded in recorded().await {
        let version = AttributeValue::N("4".to_owned());
        let is_wolves = |item: &Item| {
            let pk = format!("GAME#{}#GROUP#{}", recorded["game_id"], recorded["wolves"]);
            item.get("pk") == Some(&AttributeValue::S(pk))
        };
        let raise = |item: &mut Item| {
            if is_wolves(item) {
                item.insert("version".to_owned(), version.clone());
            }
        };
        let world = open(&recorded, raise).await;
        let ada = sign_in_by_token(&world, &recorded);
        let before = world.rows(recorded["wolves"].as_u64().unwrap()).await;
        let path = format!("/api/v3/groups/{}", recorded["wolves"]);
        for reply in [
            ada.get(&path).await,
            ada.put(&path, json!({ "name": "Hounds" })).await,
            ada.get(&format!("{path}/attributes")).await,
        ] {
            assert_eq!(reply.status, 500, "{}", reply.text());
        }
        assert_eq!(world.rows(recorded["wolves"].as_u64().unwrap()).await, before);
        // Other groups are as they were.
        ada.group(recorded["kept"]["id"].as_u64().unwrap()).await;
    }
}

fn sign_in_by_token<'w>(world: &'w World, recorded: &Value) -> Player<'w> {
    world.with_token(recorded["ada"].as_str().unwrap())
}
