//! Admins: what they may do is decided by the database at the moment they do it, and a group with members has one.

use futures_util::FutureExt;
use serde_json::json;
use tests::{Player, Reply, World};

use crate::{
    ROUNDS, add_attribute, admins_of, assert_tally, delete, group_of_admins, group_row, ids_of,
    open_group, outcome, race, rows_of, times, unblock, update, users_of,
};

/// Everything that takes an admin, tried on a member, somebody who is not in, and somebody who is blocked.
async fn whatever_takes_an_admin(
    player: &Player<'_>,
    group: u64,
    [member, outsider, blocked]: [&Player<'_>; 3],
) -> Vec<Reply> {
    vec![
        player.invite(group, outsider).await,
        player.remove(group, member).await,
        player.make_admin(group, member).await,
        player.remove_admin(group, member).await,
        update(player, group, json!({ "group_type": "Private" })).await,
        unblock(player, group, blocked).await,
        player.get(&format!("/api/v3/groups/{group}/blocks")).await,
        delete(player, group).await,
    ]
}

#[tokio::test]
async fn an_admin_makes_admins_and_making_one_again_changes_nothing() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    for _ in 0..2 {
        ada.make_admin(group, &bob).await.ok();
        ada.make_admin(group, &ada).await.ok();
        assert_eq!(admins_of(&world, group).await, ids_of(&[&ada, &bob]));
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
    bob.make_admin(group, &bob).await.ok();
    update(&bob, group, json!({ "group_type": "Private" })).await.ok();
}

#[tokio::test]
async fn nobody_else_makes_admins_and_only_members_become_one() {
    let world = World::new().await;
    let [ada, bob, cy, eve] = world.users(["ada", "bob", "cy", "eve"]).await;
    let group = open_group(&ada, &[&bob, &cy]).await;
    for nobody in [&bob, &eve] {
        for subject in [&cy, nobody, &ada] {
            nobody.make_admin(group, subject).await.refused(403, "NotAuthorized");
        }
    }
    ada.make_admin(group, &eve).await.refused(422, "NotMember");
    ada.make_admin(2_000_000_000, &bob).await.refused(404, "GroupNotFound");
    ada.make_admin(2_000_000_000, &ada).await.refused(404, "GroupNotFound");
    assert_eq!(admins_of(&world, group).await, ids_of(&[&ada]));
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn members_outsiders_and_former_admins_may_do_nothing_that_takes_an_admin() {
    let world = World::new().await;
    let [ada, bob, cy, dot, eve] = world.users(["ada", "bob", "cy", "dot", "eve"]).await;
    let fay = world.user("fay").await;
    let group = group_of_admins(&ada, &[&dot]).await;
    for user in [&bob, &cy, &eve] {
        user.join(group).await.ok();
    }
    ada.remove(group, &eve).await.ok();
    dot.leave(group).await.ok();
    let before = world.rows(group).await;
    for nobody in [&bob, &dot, &eve] {
        for reply in whatever_takes_an_admin(nobody, group, [&cy, &fay, &eve]).await {
            reply.refused(403, "NotAuthorized");
        }
    }
    assert_eq!(world.rows(group).await, before);
    // The game itself may do all of it, on behalf of anybody.
    let game = world.service_for(&bob);
    for reply in whatever_takes_an_admin(&game, group, [&cy, &fay, &eve]).await.into_iter().rev() {
        assert_ne!(outcome(&reply), "403 NotAuthorized");
    }
    ada.get(&format!("/api/v3/groups/{group}")).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn a_member_whom_several_make_admin_at_once_is_counted_once() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        cy.join(group).await.ok();
        let mut requests = times(3, || ada.make_admin(group, &cy).boxed_local());
        requests.extend(times(2, || bob.make_admin(group, &cy).boxed_local()));
        assert_tally(&race(round, requests).await, &[("200", 5)]);
        assert_eq!(group_row(&world, group).await["admin_count"], 3);
        assert_eq!(world.assert_group_is_sound(group).await, 3);
    }
}

#[tokio::test]
async fn whatever_an_admin_does_while_being_removed_is_done_before_or_refused() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        let settings = json!({ "can_auto_join": false });
        update(&ada, group, settings).await.ok();
        let application = cy.apply(group).await;
        let requests = vec![
            ada.remove(group, &bob).boxed_local(),
            bob.answer(application, "accepted").boxed_local(),
            bob.invite(group, &dot).boxed_local(),
            update(&bob, group, json!({ "group_type": "Bob's" })).boxed_local(),
            add_attribute(&bob, group, "motto", "mine").boxed_local(),
        ];
        let replies = race(round, requests).await;
        replies[0].ok();
        let done = |place: usize, refusal: &str| {
            let outcome = outcome(&replies[place]);
            assert!(["200", refusal].contains(&outcome.as_str()), "{outcome}");
            outcome == "200"
        };
        let members = if done(1, "422 NotAuthorized") { 2 } else { 1 };
        assert_eq!(world.assert_group_is_sound(group).await, members);
        let invited = if done(2, "403 NotAuthorized") { ids_of(&[&dot]) } else { ids_of(&[]) };
        assert_eq!(users_of(&world, group, "invitation").await, invited);
        let group_type = if done(3, "403 NotAuthorized") { "Bob's" } else { "Public" };
        assert_eq!(group_row(&world, group).await["settings"]["group_type"], group_type);
        let attributes = usize::from(done(4, "403 NotAuthorized"));
        assert_eq!(rows_of(&world, group, "attribute").await.len(), attributes);
        // Afterwards nothing is left to him.
        update(&bob, group, json!({ "group_type": "Late" })).await.refused(403, "NotAuthorized");
    }
}

