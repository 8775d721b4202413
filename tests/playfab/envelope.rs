//! The form of requests and of successes: what SDKs send, and what they need to find.

use http::{Method, Request};
use serde_json::{Value, json};
use tests::{Entity, World};

use super::{about, done, join};

/// Sends a body of that type to an operation.
async fn raw(caller: &Entity<'_>, operation: &str, content_type: &str, body: &str) -> tests::Reply {
    let path = format!("/Group/{operation}");
    caller.player.send_raw(Method::POST, &path, content_type, body).await
}

#[tokio::test]
async fn a_success_has_code_status_and_data_and_nothing_else() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let reply = ada.call("CreateGroup", json!({ "GroupName": "Wolves" })).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    let envelope = reply.ok();
    let fields: Vec<_> = envelope.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["code", "data", "status"]);
    assert_eq!((&envelope["code"], &envelope["status"]), (&200.into(), &"OK".into()));
}

#[tokio::test]
async fn an_operation_without_a_result_has_an_empty_object() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let reply = ada.call("BlockEntity", about(&group, &bob)).await;
    let expected = json!({ "code": 200, "status": "OK", "data": {} });
    assert_eq!(serde_json::from_str::<Value>(&reply.text()).unwrap(), expected);
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own_and_it_is_the_logged_one() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let nobody = world.entity_with(None);
    let success = ada.call("ListMembership", json!({})).await;
    let failure = nobody.call("ListMembership", json!({})).await;
    let (first, second) = (success.header("x-requestid"), failure.header("x-requestid"));
    assert!(!first.is_empty() && !second.is_empty());
    assert_ne!(first, second);
    let logged: Vec<_> = world.log().iter().map(|line| line["request_id"].clone()).collect();
    assert_eq!(logged[logged.len() - 2..], [json!(first), json!(second)]);
}

#[tokio::test]
async fn a_query_string_does_not_matter() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let path = "/Group/ListMembership?sdk=JavaScriptSDK-2.187.251205&engine=%ff&Entity=x";
    ada.post(path, json!({})).await.data();
}

#[tokio::test]
async fn null_means_absent_at_any_depth() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let body = json!({
        "Group": { "Id": group["Id"], "Type": "group", "TypeString": null },
        "Entity": null, "AutoAcceptOutstandingInvite": null, "CustomTags": null,
    });
    let application = bob.call("ApplyToGroup", body).await.data();
    assert_eq!(application["Entity"]["Key"], bob.key);
    let body = json!({ "Group": null, "GroupName": "Wolves" });
    assert_eq!(ada.call("GetGroup", body).await.data()["Group"], group);
    let body = json!({ "Group": group, "GroupName": null, "ExpectedProfileVersion": null });
    assert_eq!(ada.call("UpdateGroup", body).await.data()["SetResult"], "None");
}

#[tokio::test]
async fn fields_that_an_operation_does_not_know_are_ignored() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let mut key = group.clone();
    key["IsTitle"] = false.into();
    let body = json!({
        "Group": key, "CustomTags": { "build": "7" },
        "AuthenticationContext": { "EntityToken": "x", "PlayFabId": 7 }, "Made up": [1, 2],
    });
    bob.call("ApplyToGroup", body).await.data();
    let login = json!({
        "TitleId": world.game_id.to_string(), "CustomId": "ada", "CreateAccount": true,
        "InfoRequestParameters": { "GetPlayerProfile": true },
    });
    world.nobody().post("/Client/LoginWithCustomID", login).await.data();
}

#[tokio::test]
async fn tags_have_no_effect_on_any_operation() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let mut body = about(&group, &bob);
    body["CustomTags"] = json!({ "trace": "1" });
    done(&ada.call("BlockEntity", body.clone()).await);
    done(&ada.call("UnblockEntity", body).await);
}

#[tokio::test]
async fn the_type_of_a_key_may_be_missing_or_go_by_its_older_name() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let (group_id, bob_id) = (&group["Id"], &bob.key["Id"]);
    let player = "title_player_account";
    for (group, entity) in [
        (json!({ "Id": group_id }), json!({ "Id": bob_id })),
        (json!({ "Id": group_id, "Type": null }), json!({ "Id": bob_id, "Type": null })),
        (
            json!({ "Id": group_id, "TypeString": "group" }),
            json!({ "Id": bob_id, "TypeString": player }),
        ),
        (json!({ "Id": group_id, "Type": "group" }), json!({ "Id": bob_id, "Type": player })),
    ] {
        let body = json!({ "Group": group, "Entity": entity });
        assert_eq!(ada.call("IsMember", body).await.data()["IsMember"], true);
        let body = json!({ "Group": group, "Members": [entity], "RoleId": "members" });
        done(&ada.call("AddMembers", body).await);
    }
}

