//! Members: leaving, removing, and making admins.

use jiff::SignedDuration;
use serde_json::json;
use tests::Player;

use crate::till::Till;

/// A group of these members besides its creator.
async fn group_of(creator: &Player<'_>, members: &[&Player<'_>]) -> u64 {
    let group = creator.create_group("open", json!({ "can_auto_join": true })).await;
    for member in members {
        member.join(group).await.ok();
    }
    group
}

/// Every case.
pub async fn play(till: &Till) {
    let [ada, bob, cy] = till.world.users(["ada", "bob", "cy"]).await;
    let group = group_of(&ada, &[&bob, &cy]).await;

    till.succeeds("", ada.make_admin(group, &bob)).await;
    till.succeeds("who is one", ada.make_admin(group, &bob)).await;
    till.succeeds("oneself", ada.make_admin(group, &ada)).await;
    till.refused("NotAuthorized", cy.make_admin(group, &ada)).await;
    till.refused_when("NotAuthorized", "of oneself", cy.make_admin(group, &cy)).await;
    till.refused("GroupNotFound", ada.make_admin(1, &bob)).await;
    till.refused_when("GroupNotFound", "of oneself", ada.make_admin(1, &ada)).await;

    till.refused("NotAuthorized", cy.remove_admin(group, &bob)).await;
    till.refused("GroupNotFound", ada.remove_admin(1, &bob)).await;
    till.succeeds("", ada.remove_admin(group, &bob)).await;
    till.succeeds("who is none", ada.remove_admin(group, &bob)).await;
    till.refused("LastAdmin", ada.remove_admin(group, &ada)).await;
    ada.make_admin(group, &bob).await.ok();
    till.succeeds("soon after another one", ada.remove_admin(group, &bob)).await;
    ada.make_admin(group, &bob).await.ok();
    till.world.advance(SignedDuration::from_mins(20));

    till.succeeds("", cy.leave(group)).await;
    till.refused("NotMember", ada.remove_admin(group, &cy)).await;
    till.refused("NotMember", cy.leave(group)).await;
    till.refused("GroupNotFound", cy.leave(1)).await;
    till.refused("NotMember", ada.make_admin(group, &cy)).await;
    till.refused("NotMember", ada.remove(group, &cy)).await;
    cy.join(group).await.ok();
    till.refused("NotAuthorized", cy.remove(group, &bob)).await;
    till.refused("GroupNotFound", ada.remove(1, &bob)).await;
    till.succeeds("", ada.remove(group, &cy)).await;
    let [eve] = till.world.users(["eve"]).await;
    eve.join(group).await.ok();
    let spare = json!({ "group_id": group, "block": false });
    let path = format!("/api/v3/group_connections/remove_member/{}", eve.id);
    till.succeeds("without a block", ada.put(&path, spare)).await;
    let [dot, title] = [till.world.entity("dot").await, till.world.title().await];
    dot.player.join(group).await.ok();
    let block = json!({ "Group": tests::group_key(group), "Entity": dot.key });
    title.call("BlockEntity", block).await.data();
    till.succeeds("who is blocked", ada.remove(group, &dot.player)).await;
    till.succeeds("an admin", ada.remove(group, &bob)).await;
    till.refused("LastAdmin", till.world.service_for(&cy).remove(group, &ada)).await;

    let settings = json!({ "can_auto_join": true, "reapply_after": 60 });
    let patient = ada.create_group("patient", settings).await;
    for member in [&bob, &cy] {
        member.join(patient).await.ok();
    }
    till.succeeds("where one has to wait", bob.leave(patient)).await;
    till.refused("TooSoon", bob.join(patient)).await;
    till.succeeds("where one has to wait", ada.remove(patient, &cy)).await;

    let group = group_of(&ada, &[&bob, &cy]).await;
    ada.make_admin(group, &bob).await.ok();
    till.succeeds("one admin of several", ada.leave(group)).await;
    till.succeeds("handing over", bob.leave(group)).await;
    till.succeeds("dissolving", cy.leave(group)).await;
    let group = group_of(&ada, &[&bob]).await;
    till.succeeds("oneself", bob.remove(group, &bob)).await;
    bob.join(group).await.ok();
    till.succeeds("oneself, handing over", ada.remove(group, &ada)).await;
}
