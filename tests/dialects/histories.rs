//! What each write leaves in the history of its group, whichever dialect it comes from.

use serde_json::{Value, json};
use tests::{Entity, World, gamefuse_id};

use crate::{about, add, call, create_role, expel, group_of, shift, update};

/// What the history tells: types, who did it, to whom, and what else.
async fn told(
    world: &World,
    reader: &Entity<'_>,
    group: &Value,
) -> Vec<(String, Value, Value, Value)> {
    world.relay().await;
    let path = format!("/api/v3/groups/{}/events", gamefuse_id(group));
    let answer = reader.player.get(&path).await.ok();
    let events = answer["events"].as_array().unwrap().clone();
    let places: Vec<_> = events.iter().map(|event| event["seq"].as_u64().unwrap()).collect();
    assert_eq!(places, (1..=events.len() as u64).collect::<Vec<_>>(), "no gap and no double");
    let event = |event: &Value| {
        let kind = event["type"].as_str().unwrap().to_owned();
        (kind, event["actor_id"].clone(), event["user_ids"].clone(), event["data"].clone())
    };
    events.iter().map(event).collect()
}

#[tokio::test]
async fn every_write_of_either_dialect_is_one_event_that_says_who_whom_and_how() {
    let world = World::embedded().await;
    let [ada, bob, cy, dot, eve] = world.entities(["ada", "bob", "cy", "dot", "eve"]).await;
    let title = world.title().await;
    let group = ada.create_group("Wolves").await;
    let id = gamefuse_id(&group);
    let applied = bob.player.apply(id).await;
    ada.player.answer(applied, "accepted").await.ok();
    let applied = cy.player.apply(id).await;
    ada.player.answer(applied, "declined").await.ok();
    let applied = cy.player.apply(id).await;
    cy.player.cancel(applied).await.ok();
    ada.player.invite(id, &cy.player).await.ok();
    about(&cy, "AcceptGroupInvitation", &group, &cy).await.data();
    ada.player.invite(id, &dot.player).await.ok();
    about(&dot, "RemoveGroupInvitation", &group, &dot).await.data();
    ada.player.invite(id, &dot.player).await.ok();
    about(&ada, "RemoveGroupInvitation", &group, &dot).await.data();
    create_role(&ada, &group, "officers").await.data();
    add(&ada, &group, &[&bob], "officers").await.data();
    shift(&ada, &group, &bob, ["officers", "admins"]).await.data();
    ada.player.make_admin(id, &cy.player).await.ok();
    call(&ada, "DeleteRole", &group, json!({ "RoleId": "officers" })).await.data();
    update(&ada.player, &group, json!({ "can_auto_join": true, "group_type": "Clan" })).await.ok();
    dot.player.join(id).await.ok();
    about(&ada, "BlockEntity", &group, &eve).await.data();
    about(&ada, "UnblockEntity", &group, &eve).await.data();
    add(&title, &group, &[&eve], "members").await.data();
    let attributes = json!({ "attributes": [{ "key": "motto", "value": "onward" }] });
    eve.player.post(&format!("/api/v3/groups/{id}/add_attribute"), attributes).await.ok();
    eve.player.delete(&format!("/api/v3/groups/{id}/attributes/motto")).await.ok();
    eve.player.leave(id).await.ok();
    ada.player.remove(id, &dot.player).await.ok();
    expel(&ada, &group, &cy).await.data();
    // What changes nothing is no event, and neither is what is refused or only tried.
    ada.player.make_admin(id, &bob.player).await.ok();
    dot.player.join(id).await.refused(422, "Blocked");
    let mut tried = ada.player.clone();
    tried.credentials.push(("dry-run", "true".to_owned()));
    tried.delete(&format!("/api/v3/groups/{id}")).await.ok();

    let [a, b, c, d, e] = [&ada, &bob, &cy, &dot, &eve].map(|entity| entity.player.id);
    let none = json!({});
    let how = |how: &str| json!({ "how": how });
    let expected = [
        ("group.created", json!(a), json!([a]), none.clone()),
        ("application.created", json!(b), json!([b]), none.clone()),
        ("member.joined", json!(a), json!([b]), how("application")),
        ("application.created", json!(c), json!([c]), none.clone()),
        ("application.declined", json!(a), json!([c]), none.clone()),
        ("application.created", json!(c), json!([c]), none.clone()),
        ("application.cancelled", json!(c), json!([c]), none.clone()),
        ("invitation.created", json!(a), json!([c]), none.clone()),
        ("member.joined", json!(c), json!([c]), how("invitation")),
        ("invitation.created", json!(a), json!([d]), none.clone()),
        ("invitation.declined", json!(d), json!([d]), none.clone()),
        ("invitation.created", json!(a), json!([d]), none.clone()),
        ("invitation.cancelled", json!(a), json!([d]), none.clone()),
        (
            "role.created",
            json!(a),
            json!([]),
            json!({ "role_id": "officers", "role_name": "officers" }),
        ),
        ("member.roles_changed", json!(a), json!([b]), json!({ "role_id": "officers" })),
        (
            "member.roles_changed",
            json!(a),
            json!([b]),
            json!({ "role_id": "admins", "from_role_id": "officers" }),
        ),
        (
            "member.roles_changed",
            json!(a),
            json!([c]),
            json!({ "role_ids": ["admins", "members"] }),
        ),
        (
            "role.deleted",
            json!(a),
            json!([]),
            json!({ "role_id": "officers", "role_name": "officers" }),
        ),
        (
            "group.updated",
            json!(a),
            json!([]),
            json!({ "changes": ["group_type", "can_auto_join"] }),
        ),
        ("member.joined", json!(d), json!([d]), how("open")),
        ("block.created", json!(a), json!([e]), none.clone()),
        ("block.lifted", json!(a), json!([e]), none.clone()),
        ("member.joined", Value::Null, json!([e]), json!({ "how": "added", "role_id": "members" })),
        ("attribute.set", json!(e), json!([]), json!({ "keys": ["motto"] })),
        ("attribute.deleted", json!(e), json!([]), json!({ "keys": ["motto"] })),
        ("member.left", json!(e), json!([e]), none.clone()),
        ("member.removed", json!(a), json!([d]), json!({ "block": true })),
        ("member.removed", json!(a), json!([c]), none.clone()),
    ];
    let told = told(&world, &ada, &group).await;
    for (place, (told, expected)) in told.iter().zip(&expected).enumerate() {
        let (kind, actor, users, data) = expected;
        assert_eq!(
            *told,
            ((*kind).to_owned(), actor.clone(), users.clone(), data.clone()),
            "{place}"
        );
    }
    assert_eq!(told.len(), expected.len());

    // The last admin hands over, and the new one sees who it was.
    ada.player.leave(id).await.ok();
    let handed_over = self::told(&world, &bob, &group).await.pop().unwrap();
    assert_eq!(handed_over.0, "member.left");
}

