//! Random sequences of operations from both dialects: after each step both of them show what the model says.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Entity, Player, Reply, World, gamefuse_id};

use crate::model::{Deed, Dice, Model, ROLES, Step, USERS};
use crate::{
    about, add, call, expel, holders, in_order, outcome, rows_of, shift, sorted, sound, update,
    users,
};

/// How long each play is.
const STEPS: usize = 50;

/// The group as it is, and those who act on it.
struct Stage<'a, 'w> {
    world: &'w World,
    title: &'a Entity<'w>,
    /// The title with its token where GameFuse looks for one.
    service: &'a Player<'w>,
    people: &'a [Entity<'w>; USERS],
    group: Value,
}

impl Stage<'_, '_> {
    /// The id by which GameFuse names what is pending, or one that nothing has.
    async fn connection(&self, kind: &str, user: usize) -> u64 {
        let rows = rows_of(self.world, &self.group, kind).await;
        let row = rows.iter().find(|row| row["user_id"] == self.people[user].player.id);
        row.map_or(2_000_000_000, |row| row["connection_id"].as_u64().unwrap())
    }

    /// Does it, with that header.
    async fn play(&self, step: Step, header: (&'static str, &str)) -> Reply {
        let Step { by, deed, to, gamefuse } = step;
        let (group, id) = (&self.group, gamefuse_id(&self.group));
        let (me, subject) = (by.map_or(self.title, |me| &self.people[me]), &self.people[to]);
        let (title, me) = (&with(self.title, header), &with(me, header));
        let mut service = self.service.clone();
        service.credentials.push((header.0, header.1.to_owned()));
        let (player, user) = (by.map_or(&service, |_| &me.player), &subject.player);
        let own = by == Some(to);
        let role_of = |role: &str| json!({ "Members": [subject.key], "RoleId": role });
        match (deed, gamefuse) {
            (Deed::Apply, true) => player.join(id).await,
            (Deed::Apply, false) => about(me, "ApplyToGroup", group, subject).await,
            (Deed::Join, _) => {
                let join = json!({ "group_id": id, "action_type": "join" });
                player.post("/api/v3/group_connections", join).await
            }
            (Deed::ApplyApart, _) => {
                let apart = json!({ "Entity": subject.key, "AutoAcceptOutstandingInvite": false });
                call(me, "ApplyToGroup", group, apart).await
            }
            (Deed::Invite(_), true) => player.invite(id, user).await,
            (Deed::Invite(role), false) => {
                let invited = json!({ "Entity": subject.key, "RoleId": role });
                call(me, "InviteToGroup", group, invited).await
            }
            (Deed::AcceptApplication, true) => {
                player.answer(self.connection("application", to).await, "accepted").await
            }
            (Deed::AcceptApplication, false) => {
                about(me, "AcceptGroupApplication", group, subject).await
            }
            (Deed::DropApplication, true) => {
                let connection = self.connection("application", to).await;
                if own {
                    player.cancel(connection).await
                } else {
                    player.answer(connection, "declined").await
                }
            }
            (Deed::DropApplication, false) => {
                about(me, "RemoveGroupApplication", group, subject).await
            }
            (Deed::AcceptInvitation, true) => {
                player.answer(self.connection("invitation", to).await, "accepted").await
            }
            (Deed::AcceptInvitation, false) => {
                about(me, "AcceptGroupInvitation", group, subject).await
            }
            (Deed::DropInvitation, true) => {
                let connection = self.connection("invitation", to).await;
                if own {
                    player.answer(connection, "declined").await
                } else {
                    player.cancel(connection).await
                }
            }
            (Deed::DropInvitation, false) => {
                about(me, "RemoveGroupInvitation", group, subject).await
            }
            (Deed::Leave, true) => player.leave(id).await,
            (Deed::Leave | Deed::Expel, _) => expel(me, group, subject).await,
            (Deed::Remove, _) => player.remove(id, user).await,
            (Deed::MakeAdmin, _) => player.make_admin(id, user).await,
            (Deed::AddRole(role), _) => add(me, group, &[subject], role).await,
            (Deed::TakeRole(role), _) => call(me, "RemoveMembers", group, role_of(role)).await,
            (Deed::Shift(roles), _) => shift(me, group, subject, roles).await,
            (Deed::Block, _) => about(me, "BlockEntity", group, subject).await,
            (Deed::Unblock, true) => {
                player.delete(&format!("/api/v3/groups/{id}/blocks/{}", user.id)).await
            }
            (Deed::Unblock, false) => about(me, "UnblockEntity", group, subject).await,
            (Deed::Settle { open, invite_only }, _) => {
                let settings = json!({ "can_auto_join": open, "is_invite_only": invite_only });
                update(player, group, settings).await
            }
            (Deed::SetAdminRole(role), _) => {
                call(title, "UpdateGroup", group, json!({ "AdminRoleId": role })).await
            }
        }
    }

    fn ids<'m>(&self, users: impl IntoIterator<Item = &'m usize>) -> Vec<u64> {
        users.into_iter().map(|user| u64::from(self.people[*user].player.id)).collect()
    }

