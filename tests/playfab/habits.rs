//! How real clients write, in PlayFab's dialect: whatever can mean one thing is taken, whatever could do harm is refused.
//! The table is docs/playfab-compatibility.md's, "What is taken from clients".

use http::Method;
use serde_json::{Value, json};
use tests::{Entity, Reply, World, gamefuse_id, gzip};

use super::{about, done, invalid, join};

async fn raw(caller: &Entity<'_>, path: &str, body: impl Into<Vec<u8>>) -> Reply {
    caller.player.send_raw(Method::POST, path, "application/json", body).await
}

#[tokio::test]
async fn an_empty_table_of_lua_is_an_empty_request_and_nested_it_is_absent() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for body in
        ["[]", "null", "{}", "", "[\n]", "{\"Entity\": []}", "{\"Entity\": {}, \"CustomTags\": []}"]
    {
        let listed = raw(&ada, "/Group/ListMembership", body).await.data();
        assert_eq!(listed["Groups"].as_array().unwrap().len(), 1, "{body}");
    }
    let mut title = world.entity_with(None);
    title.player.credentials = vec![("x-secretkey", world.secret_key.clone())];
    for body in ["[]", "null", "{\"Entity\": []}"] {
        raw(&title, "/Authentication/GetEntityToken", body).await.data();
    }
    for nothing in [json!({ "Id": null }), json!({ "Id": null, "Type": [], "TypeString": {} })] {
        let listed = ada.call("ListMembership", json!({ "Entity": nothing })).await.data();
        assert_eq!(listed["Groups"].as_array().unwrap().len(), 1, "{nothing}");
        invalid(&ada.call("ApplyToGroup", json!({ "Group": nothing })).await, "Group");
    }
    invalid(&ada.call("ApplyToGroup", json!({ "Group": [] })).await, "Group");
    let body = json!({ "Group": group, "Members": [], "RoleId": [] });
    invalid(&ada.call("AddMembers", body).await, "Members");
    for other in ["[1]", "[{}]", "7", "\"text\"", "true"] {
        let reply = raw(&ada, "/Group/ListMembership", other).await;
        reply.failed("InvalidJSONContent", 1200);
    }
}

#[tokio::test]
async fn the_name_of_a_field_may_be_written_in_any_case() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for body in [
        json!({ "TitleID": world.game_id.to_string(), "CustomID": "bob", "createAccount": true }),
        json!({ "titleId": world.game_id.to_string(), "customid": "bob" }),
    ] {
        world.nobody().post("/Client/LoginWithCustomID", body).await.data();
    }
    let group = ada.call("CreateGroup", json!({ "groupName": "Wolves" })).await.data();
    let key = json!({ "id": group["Group"]["Id"], "type": "group" });
    let read = ada.call("GetGroup", json!({ "group": key })).await.data();
    assert_eq!(read["GroupName"], "Wolves");
    // Of two spellings the documented one counts.
    let body = json!({ "GroupName": "Foxes", "groupname": "Bears", "GROUPNAME": 7 });
    assert_eq!(ada.call("CreateGroup", body).await.data()["GroupName"], "Foxes");
    // Of others that say the same any one does, and of those that do not none.
    let [id, other] = [&group["Group"]["Id"], &ada.key["Id"]];
    for body in [
        json!({ "group": key, "GROUP": key }),
        json!({ "Group": { "id": id, "ID": id }, "GROUP": 7 }),
        json!({ "groupname": null, "group": key }),
    ] {
        assert_eq!(ada.call("GetGroup", body).await.data()["GroupName"], "Wolves");
    }
    let twice = json!({ "group": key, "GROUP": { "Id": other } });
    invalid(&ada.call("GetGroup", twice).await, "Group");
    let twice = json!({ "Group": { "id": id, "ID": other } });
    invalid(&ada.call("GetGroup", twice).await, "Group.Id");
}

