//! Invite codes: counted to the last use, never beyond a block or the size, and good until the second in which they end.

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::limits::Limits;
use tests::{Player, World, WorldBuilder};

use crate::{
    ROUNDS, Waiting, assert_tally, delete, group_row, id, ids_of, outcome, own, race, rows_of,
    successes, unblock, update, users_of,
};

/// The group's only code, as it is listed.
async fn code_of(admin: &Player<'_>, group: u64) -> Value {
    let listed = admin.get(&format!("/api/v3/groups/{group}/codes")).await.ok();
    assert_eq!(listed["codes"].as_array().unwrap().len(), 1, "{listed}");
    listed["codes"][0].clone()
}

/// Some players who redeem a code.
fn all_redeem<'a>(players: &'a [Player<'a>], code: &'a str) -> Vec<Waiting<'a>> {
    players.iter().map(|player| player.redeem(code).boxed_local()).collect()
}

#[tokio::test]
async fn a_code_opens_closed_and_invite_only_groups_and_settles_what_was_pending() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    for settings in [json!({}), json!({ "is_invite_only": true }), json!({ "can_auto_join": true })]
    {
        let group = ada.create_group("Wolves", settings).await;
        let (_, code) = ada.create_code(group, json!({})).await;
        ada.invite(group, &cy).await.ok();
        for player in [&bob, &cy] {
            player.redeem(&code).await.ok();
        }
        update(&ada, group, json!({ "is_invite_only": false, "can_auto_join": false })).await.ok();
        dot.apply(group).await;
        dot.redeem(&code).await.ok();
        assert_eq!(users_of(&world, group, "application").await, ids_of(&[]));
        assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
        assert_eq!(world.assert_group_is_sound(group).await, 4);
        assert_eq!(code_of(&ada, group).await["uses"], 3);
    }
}

#[tokio::test]
async fn nobody_slips_past_a_block_or_the_size_by_a_code_and_a_refusal_uses_nothing() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("pair", json!({ "max_group_size": 2 })).await;
    let (_, code) = ada.create_code(group, json!({ "max_uses": 2 })).await;
    bob.redeem(&code).await.ok();
    cy.redeem(&code).await.refused(422, "GroupFull");
    ada.remove(group, &bob).await.ok();
    bob.redeem(&code).await.refused(422, "Blocked");
    assert_eq!(code_of(&ada, group).await["uses"], 1);
    unblock(&ada, group, &bob).await.ok();
    bob.redeem(&code).await.ok();
    assert_eq!(code_of(&ada, group).await["uses"], 2);
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn a_code_gives_its_role_as_long_as_there_is_one() {
    let world = World::new().await;
    let [ada, bob, cy] = world.entities(["ada", "bob", "cy"]).await;
    let group = ada.player.create_group("Wolves", json!({})).await;
    let key = tests::group_key(group);
    let role = json!({ "Group": key, "RoleId": "officers", "RoleName": "Officers" });
    ada.call("CreateRole", role).await.data();
    let (_, code) = ada.player.create_code(group, json!({ "role_id": "officers" })).await;
    bob.player.redeem(&code).await.ok();
    let roles = rows_of(&world, group, "member").await;
    let bobs = roles.iter().find(|row| row["user_id"] == bob.player.id).unwrap();
    assert_eq!(bobs["role_ids"], json!(["officers"]));
    ada.call("DeleteRole", json!({ "Group": key, "RoleId": "officers" })).await.data();
    cy.player.redeem(&code).await.refused(404, "RoleNotFound");
    let (_, code) = ada.player.create_code(group, json!({ "role_id": "admins" })).await;
    cy.player.redeem(&code).await.ok();
    assert_eq!(crate::admins_of(&world, group).await, ids_of(&[&ada.player, &cy.player]));
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn of_twenty_who_redeem_a_code_of_seven_uses_seven_get_in() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 20).await;
    for round in 0..3 {
        let group = ada.create_group("Wolves", json!({})).await;
        let (_, code) = ada.create_code(group, json!({ "max_uses": 7 })).await;
        let replies = race(7 * round, all_redeem(&crowd, &code)).await;
        assert_tally(&replies, &[("200", 7), ("422 CodeUsedUp", 13)]);
        assert_eq!(code_of(&ada, group).await["uses"], 7);
        assert_eq!(world.assert_group_is_sound(group).await, 8);
        // Guesses are counted by the hour, and nobody here guesses.
        world.advance(SignedDuration::from_mins(15));
    }
}

