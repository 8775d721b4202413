//! Members and the roles that they hold.

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::Entity;

use super::{about, create_role, join, members, no_group, of, set, stranger, with};
use crate::till::Till;

/// The same members, in that role.
fn in_role(group: &Value, entities: &[&Entity<'_>], role: &str) -> Value {
    with(members(group, entities), "RoleId", role)
}

/// Every case of adding.
pub async fn add(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let title = till.world.title().await;
    let elsewhere = till.world.other_game().await;
    let group = &ada.create_group("Wolves").await;
    create_role(&ada, group, "officers").await;
    let officer = |entity: &Entity<'_>| in_role(group, &[entity], "officers");

    till.succeeds("a player, by the title", title.call("AddMembers", members(group, &[&bob])))
        .await;
    cleo.call("ApplyToGroup", of(group)).await.data();
    let applicant = title.call("AddMembers", members(group, &[&cleo]));
    till.succeeds("who has applied, by the title", applicant).await;
    cleo.call("RemoveMembers", members(group, &[&cleo])).await.data();
    till.succeeds("a role to a member", ada.call("AddMembers", officer(&bob))).await;
    till.succeeds("a role that a member has", ada.call("AddMembers", officer(&bob))).await;
    till.refused("NotAuthorized", bob.call("AddMembers", officer(&bob))).await;
    till.refused("RoleNotFound", ada.call("AddMembers", in_role(group, &[&bob], "none"))).await;
    till.refused("GroupNotFound", ada.call("AddMembers", members(&no_group(), &[&bob]))).await;
    let unknown = members(group, &[&stranger(&elsewhere).await]);
    till.refused("UserNotFound", title.call("AddMembers", unknown)).await;

    let mut crowd = Vec::new();
    for number in 101..200 {
        crowd.push(till.world.entity(&format!("player{number}")).await);
    }
    let crowd: Vec<_> = crowd.iter().collect();
    // A hundred rows with the group's, and one more for the key.
    let mut keyed = till.world.title().await;
    keyed.player.credentials.push(("idempotency-key", "once".to_owned()));
    till.refused("TooManyAtOnce", keyed.call("AddMembers", members(group, &crowd))).await;
    till.world.advance(SignedDuration::from_mins(20));
    let ten = members(group, &crowd[..10]);
    till.succeeds("ten players, by the title", title.call("AddMembers", ten)).await;
    till.succeeds("of 12", ada.call("ListGroupMembers", of(group))).await;

    title.call("BlockEntity", about(group, &cleo)).await.data();
    till.refused("Blocked", title.call("AddMembers", members(group, &[&cleo]))).await;
    set(&ada, group, json!({ "max_group_size": 12 })).await;
    till.refused("GroupFull", title.call("AddMembers", members(group, &[crowd[10]]))).await;

    let other = &ada.create_group("Bears").await;
    cleo.call("ApplyToGroup", of(other)).await.data();
    let ten = title.call("AddMembers", members(other, &crowd[..10]));
    till.succeeds("ten players, by the title, soon after an application", ten).await;
}

/// Every case of taking out and moving.
pub async fn remove(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let title = till.world.title().await;
    let group = &ada.create_group("Wolves").await;
    create_role(&ada, group, "officers").await;
    join(&title, group, &bob).await;
    let moving = |entity: &Entity<'_>, from: &str, to: Option<&str>| {
        let body = with(members(group, &[entity]), "OriginRoleId", from);
        with(body, "DestinationRoleId", to)
    };
    let change = "ChangeMemberRole";
    let to_officers = moving(&bob, "members", Some("officers"));
    till.succeeds("to another role", ada.call(change, to_officers.clone())).await;
    till.refused("RoleNotHeld", ada.call(change, to_officers.clone())).await;
    till.refused("NotAuthorized", bob.call(change, to_officers.clone())).await;
    let unknown = moving(&bob, "none", Some("officers"));
    till.refused("RoleNotFound", ada.call(change, unknown)).await;
    let outside = moving(&cleo, "members", Some("officers"));
    till.refused("NotMember", ada.call(change, outside)).await;
    let last = moving(&ada, "admins", Some("officers"));
    till.refused("LastAdmin", ada.call(change, last)).await;
    let nowhere = with(to_officers, "Group", no_group());
    till.refused("GroupNotFound", ada.call(change, nowhere)).await;
    till.succeeds("to none", ada.call(change, moving(&bob, "officers", None))).await;

    let take = "RemoveMembers";
    join(&title, group, &bob).await;
    ada.call("AddMembers", in_role(group, &[&bob], "officers")).await.data();
    let from_role = in_role(group, &[&bob], "officers");
    till.succeeds("from a role", ada.call(take, from_role.clone())).await;
    till.refused("RoleNotHeld", ada.call(take, from_role)).await;
    till.refused("RoleNotFound", ada.call(take, in_role(group, &[&bob], "none"))).await;
    till.refused("NotMember", ada.call(take, members(group, &[&cleo]))).await;
    till.refused("NotAuthorized", bob.call(take, members(group, &[&ada]))).await;
    till.refused("LastAdmin", ada.call(take, in_role(group, &[&ada], "admins"))).await;
    till.refused("GroupNotFound", ada.call(take, members(&no_group(), &[&bob]))).await;
    till.succeeds("from the group", ada.call(take, members(group, &[&bob]))).await;
    join(&title, group, &bob).await;
    till.succeeds("oneself", bob.call(take, members(group, &[&bob]))).await;
    join(&title, group, &bob).await;
    set(&ada, group, json!({ "reapply_after": 60 })).await;
    join(&title, group, &cleo).await;
    till.succeeds("where one has to wait", ada.call(take, members(group, &[&cleo]))).await;
    set(&ada, group, json!({ "reapply_after": 0 })).await;
    till.succeeds("oneself, handing over", ada.call(take, members(group, &[&ada]))).await;
}

/// Every case of reading.
pub async fn read(till: &Till) {
    let [ada, bob, cleo] = till.world.entities(["ada", "bob", "cleo"]).await;
    let title = till.world.title().await;
    let group = &ada.create_group("Wolves").await;
    join(&title, group, &bob).await;

    till.succeeds("of two", ada.call("ListGroupMembers", of(group))).await;
    let asks = async |asker: &Entity<'_>| asker.call("IsMember", about(group, &bob)).await;
    till.succeeds("by the player who is asked about", asks(&bob)).await;
    till.succeeds("by the title", asks(&title)).await;
    till.succeeds("by another player", asks(&ada)).await;
    let in_none = with(about(group, &bob), "RoleId", "none");
    till.refused("RoleNotFound", ada.call("IsMember", in_none)).await;
    for operation in ["ListGroupMembers", "IsMember"] {
        till.refused("NotAuthorized", cleo.call(operation, about(group, &bob))).await;
        till.refused("GroupNotFound", ada.call(operation, about(&no_group(), &bob))).await;
    }

    till.succeeds("one's own, of one group", ada.call("ListMembership", json!({}))).await;
    let of_bob = json!({ "Entity": bob.key });
    till.succeeds("somebody else's, of one group", ada.call("ListMembership", of_bob)).await;
    till.succeeds("one's own, of no group", cleo.call("ListMembership", json!({}))).await;
}