#[tokio::test]
async fn scalars_may_be_of_another_json_type_where_they_mean_one_thing() {
    let world = World::new().await;
    let log_in = async |title: Value, create: Value| {
        let body = json!({ "TitleId": title, "CustomId": "bob", "CreateAccount": create });
        world.nobody().post("/Client/LoginWithCustomID", body).await
    };
    for create in [json!(false), json!(0), json!(0.0), json!("False"), json!("0"), json!("")] {
        let reply = log_in(json!(world.game_id.to_string()), create).await;
        reply.failed("AccountNotFound", 1001);
    }
    for create in [json!(1.0), json!(1), json!("true"), json!("True")] {
        let title = json!(world.game_id);
        log_in(title, create).await.data();
    }
    log_in(json!(world.game_id as f64), json!(null)).await.data();
    for title in [json!(7.5), json!("x"), json!(-1), json!(""), json!(2_147_483_647)] {
        let reply = log_in(title, json!(true)).await;
        let envelope = reply.failed("InvalidTitleId", 1004);
        assert_eq!(envelope["errorMessage"], "No title has that id");
    }
    for title in [json!(true), json!(["7"])] {
        invalid(&log_in(title, json!(true)).await, "TitleId");
    }
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for version in [json!(0), json!(0.0), json!("0")] {
        let body =
            json!({ "Group": group, "GroupName": "Wolves", "ExpectedProfileVersion": version });
        ada.call("UpdateGroup", body).await.data();
    }
    for (field, value) in [
        ("ExpectedProfileVersion", json!(0.5)),
        ("ExpectedProfileVersion", json!("one")),
        ("GroupName", json!(7)),
        ("GroupName", json!(true)),
    ] {
        invalid(&ada.call("UpdateGroup", json!({ "Group": group, field: value })).await, field);
    }
}

#[tokio::test]
async fn an_empty_text_is_not_set_where_a_field_is_optional() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let empty = json!({ "Id": "", "Type": "", "TypeString": "" });
    let listed = ada.call("ListMembership", json!({ "Entity": null })).await.data();
    assert_eq!(listed["Groups"].as_array().unwrap().len(), 1);
    let body = json!({ "Group": group, "GroupName": "", "AdminRoleId": "", "MemberRoleId": "" });
    assert_eq!(ada.call("UpdateGroup", body).await.data()["SetResult"], "None");
    let body = json!({ "Group": group, "Members": [bob.key], "RoleId": "" });
    done(&ada.call("AddMembers", body).await);
    let key = json!({ "Id": group["Id"], "Type": "", "TypeString": "group" });
    ada.call("GetGroup", json!({ "Group": key, "GroupName": "" })).await.data();
    // Where a key is required, nothing is nobody.
    let body = json!({ "Group": group, "Entity": empty });
    ada.call("IsMember", body).await.failed("ProfileDoesNotExist", 1298);
    invalid(&ada.call("CreateGroup", json!({ "GroupName": "" })).await, "GroupName");
    let body = json!({ "Group": group, "RoleId": "", "RoleName": "x" });
    invalid(&ada.call("CreateRole", body).await, "RoleId");
}

#[tokio::test]
async fn a_number_in_the_place_of_a_text_is_refused_though_it_is_zero() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let members = json!([bob.key]);
    for number in [json!(0), json!(0.0), json!(1)] {
        for (operation, mut body, field) in [
            // Without a role, these are about the whole group.
            ("RemoveMembers", json!({ "Members": members }), "RoleId"),
            ("IsMember", json!({ "Entity": bob.key }), "RoleId"),
            (
                "ChangeMemberRole",
                json!({ "Members": members, "OriginRoleId": "members" }),
                "DestinationRoleId",
            ),
            ("UpdateGroup", json!({}), "GroupName"),
        ] {
            body["Group"] = group.clone();
            body[field] = number.clone();
            invalid(&ada.call(operation, body).await, field);
        }
    }
    assert_eq!(ada.player.group(gamefuse_id(&group)).await["member_count"], 2);
}