#[tokio::test]
async fn the_last_seat_and_the_last_use_are_given_once() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 6).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("four", json!({ "max_group_size": 4 })).await;
        let (_, code) = ada.create_code(group, json!({ "max_uses": 4 })).await;
        let replies = race(round, all_redeem(&crowd, &code)).await;
        assert_tally(&replies, &[("200", 3), ("422 GroupFull", 3)]);
        assert_eq!(code_of(&ada, group).await["uses"], 3);
        assert_eq!(world.assert_group_is_sound(group).await, 4);
    }
}

#[tokio::test]
async fn whoever_redeems_a_code_while_it_is_closed_or_deleted_is_in_before_or_not_at_all() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 6).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("Wolves", json!({})).await;
        let (code_id, code) = ada.create_code(group, json!({})).await;
        let mut requests = all_redeem(&crowd, &code);
        let closes = round % 2 == 0;
        requests.insert(
            3,
            match closes {
                true => ada.set_code_open(group, code_id, false).boxed_local(),
                false => ada.delete_code(group, code_id).boxed_local(),
            },
        );
        let mut replies = race(round, requests).await;
        replies.remove(3).ok();
        let joined = successes(&replies);
        let refused = if closes { "422 CodeClosed" } else { "404 CodeNotFound" };
        assert_tally(&replies, &[("200", joined), (refused, 6 - joined)]);
        assert_eq!(world.assert_group_is_sound(group).await, 1 + joined);
        if closes {
            assert_eq!(code_of(&ada, group).await["uses"], joined);
            ada.set_code_open(group, code_id, true).await.ok();
        }
        world.advance(SignedDuration::from_mins(15));
    }
}

#[tokio::test]
async fn a_code_is_good_until_the_second_in_which_it_ends_and_told_to_be_over_for_a_month() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (_, code) = ada.create_code(group, json!({ "expires_in": 600 })).await;
    world.advance(SignedDuration::from_secs(599));
    bob.redeem(&code).await.ok();
    // The end is on a second; whatever of one has passed since the code was made is not added to it.
    world.advance(SignedDuration::from_secs(1));
    cy.redeem(&code).await.refused(422, "CodeExpired");
    let row = rows_of(&world, group, "code").await.remove(0);
    let month = 30 * 24 * 60 * 60;
    let ends = [&row["valid_until"], &row["expires_at"]].map(|end| end.as_i64().unwrap());
    assert_eq!(ends, [world.now().as_second(), world.now().as_second() + month]);
    let cy = world.service_for(&cy);
    let end = Timestamp::from_second(ends[1]).unwrap();
    let moment = SignedDuration::from_millis(1);
    world.advance(end.duration_since(world.now()) - moment);
    cy.redeem(&code).await.refused(422, "CodeExpired");
    // Whether DynamoDB has deleted it by then or not.
    world.advance(moment);
    cy.redeem(&code).await.refused(404, "CodeNotFound");
    world.forget("code", group).await;
    cy.redeem(&code).await.refused(404, "CodeNotFound");
    let ada = world.service_for(&ada);
    let (_, endless) = ada.create_code(group, json!({})).await;
    let rows = rows_of(&world, group, "code").await;
    assert!(rows.iter().all(|row| row["expires_at"].is_null()), "what has no end is kept");
    cy.redeem(&endless).await.ok();
}

#[tokio::test]
async fn a_code_that_ends_while_many_redeem_it_lets_nobody_in_from_that_second_on() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 4).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("Wolves", json!({})).await;
        let (_, code) = ada.create_code(group, json!({ "expires_in": 60 })).await;
        let second = world.now().as_second() + 60;
        let ends = async |player: &Player<'_>, place: usize| {
            // Half of them call in the last second, the others in the one that is over.
            if place == 2 {
                world.advance(SignedDuration::from_secs(1));
            }
            let before = world.now().as_second() < second;
            (before, player.redeem(&code).await)
        };
        world.advance(SignedDuration::from_secs(59));
        let calls = crowd.iter().enumerate().map(|(place, player)| ends(player, place));
        let answers = futures_util::future::join_all(calls).await;
        for (before, reply) in &answers {
            let expected = if *before { "200" } else { "422 CodeExpired" };
            assert_eq!(outcome(reply), expected, "round {round}");
        }
        assert_eq!(answers.iter().filter(|(before, _)| *before).count(), 2);
        assert_eq!(world.assert_group_is_sound(group).await, 3);
        world.advance(SignedDuration::from_mins(15));
    }
}

