//! Idempotency keys and what can go wrong on the way: whoever asks again is told what was done, or it is done then.

use std::time::Duration;

use shared::store::meter::REQUEST_BUDGET;
use tests::{Lost, Player, Reply, World};

use crate::idempotency::{answered, create, groups, keyed, replayed};
use crate::{open_group, outcome};

#[tokio::test]
async fn whose_answer_is_lost_asks_again_and_is_told_what_was_done() {
    type Loss = fn(&World);
    let losses: [Loss; 3] = [
        |world| world.faults.lose_answer("TransactWriteItems"),
        |world| world.faults.break_connection("TransactWriteItems", Lost::Answer),
        |world| world.faults.stall("TransactWriteItems", Lost::Answer, REQUEST_BUDGET),
    ];
    for lose in losses {
        let world = World::new().await;
        let ada = keyed(&world.user("ada").await, "one");
        lose(&world);
        world.faults.refuse_late("TransactWriteItems", "TransactionConflict", REQUEST_BUDGET);
        create(&ada, "Wolves").await.refused(503, "OutcomeUnknown");
        world.faults.clear();
        world.faults.calls_of_functions().await;
        let before = world.whole_table().await;
        let again = create(&ada, "Wolves").await;
        assert_eq!((again.status.as_u16(), &again.ok()["name"]), (201, &"Wolves".into()));
        assert_eq!(again.header("idempotency-replayed"), "true");
        assert_eq!(world.whole_table().await, before);
        assert_eq!(groups(&ada).await, 1);
    }
}

#[tokio::test]
async fn whose_first_call_died_before_its_commit_is_let_through_by_the_second() {
    let world = World::new().await;
    let ada = keyed(&world.user("ada").await, "one");
    let before = world.whole_table().await;
    // Nobody knows whether it will arrive, and it does not.
    world.faults.stall("TransactWriteItems", Lost::Call, REQUEST_BUDGET);
    create(&ada, "Wolves").await.refused(503, "OutcomeUnknown");
    world.faults.refuse_late("TransactWriteItems", "ThrottlingException", REQUEST_BUDGET);
    create(&ada, "Wolves").await.refused(503, "Busy");
    assert_eq!(world.whole_table().await, before);
    let third = create(&ada, "Wolves").await;
    answered(&third);
    replayed(&create(&ada, "Wolves").await, &third);
    assert_eq!(groups(&ada).await, 1);
}

/// A step of a call, which meets such errors.
struct Step {
    what: &'static str,
    operation: &'static str,
    /// How many calls of the same operation come before it.
    behind: usize,
    errors: &'static [&'static str],
}

const THROTTLED: &[&str] = &["ThrottlingException", "ProvisionedThroughputExceededException"];
const CONFLICTING: &[&str] = &["ThrottlingException", "TransactionConflict"];

/// Looking the key up, reading the group, reading the creator beside, and committing.
const STEPS: [Step; 6] = [
    Step { what: "create", operation: "GetItem", behind: 0, errors: THROTTLED },
    Step { what: "create", operation: "GetItem", behind: 1, errors: THROTTLED },
    Step { what: "create", operation: "TransactWriteItems", behind: 0, errors: CONFLICTING },
    Step { what: "join", operation: "GetItem", behind: 0, errors: THROTTLED },
    Step { what: "join", operation: "BatchGetItem", behind: 0, errors: THROTTLED },
    Step { what: "join", operation: "TransactWriteItems", behind: 0, errors: CONFLICTING },
];

impl Step {
    async fn call(&self, player: &Player<'_>, group: u64) -> Reply {
        match self.what {
            "create" => create(player, "Wolves").await,
            _ => player.join(group).await,
        }
    }

    /// Lets the calls before it pass.
    fn wait(&self, world: &World) {
        (0..self.behind).for_each(|_| world.faults.slow_down(self.operation, Duration::ZERO));
    }

    async fn meets(&self, error: &str) {
        let world = World::new().await;
        let [ada, bob] = world.users(["ada", "bob"]).await;
        let group = open_group(&ada, &[]).await;
        let bob = keyed(&bob, "one");
        let case = format!("{}: {} {} {error}", self.what, self.operation, self.behind);
        let before = world.whole_table().await;
        self.wait(&world);
        world.faults.refuse_late(self.operation, error, REQUEST_BUDGET);
        assert_eq!(outcome(&self.call(&bob, group).await), "503 Busy", "{case}");
        assert_eq!(world.whole_table().await, before, "{case}");
        // And where it is over in time, the call goes on.
        self.wait(&world);
        for _ in 0..3 {
            world.faults.refuse(self.operation, error);
        }
        let first = self.call(&bob, group).await;
        answered(&first);
        let before = world.whole_table().await;
        replayed(&self.call(&bob, group).await, &first);
        assert_eq!(world.whole_table().await, before, "{case}");
    }
}

#[tokio::test]
async fn throttling_and_conflicts_at_each_step_end_in_the_answer_or_in_busy_and_nothing_changed() {
    for step in &STEPS {
        for error in step.errors {
            step.meets(error).await;
        }
    }
}

#[tokio::test]
async fn who_is_about_to_be_refused_and_finds_no_time_to_look_the_key_up_is_told_busy() {
    let world = World::new().await;
    let [ada, bob] = world.users(["ada", "bob"]).await;
    let group = open_group(&ada, &[&bob]).await;
    let bob = keyed(&bob, "one");
    // The key is looked up once more before anybody is refused.
    world.faults.slow_down("GetItem", Duration::ZERO);
    world.faults.refuse_late("GetItem", "ThrottlingException", REQUEST_BUDGET);
    bob.join(group).await.refused(503, "Busy");
    bob.join(group).await.refused(422, "AlreadyMember");
}
