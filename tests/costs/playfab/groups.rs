//! Groups.

use serde_json::json;

use super::{A_WHILE, about, create_role, no_group, of, stranger, with};
use crate::till::Till;

/// Every case.
pub async fn play(till: &Till) {
    let [ada, bob] = till.world.entities(["ada", "bob"]).await;
    let title = till.world.title().await;
    let elsewhere = till.world.other_game().await;
    let named = |name: &str| json!({ "GroupName": name });

    let created = till.succeeds("", ada.call("CreateGroup", named("Wolves"))).await.data();
    let group = &created["Group"];
    till.refused("GroupNameTaken", ada.call("CreateGroup", named("Wolves"))).await;
    let of_bob = with(named("Foxes"), "Entity", bob.key.clone());
    till.succeeds("for a player, by the title", title.call("CreateGroup", of_bob)).await;
    let of_stranger = with(named("Bears"), "Entity", stranger(&elsewhere).await.key);
    till.refused("UserNotFound", title.call("CreateGroup", of_stranger)).await;

    till.succeeds("by key", ada.call("GetGroup", of(group))).await;
    till.succeeds("by name", ada.call("GetGroup", named("Wolves"))).await;
    till.refused("GroupNotFound", ada.call("GetGroup", of(&no_group()))).await;
    till.refused("GroupNameNotFound", ada.call("GetGroup", named("Owls"))).await;

    let rename = |name: &str| with(of(group), "GroupName", name);
    till.refused("GroupNameTaken", ada.call("UpdateGroup", rename("Foxes"))).await;
    till.succeeds("the name", ada.call("UpdateGroup", rename("Lynxes"))).await;
    till.succeeds("nothing", ada.call("UpdateGroup", rename("Lynxes"))).await;
    create_role(&ada, group, "officers").await;
    let role = |field: &str, id: &str| with(of(group), field, id);
    let member_role = role("MemberRoleId", "officers");
    till.succeeds("the member role", ada.call("UpdateGroup", member_role)).await;
    title.call("AddMembers", super::members(group, &[&ada])).await.data();
    let admin_role = role("AdminRoleId", "officers");
    till.world.advance(A_WHILE);
    till.succeeds("the admin role", title.call("UpdateGroup", admin_role)).await;
    let admin_role = title.call("UpdateGroup", role("AdminRoleId", "admins"));
    till.succeeds("the admin role, soon after another change", admin_role).await;
    let both = with(rename("Ravens"), "AdminRoleId", "officers");
    till.world.advance(A_WHILE);
    till.succeeds("the name and the admin role", title.call("UpdateGroup", both)).await;
    till.refused("RoleNotFound", ada.call("UpdateGroup", role("MemberRoleId", "none"))).await;
    let old = with(rename("Owls"), "ExpectedProfileVersion", 0);
    till.succeeds("at another version", ada.call("UpdateGroup", old)).await;
    till.refused("NotAuthorized", bob.call("UpdateGroup", rename("Owls"))).await;
    let nowhere = about(&no_group(), &ada);
    till.refused("GroupNotFound", ada.call("UpdateGroup", nowhere)).await;

    till.refused("GroupNotFound", ada.call("DeleteGroup", of(&no_group()))).await;
    till.refused("NotAuthorized", bob.call("DeleteGroup", of(group))).await;
    till.succeeds("", ada.call("DeleteGroup", of(group))).await;
}
