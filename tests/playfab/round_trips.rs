//! Round trips to DynamoDB, one after another: what each operation needs where nothing stands in the way.

use std::collections::BTreeMap;
use std::fmt::Write;

use functions::dialect::Dialect;
use functions::routes::ALL;
use serde_json::{Value, json};
use tests::World;

/// The most that an operation may need.
const CEILING: u64 = 2;

#[tokio::test]
async fn every_operation_keeps_to_its_round_trips() {
    let world = World::new().await;
    play(&world).await;
    let mut trips = BTreeMap::<String, u64>::new();
    for line in world.log() {
        assert!(line["error"].is_null(), "{line}");
        let function = line["function"].as_str().unwrap().to_owned();
        let most = trips.entry(function).or_default();
        *most = line["round_trips"].as_u64().unwrap().max(*most);
    }
    let mut page = String::new();
    for route in ALL.iter().filter(|route| Dialect::of(route.path) == Dialect::PlayFab) {
        let trips =
            trips.get(route.function).unwrap_or_else(|| panic!("{} is not tried", route.function));
        assert!(*trips <= CEILING, "{}: {trips}", route.function);
        writeln!(page, "{trips} {}", route.function).unwrap();
    }
    insta::assert_snapshot!(page);
}

/// Every operation once, each succeeding.
async fn play(world: &World) {
    let [ada, bob, cleo] = world.entities(["ada", "bob", "cleo"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let with = |extra: Value| {
        let mut body = json!({ "Group": group });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    };
    let of_bob = with(json!({ "Entity": bob.key }));
    let bob_in = |role: &str| with(json!({ "Members": [bob.key], "RoleId": role }));
    let officers = json!({ "RoleId": "officers", "RoleName": "Officers" });
    for (caller, operation, body) in [
        (&ada, "GetGroup", json!({ "GroupName": "Wolves" })),
        (&ada, "UpdateGroup", with(json!({ "GroupName": "Foxes" }))),
        (&ada, "CreateRole", with(officers.clone())),
        (&ada, "UpdateRole", with(json!({ "RoleId": "officers", "RoleName": "Elders" }))),
        (&bob, "ApplyToGroup", with(json!({}))),
        (&ada, "ListGroupApplications", with(json!({}))),
        (&bob, "ListMembershipOpportunities", json!({})),
        (&ada, "RemoveGroupApplication", of_bob.clone()),
        (&bob, "ApplyToGroup", with(json!({}))),
        (&ada, "AcceptGroupApplication", of_bob.clone()),
        (&ada, "ListGroupMembers", with(json!({}))),
        (&ada, "IsMember", of_bob.clone()),
        (&bob, "ListMembership", json!({})),
        (&ada, "AddMembers", bob_in("officers")),
        (&ada, "RemoveMembers", bob_in("officers")),
        (
            &ada,
            "ChangeMemberRole",
            with(json!({
                "Members": [bob.key], "OriginRoleId": "members", "DestinationRoleId": "officers",
            })),
        ),
        (&ada, "DeleteRole", with(json!({ "RoleId": "officers" }))),
        (&bob, "RemoveMembers", with(json!({ "Members": [bob.key] }))),
        (&ada, "InviteToGroup", of_bob.clone()),
        (&ada, "ListGroupInvitations", with(json!({}))),
        (&ada, "RemoveGroupInvitation", of_bob.clone()),
        (&ada, "InviteToGroup", of_bob.clone()),
        (&bob, "AcceptGroupInvitation", with(json!({}))),
        (&title, "AddMembers", with(json!({ "Members": [cleo.key] }))),
        (&ada, "BlockEntity", of_bob.clone()),
        (&ada, "ListGroupBlocks", with(json!({}))),
        (&ada, "UnblockEntity", of_bob.clone()),
        (&ada, "DeleteGroup", with(json!({}))),
    ] {
        caller.call(operation, body).await.data();
    }
    let token = &ada.player.credentials[0].1;
    let validate = json!({ "EntityToken": token });
    title.post("/Authentication/ValidateEntityToken", validate).await.data();
    world.entity("ada").await;
}
