//! The form of errors, and those that any operation may answer.

use functions::routes::ALL;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::store::meter::REQUEST_BUDGET;
use tests::{Entity, Lost, Reply, World, group_key};

use super::{about, detail, join};

/// The paths of all operations on groups.
fn operations() -> Vec<&'static str> {
    let paths: Vec<_> =
        ALL.iter().map(|route| route.path).filter(|path| path.starts_with("/Group/")).collect();
    assert_eq!(paths.len(), 25);
    paths
}

/// A caller who wants errors with status 200.
fn lenient<'w>(caller: &Entity<'w>) -> Entity<'w> {
    let mut caller = caller.clone();
    caller.player.credentials.push(("x-reporterrorassuccess", "true".to_owned()));
    caller
}

#[tokio::test]
async fn an_error_has_the_fields_that_sdks_read_and_no_data() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let reply = ada.call("ApplyToGroup", json!({ "Group": group })).await;
    assert_eq!(reply.status, 400);
    let expected = json!({
        "code": 400,
        "status": "BadRequest",
        "error": "EntityIsAlreadyMember",
        "errorCode": 1359,
        "errorMessage": "The user is already a member of this group",
    });
    assert_eq!(reply.failed("EntityIsAlreadyMember", 1359), expected);
}

#[tokio::test]
async fn errors_come_with_status_200_where_that_is_asked_for() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let nobody = world.entity_with(None);
    for (caller, operation, body, code) in [
        (&ada, "ApplyToGroup", json!({ "Group": group }), 400),
        (&ada, "GetGroup", json!({}), 400),
        (&ada, "GetGroups", json!({}), 404),
        (&ada, "AddMembers", json!({ "CustomTags": "x".repeat(256 * 1024) }), 413),
        (&nobody, "GetGroup", json!({}), 401),
    ] {
        let strict = caller.call(operation, body.clone()).await;
        assert_eq!(strict.status, code);
        let reply = lenient(caller).call(operation, body).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.body, strict.body, "only the status differs");
        assert_eq!(reply.header("content-type"), "application/json; charset=utf-8");
    }
    // Successes stay as they are.
    lenient(&ada).call("GetGroup", json!({ "Group": group })).await.data();
}

