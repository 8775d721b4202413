//! Whoever has read, and is overtaken before the write: what was planned on the old state is not carried out on the new one.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, Reply, World, WorldBuilder, gamefuse_id};

use crate::{
    Waiting, about, add, call, create_role, expel, group_of, holders, ids, ids_of, outcome, shift,
    sound, update,
};

/// Lets `late` go until its first transaction is refused as in conflict, then all of `meanwhile`, and then `late` again.
pub async fn overtaken(
    world: &World,
    late: Waiting<'_>,
    meanwhile: Vec<Waiting<'_>>,
) -> (Reply, Vec<Reply>) {
    overtaken_at(1, world, late, meanwhile).await
}

/// The same with its transaction of that number.
async fn overtaken_at(
    number: usize,
    world: &World,
    late: Waiting<'_>,
    meanwhile: Vec<Waiting<'_>>,
) -> (Reply, Vec<Reply>) {
    let one_by_one = async {
        let mut replies = Vec::new();
        for request in meanwhile {
            replies.push(request.await);
        }
        replies
    };
    world.overtake(number, late, one_by_one).await
}

#[tokio::test]
async fn who_joins_in_the_place_of_somebody_who_leaves_is_not_missed_by_a_change_of_the_admin_role()
{
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&dot]]).await;
    let id = gamefuse_id(&group);
    create_role(&ada, &group, "officers").await.data();
    update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
    add(&title, &group, &[&bob], "officers").await.data();
    let regroup = call(&title, "UpdateGroup", &group, json!({ "AdminRoleId": "members" }));
    // There are as many members then as the title saw, but others.
    let swap = vec![bob.player.leave(id).boxed_local(), cy.player.join(id).boxed_local()];
    let (regrouped, swapped) = overtaken(&world, regroup, swap).await;
    regrouped.data();
    swapped.iter().for_each(|reply| drop(reply.ok()));
    assert_eq!(sound(&world, &group).await, 3);
    assert_eq!(ids(&cy.player.group(id).await["admins"]), ids_of(&[&cy, &dot]));
}

#[tokio::test]
async fn who_holds_the_role_that_others_are_given_with_them_holds_it_then_too() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    for bob_does in ["leaves", "gives it up"] {
        let group = group_of(&title, &ada, bob_does, [&[], &[&bob, &cy]]).await;
        create_role(&ada, &group, "officers").await.data();
        add(&title, &group, &[&bob], "officers").await.data();
        let meanwhile = match bob_does {
            "leaves" => expel(&bob, &group, &bob),
            _ => {
                let role = json!({ "Members": [bob.key], "RoleId": "officers" });
                call(&bob, "RemoveMembers", &group, role)
            }
        };
        let late = add(&title, &group, &[&bob, &cy], "officers");
        let (late, replies) = overtaken(&world, late, vec![meanwhile]).await;
        late.data();
        replies[0].data();
        let listed = holders(&title, &group).await;
        assert_eq!(listed["officers"].len(), 2, "bob {bob_does}");
        assert_eq!(sound(&world, &group).await, 3);
    }
}

#[tokio::test]
async fn a_group_does_not_end_with_its_last_member_when_somebody_has_just_joined() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for (last, expected) in [("leaves", "OK"), ("gives up the role", "RoleIsGroupAdmin")] {
        let group = ada.create_group(last).await;
        let id = gamefuse_id(&group);
        update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
        let late = match last {
            "leaves" => expel(&ada, &group, &ada),
            _ => {
                let role = json!({ "Members": [ada.key], "RoleId": "admins" });
                call(&ada, "RemoveMembers", &group, role)
            }
        };
        let (reply, joined) =
            overtaken(&world, late, vec![bob.player.join(id).boxed_local()]).await;
        joined[0].ok();
        assert_eq!(outcome(&reply), expected, "who {last}");
        let members = sound(&world, &group).await;
        let admins = ids(&bob.player.group(id).await["admins"]);
        match expected {
            "OK" => assert_eq!((members, admins), (1, ids_of(&[&bob]))),
            _ => assert_eq!((members, admins), (2, ids_of(&[&ada]))),
        }
    }
}

