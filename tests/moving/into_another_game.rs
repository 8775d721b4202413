//! What is taken out of a game and into another one is there as it was.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{World, gamefuse_id, group_key, player_key};

use crate::{crowd, export, head, import, tally};

/// Groups with everything that a group can have in it. Tells the first one's id, and a code that lets people into it.
pub async fn prepare(world: &World) -> (u64, String) {
    let [ada, bob, cy, dot, fay] = world.users(["ada", "bob", "cy", "dot", "fay"]).await;
    let eve = world.entity("eve's device").await;
    let settings = json!({
        "group_type": "Guild", "max_group_size": 50, "can_auto_join": true, "searchable": false,
        "description": "We howl", "reapply_after": 600,
    });
    let wolves = ada.create_group("Wolves", settings).await;
    world.advance(SignedDuration::from_secs(7));
    for member in [&bob, &fay, &cy] {
        member.join(wolves).await.ok();
    }
    ada.block(wolves, &cy, json!({ "reason": "was rude", "expires_in": 3600 })).await.ok();
    fay.leave(wolves).await.ok();
    let update = json!({ "can_auto_join": false });
    ada.put(&format!("/api/v3/groups/{wolves}"), update).await.ok();
    let words = json!({ "group_id": wolves, "message": "Let me in" });
    dot.post("/api/v3/group_connections", words).await.ok();
    let title = world.title().await;
    let group = group_key(wolves);
    let role = json!({ "Group": group, "RoleId": "scouts", "RoleName": "Scouts" });
    title.call("CreateRole", role).await.data();
    let both = json!({ "Group": group, "RoleId": "scouts", "Members": [player_key(bob.id)] });
    title.call("AddMembers", both).await.data();
    let invitation = json!({ "Group": group, "Entity": eve.key, "RoleId": "scouts" });
    title.call("InviteToGroup", invitation).await.data();
    let attributes = json!({ "attributes": [
        { "key": "50% #motto", "value": "onward", "public": true, "others_can_edit": true },
        { "key": "plan", "value": "secret" },
    ] });
    ada.post(&format!("/api/v3/groups/{wolves}/add_attribute"), attributes).await.ok();
    let (_, code) = ada.create_code(wolves, json!({ "max_uses": 3, "note": "for friends" })).await;
    eve.create_group("Foxes").await;
    // Deleted groups stay behind.
    let gone = bob.create_group("Gone", json!({})).await;
    bob.delete(&format!("/api/v3/groups/{gone}")).await.ok();
    (wolves, code)
}

/// The same export, as if it were of that game.
fn as_from(lines: &[Value], game: &World) -> Vec<Value> {
    let mut lines = lines.to_vec();
    lines[0]["from"] = format!("guildhall:{}", game.game_id).into();
    lines
}

#[tokio::test]
async fn an_export_that_is_imported_into_an_empty_game_is_exported_the_same_again() {
    let world = World::new().await;
    let (wolves, code) = prepare(&world).await;
    let lines = export(&world).await;
    assert_eq!(
        lines[0],
        json!({ "guildhall_groups": 1, "from": format!("guildhall:{}", world.game_id) })
    );
    assert_eq!(lines.len(), 3);
    for list in [
        "members",
        "applications",
        "invitations",
        "blocks",
        "waits",
        "attributes",
        "codes",
        "users",
    ] {
        assert!(!lines[2][list].as_array().unwrap().is_empty(), "{list}");
    }
    let other = world.other_game().await;
    let answer = import(&other, &lines).await;
    assert_eq!(tally(&answer), [2, 0, 0], "{answer}");
    assert_eq!((&answer["group_ids"], &answer["user_ids"]), (&json!([]), &json!([])));
    assert_eq!(export(&other).await, as_from(&lines, &other));
    for world in [&world, &other] {
        assert_eq!(world.assert_group_is_sound(wolves).await, 2);
    }
    // What was told before lets people in there too, and the name is claimed.
    let zoe = other.user("zoe").await;
    zoe.redeem(&code).await.ok();
    let eve = other.entity("eve's device").await;
    eve.call("CreateGroup", json!({ "GroupName": "foxes" }))
        .await
        .failed("GroupNameNotAvailable", 1368);
    assert_eq!(
        eve.call("AcceptGroupInvitation", json!({ "Group": group_key(wolves) })).await.data(),
        json!({})
    );
    assert_eq!(eve.roles_in(&group_key(wolves)).await, ["scouts"]);
    other.assert_group_is_sound(wolves).await;
    other.relay().await;
    let history = other.history(wolves).await;
    assert_eq!(
        (&history[0]["seq"], &history[0]["event"]["type"]),
        (&json!(1), &json!("group.created"))
    );
}

