//! BlockEntity, UnblockEntity and ListGroupBlocks.

use jiff::SignedDuration;
use serde_json::json;
use tests::{World, group_key};

use super::{about, apply, blocks, done, invalid, invite, join, members, with_lineage};

#[tokio::test]
async fn who_is_blocked_is_listed_the_longest_blocked_first() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    assert!(blocks(&ada, &group).await.is_empty());
    for player in [&cleo, &bob] {
        done(&ada.call("BlockEntity", about(&group, player)).await);
        world.advance(SignedDuration::from_secs(1));
    }
    // Who is blocked again stays blocked since when they are.
    done(&ada.call("BlockEntity", about(&group, &cleo)).await);
    let expected = [&cleo, &bob].map(|p| json!({ "Entity": with_lineage(p), "Group": group }));
    assert_eq!(blocks(&ada, &group).await, expected);
}

#[tokio::test]
async fn who_is_blocked_has_no_way_in_until_unblocked() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    for reply in [
        bob.call("ApplyToGroup", json!({ "Group": group })).await,
        title.call("ApplyToGroup", about(&group, &bob)).await,
        ada.call("InviteToGroup", about(&group, &bob)).await,
        title.call("InviteToGroup", about(&group, &bob)).await,
        title.call("AddMembers", members(&group, &[&bob])).await,
    ] {
        reply.failed("EntityBlockedByGroup", 1357);
    }
    assert!(bob.roles_in(&group).await.is_empty());
    done(&ada.call("UnblockEntity", about(&group, &bob)).await);
    assert!(blocks(&ada, &group).await.is_empty());
    join(&ada, &group, &bob).await;
}

#[tokio::test]
async fn an_open_group_is_closed_to_who_is_blocked() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = group_key(ada.player.create_group("Open", json!({ "can_auto_join": true })).await);
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    let reply = bob.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("EntityBlockedByGroup", 1357);
    assert!(bob.roles_in(&group).await.is_empty());
}

#[tokio::test]
async fn a_member_who_is_blocked_stays_a_member_and_cannot_come_back() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    done(&ada.call("BlockEntity", about(&group, &bob)).await);
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    done(&bob.call("RemoveMembers", members(&group, &[&bob])).await);
    let reply = bob.call("ApplyToGroup", json!({ "Group": group })).await;
    reply.failed("EntityBlockedByGroup", 1357);
}

#[tokio::test]
async fn what_was_pending_survives_the_block() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let group = ada.create_group("Wolves").await;
    let application = apply(&bob, &group).await;
    let invitation = invite(&ada, &group, &cleo).await;
    for player in [&bob, &cleo] {
        done(&ada.call("BlockEntity", about(&group, player)).await);
    }
    assert_eq!(super::applications(&ada, &group).await, [application]);
    assert_eq!(super::invitations(&ada, &group).await, [invitation]);
    // They may still be removed by either side.
    done(&bob.call("RemoveGroupApplication", about(&group, &bob)).await);
    done(&cleo.call("RemoveGroupInvitation", about(&group, &cleo)).await);
}

#[tokio::test]
async fn unblocking_who_is_not_blocked_changes_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    for caller in [&ada, &title] {
        done(&caller.call("UnblockEntity", about(&group, &bob)).await);
    }
    assert!(blocks(&ada, &group).await.is_empty());
}

#[tokio::test]
async fn a_block_in_one_group_is_none_in_another() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let [wolves, foxes] = [ada.create_group("Wolves").await, ada.create_group("Foxes").await];
    done(&ada.call("BlockEntity", about(&wolves, &bob)).await);
    assert!(blocks(&ada, &foxes).await.is_empty());
    apply(&bob, &foxes).await;
}

#[tokio::test]
async fn only_admins_and_the_title_block_and_unblock() {
    let world = World::new().await;
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    join(&ada, &group, &bob).await;
    for caller in [&bob, &cleo] {
        let reply = caller.call("BlockEntity", about(&group, &ada)).await;
        reply.failed("NotAuthorized", 1089);
    }
    done(&title.call("BlockEntity", about(&group, &cleo)).await);
    for caller in [&bob, &cleo] {
        let reply = caller.call("UnblockEntity", about(&group, &cleo)).await;
        reply.failed("NotAuthorized", 1089);
    }
    assert_eq!(blocks(&title, &group).await.len(), 1);
    done(&title.call("UnblockEntity", about(&group, &cleo)).await);
}

#[tokio::test]
async fn there_must_be_such_a_group_and_such_a_player() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let nobody = json!({ "Id": "0000000000000001", "Type": "title_player_account" });
    let body = json!({ "Group": group, "Entity": nobody });
    ada.call("BlockEntity", body).await.failed("ProfileDoesNotExist", 1298);
    for operation in ["BlockEntity", "UnblockEntity"] {
        let reply = ada.call(operation, about(&group_key(1), &bob)).await;
        reply.failed("ProfileDoesNotExist", 1298);
        invalid(&ada.call(operation, json!({ "Group": group })).await, "Entity");
        let body = json!({ "Group": group, "Entity": group });
        invalid(&ada.call(operation, body).await, "Entity");
    }
}
