//! What PlayFab's and GameFuse's own APIs have answered becomes groups here.

use jiff::SignedDuration;
use local::convert::{Converted, answers, gamefuse, head, playfab};
use serde_json::{Value, json};
use tests::{World, group_key, player_key};

use crate::{export, import, tally};

type Take = fn(&mut Converted, &Value) -> bool;

/// What a service has answered.
fn recorded(service: &str) -> Vec<Value> {
    let path = format!("{}/moving/answers/{service}.json", env!("CARGO_MANIFEST_DIR"));
    answers(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The lines that are made of answers, and what was left out.
fn lines(take: Take, answers: &[Value]) -> (Vec<Value>, Vec<String>) {
    let mut converted = Converted::default();
    for answer in answers {
        assert!(take(&mut converted, answer), "{answer}");
    }
    converted.lines()
}

/// The lines that are made of recorded answers, and what was left out.
fn convert(service: &str, take: Take, game: &str) -> (Vec<Value>, Vec<String>) {
    let (lines, notes) = lines(take, &recorded(service));
    ([head(service, game)].into_iter().chain(lines).collect(), notes)
}

#[tokio::test]
async fn what_playfab_has_answered_is_a_group_here() {
    let (lines, notes) = convert("playfab", playfab::take, "AB12C");
    assert_eq!(lines[0], json!({ "guildhall_groups": 1, "from": "playfab:AB12C" }));
    let expected = json!({
        "id": "9E1C2D3F4A5B6C7D", "name": "Wolves", "unique_name": true,
        "created_at": "2022-04-21T10:57:40.821Z", "profile_version": 3,
        "settings": { "max_group_size": 1000 },
        "roles": { "admins": "Administrators", "members": "Members", "scouts": "Scouts" },
        "admin_role": "admins", "member_role": "members",
        "members": [
            { "user": "562D72A5B184F612", "roles": ["admins"] },
            { "user": "1A2B3C4D5E6F7089", "roles": ["members", "scouts"] },
        ],
        "applications": [{ "user": "77A1B2C3D4E5F601", "expires_at": "2026-01-09T03:04:05.000Z" }],
        "invitations": [
            {
                "user": "88A1B2C3D4E5F601", "expires_at": "2026-01-09T03:04:05.000Z", "role": "scouts",
                "inviter": "562D72A5B184F612",
            },
            { "user": "99A1B2C3D4E5F601", "expires_at": "2026-01-09T03:04:05.000Z", "role": "members" },
        ],
        "blocks": [{ "user": "66A1B2C3D4E5F601" }],
    });
    assert_eq!(lines[1..], [expected]);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(
        notes[0].contains("C0FFEEC0FFEEC0FF") && notes[1].contains("9E1C2D3F4A5B6C7E"),
        "{notes:?}"
    );

    let world = World::new().await;
    let answer = import(&world, &lines).await;
    assert_eq!(tally(&answer), [1, 0, 0], "{answer}");
    let group = answer["group_ids"][0]["group_id"].as_u64().unwrap();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
    let title = world.title().await;
    let shown = title.call("GetGroup", json!({ "GroupName": "wolves" })).await.data();
    assert_eq!(shown["Group"], group_key(group));
    assert_eq!(shown["Created"], "2022-04-21T10:57:40.821Z");
    let invitations =
        title.call("ListGroupInvitations", json!({ "Group": group_key(group) })).await.data();
    let roles = invitations["Invitations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["RoleId"].as_str().unwrap());
    let mut roles: Vec<_> = roles.collect();
    roles.sort_unstable();
    assert_eq!(roles, ["members", "scouts"]);
    // The game's server lets the player in whose id it finds in the map.
    let map = answer["user_ids"].as_array().unwrap();
    let admin = map.iter().find(|it| it["id"] == "562D72A5B184F612").unwrap();
    let key = player_key(admin["user_id"].as_u64().unwrap());
    let mut server = world.nobody();
    server.credentials = vec![("x-secretkey", world.secret_key.clone())];
    let token =
        server.post("/Authentication/GetEntityToken", json!({ "Entity": key })).await.data();
    let admin = world.entity_with(token["EntityToken"].as_str());
    let applications =
        admin.call("ListGroupApplications", json!({ "Group": group_key(group) })).await.data();
    assert_eq!(applications["Applications"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_gamefuse_has_answered_is_a_group_here() {
    let (lines, notes) = convert("gamefuse", gamefuse::take, "77");
    assert_eq!(notes, Vec::<String>::new());
    let world = World::new().await;
    let answer = import(&world, &lines).await;
    assert_eq!(tally(&answer), [2, 0, 0], "{answer}");
    assert_eq!((&answer["group_ids"], &answer["user_ids"]), (&json!([]), &json!([])), "they fit");
    let [_, foxes, wolves] = export(&world).await.try_into().unwrap();
    assert_eq!((&foxes["id"], &foxes["settings"]["group_type"]), (&json!(8), &json!("Public")));
    assert_eq!(foxes["settings"]["max_group_size"], 1000);
    assert_eq!((&wolves["id"], &wolves["settings"]["max_group_size"]), (&json!(4), &json!(50)));
    assert_eq!(wolves["settings"]["admins_only_can_create_attributes"], true);
    let of = |list: &str| wolves[list].as_array().unwrap().clone();
    let members: Vec<_> = of("members").iter().map(|it| json!([it["user"], it["roles"]])).collect();
    assert_eq!(members, [json!([10, ["admins"]]), json!([11, ["members"]])]);
    assert_eq!(
        (&of("applications")[0]["user"], &of("applications")[0]["id"]),
        (&json!(12), &json!(123))
    );
    assert_eq!(of("invitations")[0]["inviter"], 10);
    let attributes = json!([
        { "id": 5, "key": "motto", "value": "Onward", "creator": 11, "others_can_edit": true },
        { "id": 6, "key": "plan", "value": "", "creator": 10 },
    ]);
    assert_eq!(wolves["attributes"], attributes);
    let users = of("users");
    let john = users.iter().find(|it| it["id"] == 10).unwrap();
    assert_eq!(
        (&john["email"], &john["credits"], &john["score"]),
        (&json!("john@example.com"), &json!(7), &json!(12))
    );
    // What is pending is answered by the ids that players know.
    world.order("set-password", json!({ "user_id": 10, "password": "a new one" })).await;
    let body = json!({ "game_id": world.game_id, "game_token": world.game_token, "email": "john_doe", "password": "a new one" });
    let john = world.nobody().post("/api/v3/sessions", body).await.ok();
    let john = world.with_token(john["authentication_token"].as_str().unwrap());
    john.answer(123, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(4).await, 3);
    world.advance(SignedDuration::from_hours(24 * 7));
    let [_, _, wolves] = export(&world).await.try_into().unwrap();
    assert!(wolves.get("invitations").is_none(), "it has got an end");
}

#[test]
fn what_was_answered_twice_is_there_once() {
    for (service, take) in [("playfab", playfab::take as Take), ("gamefuse", gamefuse::take)] {
        let once = recorded(service);
        let twice = [&once[..], &once[..]].concat();
        assert_eq!(lines(take, &twice).0, lines(take, &once).0, "{service}");
    }
}

#[test]
fn what_is_none_of_the_answers_that_are_known_is_told() {
    for answer in [json!({}), json!({ "Members": [] }), json!({ "Group": { "Id": "1" } })] {
        assert!(!playfab::take(&mut Converted::default(), &answer), "{answer}");
    }
    for answer in [json!({}), json!({ "attributes": [] }), json!({ "id": 1, "name": "Wolves" })] {
        assert!(!gamefuse::take(&mut Converted::default(), &answer), "{answer}");
    }
    assert!(answers("{} {").is_err());
    assert_eq!(answers("[{}, {}]\n{}").unwrap().len(), 3);
}
