//! Guesses at a password: so many and no more, wherever they come from, and never so that strangers lock the owner out.

use futures_util::FutureExt;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tests::{Reply, World};

use crate::{assert_tally, race};

const SESSIONS: &str = "/api/v3/sessions";
const HOME: &str = "192.0.2.1";
const AWAY: &str = "192.0.2.2";

/// Somebody at an address tries to sign in, by an e-mail address or a username.
async fn sign_in_from(world: &World, address: &str, name: &str, password: &str) -> Reply {
    let body = json!({ "game_id": world.game_id, "email": name, "password": password });
    world.nobody().at(address).post(SESSIONS, body).await
}

async fn guess_from(world: &World, address: &str, name: &str) -> Reply {
    sign_in_from(world, address, name, "a guess").await
}

/// So many wrong guesses from one address, none of them too many.
async fn guess_often(world: &World, address: &str, name: &str, times: usize) {
    for _ in 0..times {
        guess_from(world, address, name).await.refused(401, "CredentialsInvalid");
    }
}

/// Guesses of so many strangers, ten each, which is as many as an address may make; an account takes those of ten.
async fn flood(world: &World, name: &str, strangers: usize) {
    for stranger in 0..strangers {
        guess_often(world, &format!("203.0.113.{stranger}"), name, 10).await;
    }
}

/// A world that begins with a quarter and an hour.
async fn world() -> World {
    let beginning = "2026-01-02T03:00:00Z".parse().unwrap();
    tests::WorldBuilder { beginning, ..Default::default() }.build().await
}

#[tokio::test]
async fn ten_guesses_in_a_quarter_of_an_hour_are_taken_from_one_address_and_no_more() {
    let world = world().await;
    world.user("ada").await;
    let ada = "ada@example.com";
    guess_often(&world, AWAY, ada, 10).await;
    world.advance(SignedDuration::from_secs(60));
    let reply = guess_from(&world, AWAY, ada).await;
    reply.refused(429, "TooManyGuesses");
    assert_eq!(reply.header("retry-after"), "840");
    // Not even the right password, else it would be told by the answer.
    sign_in_from(&world, AWAY, ada, "password").await.refused(429, "TooManyGuesses");
    // It is over at the second, and not one before.
    world.advance(SignedDuration::from_secs(839));
    let reply = sign_in_from(&world, AWAY, ada, "password").await;
    reply.refused(429, "TooManyGuesses");
    assert_eq!(reply.header("retry-after"), "1");
    world.advance(SignedDuration::from_secs(1));
    sign_in_from(&world, AWAY, ada, "password").await.ok();
}

#[tokio::test]
async fn a_name_in_another_spelling_and_an_address_in_the_same_network_are_the_same() {
    let world = world().await;
    let spellings = ["ada@example.com", "ADA@example.com", " ada@EXAMPLE.com "];
    for (round, name) in spellings.iter().cycle().take(10).enumerate() {
        let address = format!("2001:db8:0:1::{round}");
        guess_from(&world, &address, name).await.refused(401, "CredentialsInvalid");
    }
    let reply = guess_from(&world, "2001:db8:0:1:ffff::1", spellings[0]).await;
    reply.refused(429, "TooManyGuesses");
    guess_often(&world, "2001:db8:0:2::1", spellings[0], 1).await;
}

#[tokio::test]
async fn a_right_password_takes_its_own_count_back() {
    let world = world().await;
    world.user("ada").await;
    for _ in 0..2 {
        guess_often(&world, AWAY, "ada", 4).await;
        // At any time, more right ones than there may be wrong ones.
        for _ in 0..12 {
            sign_in_from(&world, AWAY, "ada", "password").await.ok();
        }
    }
    guess_often(&world, AWAY, "ada", 2).await;
    guess_from(&world, AWAY, "ada").await.refused(429, "TooManyGuesses");
}

#[tokio::test]
async fn strangers_share_a_hundred_guesses_and_do_not_lock_the_owner_out() {
    let world = world().await;
    world.user("ada").await;
    let ada = "ada@example.com";
    sign_in_from(&world, HOME, ada, "password").await.ok();
    flood(&world, ada, 10).await;
    // Whoever comes from elsewhere is a stranger, whatever the password.
    for password in ["a guess", "password"] {
        let reply = sign_in_from(&world, AWAY, ada, password).await;
        reply.refused(429, "TooManyGuesses");
        assert_eq!(reply.header("retry-after"), "3600");
    }
    // The owner mistypes, and gets in; but nobody guesses without end there either.
    guess_often(&world, HOME, ada, 9).await;
    sign_in_from(&world, HOME, ada, "password").await.ok();
    guess_often(&world, HOME, ada, 1).await;
    guess_from(&world, HOME, ada).await.refused(429, "TooManyGuesses");
    // Strangers are taken again at the second, and not one before.
    world.advance(SignedDuration::from_secs(3599));
    sign_in_from(&world, AWAY, ada, "password").await.refused(429, "TooManyGuesses");
    world.advance(SignedDuration::from_secs(1));
    sign_in_from(&world, AWAY, ada, "password").await.ok();
}