#[tokio::test]
async fn a_code_and_an_invitation_at_once_make_one_member() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.create_group("Wolves", json!({})).await;
        let (_, code) = ada.create_code(group, json!({})).await;
        let requests = vec![
            bob.redeem(&code).boxed_local(),
            ada.invite(group, &bob).boxed_local(),
            bob.redeem(&code).boxed_local(),
        ];
        let replies = race(round, requests).await;
        let uses = code_of(&ada, group).await["uses"].clone();
        assert_eq!(uses, 1, "{:?}", replies.iter().map(outcome).collect::<Vec<_>>());
        assert_eq!(world.assert_group_is_sound(group).await, 2);
        assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]));
        world.advance(SignedDuration::from_mins(15));
    }
}

#[tokio::test]
async fn who_is_blocked_while_they_redeem_a_code_is_out_afterwards() {
    let world = World::new().await;
    let [ada, bob] = world.entities(["ada", "bob"]).await;
    for round in 0..ROUNDS {
        let group = ada.player.create_group("Wolves", json!({})).await;
        let (_, code) = ada.player.create_code(group, json!({})).await;
        let about = json!({ "Group": tests::group_key(group), "Entity": bob.key });
        let requests = vec![
            bob.player.redeem(&code).boxed_local(),
            ada.call("BlockEntity", about).boxed_local(),
        ];
        let replies = race(round, requests).await;
        let joined = replies[0].status.is_success();
        // Whoever is blocked as a member stays one, as everywhere.
        assert_eq!(world.assert_group_is_sound(group).await, 1 + usize::from(joined));
        if !joined {
            replies[0].refused(422, "Blocked");
        }
        assert_eq!(users_of(&world, group, "block").await, ids_of(&[&bob.player]));
        world.advance(SignedDuration::from_mins(15));
    }
}

#[tokio::test]
async fn another_game_knows_no_code_of_this_one_not_even_of_a_group_of_the_same_id() {
    let world = World::new().await;
    let other = world.other_game().await;
    let [ada, eve] = [world.user("ada").await, other.user("eve").await];
    world.draw_next([50, 50]);
    let group = ada.create_group("here", json!({})).await;
    assert_eq!(eve.create_group("there", json!({})).await, group);
    let (code_id, code) = ada.create_code(group, json!({})).await;
    let mal = other.user("mal").await;
    mal.redeem(&code).await.refused(404, "CodeNotFound");
    eve.set_code_open(group, code_id, false).await.refused(404, "CodeNotFound");
    eve.delete_code(group, code_id).await.refused(404, "CodeNotFound");
    let listed = eve.get(&format!("/api/v3/groups/{group}/codes")).await.ok();
    assert_eq!(listed, json!({ "codes": [] }));
    assert_eq!(world.assert_group_is_sound(group).await, 1);
}

#[tokio::test]
async fn codes_go_with_their_group() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (code_id, code) = ada.create_code(group, json!({})).await;
    delete(&ada, group).await.ok();
    bob.redeem(&code).await.refused(404, "CodeNotFound");
    ada.set_code_open(group, code_id, false).await.refused(404, "GroupNotFound");
    world.deliver([world.record(group).await]).await;
    assert_eq!(world.rows(group).await, [Value::Null; 0]);
    assert_eq!(own(&bob).await["groups"], json!([]));
}

#[tokio::test]
async fn a_group_has_so_many_codes_and_what_is_forgotten_makes_room() {
    let mut builder = WorldBuilder::default();
    builder.limits.codes = 3;
    let world = builder.build().await;
    let ada = world.user("ada").await;
    let group = ada.create_group("Wolves", json!({})).await;
    let path = format!("/api/v3/groups/{group}/codes");
    let (first, _) = ada.create_code(group, json!({})).await;
    for _ in 0..2 {
        ada.create_code(group, json!({ "expires_in": 1 })).await;
    }
    ada.post(&path, json!({})).await.refused(422, "TooManyCodes");
    ada.delete_code(group, first).await.ok();
    ada.create_code(group, json!({ "expires_in": 1 })).await;
    ada.post(&path, json!({})).await.refused(422, "TooManyCodes");
    // Somebody who deletes what has just been forgotten may be on their way, and would subtract it.
    world.advance(SignedDuration::from_secs(1) + Limits::CODE_AFTERLIFE);
    let ada = world.service_for(&ada);
    ada.post(&path, json!({})).await.refused(422, "TooManyCodes");
    // DynamoDB deletes what is over, and nobody subtracts it.
    world.forget("code", group).await;
    assert_eq!(group_row(&world, group).await["code_count"], 3);
    for _ in 0..3 {
        ada.create_code(group, json!({})).await;
    }
    ada.post(&path, json!({})).await.refused(422, "TooManyCodes");
    world.assert_group_is_sound(group).await;
}

