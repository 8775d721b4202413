//! `/api/v3/groups/{id}/codes`, and `POST /api/v3/group_connections` with a code.

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::World;

use crate::common::{assert_ids_refused, shown_to_strangers};

fn path(group: u64) -> String {
    format!("/api/v3/groups/{group}/codes")
}

/// Whether a text is a code as it is told.
fn is_told_well(code: &str) -> bool {
    let is_digit = |sign: char| sign.is_ascii_digit() || "ABCDEFGHJKMNPQRSTVWXYZ".contains(sign);
    let parts: Vec<_> = code.split('-').collect();
    parts.len() == 5 && parts.iter().all(|part| part.len() == 4 && part.chars().all(is_digit))
}

#[tokio::test]
async fn a_code_is_told_once_and_listed_without_what_lets_people_in() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    assert_eq!(ada.get(&path(group)).await.ok(), json!({ "codes": [] }));
    let plain = ada.post(&path(group), json!({})).await;
    assert_eq!(plain.status, 201);
    let mut plain = plain.ok();
    let code = plain.as_object_mut().unwrap().remove("code").unwrap();
    assert!(is_told_well(code.as_str().unwrap()), "{code}");
    let expected = json!({
        "id": plain["id"], "uses": 0, "max_uses": null, "expires_at": null, "role_id": null,
        "note": null, "open": true, "creator_id": ada.id,
    });
    assert_eq!(plain, expected);
    world.advance(SignedDuration::from_secs(1));
    let settings = json!({
        "max_uses": 7, "expires_in": 3600, "role_id": "admins", "note": " For the officers ",
    });
    let mut full = ada.post(&path(group), settings).await.ok();
    full.as_object_mut().unwrap().remove("code");
    let end = world.now() + SignedDuration::from_hours(1);
    let expected = json!({
        "id": full["id"], "uses": 0, "max_uses": 7, "expires_at": format!("{end:.0}"),
        "role_id": "admins", "note": "For the officers", "open": true, "creator_id": ada.id,
    });
    assert_eq!(full, expected);
    assert_eq!(ada.get(&path(group)).await.ok(), json!({ "codes": [plain, full] }));
    let rows: String = world.rows(group).await.iter().map(Value::to_string).collect();
    let digits = code.as_str().unwrap().replace('-', "");
    assert!(!rows.contains(code.as_str().unwrap()) && !rows.contains(&digits), "it is hashed");
}

#[tokio::test]
async fn who_has_a_code_is_a_member_at_once() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "is_invite_only": true })).await;
    let (id, code) = ada.create_code(group, json!({})).await;
    let joined = bob.redeem(&code).await.ok();
    let expected = json!({
        "id": joined["id"], "status": "accepted", "inviter_id": bob.id, "group_id": group,
        "user": shown_to_strangers(&bob),
    });
    let mut shown = joined.clone();
    shown["user"] = expected["user"].clone();
    assert_eq!(shown, expected);
    assert_eq!(joined["user"]["id"], bob.id);
    let listed = ada.get(&path(group)).await.ok();
    assert_eq!((&listed["codes"][0]["id"], &listed["codes"][0]["uses"]), (&json!(id), &json!(1)));
    // As of anybody who joined, an admin who accepts the connection once more succeeds.
    ada.answer(joined["id"].as_u64().unwrap(), "accepted").await.ok();
    bob.redeem(&code).await.refused(422, "AlreadyMember");
}

#[tokio::test]
async fn a_code_is_understood_however_it_is_typed() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 4).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (_, code) = ada.create_code(group, json!({})).await;
    let typed = [
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " ").replace('0', "o").replace('1', "i"),
        format!("  {}", code.to_lowercase().replace('0', "O").replace('1', "L")),
    ];
    for (player, code) in crowd.iter().zip(typed) {
        player.redeem(&code).await.ok();
    }
    assert_eq!(world.assert_group_is_sound(group).await, 5);
}

#[tokio::test]
async fn what_lets_nobody_in_is_told_apart() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (id, code) = ada.create_code(group, json!({ "max_uses": 1, "expires_in": 60 })).await;
    ada.set_code_open(group, id, false).await.ok();
    bob.redeem(&code).await.refused(422, "CodeClosed");
    assert_eq!(ada.set_code_open(group, id, true).await.ok()["open"], true);
    bob.redeem(&code).await.ok();
    cy.redeem(&code).await.refused(422, "CodeUsedUp");
    world.advance(SignedDuration::from_secs(60));
    cy.redeem(&code).await.refused(422, "CodeExpired");
    ada.delete_code(group, id).await.ok();
    cy.redeem(&code).await.refused(404, "CodeNotFound");
    for text in ["", "nonsense", "0000-0000-0000-0000-0000", &code[1..], &format!("{code}0")] {
        let reply = cy.redeem(text).await;
        assert!(!reply.status.is_success());
        if !text.is_empty() {
            reply.refused(404, "CodeNotFound");
            assert!(!reply.text().contains(text), "{}", reply.text());
        }
    }
}