#[tokio::test]
async fn players_go_on_where_they_were() {
    let world = World::new().await;
    let (wolves, _) = prepare(&world).await;
    let other = world.other_game().await;
    import(&other, &export(&world).await).await;
    let find = |name: &str| {
        let order = json!({ "username": name });
        async { other.order("inspect-user", order).await["user"]["user_id"].as_u64().unwrap() }
    };
    let dot = find("dot").await;
    let ada = find("ada").await;
    let password = json!({ "user_id": ada, "password": "a new one" });
    other.order("set-password", password).await;
    let body = json!({ "game_id": other.game_id, "game_token": other.game_token, "email": "ada@example.com", "password": "a new one" });
    let ada = other.nobody().post("/api/v3/sessions", body).await.ok();
    let ada = other.with_token(ada["authentication_token"].as_str().unwrap());
    let group = ada.group(wolves).await;
    assert_eq!(group["join_requests"][0]["message"], "Let me in");
    let connection = group["join_requests"][0]["id"].as_u64().unwrap();
    ada.answer(connection, "accepted").await.ok();
    let group = ada.group(wolves).await;
    let members = group["members"].as_array().unwrap();
    assert!(members.iter().any(|member| member["id"] == dot), "{group}");
    other.assert_group_is_sound(wolves).await;
}

#[tokio::test]
async fn an_id_that_is_somebody_elses_there_becomes_another_one_which_is_told_each_time() {
    let world = World::new().await;
    let (wolves, code) = prepare(&world).await;
    let lines = export(&world).await;
    let ada = lines[2]["members"].as_array().unwrap();
    let ada =
        ada.iter().find(|it| it["roles"] == json!(["admins"])).unwrap()["user"].as_u64().unwrap();
    let other = world.other_game().await;
    other.draw_next([u32::try_from(ada).unwrap()]);
    let stranger = other.user("ada").await;
    other.draw_next([u32::try_from(wolves).unwrap()]);
    stranger.create_group("Strangers", json!({})).await;
    let answer = import(&other, &lines).await;
    assert_eq!(tally(&answer), [2, 0, 0], "{answer}");
    let (groups, users) = (&answer["group_ids"], &answer["user_ids"]);
    assert_eq!((groups.as_array().unwrap().len(), users.as_array().unwrap().len()), (1, 1));
    assert_eq!((&groups[0]["id"], &users[0]["id"]), (&json!(wolves), &json!(ada)));
    assert_eq!(answer["without_codes"], json!([3]));
    let (group, user) =
        (groups[0]["group_id"].as_u64().unwrap(), users[0]["user_id"].as_u64().unwrap());
    assert_eq!(other.assert_group_is_sound(group).await, 2);
    // The name is a stranger's, so it is called by its id.
    let shown = other.order("inspect-user", json!({ "user_id": user })).await;
    assert_eq!(shown["user"]["username"], format!("{user:016X}"));
    assert_eq!(shown["user"]["email"], Value::Null);
    stranger.redeem(&code).await.refused(404, "CodeNotFound");
    assert_eq!(other.group_row(wolves).await["group_name"], "Strangers");
    let before = other.whole_table().await;
    let again = import(&other, &lines).await;
    assert_eq!(tally(&again), [0, 2, 0], "{again}");
    assert_eq!((&again["group_ids"], &again["user_ids"]), (groups, users));
    assert_eq!(other.whole_table().await, before);
}

