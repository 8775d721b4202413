//! Applications.

use serde_json::json;

use super::{about, no_group, of, set, stranger, with};
use crate::till::Till;

/// Every case of applying.
pub async fn apply(till: &Till) {
    let [ada, bob, cleo, dora] = till.world.entities(["ada", "bob", "cleo", "dora"]).await;
    let title = till.world.title().await;
    let elsewhere = till.world.other_game().await;
    let group = &ada.create_group("Wolves").await;

    till.succeeds("", bob.call("ApplyToGroup", of(group))).await;
    till.succeeds("again", bob.call("ApplyToGroup", of(group))).await;
    let for_cleo = about(group, &cleo);
    till.succeeds("for a player, by the title", title.call("ApplyToGroup", for_cleo)).await;
    ada.call("InviteToGroup", about(group, &dora)).await.data();
    let no_crossing = with(of(group), "AutoAcceptOutstandingInvite", false);
    till.succeeds("leaving the invitation", dora.call("ApplyToGroup", no_crossing)).await;
    ada.call("RemoveGroupApplication", about(group, &dora)).await.data();
    till.refused("InvitationAcceptedInstead", dora.call("ApplyToGroup", of(group))).await;
    till.refused("AlreadyMember", dora.call("ApplyToGroup", of(group))).await;
    let of_stranger = about(group, &stranger(&elsewhere).await);
    till.refused("UserNotFound", title.call("ApplyToGroup", of_stranger)).await;
    till.refused("GroupNotFound", bob.call("ApplyToGroup", of(&no_group()))).await;

    set(&ada, group, json!({ "can_auto_join": true, "max_group_size": 2 })).await;
    till.refused("GroupFull", bob.call("ApplyToGroup", of(group))).await;
    ada.call("BlockEntity", about(group, &cleo)).await.data();
    set(&ada, group, json!({ "can_auto_join": false })).await;
    till.refused("Blocked", cleo.call("ApplyToGroup", of(group))).await;
    set(&ada, group, json!({ "is_invite_only": true })).await;
    ada.call("RemoveGroupApplication", about(group, &bob)).await.data();
    till.refused("InviteOnly", bob.call("ApplyToGroup", of(group))).await;
    let patient = &ada.create_group("Bears").await;
    set(&ada, patient, json!({ "reapply_after": 60 })).await;
    bob.call("ApplyToGroup", of(patient)).await.data();
    let decline = ada.call("RemoveGroupApplication", about(patient, &bob));
    till.succeeds("where one has to wait", decline).await;
    till.refused("TooSoon", bob.call("ApplyToGroup", of(patient))).await;
}

/// Every case of answering and listing.
pub async fn answer(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let title = till.world.title().await;
    let group = &ada.create_group("Wolves").await;

    bob.call("ApplyToGroup", of(group)).await.data();
    till.succeeds("one", ada.call("ListGroupApplications", of(group))).await;
    till.refused("NotAuthorized", bob.call("ListGroupApplications", of(group))).await;
    till.refused("GroupNotFound", ada.call("ListGroupApplications", of(&no_group()))).await;
    let nowhere = about(&no_group(), &bob);
    for operation in ["AcceptGroupApplication", "RemoveGroupApplication"] {
        till.refused("NotAuthorized", cleo.call(operation, about(group, &bob))).await;
        till.refused("ApplicationNotFound", ada.call(operation, about(group, &cleo))).await;
        till.refused("GroupNotFound", ada.call(operation, nowhere.clone())).await;
    }
    till.succeeds("", ada.call("RemoveGroupApplication", about(group, &bob))).await;
    bob.call("ApplyToGroup", of(group)).await.data();
    till.succeeds("", ada.call("AcceptGroupApplication", about(group, &bob))).await;
    till.refused("AlreadyMember", ada.call("AcceptGroupApplication", about(group, &bob))).await;

    cleo.call("ApplyToGroup", of(group)).await.data();
    set(&ada, group, json!({ "max_group_size": 2 })).await;
    till.refused("GroupFull", ada.call("AcceptGroupApplication", about(group, &cleo))).await;
    title.call("BlockEntity", about(group, &cleo)).await.data();
    till.refused("Blocked", ada.call("AcceptGroupApplication", about(group, &cleo))).await;

    // A plan takes the group to have the roles that it began with.
    set(&ada, group, json!({ "max_group_size": 10 })).await;
    super::create_role(&ada, group, "recruits").await;
    ada.call("UpdateGroup", with(of(group), "MemberRoleId", "recruits")).await.data();
    ada.call("UnblockEntity", about(group, &cleo)).await.data();
    let case = "where the member role is another one";
    till.succeeds(case, ada.call("AcceptGroupApplication", about(group, &cleo))).await;
}