#[tokio::test]
async fn different_settings_that_are_changed_at_once_do_not_undo_each_other() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        let requests = vec![
            update(&ada, group, json!({ "group_type": "Raid" })).boxed_local(),
            update(&bob, group, json!({ "max_group_size": 7 })).boxed_local(),
            update(&ada, group, json!({ "is_invite_only": true })).boxed_local(),
            update(&bob, group, json!({ "searchable": false })).boxed_local(),
            update(&ada, group, json!({ "name": "renamed" })).boxed_local(),
        ];
        assert_tally(&race(round, requests).await, &[("200", 5)]);
        let row = group_row(&world, group).await;
        let settings = ["group_type", "max_group_size", "is_invite_only", "searchable"];
        let got: Vec<_> = settings.iter().map(|setting| row["settings"][setting].clone()).collect();
        assert_eq!(got, [json!("Raid"), json!(7), json!(true), json!(false)]);
        assert_eq!(row["group_name"], "renamed");
        assert_eq!(row["settings"]["can_auto_join"], true);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn an_admin_can_be_made_a_plain_member_who_keeps_their_other_roles() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = group_of_admins(&ada.player, &[&bob.player]).await;
    cy.player.join(group).await.ok();
    let key = tests::group_key(group);
    let role = json!({ "Group": key, "RoleId": "officers", "RoleName": "Officers" });
    ada.call("CreateRole", role).await.data();
    let officer = json!({ "Group": key, "Members": [bob.key], "RoleId": "officers" });
    ada.call("AddMembers", officer).await.data();
    ada.player.remove_admin(group, &bob.player).await.ok();
    let roles = async |player: &Player<'_>| {
        let rows = rows_of(&world, group, "member").await;
        rows.into_iter().find(|row| row["user_id"] == player.id).unwrap()["role_ids"].clone()
    };
    assert_eq!(roles(&bob.player).await, json!(["members", "officers"]));
    // Who is none already stays none, and the last one stays one, also for the game's own server.
    ada.player.remove_admin(group, &bob.player).await.ok();
    ada.player.remove_admin(group, &ada.player).await.refused(422, "LastAdmin");
    let service = world.service_for(&cy.player);
    service.remove_admin(group, &ada.player).await.refused(422, "LastAdmin");
    bob.player.remove_admin(group, &ada.player).await.refused(403, "NotAuthorized");
    // Whoever holds nothing but the admin role is a plain member then.
    ada.player.make_admin(group, &cy.player).await.ok();
    ada.player.remove_admin(group, &ada.player).await.ok();
    assert_eq!(roles(&ada.player).await, json!(["members"]));
    assert_eq!(admins_of(&world, group).await, ids_of(&[&cy.player]));
    cy.player.remove_admin(group, &world.user("dot").await).await.refused(422, "NotMember");
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn two_admins_who_demote_each_other_or_themselves_at_once_leave_one() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        let requests = match round % 2 {
            0 => vec![
                ada.remove_admin(group, &bob).boxed_local(),
                bob.remove_admin(group, &ada).boxed_local(),
            ],
            _ => vec![
                ada.remove_admin(group, &ada).boxed_local(),
                bob.remove_admin(group, &bob).boxed_local(),
            ],
        };
        let replies = race(round, requests).await;
        let refused = if round % 2 == 0 { "403 NotAuthorized" } else { "422 LastAdmin" };
        assert_tally(&replies, &[("200", 1), (refused, 1)]);
        assert_eq!(admins_of(&world, group).await.len(), 1);
        assert_eq!(world.assert_group_is_sound(group).await, 2);
    }
}

#[tokio::test]
async fn an_admin_who_is_demoted_while_another_leaves_or_is_removed_is_not_missed() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let service = world.service_for(&cy);
    for round in 0..2 * ROUNDS {
        let group = group_of_admins(&ada, &[&bob]).await;
        cy.join(group).await.ok();
        let other = match round % 2 {
            0 => ada.leave(group).boxed_local(),
            _ => service.remove(group, &ada).boxed_local(),
        };
        let replies = race(round, vec![bob.remove_admin(group, &bob).boxed_local(), other]).await;
        assert!(replies.iter().any(|reply| reply.status.is_success()));
        assert_eq!(admins_of(&world, group).await.len(), 1, "round {round}");
        world.assert_group_is_sound(group).await;
        delete(&world.service_for(&cy), group).await.ok();
    }
}