#[tokio::test]
async fn a_group_ends_with_whoever_is_the_last_one_by_then() {
    let world = World::new().await;
    let title = world.title().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    let late = expel(&bob, &group, &bob);
    // The title may take the last admin out of a group, and leave the others in it.
    let (late, replies) = overtaken(&world, late, vec![expel(&title, &group, &ada)]).await;
    late.data();
    replies[0].data();
    let path = format!("/api/v3/groups/{}", gamefuse_id(&group));
    ada.player.get(&path).await.refused(404, "GroupNotFound");
}

#[tokio::test]
async fn a_group_that_ends_just_after_a_rename_gives_its_new_name_back() {
    let world = World::new().await;
    let ada = world.entity("ada").await;
    let title = world.title().await;
    for end in 0..4 {
        for in_gamefuse in [true, false] {
            let group = ada.create_group("Wolves").await;
            let late = match end {
                0 => ada.player.leave(gamefuse_id(&group)).boxed_local(),
                1 => {
                    let role = json!({ "Members": [ada.key], "RoleId": "admins" });
                    call(&ada, "RemoveMembers", &group, role)
                }
                2 => call(&ada, "DeleteGroup", &group, json!({})),
                _ => call(&title, "DeleteGroup", &group, json!({})),
            };
            let rename = match in_gamefuse {
                true => update(&ada.player, &group, json!({ "name": "Foxes" })).boxed_local(),
                false => call(&ada, "UpdateGroup", &group, json!({ "GroupName": "Foxes" })),
            };
            let (reply, renamed) = overtaken(&world, late, vec![rename]).await;
            assert_eq!([outcome(&reply), outcome(&renamed[0])], ["OK", "OK"], "end {end}");
            for name in ["Wolves", "Foxes"] {
                let free = ada.create_group(name).await;
                call(&title, "DeleteGroup", &free, json!({})).await.data();
            }
        }
    }
}

/// A group in which everybody is about to do something: an admin, a member and an officer who may go, one of each who stays,
/// somebody who has applied, somebody who is invited as an officer, and two who are outside.
struct Scene<'a, 'w> {
    title: &'a Entity<'w>,
    people: &'a [Entity<'w>; 10],
    group: Value,
}

/// How many deeds there are.
const DEEDS: usize = 19;

/// How many of them are planned on what was read before; they come first.
const PLANNED: usize = 13;

impl<'a, 'w> Scene<'a, 'w> {
    async fn set(title: &'a Entity<'w>, people: &'a [Entity<'w>; 10], name: &str) -> Self {
        let [ada, bob, cy, dot, eve, _, gus, hal, ivy, _] = people;
        let group = group_of(title, ada, name, [&[gus], &[bob, hal]]).await;
        create_role(ada, &group, "officers").await.data();
        add(title, &group, &[cy, ivy], "officers").await.data();
        call(dot, "ApplyToGroup", &group, json!({})).await.data();
        let invited = json!({ "Entity": eve.key, "RoleId": "officers" });
        call(ada, "InviteToGroup", &group, invited).await.data();
        update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
        Self { title, people, group }
    }

    fn deed(&self, number: usize) -> Waiting<'_> {
        let (group, title, id) = (&self.group, self.title, gamefuse_id(&self.group));
        let [ada, bob, cy, dot, eve, fay, gus, _, _, jo] = self.people;
        let set = |who, change: Value| call(who, "UpdateGroup", group, change);
        match number {
            0 => set(title, json!({ "AdminRoleId": "members" })),
            1 => set(title, json!({ "AdminRoleId": "officers" })),
            2 => set(title, json!({ "MemberRoleId": "officers" })),
            3 => set(title, json!({ "AdminRoleId": "officers", "MemberRoleId": "admins" })),
            4 => set(ada, json!({ "GroupName": format!("renamed {id}") })),
            5 => call(ada, "DeleteRole", group, json!({ "RoleId": "officers" })),
            6 => add(title, group, &[bob, jo], "officers"),
            7 => shift(ada, group, cy, ["officers", "admins"]),
            8 => expel(gus, group, ada),
            9 => ada.player.leave(id).boxed_local(),
            10 => shift(ada, group, ada, ["admins", "members"]),
            11 => call(title, "RemoveMembers", group, json!({ "Members": [bob.key, cy.key] })),
            12 => ada.player.make_admin(id, &bob.player).boxed_local(),
            13 => ada.player.remove(id, &cy.player).boxed_local(),
            14 => about(gus, "AcceptGroupApplication", group, dot),
            15 => call(eve, "AcceptGroupInvitation", group, json!({})),
            16 => fay.player.join(id).boxed_local(),
            17 => bob.player.leave(id).boxed_local(),
            _ => call(ada, "DeleteGroup", group, json!({})),
        }
    }
}

