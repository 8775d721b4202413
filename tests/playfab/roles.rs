//! CreateRole, UpdateRole and DeleteRole.

use serde_json::{Value, json};
use tests::{Entity, Reply, World, gamefuse_id, group_key};

use super::{about, create_role, detail, done, invalid, join, members, members_in, roster};

async fn create(admin: &Entity<'_>, group: &Value, id: &str, name: &str) -> Reply {
    let body = json!({ "Group": group, "RoleId": id, "RoleName": name });
    admin.call("CreateRole", body).await
}

async fn rename(admin: &Entity<'_>, group: &Value, id: &str, name: &str) -> Reply {
    let body = json!({ "Group": group, "RoleId": id, "RoleName": name });
    admin.call("UpdateRole", body).await
}

async fn delete(admin: &Entity<'_>, group: &Value, id: &str) -> Reply {
    admin.call("DeleteRole", json!({ "Group": group, "RoleId": id })).await
}

/// A group's roles, and its version.
async fn roles(caller: &Entity<'_>, group: &Value) -> (Value, u64) {
    let group = caller.call("GetGroup", json!({ "Group": group })).await.data();
    (group["Roles"].clone(), group["ProfileVersion"].as_u64().unwrap())
}

#[tokio::test]
async fn a_new_role_has_no_members_and_is_a_new_version_of_the_group() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let created = create(&ada, &group, "officers", "The officers").await.data();
    let expected = json!({ "ProfileVersion": 1, "RoleId": "officers", "RoleName": "The officers" });
    assert_eq!(created, expected);
    let all = json!({
        "admins": "Administrators", "members": "Members", "officers": "The officers",
    });
    assert_eq!(roles(&ada, &group).await, (all, 1));
    let created = create(&ada, &group, "elders", "elders").await.data();
    assert_eq!(created["ProfileVersion"], 2, "and the name may be the id");
    assert_eq!(roster(&ada, &group).await[2], ("elders".to_owned(), Vec::new()));
}

#[tokio::test]
async fn ids_and_names_are_each_unique_in_their_group() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    create(&ada, &group, "officers", "Others").await.failed("DuplicateRoleId", 1360);
    for taken in ["officers", "OFFICERS", " Members ", "ａｄｍｉｎｉｓｔｒａｔｏｒｓ"]
    {
        create(&ada, &group, "others", taken).await.failed("RoleNameNotAvailable", 1367);
    }
    create(&ada, &group, "Officers", "Ids are case-sensitive").await.data();
    assert_eq!(roles(&ada, &group).await.1, 2);
    let other = ada.create_group("Foxes").await;
    create_role(&ada, &other, "officers").await;
}

#[tokio::test]
async fn ids_and_names_have_their_forms() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for id in ["", "two words", "é", "a#b", &"x".repeat(65)] {
        for operation in ["CreateRole", "UpdateRole", "DeleteRole"] {
            let body = json!({ "Group": group, "RoleId": id, "RoleName": "Name" });
            invalid(&ada.call(operation, body).await, "RoleId");
        }
    }
    for name in ["", "   ", "a\nb", &"x".repeat(101)] {
        invalid(&create(&ada, &group, "role", name).await, "RoleName");
        invalid(&rename(&ada, &group, "members", name).await, "RoleName");
    }
    for (id, name) in [("A-z_0.9(x)", "x".repeat(100)), (&"y".repeat(64), "y".repeat(64))] {
        create(&ada, &group, id, &name).await.data();
    }
}

#[tokio::test]
async fn a_group_has_at_most_ten_roles() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for number in 3..=10 {
        create_role(&ada, &group, &format!("role-{number}")).await;
    }
    let envelope = create(&ada, &group, "one-more", "One more").await.failed("OverLimit", 1214);
    assert_eq!(detail(&envelope, "GroupRoleCount"), "A group can have at most 10 roles");
    done(&delete(&ada, &group, "role-3").await);
    create_role(&ada, &group, "one-more").await;
    let (all, version) = roles(&ada, &group).await;
    assert_eq!((all.as_object().unwrap().len(), version), (10, 10));
}

#[tokio::test]
async fn a_role_is_renamed_and_keeps_its_id_and_holders() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    for (id, name) in [("admins", "Chiefs"), ("members", "Pack")] {
        let updated = rename(&ada, &group, id, name).await.data();
        assert_eq!(updated["SetResult"], "Updated");
        assert!(updated["OperationReason"].is_null());
    }
    let renamed = json!({ "admins": "Chiefs", "members": "Pack" });
    assert_eq!(roles(&ada, &group).await, (renamed, 2));
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    // The old name is free, another spelling of the own one too.
    rename(&ada, &group, "admins", "Members").await.data();
    rename(&ada, &group, "members", "PACK").await.data();
    let (all, version) = roles(&ada, &group).await;
    assert_eq!((all, version), (json!({ "admins": "Members", "members": "PACK" }), 4));
}

#[tokio::test]
async fn a_rename_to_what_a_role_is_called_already_changes_nothing_and_says_so() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let updated = rename(&ada, &group, "members", "Members").await.data();
    assert_eq!((&updated["SetResult"], &updated["ProfileVersion"]), (&"None".into(), &0.into()));
    assert!(updated["OperationReason"].is_string());
    assert_eq!(roles(&ada, &group).await.1, 0);
}