    /// Fails the test where one of the dialects shows something else than the model.
    async fn assert_shows(&self, model: &Model, story: &str) {
        let path = format!("/api/v3/groups/{}", gamefuse_id(&self.group));
        if model.members.is_empty() {
            self.service.get(&path).await.refused(404, "GroupNotFound");
            let gone = call(self.title, "GetGroup", &self.group, json!({})).await;
            gone.failed("ProfileDoesNotExist", 1298);
            return;
        }
        assert_eq!(sound(self.world, &self.group).await, model.members.len(), "{story}");
        let page = self.service.get(&path).await.ok();
        let members: Vec<usize> = model.members.iter().map(|(user, _)| *user).collect();
        assert_eq!(in_order(&page["members"]), self.ids(&members), "members, {story}");
        assert_eq!(in_order(&page["admins"]), self.ids(&model.admins()), "admins, {story}");
        let applied = sorted(self.ids(&model.applications));
        assert_eq!(users(&page["join_requests"]), applied, "join_requests, {story}");
        let invited = sorted(self.ids(model.invitations.keys()));
        assert_eq!(users(&page["invites"]), invited, "invites, {story}");
        let blocked = sorted(self.ids(&model.blocks));
        let blocks = self.service.get(&format!("{path}/blocks")).await.ok();
        assert_eq!(users(&blocks["blocks"]), blocked, "blocks, {story}");

        let listed = holders(self.title, &self.group).await;
        for role in ROLES {
            let holding = model.members.iter().filter(|(_, roles)| roles.contains(role));
            let holding = holding.map(|(user, _)| user).collect::<Vec<_>>();
            let holding = self.ids(holding).into_iter().collect::<BTreeSet<_>>();
            assert_eq!(listed[role], holding, "{role}, {story}");
        }
        for (operation, list, entity, expected) in [
            ("ListGroupApplications", "Applications", "Entity", applied),
            ("ListGroupInvitations", "Invitations", "InvitedEntity", invited),
            ("ListGroupBlocks", "BlockedEntities", "Entity", blocked),
        ] {
            let listed = call(self.title, operation, &self.group, json!({})).await.data();
            let listed = listed[list].as_array().unwrap().iter();
            let listed = listed.map(|entry| gamefuse_id(&entry[entity]["Key"])).collect();
            assert_eq!(sorted(listed), expected, "{operation}, {story}");
        }
    }
}

/// The same, with that header.
fn with<'w>(entity: &Entity<'w>, (name, value): (&'static str, &str)) -> Entity<'w> {
    let mut entity = entity.clone();
    entity.player.credentials.push((name, value.to_owned()));
    entity
}

/// Whether a step has succeeded, in either dialect.
fn has_succeeded(reply: &Reply) -> bool {
    let outcome = outcome(reply);
    outcome == "OK" || outcome.contains("AcceptedInstead")
}

/// Plays a game of so many steps; where the group ends, somebody makes the next one.
async fn play(world: &World, people: &[Entity<'_>; USERS], seed: u64) {
    let mut dice = Dice(seed);
    let title = world.title().await;
    let service = world.with_token(&title.player.credentials[0].1);
    let (mut story, mut model, mut stage): (Vec<String>, Option<Model>, Option<Stage<'_, '_>>) =
        (Vec::new(), None, None);
    for number in 0..STEPS {
        world.advance(SignedDuration::from_millis(1));
        let (Some(before), Some(scene)) = (model.as_ref(), stage.as_ref()) else {
            let creator = dice.roll(USERS);
            let group = people[creator].create_group(&format!("game {seed}.{number}")).await;
            crate::create_role(&title, &group, "officers").await.data();
            model = Some(Model::new(creator));
            stage = Some(Stage { world, title: &title, service: &service, people, group });
            continue;
        };
        let (step, after, succeeds) = loop {
            let step = Step::roll(&mut dice);
            let mut after = before.clone();
            let succeeds = after.take(step);
            // The title may leave a group without an admin, and then nothing much happens in it.
            let goes_on = step.by.is_some() || !after.admins().is_empty();
            // Most of what anybody could try is refused, and one of four such attempts is enough.
            if goes_on && (succeeds || dice.roll(4) == 0) {
                break (step, after, succeeds);
            }
        };
        story.push(format!("{step:?} succeeds: {succeeds}"));
        let told = format!("seed {seed}: {before:?}\n{}", story.join("\n"));
        // Before it is done, it is only tried, now and then; and who has done it sends it again.
        if dice.roll(3) == 0 {
            let tried = scene.play(step, ("dry-run", "true")).await;
            assert_eq!(has_succeeded(&tried), succeeds, "a dry run, {told}");
            scene.assert_shows(before, &format!("a dry run, {told}")).await;
        }
        let key = format!("{seed}.{number}");
        let reply = scene.play(step, ("idempotency-key", &key)).await;
        let outcome = outcome(&reply);
        assert_eq!(has_succeeded(&reply), succeeds, "{outcome}, {told}");
        // GameFuse names what is pending by ids, which are looked up anew for each request.
        if succeeds && !step.gamefuse && dice.roll(2) == 0 {
            let again = scene.play(step, ("idempotency-key", &key)).await;
            assert_eq!(again.text(), reply.text(), "sent again, {told}");
            assert_eq!(again.header("idempotency-replayed"), "true", "sent again, {told}");
        }
        assert!(
            reply.status.as_u16() < 500 && outcome != "ConcurrentEditError",
            "{outcome}, {told}"
        );
        scene.assert_shows(&after, &told).await;
        model = Some(after).filter(|model| !model.members.is_empty());
    }
}

/// Plays by several seeds.
async fn plays(seeds: std::ops::RangeInclusive<u64>) {
    let world = World::new().await;
    let people = world.entities(["ada", "bob", "cy", "dot", "eve", "fay"]).await;
    for seed in seeds {
        play(&world, &people, seed).await;
    }
}

#[tokio::test]
async fn whatever_happens_both_dialects_show_what_the_model_says() {
    plays(1..=5).await;
}

#[tokio::test]
async fn whatever_else_happens_they_show_it_too() {
    plays(6..=10).await;
}