#[tokio::test]
async fn who_is_taken_out_of_a_role_is_out_of_the_group_where_it_was_the_last_one() {
    let world = World::embedded().await;
    let [ada, bob, cy, dot] = world.entities(["ada", "bob", "cy", "dot"]).await;
    let title = world.title().await;
    let group = group_of(&title, &ada, "Wolves", [&[], &[&bob, &cy, &dot]]).await;
    create_role(&ada, &group, "officers").await.data();
    add(&ada, &group, &[&bob, &cy], "officers").await.data();
    let out_of = |role: &str, users: &[&Entity<'_>]| {
        let keys: Vec<_> = users.iter().map(|user| &user.key).collect();
        json!({ "Members": keys, "RoleId": role })
    };
    // Bob stays by the other one, with Dot who goes; and then he goes himself.
    call(&ada, "RemoveMembers", &group, out_of("members", &[&bob, &dot])).await.data();
    call(&ada, "RemoveMembers", &group, out_of("officers", &[&cy])).await.data();
    call(&bob, "RemoveMembers", &group, out_of("officers", &[&bob])).await.data();
    call(&ada, "RemoveMembers", &group, out_of("members", &[&cy])).await.data();
    let told = told(&world, &ada, &group).await;
    let taken = |role: &str| json!({ "from_role_id": role });
    let told: Vec<_> =
        told[told.len() - 4..].iter().map(|it| (it.0.as_str(), it.3.clone())).collect();
    let bob_stays = json!({ "from_role_id": "members", "left_ids": [dot.player.id] });
    assert_eq!(
        told,
        [
            ("member.roles_changed", bob_stays),
            ("member.roles_changed", taken("officers")),
            ("member.left", taken("officers")),
            ("member.removed", taken("members")),
        ]
    );
}
