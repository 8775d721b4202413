//! Requests: `join` means at once or not at all, `join_request` waits for an admin, and an invite-only group takes neither.

use futures_util::FutureExt;
use serde_json::{Value, json};
use tests::{Player, Reply, World};

use crate::{
    ROUNDS, Waiting, assert_tally, id, ids, ids_of, outcome, race, rows_of, update, users_of,
};

const JOIN: &str = "join";
const ASK: &str = "join_request";

/// What a request to join can say that it is; most clients say nothing.
const FORMS: [&str; 3] = [JOIN, ASK, ""];

/// Asks to join in that form.
async fn request(player: &Player<'_>, group: u64, form: &str) -> Reply {
    let mut body = json!({ "group_id": group, "user_id": player.id });
    if !form.is_empty() {
        body["action_type"] = form.into();
    }
    player.post("/api/v3/group_connections", body).await
}

fn waiting<'a>(player: &'a Player<'_>, group: u64, form: &'static str) -> Waiting<'a> {
    request(player, group, form).boxed_local()
}

/// Fails the test where this is not the refusal of a group that is invite only, said in those words.
#[track_caller]
fn assert_invite_only(reply: &Reply) {
    reply.refused(422, "InviteOnly");
    assert!(reply.text().contains("invite only"), "{}", reply.text());
}

#[tokio::test]
async fn each_form_does_what_it_says_as_far_as_the_group_permits() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let open = json!({ "can_auto_join": true });
    let invite_only = json!({ "is_invite_only": true });
    let both = json!({ "can_auto_join": true, "is_invite_only": true });
    for (number, (settings, expected)) in [
        (open, ["accepted", "accepted", "accepted"]),
        (json!({}), ["NotOpen", "pending", "pending"]),
        (invite_only, ["InviteOnly", "InviteOnly", "InviteOnly"]),
        (both, ["InviteOnly", "InviteOnly", "InviteOnly"]),
    ]
    .into_iter()
    .enumerate()
    {
        let group = ada.create_group(&format!("group {number}"), settings.clone()).await;
        let mut came = Vec::new();
        for (form, expected) in FORMS.into_iter().zip(expected) {
            let player = world.user(&format!("{form}{number}")).await;
            let reply = request(&player, group, form).await;
            let told = match reply.status.is_success() {
                true => reply.ok()["status"].clone(),
                false => reply.header("x-error-code").into(),
            };
            assert_eq!(told, expected, "{form:?} {settings}");
            let is_in = users_of(&world, group, "member").await.contains(&u64::from(player.id));
            let asks = users_of(&world, group, "application").await.contains(&player.id.into());
            assert_eq!((is_in, asks), (expected == "accepted", expected == "pending"), "{form:?}");
            came.push(is_in);
        }
        let members = 1 + came.into_iter().filter(|is_in| *is_in).count();
        assert_eq!(world.assert_group_is_sound(group).await, members);
    }
}

#[tokio::test]
async fn the_game_itself_keeps_to_what_the_group_permits() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let server = world.service_for(&bob);
    let closed = ada.create_group("closed", json!({})).await;
    request(&server, closed, JOIN).await.refused(422, "NotOpen");
    let invite_only = ada.create_group("invite only", json!({ "is_invite_only": true })).await;
    for form in FORMS {
        assert_invite_only(&request(&server, invite_only, form).await);
    }
    assert_eq!(request(&server, closed, ASK).await.ok()["status"], "pending");
}

#[tokio::test]
async fn who_is_invited_takes_up_the_invitation_in_whatever_form_and_group() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    for settings in [
        json!({ "can_auto_join": true }),
        json!({}),
        json!({ "is_invite_only": true }),
        json!({ "can_auto_join": true, "is_invite_only": true }),
    ] {
        let group = ada.create_group("group", settings.clone()).await;
        for form in FORMS {
            let player = world.user(&format!("{form}{group}")).await;
            let invitation = id(&ada.invite(group, &player).await);
            let joined = request(&player, group, form).await.ok();
            let expected = (&json!("accepted"), &json!(invitation));
            assert_eq!((&joined["status"], &joined["id"]), expected, "{form:?} {settings}");
        }
        assert_eq!(users_of(&world, group, "invitation").await, ids_of(&[]), "{settings}");
        assert_eq!(world.assert_group_is_sound(group).await, 1 + FORMS.len());
    }
}