#[tokio::test]
async fn a_call_without_a_token_is_refused_by_every_operation() {
    let world = World::new().await;
    let nobody = world.entity_with(None);
    for path in operations() {
        let envelope = nobody.post(path, json!({})).await.failed("NotAuthenticated", 1074);
        let expected = json!({
            "code": 401,
            "status": "Unauthorized",
            "error": "NotAuthenticated",
            "errorCode": 1074,
            "errorMessage": "This API method does not allow anonymous callers.",
        });
        assert_eq!(envelope, expected, "{path}");
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_by_every_operation() {
    let world = World::new().await;
    let token = world.entity("ada").await.player.credentials[0].1.clone();
    // The Node SDK sends the text null where no token was set.
    let cut = &token[..token.len() - 1];
    for bad in ["null", "", "nonsense", "a.b", cut, &world.secret_key, &world.game_token] {
        let caller = world.entity_with(Some(bad));
        for path in operations() {
            let envelope = caller.post(path, json!({})).await.failed("EntityTokenInvalid", 1335);
            assert_eq!(envelope["code"], 401, "{path}");
        }
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_by_every_operation() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    world.advance(SignedDuration::from_hours(24));
    for path in operations() {
        let envelope = ada.post(path, json!({})).await.failed("EntityTokenExpired", 1336);
        assert_eq!(envelope["code"], 401, "{path}");
    }
}

#[tokio::test]
async fn another_titles_group_does_not_exist() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    let elsewhere = world.other_game().await;
    let title = elsewhere.title().await;
    let [player, friend] = elsewhere.entities(["ada", "bob"]).await;
    for path in operations() {
        let operation = path.trim_start_matches("/Group/");
        // These name no group.
        if operation.starts_with("ListMembership") || operation == "CreateGroup" {
            continue;
        }
        // What one does for oneself is refused for others before anybody looks for the group.
        let own = ["ApplyToGroup", "AcceptGroupInvitation"].contains(&operation);
        let entity = if own { &player.key } else { &friend.key };
        let body = json!({
            "Group": group, "Entity": entity, "Members": [entity], "RoleId": "role",
            "RoleName": "Role", "OriginRoleId": "members", "DestinationRoleId": "admins",
        });
        for caller in [&title, &player] {
            caller.post(path, body.clone()).await.failed("ProfileDoesNotExist", 1298);
        }
    }
    assert_eq!(super::roster(&ada, &group).await.len(), 2, "it has the roles that it had");
}

#[tokio::test]
async fn another_titles_player_does_not_exist() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let elsewhere = world.other_game().await;
    let bob = elsewhere.entity("bob").await;
    for (caller, operation, body) in [
        (&ada, "InviteToGroup", about(&group, &bob)),
        (&ada, "BlockEntity", about(&group, &bob)),
        (&title, "ApplyToGroup", about(&group, &bob)),
        (&title, "AddMembers", super::members(&group, &[&bob])),
        (&title, "CreateGroup", json!({ "GroupName": "Foxes", "Entity": bob.key })),
    ] {
        caller.call(operation, body).await.failed("ProfileDoesNotExist", 1298);
    }
}

#[tokio::test]
async fn an_unknown_operation_is_told_so() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for path in ["/Group/GetGroups", "/Group/Get-Group", "/Client/Login", "/Group/GetGroup/x"] {
        let envelope = ada.post(path, json!({})).await.failed("InvalidAPIEndpoint", 1131);
        assert_eq!((&envelope["code"], &envelope["status"]), (&404.into(), &"NotFound".into()));
    }
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let reply = ada.player.send(method, "/Group/GetGroup", Some(json!({}))).await;
        reply.failed("InvalidAPIEndpoint", 1131);
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_field_is_told_in_a_list_under_its_name() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for (operation, body, field, text) in [
        ("ApplyToGroup", json!({}), "Group", "The Group field is required."),
        ("ApplyToGroup", json!({ "Group": "x" }), "Group", "The Group field must be an object."),
        ("ApplyToGroup", json!({ "Group": {} }), "Group", "The Group field is required."),
        (
            "ApplyToGroup",
            json!({ "Group": { "Type": "group" } }),
            "Group.Id",
            "The Group.Id field is required.",
        ),
        (
            "ApplyToGroup",
            json!({ "Group": { "Id": 7 } }),
            "Group.Id",
            "The Group.Id field must be a string.",
        ),
        (
            "ApplyToGroup",
            json!({ "Group": group, "AutoAcceptOutstandingInvite": "yes" }),
            "AutoAcceptOutstandingInvite",
            "The AutoAcceptOutstandingInvite field must be true or false.",
        ),
        (
            "UpdateGroup",
            json!({ "Group": group, "ExpectedProfileVersion": "one" }),
            "ExpectedProfileVersion",
            "The ExpectedProfileVersion field must be a whole number.",
        ),
        (
            "AddMembers",
            json!({ "Group": group, "Members": "x" }),
            "Members",
            "The Members field must be a list.",
        ),
        (
            "AddMembers",
            json!({ "Group": group, "Members": [{ "Type": "title_player_account" }] }),
            "Members[0].Id",
            "The Members[0].Id field is required.",
        ),
        (
            "CreateGroup",
            json!({ "GroupName": "x".repeat(101) }),
            "GroupName",
            "The GroupName field must have at most 100 characters.",
        ),
    ] {
        let envelope = ada.call(operation, body).await.failed("InvalidParams", 1000);
        assert_eq!((&envelope["code"], &envelope["status"]), (&400.into(), &"BadRequest".into()));
        assert_eq!(envelope["errorMessage"], "Invalid input parameters");
        assert_eq!(detail(&envelope, field), text);
    }
}

