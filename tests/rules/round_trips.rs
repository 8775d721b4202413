//! Round trips to DynamoDB, one after another: what each of GameFuse's functions needs where nothing stands in the way.

use std::collections::BTreeSet;

use functions::dialect::Dialect;
use functions::routes::{ALL, CREATE_GAME};
use serde_json::{Value, json};
use tests::{Reply, World, WorldBuilder};

use crate::{add_attribute, delete, group_of_admins, id, open_group, unblock, update};

/// The most that a call may need.
const CEILING: u64 = 2;

/// Those that need more, and why.
const EXCEPTIONS: &[(&str, &str, u64, &str)] = &[
    (
        "sign-in",
        "",
        3,
        "the address leads to the user, the user to the groups, and each is named by what was read",
    ),
    ("list-groups", "in full", 4, "the list, then what is in each of its groups"),
    (
        "create-group-connection",
        "inviting by name who has applied",
        3,
        "the name is looked up first",
    ),
    ("create-group-connection", "joining by a service", 3, "the service's key is looked up first"),
];

/// Every function, in which case, with its round trips and the calls that they are made of.
const EXPECTED: &[(&str, &str, u64, &str)] = &[
    ("create-game", "", 1, "TransactWriteItems"),
    ("sign-up", "", 2, "GetItem, TransactWriteItems"),
    ("sign-in", "", 3, "BatchGetItem, 3 GetItem, Query, TransactWriteItems"),
    ("get-user", "oneself", 2, "BatchGetItem, GetItem, Query"),
    ("get-user", "somebody else", 1, "GetItem"),
    ("verify-game", "", 1, "GetItem"),
    ("list-store-items", "", 1, "GetItem"),
    ("create-group", "", 1, "GetItem, TransactWriteItems"),
    ("create-group", "of a unique name", 1, "GetItem, TransactWriteItems"),
    ("list-groups", "", 2, "BatchGetItem, 9 Query"),
    ("list-groups", "in full", 4, "2 BatchGetItem, 11 Query"),
    ("get-group", "", 2, "BatchGetItem, 2 Query"),
    ("update-group", "", 2, "GetItem, TransactWriteItems"),
    ("update-group", "of a unique name", 2, "GetItem, TransactWriteItems"),
    ("create-group-connection", "applying", 1, "GetItem, TransactWriteItems"),
    ("create-group-connection", "inviting", 1, "GetItem, TransactWriteItems"),
    ("create-group-connection", "inviting by name", 2, "2 GetItem, TransactWriteItems"),
    ("create-group-connection", "joining", 2, "GetItem, 2 TransactWriteItems"),
    (
        "create-group-connection",
        "joining by a service",
        3,
        "BatchGetItem, GetItem, 2 TransactWriteItems",
    ),
    ("create-group-connection", "applying when invited", 2, "GetItem, 2 TransactWriteItems"),
    ("create-group-connection", "inviting who has applied", 2, "GetItem, 2 TransactWriteItems"),
    (
        "create-group-connection",
        "inviting by name who has applied",
        3,
        "2 GetItem, 2 TransactWriteItems",
    ),
    ("update-group-connection", "accepting", 2, "GetItem, TransactWriteItems"),
    ("update-group-connection", "declining", 2, "GetItem, TransactWriteItems"),
    ("cancel-group-connection", "", 2, "GetItem, TransactWriteItems"),
    ("make-group-admin", "", 1, "TransactWriteItems"),
    ("make-group-admin", "oneself", 1, "BatchGetItem"),
    ("add-group-attributes", "", 2, "BatchGetItem, TransactWriteItems"),
    ("modify-group-attribute", "", 2, "BatchGetItem, TransactWriteItems"),
    ("list-group-attributes", "", 1, "BatchGetItem, Query"),
    ("leave-group", "", 2, "Query, TransactWriteItems"),
    ("leave-group", "handing over", 2, "Query, TransactWriteItems"),
    ("leave-group", "dissolving", 2, "Query, TransactWriteItems"),
    ("remove-group-member", "", 1, "TransactWriteItems"),
    ("remove-group-member", "an admin", 2, "2 TransactWriteItems"),
    ("list-group-blocks", "", 2, "2 BatchGetItem, Query"),
    ("unblock-group-member", "", 1, "TransactWriteItems"),
    ("delete-group", "", 1, "TransactWriteItems"),
    ("delete-group", "of a unique name", 2, "2 TransactWriteItems"),
];

