//! A group as a whole through both dialects: its name, its settings, its end, and who is shown with an address.

use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id, group_key};

use crate::{about, call, ids, ids_of, in_order, own, sound, update};

async fn find(who: &Entity<'_>, name: &str) -> tests::Reply {
    who.call("GetGroup", json!({ "GroupName": name })).await
}

#[tokio::test]
async fn a_name_claimed_in_playfab_moves_when_gamefuse_renames_the_group() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    let other = bob.create_group("Foxes").await;
    update(&ada.player, &group, json!({ "name": "foxes" })).await.refused(422, "GroupNameTaken");
    update(&ada.player, &group, json!({ "name": "Bears" })).await.ok();
    assert_eq!(find(&bob, "bears").await.data()["Group"], group);
    find(&bob, "wolves").await.failed("ProfileDoesNotExist", 1298);
    let renamed = call(&bob, "UpdateGroup", &other, json!({ "GroupName": "Wolves" })).await.data();
    assert_eq!(renamed["SetResult"], "Updated");
    assert_eq!(ada.player.group(gamefuse_id(&other)).await["name"], "Wolves");
    // The directory follows a rename in either dialect.
    let listed = ada.player.get("/api/v3/groups").await.ok()["groups"].clone();
    assert_eq!(in_order(&listed), [gamefuse_id(&group), gamefuse_id(&other)]);
    assert_eq!((&listed[0]["name"], &listed[1]["name"]), (&json!("Bears"), &json!("Wolves")));
}

#[tokio::test]
async fn a_group_made_in_gamefuse_may_share_a_name_and_is_found_by_its_key_only() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let shared = group_key(ada.player.create_group("Wolves", json!({})).await);
    find(&ada, "Wolves").await.failed("ProfileDoesNotExist", 1298);
    let claimed = bob.create_group("Wolves").await;
    assert_eq!(find(&ada, "Wolves").await.data()["Group"], claimed);
    assert_eq!(call(&bob, "GetGroup", &shared, json!({})).await.data()["GroupName"], "Wolves");
    // The end of the one that only shared the name is not the end of the claim.
    call(&ada, "DeleteGroup", &shared, json!({})).await.data();
    assert_eq!(find(&ada, "Wolves").await.data()["Group"], claimed);
    ada.call("CreateGroup", json!({ "GroupName": "WOLVES" }))
        .await
        .failed("GroupNameNotAvailable", 1368);
}

#[tokio::test]
async fn a_rename_in_gamefuse_makes_what_playfab_knew_stale() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = ada.create_group("Wolves").await;
    update(&ada.player, &group, json!({ "name": "Bears" })).await.ok();
    let stale = json!({ "GroupName": "Foxes", "ExpectedProfileVersion": 0 });
    let unchanged = call(&ada, "UpdateGroup", &group, stale).await.data();
    assert_eq!(
        (&unchanged["SetResult"], &unchanged["ProfileVersion"]),
        (&json!("None"), &json!(1))
    );
    // What PlayFab does not show is not its version either.
    update(&ada.player, &group, json!({ "max_group_size": 5 })).await.ok();
    let fresh = json!({ "GroupName": "Foxes", "ExpectedProfileVersion": 1 });
    let updated = call(&ada, "UpdateGroup", &group, fresh).await.data();
    assert_eq!(updated["ProfileVersion"], 2);
    assert_eq!(ada.player.group(gamefuse_id(&group)).await["max_group_size"], 5);
}

#[tokio::test]
async fn a_group_deleted_in_one_dialect_is_gone_in_the_other() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for by_gamefuse in [true, false] {
        let group = ada.create_group("Wolves").await;
        let id = gamefuse_id(&group);
        let application = bob.player.apply(id).await;
        if by_gamefuse {
            ada.player.delete(&format!("/api/v3/groups/{id}")).await.ok();
        } else {
            call(&ada, "DeleteGroup", &group, json!({})).await.data();
        }
        ada.player.get(&format!("/api/v3/groups/{id}")).await.refused(404, "GroupNotFound");
        ada.player.answer(application, "accepted").await.refused(404, "GroupNotFound");
        for operation in ["GetGroup", "ListGroupMembers", "ListGroupApplications", "DeleteGroup"] {
            let gone = call(&ada, operation, &group, json!({})).await;
            gone.failed("ProfileDoesNotExist", 1298);
        }
        about(&ada, "InviteToGroup", &group, &bob).await.failed("ProfileDoesNotExist", 1298);
        find(&ada, "Wolves").await.failed("ProfileDoesNotExist", 1298);
        for user in [&ada, &bob] {
            let seen = own(&user.player).await;
            assert_eq!((&seen["groups"], &seen["group_join_requests"]), (&json!([]), &json!([])));
            assert_eq!(user.call("ListMembership", json!({})).await.data()["Groups"], json!([]));
        }
    }
}

#[tokio::test]
async fn the_last_who_leaves_in_either_dialect_dissolves_the_group_for_both() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    for by_gamefuse in [true, false] {
        let group = ada.create_group("Wolves").await;
        if by_gamefuse {
            ada.player.leave(gamefuse_id(&group)).await.ok();
        } else {
            crate::expel(&ada, &group, &ada).await.data();
        }
        call(&ada, "GetGroup", &group, json!({})).await.failed("ProfileDoesNotExist", 1298);
        let path = format!("/api/v3/groups/{}", gamefuse_id(&group));
        ada.player.get(&path).await.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn a_player_with_a_custom_id_is_listed_in_gamefuse_without_an_address() {
    let world = World::that_shows_emails().await;
    let ada = world.entity("ada").await;
    let bob = world.user("bob").await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    ada.player.answer(bob.apply(id).await, "accepted").await.ok();
    let seen = bob.group(id).await;
    for list in ["members", "admins"] {
        let listed = seen[list].as_array().unwrap();
        let shown = listed.iter().find(|user| user["id"] == ada.player.id).unwrap();
        assert_eq!(shown["username"], ada.key["Id"]);
        assert_eq!((&shown["email"], &shown["display_email"]), (&Value::Null, &Value::Null));
    }
    // A fellow member who has an address is shown with it, also to a player who has none.
    let seen = ada.player.group(id).await;
    let members = seen["members"].as_array().unwrap();
    let fellow = members.iter().find(|member| member["id"] == bob.id).unwrap();
    assert_eq!(fellow["email"], "bob@example.com");
    // PlayFab's dialect has no place for it.
    let listed = call(&ada, "ListGroupMembers", &group, json!({})).await.data().to_string();
    assert!(!listed.contains('@'), "{listed}");
    let seen = own(&ada.player).await;
    assert_eq!((&seen["email"], ids(&seen["groups"])), (&Value::Null, vec![id]));
    assert_eq!(sound(&world, &group).await, 2);
}

#[tokio::test]
async fn a_user_signed_up_in_gamefuse_is_an_entity_with_the_same_token() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let mut player = world.user("bob").await;
    let token = player.credentials[0].1.clone();
    player.credentials.push(("x-entitytoken", token));
    let key = json!({
        "Id": format!("{:016X}", player.id),
        "Type": "title_player_account",
        "TypeString": "title_player_account",
    });
    let bob = Entity { player, key };
    let group = ada.create_group("Wolves").await;
    let applied = call(&bob, "ApplyToGroup", &group, json!({})).await.data();
    assert_eq!(applied["Entity"]["Key"], bob.key);
    about(&ada, "AcceptGroupApplication", &group, &bob).await.data();
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    let seen = ada.player.group(gamefuse_id(&group)).await;
    assert_eq!(ids(&seen["members"]), ids_of(&[&ada, &bob]));
}