#[tokio::test]
async fn of_six_codes_that_are_made_at_once_as_many_as_there_is_room_for_are_made() {
    let mut builder = WorldBuilder::default();
    builder.limits.codes = 3;
    let world = builder.build().await;
    let ada = world.user("ada").await;
    for round in 0..ROUNDS {
        let group = ada.create_group("Wolves", json!({})).await;
        let path = format!("/api/v3/groups/{group}/codes");
        if round % 2 == 1 {
            // Two that have gone by themselves are still counted.
            ada.create_code(group, json!({ "expires_in": 1 })).await;
            ada.create_code(group, json!({ "expires_in": 1 })).await;
            world.forget("code", group).await;
        }
        let requests = crate::times(6, || ada.post(&path, json!({})).boxed_local());
        assert_tally(&race(round, requests).await, &[("201", 3), ("422 TooManyCodes", 3)]);
        assert_eq!(rows_of(&world, group, "code").await.len(), 3);
        world.assert_group_is_sound(group).await;
    }
}

#[tokio::test]
async fn twenty_guesses_in_a_quarter_of_an_hour_are_taken_from_one_player_and_no_more() {
    let beginning = "2026-01-02T03:00:00Z".parse().unwrap();
    let world = WorldBuilder { beginning, ..Default::default() }.build().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (_, code) = ada.create_code(group, json!({})).await;
    let guess = &code.replace(|sign: char| sign != '-' && code.ends_with(sign), "7");
    let wrong =
        if *guess == code { format!("{}8", &code[..code.len() - 1]) } else { guess.clone() };
    let requests = crate::times(24, || bob.redeem(&wrong).boxed_local());
    let replies = race(0, requests).await;
    assert_tally(&replies, &[("404 CodeNotFound", 20), ("429 TooManyGuesses", 4)]);
    // Not even the right code, else it would be told by the answer.
    let reply = bob.redeem(&code).await;
    reply.refused(429, "TooManyGuesses");
    assert_eq!(reply.header("retry-after"), "900");
    let service = world.service_for(&bob).redeem(&code).await;
    service.refused(429, "TooManyGuesses");
    // Others are not in their way, and it is over at the second.
    cy.redeem(&code).await.ok();
    world.advance(SignedDuration::from_secs(899));
    bob.redeem(&code).await.refused(429, "TooManyGuesses");
    world.advance(SignedDuration::from_secs(1));
    bob.redeem(&code).await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 3);
}

#[tokio::test]
async fn the_same_request_with_the_same_key_uses_a_code_once() {
    let world = World::new().await;
    let [ada, mut bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (_, code) = ada.create_code(group, json!({})).await;
    bob.credentials.push(("idempotency-key", "one".to_owned()));
    let replies = race(0, crate::times(5, || bob.redeem(&code).boxed_local())).await;
    let connections: Vec<u64> = replies.iter().map(id).collect();
    assert!(connections.windows(2).all(|pair| pair[0] == pair[1]), "{connections:?}");
    assert_eq!(code_of(&ada, group).await["uses"], 1);
}

#[tokio::test]
async fn what_becomes_of_codes_is_in_the_history_for_admins_and_who_came_by_one_for_all() {
    let world = World::embedded().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("Wolves", json!({})).await;
    let (code_id, code) = ada.create_code(group, json!({ "role_id": "members" })).await;
    ada.set_code_open(group, code_id, false).await.ok();
    ada.set_code_open(group, code_id, false).await.ok();
    ada.set_code_open(group, code_id, true).await.ok();
    bob.redeem(&code).await.ok();
    ada.delete_code(group, code_id).await.ok();
    world.relay().await;
    let history = async |player: &Player<'_>| {
        let path = format!("/api/v3/groups/{group}/events?after=1");
        let listed = player.get(&path).await.ok();
        let events = listed["events"].as_array().unwrap().clone();
        events
            .iter()
            .map(|it| json!([it["type"], it["actor_id"], it["user_ids"], it["data"]]))
            .collect()
    };
    let joined = json!(["member.joined", bob.id, [bob.id], {
        "how": "code", "role_id": "members", "code_id": code_id,
    }]);
    let nobody: [u32; 0] = [];
    let all: Vec<Value> = vec![
        json!(["code.created", ada.id, nobody, { "code_id": code_id, "role_id": "members", "open": true }]),
        json!(["code.changed", ada.id, nobody, { "code_id": code_id, "open": false }]),
        json!(["code.changed", ada.id, nobody, { "code_id": code_id, "open": true }]),
        joined.clone(),
        json!(["code.changed", ada.id, nobody, { "code_id": code_id }]),
    ];
    let seen: Vec<Value> = history(&ada).await;
    assert_eq!(seen, all, "closing it once more is nothing");
    let seen: Vec<Value> = history(&bob).await;
    assert_eq!(seen, [joined]);
}