/// Collects what was measured.
#[derive(Default)]
struct Table(Vec<(String, String, u64, String)>);

impl Table {
    /// Measures the request that `reply` makes.
    async fn measure(
        &mut self,
        world: &World,
        case: &str,
        reply: impl Future<Output = Reply>,
    ) -> Reply {
        const OPERATIONS: [&str; 5] =
            ["BatchGetItem", "BatchWriteItem", "GetItem", "Query", "TransactWriteItems"];
        let count = || OPERATIONS.map(|operation| world.faults.calls(operation).len());
        let before = count();
        let reply = reply.await;
        assert!(reply.status.is_success(), "{case}: {}", reply.text());
        let calls = OPERATIONS.iter().zip(count()).zip(before);
        let calls = calls.map(|((operation, after), before)| (operation, after - before));
        let calls: Vec<_> = calls
            .filter(|(_, count)| *count > 0)
            .map(|(operation, count)| match count {
                1 => (*operation).to_owned(),
                several => format!("{several} {operation}"),
            })
            .collect();
        let line = world.log().pop().unwrap();
        let function = line["function"].as_str().unwrap().to_owned();
        let trips = line["round_trips"].as_u64().unwrap();
        self.0.push((function, case.to_owned(), trips, calls.join(", ")));
        reply
    }
}