#[tokio::test]
async fn a_code_lets_in_nobody_but_who_sends_it_and_says_itself_which_group() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let other = ada.create_group("Bears", json!({})).await;
    let (_, code) = ada.create_code(group, json!({})).await;
    let send = async |body: Value| bob.post("/api/v3/group_connections", body).await;
    for body in [
        json!({ "code": code, "user_id": cy.id }),
        json!({ "code": code, "username": "cy" }),
        json!({ "code": code, "action_type": "invite" }),
    ] {
        send(body).await.refused(422, "InvalidParameter");
    }
    send(json!({ "code": code, "group_id": other })).await.refused(404, "CodeNotFound");
    send(json!({})).await.refused(422, "InvalidParameter");
    let all = json!({
        "code": code, "group_id": group, "user_id": bob.id, "action_type": "join",
    });
    send(json!({ "group_connection": all })).await.ok();
}

#[tokio::test]
async fn nobody_but_an_admin_or_the_game_handles_codes() {
    let world = World::new().await;
    let [ada, member, stranger] = world.users(["ada", "member", "stranger"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    member.join(group).await.ok();
    let (id, _) = ada.create_code(group, json!({})).await;
    for player in [&member, &stranger] {
        player.post(&path(group), json!({})).await.refused(403, "NotAuthorized");
        player.get(&path(group)).await.refused(403, "NotAuthorized");
        player.set_code_open(group, id, false).await.refused(403, "NotAuthorized");
        player.delete_code(group, id).await.refused(403, "NotAuthorized");
    }
    let game = world.service_for(&stranger);
    let created = game.post(&path(group), json!({})).await.ok();
    assert!(created["creator_id"].is_null(), "the game did it, for nobody in particular");
    game.set_code_open(group, id, false).await.ok();
    game.delete_code(group, id).await.ok();
    let listed = game.get(&path(group)).await.ok();
    assert_eq!(listed["codes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_a_code_cannot_be_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for body in [
        json!({ "max_uses": 10_001 }),
        json!({ "max_uses": -1 }),
        json!({ "expires_in": 31_536_001 }),
        json!({ "note": "x".repeat(201) }),
        json!({ "role_id": "not a role" }),
        json!({ "uses": 3 }),
    ] {
        ada.post(&path(group), body).await.refused(422, "InvalidParameter");
    }
    // Nothing that is left is not anything: elsewhere zero is "not set", and that would be no bound at all.
    for (field, most) in [("max_uses", 10_000), ("expires_in", 31_536_000)] {
        for value in
            [json!(0), json!("0"), json!(0.0), json!(-1), json!(most + 1), json!(5_000_000_000_u64)]
        {
            let reply = ada.post(&path(group), json!({ field: value })).await;
            reply.refused(422, "InvalidParameter");
            let text = format!("{field} must be a whole number from 1 to {most}");
            assert_eq!(reply.text(), text, "{value}");
        }
    }
    ada.post(&path(group), json!({ "role_id": "nobodys" })).await.refused(404, "RoleNotFound");
    assert_eq!(ada.get(&path(group)).await.ok(), json!({ "codes": [] }));
    for most in [json!({ "max_uses": 10_000 }), json!({ "expires_in": 31_536_000 })] {
        ada.post(&path(group), most).await.ok();
    }
    let (id, _) =
        ada.create_code(group, json!({ "max_uses": " ", "expires_in": "", "note": "" })).await;
    let one = format!("{}/{id}", path(group));
    let all = ada.get(&path(group)).await.ok();
    let mut all = all["codes"].as_array().unwrap().iter();
    let listed = all.find(|code| code["id"] == id).unwrap().clone();
    assert_eq!((&listed["max_uses"], &listed["expires_at"]), (&Value::Null, &Value::Null));
    // What was read is sent back, but for what somebody may want to change and cannot.
    assert_eq!(ada.patch(&one, listed.clone()).await.ok(), listed);
    for wish in [json!({ "max_uses": 5 }), json!({ "note": "x" }), json!({ "role_id": "admins" })] {
        let mut body = wish;
        body["open"] = true.into();
        ada.patch(&one, body).await.refused(422, "InvalidParameter");
    }
    ada.patch(&one, json!({})).await.refused(422, "InvalidParameter");
    ada.set_code_open(group, 2_000_000_000, true).await.refused(404, "CodeNotFound");
    ada.delete_code(group, 2_000_000_000).await.refused(404, "CodeNotFound");
    assert_eq!(ada.delete_code(group, id).await.ok(), json!({ "message": "Code deleted" }));
}

#[tokio::test]
async fn a_dry_run_tells_no_code_and_makes_none() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let tried = ada.post(&format!("{}?dry_run=true", path(group)), json!({})).await.ok();
    assert_eq!((&tried["id"], &tried["code"]), (&json!(0), &json!("")));
    assert_eq!(ada.get(&path(group)).await.ok(), json!({ "codes": [] }));
    let (id, code) = ada.create_code(group, json!({ "max_uses": 1 })).await;
    let tried =
        bob.post("/api/v3/group_connections?dry_run=true", json!({ "code": code })).await.ok();
    assert_eq!((&tried["id"], &tried["status"]), (&json!(0), &json!("accepted")));
    let tried = format!("{}/{id}?dry_run=true", path(group));
    assert_eq!(ada.patch(&tried, json!({ "open": false })).await.ok()["open"], false);
    ada.delete(&tried).await.ok();
    bob.redeem(&code).await.ok();
}

#[tokio::test]
async fn ids_that_are_none_are_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_ids_refused(&ada, (Method::GET, "/api/v3/groups/{}/codes", 422), "id", None).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let one = format!("/api/v3/groups/{group}/codes/{{}}");
    assert_ids_refused(&ada, (Method::DELETE, &one, 422), "code_id", None).await;
}
