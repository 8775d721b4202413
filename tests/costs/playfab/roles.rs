//! Roles.

use serde_json::{Value, json};

use super::{A_WHILE, join, members, no_group, with};
use crate::till::Till;

/// Every case.
pub async fn play(till: &Till) {
    let [ada, bob] = till.world.entities(["ada", "bob"]).await;
    let title = till.world.title().await;
    let group = &ada.create_group("Wolves").await;
    join(&title, group, &bob).await;
    let role = |id: &str, name: &str| json!({ "Group": group, "RoleId": id, "RoleName": name });
    let elsewhere = |body: Value| with(body, "Group", no_group());

    let create = |body: Value| ada.call("CreateRole", body);
    till.succeeds("", create(role("officers", "Officers"))).await;
    till.refused("RoleIdTaken", create(role("officers", "Elders"))).await;
    till.refused("RoleNameTaken", create(role("elders", "Officers"))).await;
    till.refused("NotAuthorized", bob.call("CreateRole", role("elders", "Elders"))).await;
    till.refused("GroupNotFound", create(elsewhere(role("elders", "Elders")))).await;

    let update = |body: Value| ada.call("UpdateRole", body);
    till.succeeds("", update(role("officers", "Elders"))).await;
    till.refused("RoleNotFound", update(role("none", "None"))).await;
    till.refused("RoleNameTaken", update(role("members", "Elders"))).await;
    let old = with(role("officers", "Seniors"), "ExpectedProfileVersion", 0);
    till.succeeds("at another version", update(old)).await;
    till.refused("NotAuthorized", bob.call("UpdateRole", role("officers", "Seniors"))).await;
    till.refused("GroupNotFound", update(elsewhere(role("officers", "Seniors")))).await;

    let delete = |body: Value| ada.call("DeleteRole", body);
    till.refused("RoleNotFound", delete(role("none", ""))).await;
    till.refused("RoleIsAdminRole", delete(role("admins", ""))).await;
    till.refused("RoleIsMemberRole", delete(role("members", ""))).await;
    till.refused("NotAuthorized", bob.call("DeleteRole", role("officers", ""))).await;
    till.refused("GroupNotFound", delete(elsewhere(role("officers", "")))).await;
    let officer = with(members(group, &[&bob]), "RoleId", "officers");
    ada.call("AddMembers", officer).await.data();
    till.world.advance(A_WHILE);
    till.succeeds("that one member holds", delete(role("officers", ""))).await;
    for number in 2..10 {
        create(role(&format!("role{number}"), &format!("Role {number}"))).await.data();
    }
    till.refused("TooManyRoles", create(role("role10", "Role 10"))).await;
    till.succeeds("that nobody holds, soon after another change", delete(role("role9", ""))).await;
    till.world.advance(A_WHILE);
    till.succeeds("that nobody holds", delete(role("role8", ""))).await;
}