#[tokio::test]
async fn keys_are_case_sensitive() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    // An id with letters in it, so that it has a lower case.
    world.draw_next([0x00AB_CDEF]);
    let group = ada.create_group("Wolves").await;
    assert_eq!(group["Id"], "0000000000ABCDEF");
    for (id, kind) in [("0000000000abcdef", "group"), ("ABCDEF", "group")] {
        let body = json!({ "Group": { "Id": id, "Type": kind } });
        bob.call("GetGroup", body).await.failed("ProfileDoesNotExist", 1298);
    }
    for kind in ["Group", "GROUP", "title", "guild"] {
        let body = json!({ "Group": { "Id": group["Id"], "Type": kind } });
        super::invalid(&bob.call("GetGroup", body).await, "Group");
    }
    for kind in ["Title_Player_Account", "master_player_account", "character", "title", "group"] {
        let entity = json!({ "Id": bob.key["Id"], "Type": kind });
        let body = json!({ "Group": group, "Entity": entity });
        super::invalid(&ada.call("IsMember", body).await, "Entity");
    }
}

#[tokio::test]
async fn every_key_that_is_answered_has_its_type_under_both_names() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let invitation = title.call("InviteToGroup", about(&group, &bob)).await.data();
    let mut keys = 0;
    let mut open = vec![&invitation];
    while let Some(value) = open.pop() {
        if let Some(id) = value.get("Id") {
            assert!(id.is_string() && value["Type"].is_string(), "{value}");
            assert_eq!(value["Type"], value["TypeString"]);
            keys += 1;
        }
        open.extend(value.as_object().into_iter().flat_map(|fields| fields.values()));
    }
    assert_eq!(keys, 4, "the group, the title, the player and the master account");
}

#[tokio::test]
async fn bodies_are_json_by_their_type() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for json in
        ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
    {
        raw(&ada, "ListMembership", json, "{}").await.data();
    }
    for other in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let reply = raw(&ada, "ListMembership", other, "{}").await;
        let envelope = reply.failed("InvalidContentType", 1144);
        assert_eq!(envelope["code"], 400);
    }
}

#[tokio::test]
async fn an_empty_body_is_an_empty_request() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for content_type in ["", "application/json"] {
        raw(&ada, "ListMembership", content_type, "").await.data();
    }
}

#[tokio::test]
async fn what_is_not_a_json_object_is_refused() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for broken in ["{", "{\"Group\":", "[1]", "7", "\"text\"", "{} {}", "\u{feff}{}"] {
        let reply = raw(&ada, "ListMembership", "application/json", broken).await;
        let envelope = reply.failed("InvalidJSONContent", 1200);
        assert!(envelope["errorDetails"].is_null(), "{envelope}");
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let body = json!({ "CustomTags": { "tag": "x".repeat(256 * 1024) } }).to_string();
    let reply = raw(&ada, "ListMembership", "application/json", &body).await;
    let envelope = reply.failed("BodyTooLarge", 1068);
    assert_eq!(
        (&envelope["code"], &envelope["status"]),
        (&413.into(), &"RequestEntityTooLarge".into())
    );
}

#[tokio::test]
async fn a_browser_may_send_what_the_web_sdk_sends() {
    let world = World::new().await;
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri("/Group/ApplyToGroup?sdk=web")
        .header("origin", "https://game.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-entitytoken,x-playfabsdk");
    let reply = world.send(request.body(Vec::new()).unwrap()).await;
    assert!(reply.status.is_success(), "{}", reply.status);
    assert_eq!(reply.header("access-control-allow-origin"), "*");
    let allowed = reply.header("access-control-allow-headers").to_lowercase();
    for header in ["content-type", "x-entitytoken", "x-playfabsdk", "x-reporterrorassuccess"] {
        assert!(allowed.contains(header), "{header} in {allowed}");
    }
}
