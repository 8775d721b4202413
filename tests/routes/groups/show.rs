//! `GET /api/v3/groups/{id}`

use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::World;

use crate::common::{
    assert_ids_refused, assert_parameter_refused, ids, john_doe, john_doe_shown, member_for,
    shown_to_oneself, shown_to_strangers, sign_in_again,
};

#[tokio::test]
async fn the_seeds_example_is_answered_as_in_the_seed() {
    let world = World::new().await;
    let john = john_doe(&world).await;
    world.draw_next([1]);
    john.create_group("Awesome Gamers", json!({ "max_group_size": 50, "can_auto_join": true }))
        .await;
    let reply = john.get("/api/v3/groups/1").await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "id": 1,
        "name": "Awesome Gamers",
        "group_type": "Public",
        "can_auto_join": true,
        "is_invite_only": false,
        "max_group_size": 50,
        "searchable": true,
        "member_count": 1,
        "members": [member_for(&world, 0, &john_doe_shown())],
        "admins": [member_for(&world, 0, &john_doe_shown())],
        "public_attributes": [],
        "join_requests": [],
        "invites": [],
        "admins_only_can_create_attributes": false,
        "description": "",
        "reapply_after": 0
    });
    assert_eq!(reply.ok(), expected);
}

#[tokio::test]
async fn members_are_listed_from_the_longest_standing_on_and_admins_among_them() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    for player in [&cy, &bob] {
        world.advance(SignedDuration::from_secs(1));
        player.join(group).await.ok();
    }
    ada.make_admin(group, &bob).await.ok();
    let read = cy.group(group).await;
    assert_eq!(read["member_count"], 3);
    let [ada, bob, cy] = [
        member_for(&world, 2, &shown_to_strangers(&ada)),
        member_for(&world, 0, &shown_to_strangers(&bob)),
        member_for(&world, 1, &shown_to_oneself(&cy)),
    ];
    assert_eq!(read["members"], json!([ada, cy, bob]));
    assert_eq!(read["admins"], json!([ada, bob]));
}

#[tokio::test]
async fn the_flags_that_clients_send_change_nothing() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let expected = ada.group(group).await;
    for flag in [
        "include_members=true",
        "include_members=false",
        "with_full_data=true&include_members=true",
    ] {
        let read = ada.get(&format!("/api/v3/groups/{group}?{flag}")).await.ok();
        assert_eq!(read, expected, "{flag}");
    }
}

#[tokio::test]
async fn any_user_of_the_game_reads_any_group_without_its_members_addresses() {
    let world = World::that_shows_emails().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for settings in [json!({}), json!({ "is_invite_only": true }), json!({ "searchable": false })] {
        let group = ada.create_group("Wolves", settings).await;
        let read = bob.group(group).await;
        let ada = member_for(&world, 0, &shown_to_strangers(&ada));
        assert_eq!(read["members"], json!([ada]));
        assert_eq!(read["admins"], json!([ada]));
    }
}

#[tokio::test]
async fn where_emails_are_shown_they_are_shown_from_joining_to_leaving() {
    let world = World::that_shows_emails().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    let shown = |shown: Value| json!([member_for(&world, 0, &shown)]);
    assert_eq!(bob.group(group).await["admins"], shown(shown_to_oneself(&ada)));
    bob.leave(group).await.ok();
    assert_eq!(bob.group(group).await["admins"], shown(shown_to_strangers(&ada)));
}

#[tokio::test]
async fn where_emails_are_not_shown_a_member_sees_none_but_their_own() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    world.advance(SignedDuration::from_secs(1));
    bob.join(group).await.ok();
    let read = bob.group(group).await;
    let ada = member_for(&world, 1, &shown_to_strangers(&ada));
    assert_eq!(read["members"], json!([ada, member_for(&world, 0, &shown_to_oneself(&bob))]));
    assert_eq!(read["admins"], json!([ada]));
}

#[tokio::test]
async fn a_fellow_in_one_group_is_a_stranger_in_another() {
    let world = World::that_shows_emails().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let wolves = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(wolves).await.ok();
    let foxes = ada.create_group("Foxes", json!({})).await;
    let ada = member_for(&world, 0, &shown_to_strangers(&ada));
    assert_eq!(bob.group(foxes).await["members"], json!([ada]));
}