#[tokio::test]
async fn details_are_lists_of_texts_wherever_there_are_any() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let mut with_details = 0;
    for path in operations() {
        for body in [json!({}), json!({ "Group": group }), json!({ "Group": group_key(1) })] {
            for caller in [&ada, &title] {
                let reply = caller.post(path, body.clone()).await;
                let envelope: Value = serde_json::from_slice(&reply.body).unwrap();
                let Some(details) = envelope.get("errorDetails") else { continue };
                for texts in details.as_object().unwrap().values() {
                    assert!(texts.as_array().unwrap().iter().all(Value::is_string), "{envelope}");
                    with_details += 1;
                }
            }
        }
    }
    assert!(with_details > 25, "most operations need more than a group");
}

#[tokio::test]
async fn too_much_at_once_is_a_concurrent_edit_that_may_be_tried_again() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    world.faults.refuse("TransactWriteItems", "TransactionConflict");
    world.faults.refuse_late("TransactWriteItems", "TransactionConflict", REQUEST_BUDGET);
    let reply = ada.call("DeleteGroup", json!({ "Group": group })).await;
    let envelope = reply.failed("ConcurrentEditError", 1133);
    assert_eq!((&envelope["code"], &envelope["status"]), (&409.into(), &"Conflict".into()));
    assert!(!reply.header("retry-after").is_empty());
    ada.call("GetGroup", json!({ "Group": group })).await.data();
}

#[tokio::test]
async fn what_may_have_happened_is_said_to_be_so_and_is_no_fault_of_ours() {
    let world = World::new().await;
    let [ada, bob] = [world.entity("ada").await, world.entity("bob").await];
    let group = ada.create_group("Wolves").await;
    let assert_unknown = |reply: Reply| {
        let envelope = reply.failed("ServiceUnavailable", 1123);
        let status = (&envelope["code"], &envelope["status"]);
        assert_eq!(status, (&503.into(), &"ServiceUnavailable".into()));
        assert!(envelope["errorMessage"].as_str().unwrap().contains("may have happened"));
        assert!(!reply.header("retry-after").is_empty());
        let line = world.log().pop().unwrap();
        assert_eq!((&line["error"], &line["faults"]), (&"OutcomeUnknown".into(), &Value::Null));
    };
    // Written, but never answered: the invitation is there.
    world.faults.stall("TransactWriteItems", Lost::Answer, REQUEST_BUDGET);
    let invitation = json!({ "Group": group, "Entity": bob.key });
    assert_unknown(ada.call("InviteToGroup", invitation.clone()).await);
    let invitations = async || {
        let listed = ada.call("ListGroupInvitations", json!({ "Group": group })).await.data();
        listed["Invitations"].as_array().unwrap().len()
    };
    assert_eq!(invitations().await, 1);
    // The same: the invitation is gone.
    world.faults.stall("TransactWriteItems", Lost::Answer, REQUEST_BUDGET);
    assert_unknown(ada.call("RemoveGroupInvitation", invitation).await);
    assert_eq!(invitations().await, 0);
}

#[tokio::test]
async fn a_fault_of_ours_tells_nothing_of_its_cause() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    world.faults.refuse("TransactWriteItems", "AccessDeniedException");
    let reply = ada.call("DeleteGroup", json!({ "Group": group })).await;
    let envelope = reply.failed("InternalServerError", 1110);
    assert_eq!(
        (&envelope["code"], &envelope["status"]),
        (&500.into(), &"InternalServerError".into())
    );
    assert!(!reply.text().contains("AccessDenied"));
    let log = world.log();
    let line = log.last().unwrap();
    assert_eq!(line["request_id"], reply.header("x-requestid"));
    assert!(line["cause"].is_string(), "but the log does: {line}");
}
