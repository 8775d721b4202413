//! The deadline: a request ends in time, however slow the table is, and is told so.

use std::time::Duration;

use shared::store::meter::REQUEST_BUDGET;
use tests::{Lost, Reply, World};

use crate::open_group;

/// The time after which an attempt is given up, and made once more.
const ATTEMPT: Duration = Duration::from_millis(1500);

/// Requests that read: each by another operation before anything else.
const READS: [&str; 3] = ["GetItem", "BatchGetItem", "Query"];

/// What `fault` does to a request that begins with a call of that operation, and to the same one when it is over.
async fn answers(operation: &'static str, fault: impl Fn(&World)) -> [Reply; 2] {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[]).await;
    let path = format!("/api/v3/users/{}", bob.id);
    let read = async || match operation {
        "GetItem" => ada.get(&path).await,
        "BatchGetItem" => ada.make_admin(group, &ada).await,
        _ => ada.get(&format!("/api/v3/groups/{group}")).await,
    };
    fault(&world);
    let faulty = read().await;
    world.faults.clear();
    [faulty, read().await]
}

#[tokio::test]
async fn a_read_that_is_turned_away_or_lost_is_made_again() {
    type Fault = fn(&World, &'static str);
    let faults: [Fault; 6] = [
        |world, operation| world.faults.refuse(operation, "ThrottlingException"),
        |world, operation| {
            world.faults.refuse(operation, "ProvisionedThroughputExceededException");
        },
        |world, operation| world.faults.fail(operation, Lost::Call),
        |world, operation| world.faults.break_connection(operation, Lost::Call),
        |world, operation| world.faults.stall(operation, Lost::Call, ATTEMPT),
        |world, operation| world.faults.slow_down(operation, ATTEMPT / 2),
    ];
    for operation in READS {
        for (place, fault) in faults.iter().enumerate() {
            let [faulty, sound] = answers(operation, |world| fault(world, operation)).await;
            assert_eq!(faulty.status, sound.status, "{operation} {place}: {}", faulty.text());
        }
    }
}

#[tokio::test]
async fn a_read_that_finds_no_time_any_more_is_busy_and_no_fault_of_ours() {
    type Fault = fn(&World, &'static str);
    let faults: [Fault; 3] = [
        |world, operation| {
            world.faults.refuse_late(operation, "ThrottlingException", REQUEST_BUDGET);
        },
        // Cut off at the deadline, in the second attempt.
        |world, operation| {
            world.faults.stall(operation, Lost::Call, ATTEMPT);
            world.faults.stall(operation, Lost::Call, ATTEMPT);
        },
        |world, operation| {
            world.faults.fail(operation, Lost::Call);
            world.faults.stall(operation, Lost::Call, REQUEST_BUDGET);
        },
    ];
    for operation in READS {
        for fault in faults {
            let [faulty, sound] = answers(operation, |world| fault(world, operation)).await;
            faulty.refused(503, "Busy");
            assert_eq!(faulty.header("retry-after"), "1");
            assert_ne!(sound.status, 503, "{operation}");
        }
    }
}

#[tokio::test]
async fn slow_calls_one_after_another_end_at_the_deadline_and_none_begins_behind_it() {
    let world = World::new().await;
    let ada = world.user("ada").await;
    let group = open_group(&ada, &[]).await;
    let path = format!("/api/v3/groups/{group}");
    let before = world.faults.calls("BatchGetItem").len();
    let users_read = || world.faults.calls("BatchGetItem").len() - before;
    // Two calls that are slow together, but not too slow.
    world.faults.slow_down("Query", REQUEST_BUDGET / 3);
    world.faults.slow_down("BatchGetItem", REQUEST_BUDGET / 3);
    ada.get(&path).await.ok();
    assert_eq!(users_read(), 1);
    // The second one gets only what the first has left of the time, less than a call may take by itself.
    world.faults.slow_down("Query", REQUEST_BUDGET - ATTEMPT / 2);
    world.faults.stall("BatchGetItem", Lost::Call, ATTEMPT / 2);
    ada.get(&path).await.refused(503, "Busy");
    assert_eq!(users_read(), 2);
    // The first one has left nothing.
    world.faults.slow_down("Query", REQUEST_BUDGET);
    ada.get(&path).await.refused(503, "Busy");
    assert_eq!(users_read(), 2);
}

#[tokio::test]
async fn a_write_that_finds_no_time_any_more_is_not_begun_and_busy() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    let written = || world.faults.calls("TransactWriteItems").len();
    let before = (world.rows(group).await, written());
    world.faults.slow_down("BatchGetItem", REQUEST_BUDGET);
    bob.leave(group).await.refused(503, "Busy");
    assert_eq!((world.rows(group).await, written()), before);
}