#[tokio::test]
async fn every_function_makes_exactly_the_round_trips_that_are_written_here() {
    let world = World::new().await;
    let [ada, bob, cy, dot] = world.users(["ada", "bob", "cy", "dot"]).await;
    let mut table = Table::default();
    let game = json!({ "game_id": world.game_id, "game_token": world.game_token });
    let query = format!("game_id={}&game_token={}", world.game_id, world.game_token);

    table.measure(&world, "", world.invoke("create-game", json!({ "name": "Another" }))).await;
    let body = world.sign_up_body("new");
    table.measure(&world, "", world.nobody().post("/api/v3/users", body)).await;
    let body = json!({ "name": "closed" });
    let closed = id(&table.measure(&world, "", ada.post("/api/v3/groups", body)).await);
    let mut body: Value = game;
    body["email"] = "ada@example.com".into();
    body["password"] = "password".into();
    table.measure(&world, "", world.nobody().post("/api/v3/sessions", body)).await;
    let path = format!("/api/v3/users/{}", ada.id);
    table.measure(&world, "oneself", ada.get(&path)).await;
    table.measure(&world, "somebody else", bob.get(&path)).await;
    let path = format!("/api/v3/games/verify?{query}");
    table.measure(&world, "", world.nobody().get(&path)).await;
    let path = format!("/api/v3/games/store_items?{query}");
    table.measure(&world, "", world.nobody().get(&path)).await;
    table.measure(&world, "", ada.get("/api/v3/groups")).await;
    table.measure(&world, "in full", ada.get("/api/v3/groups?with_full_data=true")).await;
    let path = format!("/api/v3/groups/{closed}");
    table.measure(&world, "", ada.get(&path)).await;
    table.measure(&world, "", update(&ada, closed, json!({ "group_type": "Raid" }))).await;

    let applied = id(&table.measure(&world, "applying", bob.join(closed)).await);
    let invited = id(&table.measure(&world, "inviting", ada.invite(closed, &cy)).await);
    let by_name = json!({ "group_id": closed, "username": "dot" });
    let by_name = || ada.post("/api/v3/group_connections", by_name.clone());
    let by_name_id = id(&table.measure(&world, "inviting by name", by_name()).await);
    table.measure(&world, "accepting", ada.answer(applied, "accepted")).await;
    table.measure(&world, "declining", cy.answer(invited, "declined")).await;
    table.measure(&world, "", ada.cancel(by_name_id)).await;
    ada.invite(closed, &cy).await.ok();
    table.measure(&world, "applying when invited", cy.join(closed)).await;
    dot.apply(closed).await;
    table.measure(&world, "inviting by name who has applied", by_name()).await;
    dot.leave(closed).await.ok();
    dot.apply(closed).await;
    table.measure(&world, "inviting who has applied", ada.invite(closed, &dot)).await;
    let open = open_group(&ada, &[]).await;
    table.measure(&world, "joining", bob.join(open)).await;
    table.measure(&world, "joining by a service", world.service_for(&cy).join(open)).await;

    table.measure(&world, "", ada.make_admin(open, &bob)).await;
    table.measure(&world, "oneself", ada.make_admin(open, &ada)).await;
    table.measure(&world, "", add_attribute(&ada, open, "motto", "")).await;
    let path = format!("/api/v3/groups/{open}/modify_attribute");
    let body = json!({ "key": "motto", "value": "1" });
    table.measure(&world, "", ada.patch(&path, body)).await;
    let path = format!("/api/v3/groups/{open}/attributes");
    table.measure(&world, "", ada.get(&path)).await;
    table.measure(&world, "", cy.leave(open)).await;
    cy.join(open).await.ok();
    table.measure(&world, "", ada.remove(open, &cy)).await;
    table.measure(&world, "an admin", ada.remove(open, &bob)).await;
    let path = format!("/api/v3/groups/{open}/blocks");
    table.measure(&world, "", ada.get(&path)).await;
    table.measure(&world, "", unblock(&ada, open, &bob)).await;
    bob.join(open).await.ok();
    table.measure(&world, "handing over", ada.leave(open)).await;
    table.measure(&world, "dissolving", bob.leave(open)).await;
    let group = group_of_admins(&ada, &[&bob]).await;
    table.measure(&world, "", delete(&bob, group)).await;

    let mut builder = WorldBuilder::default();
    builder.limits.unique_group_names = true;
    let world = builder.build().await;
    let ada = world.user("ada").await;
    let case = "of a unique name";
    let body = json!({ "name": "one" });
    let group = id(&table.measure(&world, case, ada.post("/api/v3/groups", body)).await);
    table.measure(&world, case, update(&ada, group, json!({ "name": "two" }))).await;
    table.measure(&world, case, delete(&ada, group)).await;

    let line = |(function, case, trips, calls): (&str, &str, u64, &str)| {
        format!("{function} | {case} | {trips} | {calls}")
    };
    let measured = table.0.iter().map(|(f, c, trips, calls)| line((f, c, *trips, calls)));
    let measured: BTreeSet<_> = measured.collect();
    let expected: BTreeSet<_> = EXPECTED.iter().copied().map(line).collect();
    let unexpected: Vec<_> = measured.difference(&expected).collect();
    let missing: Vec<_> = expected.difference(&measured).collect();
    assert!(
        unexpected.is_empty() && missing.is_empty(),
        "{unexpected:#?} in place of {missing:#?}"
    );
}

#[test]
fn every_function_of_gamefuse_is_in_the_table_and_below_the_ceiling_unless_there_is_a_reason() {
    let named: BTreeSet<_> = EXPECTED.iter().map(|(function, ..)| *function).collect();
    let gamefuse = ALL.iter().filter(|route| Dialect::of(route.path) == Dialect::GameFuse);
    let functions = gamefuse.map(|route| route.function).chain([CREATE_GAME.name]);
    assert_eq!(named, functions.collect());
    let above: Vec<_> = EXPECTED
        .iter()
        .filter(|(_, _, trips, _)| *trips > CEILING)
        .map(|(function, case, trips, _)| (*function, *case, *trips))
        .collect();
    let mut excepted: Vec<_> =
        EXCEPTIONS.iter().map(|(f, case, trips, _)| (*f, *case, *trips)).collect();
    excepted.sort_by_key(|exception| above.iter().position(|row| row == exception));
    assert_eq!(above, excepted);
}
