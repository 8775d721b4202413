//! What the official C SDK's tests prove about the live service, proved here too.

use serde_json::{Value, json};
use tests::World;

use super::{
    about, applications, blocks, done, invitations, members, members_in, roster, with_lineage,
};

#[tokio::test]
async fn proof_1_a_new_group_is_found_by_name_and_its_creator_is_a_member() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let found = ada.call("GetGroup", json!({ "GroupName": "Wolves" })).await.data();
    assert_eq!(found["Group"]["Id"], group["Id"]);
    let listed = ada.call("ListMembership", json!({})).await.data();
    let ids = listed["Groups"].as_array().unwrap().iter().map(|listed| &listed["Group"]["Id"]);
    assert_eq!(ids.collect::<Vec<_>>(), [&group["Id"]]);
    let is_member = ada.call("IsMember", about(&group, &ada)).await.data();
    assert_eq!(is_member["IsMember"], true);
}

#[tokio::test]
async fn proof_2_a_fresh_group_has_one_member_over_all_roles() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    let holders = roster(&ada, &group).await.into_iter().flat_map(|(_, holders)| holders);
    assert_eq!(holders.collect::<Vec<_>>(), std::slice::from_ref(&ada.key));
}

#[tokio::test]
async fn proof_3_an_application_is_listed_alone_and_removed_by_the_admin() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let applied = bob.call("ApplyToGroup", json!({ "Group": group })).await.data();
    let listed = applications(&ada, &group).await;
    assert_eq!(listed, [applied]);
    let body = json!({ "Group": listed[0]["Group"], "Entity": listed[0]["Entity"]["Key"] });
    done(&ada.call("RemoveGroupApplication", body).await);
    assert!(applications(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn proof_4_an_application_is_accepted_by_its_keys_and_the_member_removed_without_a_role() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let applied = bob.call("ApplyToGroup", json!({ "Group": group })).await.data();
    let (returned, player) = (&applied["Group"], &applied["Entity"]["Key"]);
    let body = json!({ "Group": returned, "Entity": player });
    done(&ada.call("AcceptGroupApplication", body).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    done(&ada.call("RemoveMembers", json!({ "Group": returned, "Members": [player] })).await);
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn proof_5_an_invitation_names_both_sides_and_is_accepted_by_naming_oneself() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    ada.call("InviteToGroup", about(&group, &bob)).await.data();
    let listed = invitations(&ada, &group).await;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["InvitedByEntity"], with_lineage(&ada));
    assert_eq!(listed[0]["InvitedEntity"], with_lineage(&bob));
    done(&bob.call("AcceptGroupInvitation", about(&group, &bob)).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
}

#[tokio::test]
async fn proof_6_an_invitation_is_an_opportunity_until_it_is_rescinded() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    ada.call("InviteToGroup", about(&group, &bob)).await.data();
    let offered = async || -> Vec<Value> {
        let listed = bob.call("ListMembershipOpportunities", json!({})).await.data();
        let offers = listed["Invitations"].as_array().unwrap();
        offers.iter().map(|offer| offer["Group"]["Id"].clone()).collect()
    };
    assert_eq!(offered().await, [group["Id"].clone()]);
    done(&ada.call("RemoveGroupInvitation", about(&group, &bob)).await);
    assert!(offered().await.is_empty());
}

#[tokio::test]
async fn proof_7_a_block_is_listed_and_lifted() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    assert_eq!(blocks(&ada, &group).await.len(), 1);
    done(&ada.call("UnblockEntity", about(&group, &bob)).await);
    assert!(blocks(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn proof_8_a_group_and_a_role_are_renamed_and_the_role_deleted() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    for name in ["Foxes", "Wolves"] {
        let body = json!({ "Group": group, "GroupName": name });
        assert_eq!(ada.call("UpdateGroup", body).await.data()["SetResult"], "Updated");
    }
    let role = json!({ "Group": group, "RoleId": "role", "RoleName": "A role" });
    ada.call("CreateRole", role).await.data();
    let renamed = json!({ "Group": group, "RoleId": "role", "RoleName": "The role" });
    assert_eq!(ada.call("UpdateRole", renamed).await.data()["SetResult"], "Updated");
    done(&ada.call("DeleteRole", json!({ "Group": group, "RoleId": "role" })).await);
}

#[tokio::test]
async fn proof_9_the_title_adds_and_removes_and_the_admin_moves_members_between_roles() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let role = json!({ "Group": group, "RoleId": "role", "RoleName": "A role" });
    ada.call("CreateRole", role).await.data();
    done(&title.call("AddMembers", members(&group, &[&bob])).await);
    let mut moved = members(&group, &[&bob]);
    moved["OriginRoleId"] = "members".into();
    moved["DestinationRoleId"] = "role".into();
    done(&ada.call("ChangeMemberRole", moved).await);
    assert_eq!(bob.roles_in(&group).await, ["role"]);
    done(&title.call("RemoveMembers", members_in(&group, &[&bob], "role")).await);
    assert!(bob.roles_in(&group).await.is_empty());
    done(&ada.call("DeleteRole", json!({ "Group": group, "RoleId": "role" })).await);
}
