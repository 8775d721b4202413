//! An invitation into a role counts, whichever way the invited player comes in, and whatever the group's settings are.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, Reply, World, WorldBuilder, gamefuse_id, group_key};

use crate::{
    ROUNDS, Waiting, about, add, call, create_role, outcomes, pending, race, rows_of, sound, update,
};

/// A group that anybody may join, with a role of officers.
async fn open_group(creator: &Entity<'_>) -> Value {
    let open = json!({ "can_auto_join": true });
    let group = group_key(creator.player.create_group("Open", open).await);
    create_role(creator, &group, "officers").await.data();
    group
}

/// Invites into the role of officers.
fn invite<'a>(admin: &'a Entity<'_>, group: &Value, player: &Entity<'_>) -> Waiting<'a> {
    call(admin, "InviteToGroup", group, json!({ "Entity": player.key, "RoleId": "officers" }))
}

/// Asks to join through GameFuse, in that form.
async fn request(player: &Entity<'_>, group: &Value, form: &str) -> Reply {
    let mut body = json!({ "group_id": gamefuse_id(group) });
    if !form.is_empty() {
        body["action_type"] = form.into();
    }
    player.player.post("/api/v3/group_connections", body).await
}

#[tokio::test]
async fn whoever_joins_an_open_group_holds_the_role_that_they_are_invited_into() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let group = open_group(&ada).await;
    for form in ["join", "join_request", "", "ApplyToGroup", "AcceptGroupInvitation"] {
        let player = world.entity(&format!("player {form}")).await;
        invite(&ada, &group, &player).await.data();
        let invitation = rows_of(&world, &group, "invitation").await[0]["connection_id"].clone();
        match form {
            "ApplyToGroup" => {
                let reply = call(&player, form, &group, json!({})).await;
                reply.failed("OutstandingInvitationAcceptedInstead", 1363);
            }
            "AcceptGroupInvitation" => drop(call(&player, form, &group, json!({})).await.data()),
            form => {
                let joined = request(&player, &group, form).await.ok();
                assert_eq!((&joined["status"], &joined["id"]), (&json!("accepted"), &invitation));
            }
        }
        assert_eq!(player.roles_in(&group).await, ["officers"], "{form:?}");
        assert_eq!(pending(&world, &group).await, [0, 0], "{form:?}");
    }
    assert_eq!(sound(&world, &group).await, 6);
}

#[tokio::test]
async fn an_invitation_that_has_expired_gives_no_role_and_is_gone() {
    let mut builder = WorldBuilder::default();
    builder.limits.invitation_lifetime = SignedDuration::from_hours(1);
    let world = builder.build().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = open_group(&ada).await;
    invite(&ada, &group, &bob).await.data();
    world.advance(SignedDuration::from_hours(1));
    assert_eq!(request(&bob, &group, "join").await.ok()["status"], "accepted");
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(pending(&world, &group).await, [0, 0]);
}

#[tokio::test]
async fn who_adds_members_says_the_role_and_settles_the_invitation() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = open_group(&ada).await;
    create_role(&ada, &group, "scouts").await.data();
    for player in [&bob, &cy] {
        invite(&ada, &group, player).await.data();
    }
    add(&title, &group, &[&bob], "scouts").await.data();
    call(&title, "AddMembers", &group, json!({ "Members": [cy.key] })).await.data();
    assert_eq!(bob.roles_in(&group).await, ["scouts"]);
    assert_eq!(cy.roles_in(&group).await, ["members"]);
    assert_eq!(pending(&world, &group).await, [0, 0]);
    assert_eq!(sound(&world, &group).await, 3);
}

#[tokio::test]
async fn an_application_that_is_accepted_gives_the_member_role_whatever_invitation_lies_beside_it()
{
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = ada.create_group("Wolves").await;
    create_role(&ada, &group, "officers").await.data();
    invite(&ada, &group, &bob).await.data();
    let apart = json!({ "AutoAcceptOutstandingInvite": false });
    call(&bob, "ApplyToGroup", &group, apart).await.data();
    about(&ada, "AcceptGroupApplication", &group, &bob).await.data();
    assert_eq!(bob.roles_in(&group).await, ["members"]);
    assert_eq!(pending(&world, &group).await, [0, 0]);
}

#[tokio::test]
async fn who_joins_while_the_invitation_comes_or_goes_holds_its_role_or_the_member_role() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = open_group(&ada).await;
        let comes = round % 4 < 2;
        let other = if comes {
            invite(&ada, &group, &bob)
        } else {
            invite(&ada, &group, &bob).await.data();
            about(&ada, "RemoveGroupInvitation", &group, &bob)
        };
        let requests = vec![request(&bob, &group, "join").boxed_local(), other];
        let told = outcomes(&race(round, requests).await);
        assert_eq!(told[0], "OK", "the group is open all the while");
        let role = match (comes, told[1].as_str()) {
            (true, "OK") | (false, "GroupInvitationNotFound") => "officers",
            (true, "EntityIsAlreadyMember") | (false, "OK") => "members",
            (_, other) => panic!("{other}"),
        };
        assert_eq!(bob.roles_in(&group).await, [role], "{told:?}");
        assert_eq!(pending(&world, &group).await, [0, 0], "{told:?}");
        assert_eq!(sound(&world, &group).await, 2);
    }
}

#[tokio::test]
async fn who_joins_while_the_group_closes_holds_the_role_of_the_invitation() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = open_group(&ada).await;
        invite(&ada, &group, &bob).await.data();
        let closes = json!({ "is_invite_only": true });
        let requests = vec![
            request(&bob, &group, if round % 2 == 0 { "join" } else { "" }).boxed_local(),
            update(&ada.player, &group, closes).boxed_local(),
        ];
        assert_eq!(outcomes(&race(round, requests).await), ["OK", "OK"]);
        assert_eq!(bob.roles_in(&group).await, ["officers"]);
    }
}
