//! Invitations.

use serde_json::json;
use tests::Entity;

use super::{about, create_role, no_group, of, set, stranger, with};
use crate::till::Till;

/// Every case of inviting.
pub async fn invite(till: &Till) {
    let [ada, bob, cleo, dora] = till.world.entities(["ada", "bob", "cleo", "dora"]).await;
    let elsewhere = till.world.other_game().await;
    let unknown = stranger(&elsewhere).await;
    let group = &ada.create_group("Wolves").await;
    create_role(&ada, group, "officers").await;
    let invite = |entity| ada.call("InviteToGroup", about(group, entity));
    let into = |role: &str| with(about(group, &cleo), "RoleId", role);

    till.succeeds("", invite(&bob)).await;
    till.succeeds("again", invite(&bob)).await;
    till.succeeds("into a role", ada.call("InviteToGroup", into("officers"))).await;
    till.refused("RoleNotFound", ada.call("InviteToGroup", into("none"))).await;
    dora.call("ApplyToGroup", of(group)).await.data();
    let no_crossing = with(about(group, &dora), "AutoAcceptOutstandingApplication", false);
    till.succeeds("leaving the application", ada.call("InviteToGroup", no_crossing)).await;
    ada.call("RemoveGroupInvitation", about(group, &dora)).await.data();
    set(&ada, group, json!({ "max_group_size": 1 })).await;
    till.refused("GroupFull", invite(&dora)).await;
    set(&ada, group, json!({ "max_group_size": 10 })).await;
    till.refused("ApplicationAcceptedInstead", invite(&dora)).await;
    till.refused("AlreadyMember", invite(&dora)).await;
    till.refused_when("AlreadyMember", "inviting oneself", invite(&ada)).await;
    till.refused("NotAuthorized", dora.call("InviteToGroup", about(group, &cleo))).await;
    till.refused("UserNotFound", invite(&unknown)).await;
    let nowhere = about(&no_group(), &bob);
    till.refused("GroupNotFound", ada.call("InviteToGroup", nowhere)).await;
    ada.call("BlockEntity", about(group, &bob)).await.data();
    till.refused("Blocked", invite(&bob)).await;
}

/// Every case of answering and listing.
pub async fn answer(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let group = &ada.create_group("Wolves").await;
    create_role(&ada, group, "officers").await;
    let accept = async |entity: &Entity<'_>| entity.call("AcceptGroupInvitation", of(group)).await;

    ada.call("InviteToGroup", about(group, &bob)).await.data();
    till.succeeds("one", ada.call("ListGroupInvitations", of(group))).await;
    till.refused("NotAuthorized", bob.call("ListGroupInvitations", of(group))).await;
    till.refused("GroupNotFound", ada.call("ListGroupInvitations", of(&no_group()))).await;
    let opportunities = "ListMembershipOpportunities";
    till.succeeds("one invitation", bob.call(opportunities, json!({}))).await;
    till.succeeds("none", cleo.call(opportunities, json!({}))).await;

    let remove = "RemoveGroupInvitation";
    till.refused("NotAuthorized", cleo.call(remove, about(group, &bob))).await;
    till.refused("InvitationNotFound", ada.call(remove, about(group, &cleo))).await;
    till.refused("GroupNotFound", ada.call(remove, about(&no_group(), &bob))).await;
    till.succeeds("", ada.call(remove, about(group, &bob))).await;

    till.refused("InvitationNotFound", accept(&bob)).await;
    let nowhere = bob.call("AcceptGroupInvitation", of(&no_group()));
    till.refused("GroupNotFound", nowhere).await;
    ada.call("InviteToGroup", about(group, &bob)).await.data();
    set(&ada, group, json!({ "max_group_size": 1 })).await;
    till.refused("GroupFull", accept(&bob)).await;
    set(&ada, group, json!({ "max_group_size": 10 })).await;
    till.succeeds("", accept(&bob)).await;
    till.refused("AlreadyMember", accept(&bob)).await;

    let into_role = with(about(group, &cleo), "RoleId", "officers");
    ada.call("InviteToGroup", into_role.clone()).await.data();
    till.succeeds("into a role", accept(&cleo)).await;
    cleo.call("RemoveMembers", super::members(group, &[&cleo])).await.data();
    ada.call("InviteToGroup", into_role).await.data();
    ada.call("DeleteRole", with(of(group), "RoleId", "officers")).await.data();
    till.refused("RoleNotFound", accept(&cleo)).await;
    ada.call("BlockEntity", about(group, &cleo)).await.data();
    till.refused("Blocked", accept(&cleo)).await;
}
