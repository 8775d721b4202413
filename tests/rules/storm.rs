//! A storm: requests of every kind that writes, at once.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Player, World};

use crate::{
    Waiting, add_attribute, delete, group_row, id, ids_of, open_group, race, rows_of, update,
    users_of,
};

/// Groups in which one request each is about to write by one transaction: every kind of write that there is.
pub struct Storm<'w> {
    world: &'w World,
    pub admin: Player<'w>,
    user: Player<'w>,
    pending: Vec<u64>,
    groups: BTreeMap<&'static str, u64>,
}

/// How many requests a storm is made of.
pub const WRITES: usize = 14;

impl<'w> Storm<'w> {
    pub async fn gather(world: &'w World) -> Self {
        let [admin, user] = world.users(["admin", "user"]).await;
        let mut groups = BTreeMap::new();
        for name in ["applied", "accepted", "invited", "entered", "withdrawn"] {
            groups.insert(name, admin.create_group(name, json!({})).await);
        }
        for name in ["promoted", "removed", "unblocked", "left", "changed", "written", "deleted"] {
            groups.insert(name, open_group(&admin, &[&user]).await);
        }
        admin.remove(groups["unblocked"], &user).await.ok();
        let pending = vec![
            user.apply(groups["accepted"]).await,
            id(&admin.invite(groups["entered"], &user).await),
            user.apply(groups["withdrawn"]).await,
        ];
        Self { world, admin, user, pending, groups }
    }

    pub fn requests(&self) -> Vec<Waiting<'_>> {
        let Self { world, admin, user, pending, groups } = self;
        let create = async { admin.post("/api/v3/groups", json!({ "name": "created" })).await };
        vec![
            user.join(groups["applied"]).boxed_local(),
            admin.answer(pending[0], "accepted").boxed_local(),
            admin.invite(groups["invited"], user).boxed_local(),
            user.answer(pending[1], "accepted").boxed_local(),
            user.cancel(pending[2]).boxed_local(),
            admin.make_admin(groups["promoted"], user).boxed_local(),
            admin.remove(groups["removed"], user).boxed_local(),
            crate::unblock(admin, groups["unblocked"], user).boxed_local(),
            user.leave(groups["left"]).boxed_local(),
            update(admin, groups["changed"], json!({ "max_group_size": 7 })).boxed_local(),
            add_attribute(admin, groups["written"], "motto", "").boxed_local(),
            delete(admin, groups["deleted"]).boxed_local(),
            async { world.nobody().post("/api/v3/users", world.sign_up_body("new")).await }
                .boxed_local(),
            create.boxed_local(),
        ]
    }

    /// All rows of all groups, by group.
    pub async fn rows(&self) -> Vec<Vec<Value>> {
        join_all(self.groups.values().map(|group| self.world.rows(*group))).await
    }

    /// Fails the test where any of the writes was not made, or made twice.
    pub async fn assert_done_once(&self) {
        let Self { world, admin, user, groups, .. } = self;
        let (one, both) = (ids_of(&[admin]), ids_of(&[admin, user]));
        for (name, members) in [
            ("applied", &one),
            ("accepted", &both),
            ("invited", &one),
            ("entered", &both),
            ("withdrawn", &one),
            ("promoted", &both),
            ("removed", &one),
            ("unblocked", &one),
            ("left", &one),
            ("changed", &both),
            ("written", &both),
        ] {
            assert_eq!(users_of(world, groups[name], "member").await, *members, "{name}");
            assert_eq!(world.assert_group_is_sound(groups[name]).await, members.len(), "{name}");
        }
        for (name, kind, count) in [
            ("applied", "application", 1),
            ("accepted", "application", 0),
            ("invited", "invitation", 1),
            ("entered", "invitation", 0),
            ("withdrawn", "application", 0),
            ("removed", "block", 1),
            ("unblocked", "block", 0),
            ("written", "attribute", 1),
        ] {
            assert_eq!(rows_of(world, groups[name], kind).await.len(), count, "{name} {kind}");
        }
        assert_eq!(group_row(world, groups["promoted"]).await["admin_count"], 2);
        assert_eq!(group_row(world, groups["changed"]).await["settings"]["max_group_size"], 7);
        assert!(group_row(world, groups["deleted"]).await["deleted_at"].is_i64());
        let created = admin.get("/api/v3/groups?query=created").await.ok();
        assert_eq!(created["groups"].as_array().unwrap().len(), 1);
    }

    /// Sends all requests at once, and tells the bodies of their transactions by token.
    pub async fn send(&self) -> BTreeMap<String, Vec<Value>> {
        let before = self.world.faults.calls("TransactWriteItems").len();
        for reply in race(0, self.requests()).await {
            reply.ok();
        }
        let mut sent = BTreeMap::<String, Vec<Value>>::new();
        for body in self.world.faults.calls("TransactWriteItems").drain(before..) {
            let body: Value = serde_json::from_str(&body).unwrap();
            let token = body["ClientRequestToken"].as_str().unwrap().to_owned();
            sent.entry(token).or_default().push(body);
        }
        // As many tokens as writes, and under each token always the same transaction.
        assert_eq!(sent.len(), self.requests().len());
        assert!(sent.values().all(|bodies| bodies.iter().all(|body| body == &bodies[0])));
        sent
    }
}