#[tokio::test]
async fn who_has_asked_may_not_join_a_closed_group_and_still_waits() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = ada.create_group("closed", json!({})).await;
    let application = bob.apply(group).await;
    request(&bob, group, JOIN).await.refused(422, "NotOpen");
    assert_eq!(ids(&ada.group(group).await["join_requests"]), [application]);
    // A request from before stays where none is taken any more, and asking again tells so.
    update(&ada, group, json!({ "is_invite_only": true })).await.ok();
    assert_invite_only(&request(&bob, group, JOIN).await);
    request(&bob, group, ASK).await.refused(422, "AlreadyApplied");
    ada.answer(application, "accepted").await.ok();
    assert_eq!(world.assert_group_is_sound(group).await, 2);
}

#[tokio::test]
async fn members_the_blocked_and_strangers_to_the_game_are_told_that_first() {
    let world = World::new().await;
    let [ada, bob, cy] = world.users(["ada", "bob", "cy"]).await;
    let group = crate::open_group(&ada, &[&bob, &cy]).await;
    ada.remove(group, &cy).await.ok();
    for settings in [json!({ "can_auto_join": false }), json!({ "is_invite_only": true })] {
        update(&ada, group, settings).await.ok();
        for form in FORMS {
            request(&bob, group, form).await.refused(422, "AlreadyMember");
            request(&cy, group, form).await.refused(422, "Blocked");
            request(&bob, 2_000_000_000, form).await.refused(404, "GroupNotFound");
        }
    }
}

#[tokio::test]
async fn who_joins_while_the_group_closes_is_in_or_refused_and_never_pending() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 6).await;
    for round in 0..ROUNDS {
        let (change, refusal): (Value, _) = match round % 2 {
            0 => (json!({ "can_auto_join": false }), "422 NotOpen"),
            _ => (json!({ "is_invite_only": true }), "422 InviteOnly"),
        };
        let group = ada.create_group("turning", json!({ "can_auto_join": true })).await;
        let mut requests: Vec<_> = crowd.iter().map(|user| waiting(user, group, JOIN)).collect();
        requests.insert(3, update(&ada, group, change).boxed_local());
        let replies = race(round, requests).await;
        let joined = world.assert_group_is_sound(group).await - 1;
        assert_tally(&replies, &[("200", 1 + joined), (refusal, 6 - joined)]);
        assert_eq!(rows_of(&world, group, "application").await.len(), 0);
    }
}

#[tokio::test]
async fn who_asks_while_the_group_becomes_invite_only_is_pending_or_refused() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let crowd = world.crowd("user", 6).await;
    for round in 0..ROUNDS {
        let is_open = round % 2 == 0;
        let group = ada.create_group("turning", json!({ "can_auto_join": is_open })).await;
        let mut requests: Vec<_> = crowd.iter().map(|user| waiting(user, group, ASK)).collect();
        let change = json!({ "is_invite_only": true });
        requests.insert(3, update(&ada, group, change).boxed_local());
        let replies = race(round, requests).await;
        let members = world.assert_group_is_sound(group).await - 1;
        let pending = rows_of(&world, group, "application").await.len();
        let came = if is_open { members } else { pending };
        assert_eq!(members + pending, came, "an open group makes members, a closed one requests");
        assert_tally(&replies, &[("200", 1 + came), ("422 InviteOnly", 6 - came)]);
        // Whoever was in time may still be answered.
        for request in ids(&ada.group(group).await["join_requests"]) {
            ada.answer(request, "accepted").await.ok();
        }
        assert_eq!(world.assert_group_is_sound(group).await, 1 + came);
    }
}

#[tokio::test]
async fn an_invitation_that_is_taken_back_while_it_is_taken_up_lets_in_or_does_not() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    for round in 0..2 * ROUNDS {
        let group = ada.create_group("closed", json!({ "is_invite_only": true })).await;
        let invitation = id(&ada.invite(group, &bob).await);
        let requests = vec![
            waiting(&bob, group, if round % 2 == 0 { JOIN } else { ASK }),
            ada.cancel(invitation).boxed_local(),
        ];
        let replies = race(round, requests).await;
        let is_in = world.assert_group_is_sound(group).await == 2;
        let expected = match is_in {
            true => ["200", "404 ConnectionNotFound"],
            false => ["422 InviteOnly", "200"],
        };
        assert_eq!([outcome(&replies[0]), outcome(&replies[1])], expected);
    }
}