#[tokio::test]
async fn importing_a_file_twice_changes_nothing_whatever_has_happened_since() {
    let world = World::new().await;
    let (wolves, _) = prepare(&world).await;
    let lines = export(&world).await;
    let other = world.other_game().await;
    import(&other, &lines).await;
    let zoe = other.user("zoe").await;
    let service = other.service_for(&zoe);
    let update = json!({ "can_auto_join": true, "name": "Hounds" });
    service.put(&format!("/api/v3/groups/{wolves}"), update).await.ok();
    zoe.join(wolves).await.ok();
    let foxes = lines[1]["id"].as_u64().unwrap();
    service.delete(&format!("/api/v3/groups/{foxes}")).await.ok();
    for is_swept in [false, true] {
        if is_swept {
            other.relay().await;
        }
        let before = other.whole_table().await;
        let again = import(&other, &lines).await;
        assert_eq!(tally(&again), [0, 2, 0], "{again}");
        assert_eq!(other.whole_table().await, before, "swept: {is_swept}");
    }
    zoe.get(&format!("/api/v3/groups/{foxes}")).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn a_group_that_was_deleted_is_restored_in_its_own_game() {
    let world = World::new().await;
    let (wolves, code) = prepare(&world).await;
    let one = world.order("export-game", json!({ "group_id": wolves })).await;
    let lines = one["lines"].as_array().unwrap().clone();
    assert_eq!((lines.len(), &one["next"]), (2, &Value::Null));
    let zoe = world.user("zoe").await;
    world.service_for(&zoe).delete(&format!("/api/v3/groups/{wolves}")).await.ok();
    let early = import(&world, &lines).await;
    assert_eq!(tally(&early), [0, 0, 1], "{early}");
    assert_eq!(early["refused"][0]["line"], 2);
    world.relay().await;
    let answer = import(&world, &lines).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    let again = world.order("export-game", json!({ "group_id": wolves })).await;
    assert_eq!(again["lines"], json!(lines));
    zoe.redeem(&code).await.ok();
    world.assert_group_is_sound(wolves).await;
    assert_eq!(tally(&import(&world, &lines).await), [0, 1, 0], "it is there");
}

#[tokio::test]
async fn what_is_for_a_role_that_is_gone_is_restored_as_it_was() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let about = |more: Value| {
        let mut body = json!({ "Group": group, "RoleId": "scouts" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    ada.call("CreateRole", about(json!({ "RoleName": "Scouts" }))).await.data();
    ada.call("InviteToGroup", about(json!({ "Entity": bob.key }))).await.data();
    let id = gamefuse_id(&group);
    ada.player.create_code(id, json!({ "role_id": "scouts" })).await;
    ada.call("DeleteRole", about(json!({}))).await.data();
    let lines = export(&world).await;
    ada.call("DeleteGroup", json!({ "Group": group })).await.data();
    world.relay().await;
    let answer = import(&world, &lines).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    assert_eq!(export(&world).await, lines);
}

#[tokio::test]
async fn who_logs_in_by_the_same_custom_id_is_the_same_and_nobody_is_by_a_name() {
    let world = World::new().await;
    let eve = world.entity("eve's device").await;
    let mallory = world.user("john").await;
    let line = json!({
        "id": "9E1C2D3F4A5B6C7D", "name": "Wolves", "unique_name": true,
        "members": [
            { "user": "562D72A5B184F612", "roles": ["admins"] },
            { "user": "1A2B3C4D5E6F7089", "roles": ["members"] },
            { "user": "77A1B2C3D4E5F601", "roles": ["members"] },
        ],
        "users": [
            { "id": "562D72A5B184F612", "username": "john", "email": "john@example.com" },
            { "id": "1A2B3C4D5E6F7089", "custom_id": "eve's device" },
            { "id": "77A1B2C3D4E5F601", "user_id": mallory.id },
        ],
    });
    let answer = import(&world, &[head(), line.clone()]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    let id_of = |id: &str| {
        let users = answer["user_ids"].as_array().unwrap();
        users.iter().find(|it| it["id"] == id).unwrap()["user_id"].as_u64().unwrap()
    };
    assert_eq!(id_of("1A2B3C4D5E6F7089"), u64::from(eve.player.id));
    assert_eq!(id_of("77A1B2C3D4E5F601"), u64::from(mallory.id));
    assert!(![eve.player.id, mallory.id].map(u64::from).contains(&id_of("562D72A5B184F612")));
    let group = group_key(answer["group_ids"][0]["group_id"].as_u64().unwrap());
    assert_eq!(eve.roles_in(&group).await, ["members"]);
    // Another line that names them by their ids alone means the same people.
    let more = json!({
        "id": "9E1C2D3F4A5B6C7E", "name": "Foxes",
        "members": [
            { "user": "77A1B2C3D4E5F601", "roles": ["admins"] },
            { "user": "562D72A5B184F612", "roles": ["members"] },
        ],
    });
    let more = import(&world, &[head(), more]).await;
    let pairs = answer["user_ids"].as_array().unwrap();
    let expected: Vec<_> =
        pairs.iter().filter(|it| it["id"] != "1A2B3C4D5E6F7089").cloned().collect();
    assert_eq!(more["user_ids"], json!(expected));
}

#[tokio::test]
async fn the_same_id_from_another_place_is_another_groups_and_another_users() {
    let world = World::new().await;
    let from = |source: &str| [json!({ "guildhall_groups": 1, "from": source }), crowd(7, 2)];
    let one = import(&world, &from("playfab:AB12C")).await;
    assert_eq!((tally(&one), &one["group_ids"]), ([1, 0, 0], &json!([])), "{one}");
    let other = import(&world, &from("playfab:CD34E")).await;
    assert_eq!(tally(&other), [1, 0, 0], "{other}");
    let ids = |list: &str| other[list].as_array().unwrap().len();
    assert_eq!((ids("group_ids"), ids("user_ids")), (1, 2), "{other}");
    let again = import(&world, &from("playfab:CD34E")).await;
    assert_eq!(tally(&again), [0, 1, 0], "{again}");
    for list in ["group_ids", "user_ids"] {
        assert_eq!(again[list], other[list]);
    }
}

#[tokio::test]
async fn an_id_that_is_another_connections_becomes_another_one() {
    let world = World::new().await;
    for (group, user) in [(5, 2), (6, 2), (7, 3)] {
        let mut line = crowd(group, 1);
        line["applications"] = json!([{ "user": user, "id": 44 }]);
        let answer = import(&world, &[head(), line]).await;
        assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    }
    let lines = export(&world).await;
    let ids: Vec<_> = lines[1..].iter().map(|line| &line["applications"][0]["id"]).collect();
    assert_eq!(ids[0], 44);
    assert!(ids[1..].iter().all(|id| id.is_u64() && **id != 44), "{ids:?}");
}

#[tokio::test]
async fn what_is_over_stays_behind_and_what_has_no_end_gets_one() {
    let world = World::new().await;
    let line = json!({
        "id": 5, "name": "Wolves",
        "members": [{ "user": 1, "roles": ["admins"] }],
        "applications": [{ "user": 2, "expires_at": "2026-01-02T03:04:05Z" }, { "user": 3 }],
        "invitations": [{ "user": 2, "expires_at": "2026-01-02T03:04:05Z" }, { "user": 4, "id": 44 }],
        "blocks": [{ "user": 2, "expires_at": "2026-01-01T00:00:00Z" }, { "user": 6 }],
        "waits": [{ "user": 2, "expires_at": "2026-01-01T00:00:00Z" }],
    });
    let answer = import(&world, &[head(), line]).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    let [_, exported] = export(&world).await.try_into().unwrap();
    assert_eq!(exported["applications"][0]["expires_at"], "2026-01-09T03:04:05Z");
    assert_eq!(exported["invitations"][0]["id"], 44);
    assert_eq!(exported["blocks"][0]["blocked_at"], "2026-01-02T03:04:05.678Z");
    for list in ["applications", "invitations", "blocks"] {
        assert_eq!(exported[list].as_array().unwrap().len(), 1, "{list}");
    }
    assert!(exported.get("waits").is_none());
    let people = exported["users"].as_array().unwrap();
    assert!(people.iter().all(|it| it.get("credits").is_none() && it.get("score").is_none()));
    world.assert_group_is_sound(5).await;
    // Doors have come in with it, of which whoever has read them a moment before knows nothing.
    assert_eq!(world.group_row(5).await["entered_at"], world.now().as_second());
    import(&world, &[head(), crowd(6, 2)]).await;
    assert_eq!(world.group_row(6).await.get("entered_at"), None);
}

#[tokio::test]
async fn a_game_with_many_groups_is_exported_in_parts() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for number in 0..130 {
        ada.create_group(&format!("Group {number}"), json!({ "searchable": false })).await;
    }
    let first = world.order("export-game", json!({})).await;
    assert_eq!(first["lines"].as_array().unwrap().len(), 101);
    assert!(first["next"].is_object());
    let lines = export(&world).await;
    let mut names: Vec<_> = lines[1..].iter().map(|line| line["name"].to_string()).collect();
    names.dedup();
    assert_eq!(names.len(), 130);
    let stray = json!({ "group_id": 1, "after": first["next"] });
    assert_eq!(world.refused_order("export-game", stray).await, "InvalidParameter");
    assert_eq!(world.refused_order("export-game", json!({ "group_id": 1 })).await, "GroupNotFound");
}

#[tokio::test]
async fn where_the_table_is_too_busy_what_was_read_is_told_and_the_next_order_goes_on() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for name in ["Wolves", "Foxes"] {
        ada.create_group(name, json!({})).await;
    }
    let throttled = |calls: usize| {
        // The game's row is read first, and that of each group before and behind its others.
        for _ in 0..calls {
            world.faults.slow_down("GetItem", Duration::ZERO);
        }
        let error = "ProvisionedThroughputExceededException";
        world.faults.refuse_late("GetItem", error, Duration::from_secs(60));
    };
    throttled(1);
    assert_eq!(world.refused_order("export-game", json!({})).await, "Busy");
    throttled(3);
    let first = world.order("export-game", json!({})).await;
    assert_eq!(first["lines"].as_array().unwrap().len(), 2);
    let second = world.order("export-game", json!({ "after": first["next"] })).await;
    let names = [&first["lines"][1], &second["lines"][0]].map(|line| line["name"].as_str());
    assert!(names.contains(&Some("Wolves")) && names.contains(&Some("Foxes")), "{names:?}");
    assert!(second["next"].is_null());
}