#[tokio::test]
async fn admins_see_who_asks_and_who_is_invited_by_whom() {
    let world = World::new().await;
    let [ada, applicant, invited] = world.users(["ada", "applicant", "invited"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let application = applicant.apply(group).await;
    let invitation = ada.invite(group, &invited).await.ok()["id"].clone();
    let read = ada.group(group).await;
    let application = json!({
        "id": application,
        "status": "pending",
        "user": shown_to_strangers(&applicant),
        "message": null
    });
    assert_eq!(read["join_requests"], json!([application]));
    let invitation = json!({
        "id": invitation,
        "status": "pending",
        "user": shown_to_strangers(&invited),
        "inviter": shown_to_oneself(&ada),
        "inviter_id": ada.id
    });
    assert_eq!(read["invites"], json!([invitation]));
    assert_eq!(read["member_count"], 1);
}

#[tokio::test]
async fn nobody_but_admins_sees_what_is_pending() {
    let world = World::new().await;
    let [ada, bob, applicant, invited, stranger] =
        world.users(["ada", "bob", "applicant", "invited", "stranger"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    ada.put(&format!("/api/v3/groups/{group}"), json!({ "can_auto_join": false })).await.ok();
    applicant.apply(group).await;
    ada.invite(group, &invited).await.ok();
    for player in [&bob, &applicant, &invited, &stranger] {
        let read = player.group(group).await;
        assert_eq!(read["join_requests"], json!([]), "{}", player.name);
        assert_eq!(read["invites"], json!([]), "{}", player.name);
    }
    ada.make_admin(group, &bob).await.ok();
    assert_eq!(ids(&bob.group(group).await["join_requests"]).len(), 1);
}

#[tokio::test]
async fn what_has_expired_is_no_longer_shown() {
    let world = World::new().await;
    let [ada, applicant, invited] = world.users(["ada", "applicant", "invited"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    applicant.apply(group).await;
    ada.invite(group, &invited).await.ok();
    world.advance(SignedDuration::from_hours(7 * 24));
    let read = sign_in_again(&world, &ada).await.group(group).await;
    assert_eq!((&read["join_requests"], &read["invites"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn the_id_in_the_path_is_the_one_that_counts() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let wolves = ada.create_group("Wolves", json!({})).await;
    let foxes = ada.create_group("Foxes", json!({})).await;
    let read = ada.get(&format!("/api/v3/groups/{wolves}?id={foxes}")).await.ok();
    assert_eq!(read["name"], "Wolves");
}

#[tokio::test]
async fn a_group_that_is_not_there_or_of_another_game_is_not_found() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let other = world.other_game().await;
    let theirs = other.user("eve").await.create_group("Foxes", json!({})).await;
    for group in [theirs, 2_147_483_647] {
        ada.get(&format!("/api/v3/groups/{group}")).await.refused(404, "GroupNotFound");
    }
}

#[tokio::test]
async fn what_is_no_parameter_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    for (field, query) in [("include_members", "include_members=2"), ("The request", "page=1")] {
        let reply = ada.get(&format!("/api/v3/groups/{group}?{query}")).await;
        assert_parameter_refused(&reply, 422, field, query);
    }
}

#[tokio::test]
async fn what_is_no_id_is_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    assert_ids_refused(&ada, (Method::GET, "/api/v3/groups/{}", 422), "id", None).await;
}

#[tokio::test]
async fn however_many_doors_there_are_they_are_read_for_those_alone_who_see_what_is_pending() {
    let world = World::embedded().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({ "can_auto_join": true })).await;
    bob.join(group).await.ok();
    ada.put(&format!("/api/v3/groups/{group}"), json!({ "can_auto_join": false })).await.ok();
    let application = cy.apply(group).await;
    // As of those who have to wait, two megabytes.
    let mut door = world.doors(group).await.pop().unwrap();
    door.as_object_mut().unwrap().remove("applied");
    door["waits"] = json!({ "expires_at": 0, "padding": "x".repeat(100_000) });
    for user in 1..=20 {
        door["sk"] = format!("DOOR#{user:010}").into();
        door["user_id"] = user.into();
        world.put(&door).await;
    }
    for (reader, queries, pending) in
        [(&cy, 1, vec![]), (&bob, 1, vec![]), (&ada, 2, vec![application])]
    {
        let before = world.faults.calls("Query").len();
        let read = reader.group(group).await;
        assert_eq!(world.faults.calls("Query").len() - before, queries);
        assert_eq!((ids(&read["members"]).len(), ids(&read["join_requests"])), (2, pending));
    }
}