#[tokio::test]
async fn whatever_is_overtaken_by_whatever_leaves_a_group_that_is_sound() {
    for late in 0..PLANNED {
        let world = World::new().await;
        let people = world
            .entities(["ada", "bob", "cy", "dot", "eve", "fay", "gus", "hal", "ivy", "jo"])
            .await;
        let title = world.title().await;
        for meanwhile in (0..DEEDS).filter(|meanwhile| *meanwhile != late) {
            let told = format!("{late} overtaken by {meanwhile}");
            let scene = Scene::set(&title, &people, &told).await;
            let deeds = vec![scene.deed(meanwhile)];
            let (reply, replies) = overtaken(&world, scene.deed(late), deeds).await;
            assert_eq!(outcome(&replies[0]), "OK", "{told}");
            let outcome = outcome(&reply);
            // One is too late for some things, but is never told to come back, or that something is broken.
            let allowed = [
                "OK",
                "NotAuthorized",
                "InvalidParams",
                "NotMember",
                "RoleDoesNotExist",
                "RoleIsGroupAdmin",
                "RoleIsGroupDefaultMember",
                "ProfileDoesNotExist",
                "GroupNotFound",
            ];
            assert!(allowed.contains(&outcome.as_str()), "{told}: {outcome}");
            sound(&world, &scene.group).await;
        }
    }
}

#[tokio::test]
async fn who_asks_of_a_group_what_it_has_just_ceased_to_permit_is_told_so() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let [open, closed, invite_only] = [[true, false], [false, false], [false, true]];
    let settings = |[open, invite_only]: [bool; 2]| {
        json!({
            "can_auto_join": open, "is_invite_only": invite_only,
        })
    };
    for (form, before, after, expected) in [
        ("join", open, closed, "NotOpen"),
        ("join", open, invite_only, "InviteOnly"),
        ("join_request", open, closed, "pending"),
        ("join_request", open, invite_only, "InviteOnly"),
        ("join_request", closed, invite_only, "InviteOnly"),
        ("join_request", closed, open, "accepted"),
        ("ApplyToGroup", open, invite_only, "NotAuthorized"),
        ("ApplyToGroup", closed, invite_only, "NotAuthorized"),
        ("ApplyToGroup", closed, open, "OutstandingInvitationAcceptedInstead"),
        ("apart", closed, invite_only, "NotAuthorized"),
        ("apart", closed, open, "OK"),
    ] {
        let group = ada.player.create_group("turning", settings(before)).await;
        let key = tests::group_key(group);
        let late = match form {
            "ApplyToGroup" => call(&bob, form, &key, json!({})),
            "apart" => {
                let apart = json!({ "AutoAcceptOutstandingInvite": false });
                call(&bob, "ApplyToGroup", &key, apart)
            }
            form => {
                let (player, body) =
                    (&bob.player, json!({ "group_id": group, "action_type": form }));
                async move { player.post("/api/v3/group_connections", body).await }.boxed_local()
            }
        };
        let turned = vec![update(&ada.player, &key, settings(after)).boxed_local()];
        let (reply, turned) = overtaken(&world, late, turned).await;
        turned[0].ok();
        let told = match outcome(&reply).as_str() {
            "OK" if form.starts_with("join") => reply.ok()["status"].as_str().unwrap().to_owned(),
            outcome => outcome.to_owned(),
        };
        assert_eq!(told, expected, "{form} {before:?} {after:?}");
        let is_in = matches!(expected, "accepted" | "OutstandingInvitationAcceptedInstead");
        assert_eq!(sound(&world, &key).await, 1 + usize::from(is_in));
        let asks = matches!(expected, "pending" | "OK");
        assert_eq!(crate::pending(&world, &key).await, [usize::from(asks), 0]);
    }
}