#[tokio::test]
async fn an_address_is_known_for_ninety_days_after_the_last_sign_in() {
    let world = world().await;
    world.user("ada").await;
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    sign_in_from(&world, HOME, "ada", "password").await.ok();
    world.advance(days(89));
    // It is renewed, though not by every sign-in of a day.
    sign_in_from(&world, HOME, "ada", "password").await.ok();
    world.advance(days(90) - SignedDuration::from_secs(1));
    flood(&world, "ada", 10).await;
    sign_in_from(&world, HOME, "ada", "not any more").await.refused(401, "CredentialsInvalid");
    world.advance(SignedDuration::from_secs(1));
    flood(&world, "ada", 10).await;
    sign_in_from(&world, HOME, "ada", "password").await.refused(429, "TooManyGuesses");
}

#[tokio::test]
async fn a_sign_in_renews_once_a_day_that_its_address_is_known() {
    const DAY: i64 = 24 * 3600;
    let world = world().await;
    world.user("ada").await;
    let begun = world.now().as_second();
    for (after, until) in [(0, 90 * DAY), (DAY - 1, 90 * DAY), (1, 91 * DAY), (1, 91 * DAY)] {
        world.advance(SignedDuration::from_secs(after));
        sign_in_from(&world, HOME, "ada", "password").await.ok();
        let rows = world.whole_table().await;
        let known = rows.iter().find(|row| row["kind"] == "known_address").unwrap();
        assert_eq!(known["expires_at"], begun + until, "{after}");
    }
}

#[tokio::test]
async fn one_address_gets_three_hundred_guesses_an_hour_at_accounts_that_do_not_know_it() {
    let world = world().await;
    let [_ada, _bob] = world.users(["ada", "bob"]).await;
    sign_in_from(&world, AWAY, "bob", "password").await.ok();
    for victim in 0..30 {
        guess_often(&world, AWAY, &format!("victim{victim}"), 10).await;
    }
    // Who is known there was not counted, so nothing is taken back.
    sign_in_from(&world, AWAY, "bob", "password").await.ok();
    for name in ["victim30", "ada@example.com", "ada"] {
        sign_in_from(&world, AWAY, name, "password").await.refused(429, "TooManyGuesses");
    }
    // Who plays there is not put out by a neighbour, and other addresses are not concerned.
    sign_in_from(&world, AWAY, "bob", "password").await.ok();
    sign_in_from(&world, HOME, "ada", "password").await.ok();
    world.advance(SignedDuration::from_secs(3599));
    let reply = sign_in_from(&world, AWAY, "ada", "password").await;
    reply.refused(429, "TooManyGuesses");
    assert_eq!(reply.header("retry-after"), "1");
    world.advance(SignedDuration::from_secs(1));
    sign_in_from(&world, AWAY, "ada", "password").await.ok();
}

#[tokio::test]
async fn guesses_at_the_same_time_do_not_slip_past() {
    let world = world().await;
    world.user("ada").await;
    let from = |address: String| {
        let world = &world;
        async move { guess_from(world, &address, "ada").await }.boxed_local()
    };
    // From one address, which then has used up its ten.
    let replies = race(0, (0..50).map(|_| from(AWAY.to_owned())).collect()).await;
    assert_tally(&replies, &[("401 CredentialsInvalid", 10), ("429 TooManyGuesses", 40)]);
    // From as many as there are guesses, when ten more are taken from strangers.
    flood(&world, "ada", 8).await;
    let replies = race(0, (0..30).map(|host| from(format!("198.51.100.{host}"))).collect()).await;
    assert_tally(&replies, &[("401 CredentialsInvalid", 10), ("429 TooManyGuesses", 20)]);
}

#[tokio::test]
async fn right_passwords_at_the_same_time_all_get_in_and_leave_no_count_behind() {
    let world = world().await;
    world.user("ada").await;
    let sign_in = || sign_in_from(&world, HOME, "ada", "password").boxed_local();
    for _ in 0..3 {
        for reply in race(0, (0..8).map(|_| sign_in()).collect()).await {
            reply.ok();
        }
    }
    guess_often(&world, HOME, "ada", 10).await;
    guess_from(&world, HOME, "ada").await.refused(429, "TooManyGuesses");
}