#[tokio::test]
async fn a_role_that_is_not_there_is_neither_renamed_nor_deleted() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    rename(&ada, &group, "elders", "Elders").await.failed("RoleDoesNotExist", 1358);
    rename(&ada, &group, "officers", "members").await.failed("RoleNameNotAvailable", 1367);
    delete(&ada, &group, "elders").await.failed("RoleDoesNotExist", 1358);
    for reply in [
        create(&ada, &group_key(1), "elders", "Elders").await,
        rename(&ada, &group_key(1), "members", "Elders").await,
        delete(&ada, &group_key(1), "members").await,
    ] {
        reply.failed("ProfileDoesNotExist", 1298);
    }
    assert_eq!(roles(&ada, &group).await.1, 1);
}

#[tokio::test]
async fn a_stale_version_is_not_updated() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let at = |version: i64, name: &str| {
        json!({
            "Group": group, "RoleId": "officers", "RoleName": name,
            "ExpectedProfileVersion": version,
        })
    };
    for stale in [0, 2] {
        let unchanged = ada.call("UpdateRole", at(stale, "Captains")).await.data();
        assert_eq!(
            (&unchanged["SetResult"], &unchanged["ProfileVersion"]),
            (&"None".into(), &1.into())
        );
    }
    invalid(&ada.call("UpdateRole", at(-1, "Captains")).await, "ExpectedProfileVersion");
    let updated = ada.call("UpdateRole", at(1, "Captains")).await.data();
    assert_eq!(updated, json!({ "ProfileVersion": 2, "SetResult": "Updated" }));
    let unchanged = ada.call("UpdateRole", at(1, "Sergeants")).await.data();
    assert_eq!(
        (&unchanged["SetResult"], &unchanged["ProfileVersion"]),
        (&"None".into(), &2.into())
    );
    assert_eq!(roles(&ada, &group).await.0["officers"], "Captains");
}

#[tokio::test]
async fn who_held_only_the_deleted_role_holds_the_member_role_then() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    create_role(&ada, &group, "elders").await;
    done(&title.call("AddMembers", members_in(&group, &[&bob, &cleo], "officers")).await);
    done(&ada.call("AddMembers", members_in(&group, &[&ada, &cleo], "elders")).await);
    done(&ada.call("AddMembers", members_in(&group, &[&ada], "officers")).await);
    done(&delete(&ada, &group, "officers").await);
    assert_eq!(ada.roles_in(&group).await, ["admins", "elders"]);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(cleo.roles_in(&group).await, ["elders"]);
    let (all, version) = roles(&ada, &group).await;
    assert_eq!((all["officers"].clone(), version), (Value::Null, 3));
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 3);
    delete(&ada, &group, "officers").await.failed("RoleDoesNotExist", 1358);
    create_role(&ada, &group, "officers").await;
    assert!(roster(&ada, &group).await[3].1.is_empty(), "a role of the same id starts anew");
}

#[tokio::test]
async fn the_admin_role_and_the_member_role_stay() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    for caller in [&ada, &title] {
        delete(caller, &group, "admins").await.failed("RoleIsGroupAdmin", 1366);
        delete(caller, &group, "members").await.failed("RoleIsGroupDefaultMember", 1365);
    }
    assert_eq!(roles(&ada, &group).await.1, 0);
}

#[tokio::test]
async fn a_role_that_more_hold_than_one_transaction_can_change_is_emptied_first() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await;
    let names: Vec<_> = (0..100).map(|number| format!("player {number}")).collect();
    let mut players = Vec::new();
    for name in &names {
        players.push(world.entity(name).await);
    }
    let players: Vec<_> = players.iter().collect();
    for some in players.chunks(19) {
        done(&title.call("AddMembers", members_in(&group, some, "officers")).await);
    }
    // A transaction has room for 99 members besides the group.
    delete(&ada, &group, "officers").await.failed("InvalidParams", 1000);
    let admins = json!({ "Group": group, "AdminRoleId": "officers" });
    title.call("UpdateGroup", admins).await.failed("InvalidParams", 1000);
    let mut all = members(&group, &players);
    ada.call("RemoveMembers", all.clone()).await.failed("InvalidParams", 1000);
    all["OriginRoleId"] = "officers".into();
    all["DestinationRoleId"] = "members".into();
    ada.call("ChangeMemberRole", all).await.failed("InvalidParams", 1000);
    let mut body = members(&group, &[players[0]]);
    body["OriginRoleId"] = "officers".into();
    body["DestinationRoleId"] = "members".into();
    done(&ada.call("ChangeMemberRole", body).await);
    assert_eq!(roster(&ada, &group).await[2].1.len(), 99);
    done(&delete(&ada, &group, "officers").await);
    assert_eq!(roster(&ada, &group).await[1].1.len(), 100);
    assert_eq!(world.assert_group_is_sound(gamefuse_id(&group)).await, 101);
}

#[tokio::test]
async fn roles_are_the_admins_business() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    create_role(&title, &group, "officers").await;
    for caller in [&bob, &cleo] {
        for reply in [
            create(caller, &group, "elders", "Elders").await,
            rename(caller, &group, "officers", "Captains").await,
            delete(caller, &group, "officers").await,
        ] {
            reply.failed("NotAuthorized", 1089);
        }
    }
    rename(&title, &group, "officers", "Captains").await.data();
    done(&delete(&title, &group, "officers").await);
    let is_officer = title.call("IsMember", {
        let mut body = about(&group, &bob);
        body["RoleId"] = "officers".into();
        body
    });
    is_officer.await.failed("RoleDoesNotExist", 1358);
}