#[tokio::test]
async fn an_update_answers_what_was_committed_and_not_what_it_had_read() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[&bob], &[]]).await;
    let id = gamefuse_id(&group);
    update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
    let changes = [
        json!({ "name": "Foxes" }),
        json!({ "group_type": "Private" }),
        json!({ "max_group_size": 7 }),
        json!({ "can_auto_join": false }),
        json!({ "is_invite_only": true }),
        json!({ "searchable": false }),
        json!({ "admins_only_can_create_attributes": true }),
    ];
    let mut meanwhile = vec![cy.player.join(id).boxed_local(), cy.player.leave(id).boxed_local()];
    meanwhile.extend(changes.into_iter().map(|it| update(&bob.player, &group, it).boxed_local()));
    for (number, meanwhile) in meanwhile.into_iter().enumerate() {
        // In turns something that the other one does not change.
        let change = match number % 2 {
            0 => json!({ "group_type": format!("type {number}") }),
            _ => json!({ "max_group_size": 10 + number }),
        };
        let late = update(&ada.player, &group, change).boxed_local();
        let (answer, replies) = overtaken(&world, late, vec![meanwhile]).await;
        replies[0].ok();
        let mut now = ada.player.group(id).await;
        for list in ["members", "admins", "join_requests", "invites", "public_attributes"] {
            now.as_object_mut().unwrap().remove(list);
        }
        assert_eq!(answer.ok(), now, "{number}");
    }
}

#[tokio::test]
async fn a_creator_who_has_just_come_back_protects_what_is_theirs_again() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob]]).await;
    let path = format!("/api/v3/groups/{}", gamefuse_id(&group));
    update(&ada.player, &group, json!({ "can_auto_join": true })).await.ok();
    let motto = json!({ "attributes": [{ "key": "motto", "value": "bob's" }] });
    bob.player.post(&format!("{path}/add_attribute"), motto).await.ok();
    bob.player.leave(gamefuse_id(&group)).await.ok();
    let modify = format!("{path}/modify_attribute");
    let late = ada.player.patch(&modify, json!({ "key": "motto", "value": "ada's" })).boxed_local();
    let back = vec![bob.player.join(gamefuse_id(&group)).boxed_local()];
    let (edited, joined) = overtaken(&world, late, back).await;
    joined[0].ok();
    edited.refused(403, "NotAuthorized");
}

#[tokio::test]
async fn who_counts_what_is_pending_misses_nobody_who_came_since() {
    let mut builder = WorldBuilder::default();
    builder.limits.pending = 2;
    builder.limits.application_lifetime = SignedDuration::from_hours(1);
    let world = builder.build().await;
    let [ada, bob, cy, dot, eve] = world.entities(["ada", "bob", "cy", "dot", "eve"]).await;
    let group = ada.create_group("Wolves").await;
    let apply = |player| call(player, "ApplyToGroup", &group, json!({}));
    apply(&bob).await.data();
    world.advance(SignedDuration::from_mins(30));
    apply(&cy).await.data();
    world.advance(SignedDuration::from_mins(46));
    // Dot finds no room and counts one who waits; before that is written down, Eve does the same and takes the other place.
    let (late, eve) = overtaken(&world, apply(&dot), vec![apply(&eve)]).await;
    eve[0].data();
    late.failed("OverLimit", 1214);
    sound(&world, &group).await;
}