#[tokio::test]
async fn two_games_count_for_themselves() {
    let world = world().await;
    let other = world.other_game().await;
    for world in [&world, &other] {
        world.user("ada").await;
    }
    flood(&world, "ada", 10).await;
    sign_in_from(&world, AWAY, "ada", "password").await.refused(429, "TooManyGuesses");
    sign_in_from(&other, AWAY, "ada", "password").await.ok();
    guess_often(&other, "203.0.113.0", "ada", 10).await;
}

#[tokio::test]
async fn where_the_address_is_unknown_an_account_is_guessed_at_a_hundred_times_an_hour() {
    let world = world().await;
    world.user("ada").await;
    let guess = async |password: &str| {
        let body = json!({ "game_id": world.game_id, "email": "ada", "password": password });
        world.nobody().post(SESSIONS, body).await
    };
    for _ in 0..100 {
        guess("a guess").await.refused(401, "CredentialsInvalid");
    }
    guess("password").await.refused(429, "TooManyGuesses");
    world.advance(SignedDuration::from_secs(3600));
    guess("password").await.ok();
}

/// What a sign-in asks of DynamoDB, without what differs from one name to the next.
async fn asked(world: &World, sign_in: impl Future<Output = Reply>) -> (u16, Vec<String>) {
    let before = world.faults.calls_of_functions().await.len();
    let status = sign_in.await.status.as_u16();
    let calls = world.faults.calls_of_functions().await.split_off(before);
    let mut shapes: Vec<_> = calls
        .iter()
        .map(|call| {
            let mut request = call.request();
            for part in ["Key", "RequestItems", "ExpressionAttributeValues"] {
                if let Value::Object(fields) = &mut request[part] {
                    fields.values_mut().for_each(|value| *value = Value::Null);
                }
            }
            format!("{} {request}", call.operation)
        })
        .collect();
    shapes.sort_unstable();
    (status, shapes)
}

#[tokio::test]
async fn nothing_tells_whether_there_is_such_an_account() {
    let world = world().await;
    let [ada, _lonely] = world.users(["ada", "lonely"]).await;
    for _ in 0..20 {
        ada.create_group("Wolves", json!({})).await;
    }
    // A player of the other dialect, who has a name and no password.
    let hex = format!("{:016X}", world.entity("cy").await.player.id);
    let names = ["ada@example.com", "ada", "lonely", "nobody@example.com", "nobody", &hex];
    for round in 0..12 {
        let first = asked(&world, guess_from(&world, AWAY, names[0])).await;
        assert_eq!(first.0, if round < 10 { 401 } else { 429 });
        // What connects the user to groups is read when the password is right.
        assert!(first.1.iter().all(|call| !call.starts_with("Query")), "{:?}", first.1);
        for name in &names[1..] {
            let same = asked(&world, guess_from(&world, AWAY, name)).await;
            assert_eq!(same, first, "{name}");
        }
    }
    // The same where strangers have used up theirs.
    for name in &names[2..4] {
        flood(&world, name, 9).await;
        let reply = guess_from(&world, "198.51.100.8", name).await;
        reply.refused(429, "TooManyGuesses");
        assert_eq!(reply.header("retry-after"), "3600");
    }
}

#[tokio::test]
async fn neither_names_nor_addresses_of_guesses_are_kept_or_logged() {
    let world = world().await;
    world.user("zoe").await;
    sign_in_from(&world, HOME, "zoe", "password").await.ok();
    guess_often(&world, HOME, "zoe", 10).await;
    guess_from(&world, HOME, "zoe").await.refused(429, "TooManyGuesses");
    let log: String = world.log().iter().map(Value::to_string).collect();
    assert!(!log.contains(HOME) && !log.contains("zoe"), "{log}");
    let writes =
        ["UpdateItem", "TransactWriteItems"].map(|operation| world.faults.calls(operation));
    for write in writes.iter().flatten().filter(|write| write.contains("GUESSES")) {
        assert!(!write.contains(HOME) && !write.contains("zoe"), "{write}");
    }
}

#[tokio::test]
async fn an_address_is_not_known_to_an_account_by_a_name_that_reads_alike() {
    let world = world().await;
    world.user("ada").await;
    let mut body = world.sign_up_body("eve");
    // A username: this is not the sign that an address has, and compatible with it.
    body["username"] = "ada\u{ff20}example.com".into();
    world.nobody().post("/api/v3/users", body).await.ok();
    sign_in_from(&world, AWAY, "ada\u{ff20}example.com", "password").await.ok();
    flood(&world, "ada@example.com", 10).await;
    guess_from(&world, AWAY, "ada@example.com").await.refused(429, "TooManyGuesses");
}