#[tokio::test]
async fn a_body_that_unitys_sdk_compresses_is_read_and_a_bomb_is_not() {
    let world = World::new().await;
    let mut ada = world.entity("ada").await;
    ada.player.credentials.push(("content-encoding", "GZIP".to_owned()));
    let body = gzip(br#"{"GroupName": "Wolves"}"#);
    raw(&ada, "/Group/CreateGroup", body).await.data();
    raw(&ada, "/Group/ListMembership", "").await.data();
    let bomb = gzip(&vec![b' '; 10_000_000]);
    raw(&ada, "/Group/ListMembership", bomb).await.failed("BodyTooLarge", 1068);
    let reply = raw(&ada, "/Group/ListMembership", "{}").await;
    reply.failed("InvalidJSONContent", 1200);
    ada.player.credentials.pop();
    ada.player.credentials.push(("content-encoding", "br".to_owned()));
    raw(&ada, "/Group/ListMembership", "{}").await.failed("InvalidContentType", 1144);
}

#[tokio::test]
async fn a_login_tells_what_every_sdk_reads_without_looking() {
    let world = World::new().await;
    let body = json!({
        "TitleId": world.game_id.to_string(), "CustomId": "ada", "CreateAccount": true
    });
    let login = world.nobody().post("/Client/LoginWithCustomID", body).await.data();
    assert_eq!(
        login["SettingsForUser"],
        json!({ "NeedsAttribution": false, "GatherDeviceInfo": false, "GatherFocusInfo": false })
    );
}

#[tokio::test]
async fn errors_are_reported_as_success_unless_the_header_says_no() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for (value, status) in [
        ("true", 200),
        ("True", 200),
        ("1", 200),
        ("", 200),
        ("false", 400),
        ("False", 400),
        ("0", 400),
    ] {
        let mut ada = ada.clone();
        ada.player.credentials.push(("x-reporterrorassuccess", value.to_owned()));
        let reply = ada.call("GetGroup", json!({})).await;
        assert_eq!(reply.status, status, "{value:?}");
    }
}

#[tokio::test]
async fn a_doubled_header_is_one_where_both_agree() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let token = &ada.player.credentials[0].1;
    for (token, is_taken) in [(format!("{token}, {token}"), true), (format!("{token}, x"), false)] {
        let caller = world.entity_with(Some(&token));
        let content_type = "application/json, application/json";
        let path = "/Group/ListMembership";
        let reply = caller.player.send_raw(Method::POST, path, content_type, "{}").await;
        match is_taken {
            true => drop(reply.data()),
            false => drop(reply.failed("EntityTokenInvalid", 1335)),
        }
    }
}

#[tokio::test]
async fn an_error_about_a_name_is_about_the_name_and_does_not_repeat_it() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let reply = ada.call("GetGroup", json!({ "GroupName": "canary" })).await;
    let envelope = reply.failed("ProfileDoesNotExist", 1298);
    assert_eq!(envelope["errorMessage"], "No group has that name");
    let group = ada.create_group("Wolves").await;
    done(&ada.call("DeleteGroup", json!({ "Group": group })).await);
    let reply = ada.call("GetGroup", json!({ "GroupName": "Wolves" })).await;
    assert_eq!(reply.failed("ProfileDoesNotExist", 1298)["errorMessage"], "No group has that name");
    let reply = ada.call("GetGroup", json!({ "Group": group })).await;
    assert_eq!(reply.failed("ProfileDoesNotExist", 1298)["errorMessage"], "No group has that id");
    for body in [json!({ "Group": { "Id": "x", "Type": "canary" } }), json!({ "Group": "canary" })]
    {
        let reply = ada.call("GetGroup", body).await;
        assert!(!reply.text().contains("canary"), "{}", reply.text());
    }
}

#[tokio::test]
async fn a_stale_version_changes_nothing_and_is_answered_as_playfab_does() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let update = async |name: &str, version: Value| {
        let body = json!({ "Group": group, "GroupName": name, "ExpectedProfileVersion": version });
        ada.call("UpdateGroup", body).await.data()
    };
    assert_eq!(update("Foxes", json!(0)).await["SetResult"], "Updated");
    // As Unreal's Blueprints always do.
    for stale in [json!(0), json!(7), json!("0")] {
        let unchanged = update("Bears", stale).await;
        assert_eq!(
            (&unchanged["SetResult"], &unchanged["ProfileVersion"]),
            (&json!("None"), &json!(1))
        );
        assert!(unchanged["OperationReason"].is_string());
    }
    let role = json!({ "Group": group, "RoleId": "members", "RoleName": "All", "ExpectedProfileVersion": 0 });
    let unchanged = ada.call("UpdateRole", role.clone()).await.data();
    assert_eq!(
        (&unchanged["SetResult"], &unchanged["ProfileVersion"]),
        (&json!("None"), &json!(1))
    );
    let read = ada.call("GetGroup", json!({ "Group": group })).await.data();
    assert_eq!(
        (&read["GroupName"], &read["Roles"]["members"]),
        (&json!("Foxes"), &json!("Members"))
    );
    // Who may not change it is told that, whatever the version.
    bob.call("UpdateRole", role).await.failed("NotAuthorized", 1089);
    let twice = about(&group, &bob);
    bob.call("UpdateGroup", twice).await.failed("NotAuthorized", 1089);
}
