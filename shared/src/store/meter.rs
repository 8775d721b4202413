//! Meters a request: its round trips to DynamoDB, one after another, the time that is left for them, and drift and gaps that it meets.
//!
//! What a caller waits for is the longest chain: a call counts one more than the longest chain that had ended when it began.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::interceptors::{
    BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use tokio::time::Instant;

use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::plan::Plan;
use crate::error::Error;
use crate::store::about::About;

/// How long a request may wait for DynamoDB in all: less than the time-out of its function, so that the caller is told.
pub const REQUEST_BUDGET: Duration = Duration::from_secs(3);

/// The same for an event, which nobody waits for.
pub const EVENT_BUDGET: Duration = Duration::from_secs(45);

#[derive(Debug)]
struct Meter {
    deadline: Instant,
    /// The longest chain of calls that have ended.
    ended: Cell<u32>,
    /// The longest chain of calls that have begun.
    begun: Cell<u32>,
    drifted_groups: RefCell<Vec<u32>>,
    gapped_histories: RefCell<Vec<String>>,
    failure: RefCell<Option<Arc<Error>>>,
    about: RefCell<About>,
}

/// What a request met in the table.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Its round trips to DynamoDB, one after another.
    pub round_trips: u32,
    /// The groups whose counts it saw disagree with their rows.
    pub drifted_groups: Vec<u32>,
    /// The partitions of the histories in which it saw that an event is missing.
    pub gapped_histories: Vec<String>,
    /// Why a part of it was not done, although it was answered: the first such failure.
    pub failure: Option<Arc<Error>>,
    /// What it was about.
    pub about: About,
}

/// How many calls, this one included, are in the chain that a call stands at the end of.
#[derive(Debug)]
struct Depth(u32);

impl Storable for Depth {
    type Storer = StoreReplace<Self>;
}

tokio::task_local! {
    static METER: Meter;
}

/// Runs `future`, which is one request and may wait for DynamoDB for `budget`, and tells what it met.
pub async fn measure<F: Future>(budget: Duration, future: F) -> (F::Output, Reading) {
    let meter = Meter {
        deadline: Instant::now() + budget,
        ended: Cell::new(0),
        begun: Cell::new(0),
        drifted_groups: RefCell::default(),
        gapped_histories: RefCell::default(),
        failure: RefCell::default(),
        about: RefCell::default(),
    };
    METER
        .scope(meter, async {
            let output = future.await;
            let reading = METER.with(|meter| Reading {
                round_trips: meter.begun.get(),
                drifted_groups: meter.drifted_groups.take(),
                gapped_histories: meter.gapped_histories.take(),
                failure: meter.failure.take(),
                about: meter.about.take(),
            });
            (output, reading)
        })
        .await
}

/// Notes that the counts of a group disagree with its rows, once a request.
pub(crate) fn note_drift(group: GroupId) {
    update(|meter| {
        let mut groups = meter.drifted_groups.borrow_mut();
        if !groups.contains(&group.get()) {
            groups.push(group.get());
        }
    });
}

/// Notes that an event is missing in the history that is in that partition.
pub(crate) fn note_gap(history: String) {
    update(|meter| meter.gapped_histories.borrow_mut().push(history));
}

/// Notes why a part of what is asked is not done, although there is an answer.
pub fn note_failure(error: Error) {
    update(|meter| {
        meter.failure.borrow_mut().get_or_insert_with(|| Arc::new(error));
    });
}

/// Notes in which game something is asked, and by which user, if it is one.
pub fn note_caller(game: GameId, user: Option<UserId>) {
    update_about(|about| {
        about.game = Some(game.get());
        about.user = user.map(UserId::get);
    });
}

/// Notes which group something is about.
pub fn note_group(group: GroupId) {
    update_about(|about| about.group = Some(group.get()));
}

/// Notes what was decided. Whether it has happened is told by how the request ends.
pub(crate) fn note_plan(plan: &Plan) {
    let Some(event) = &plan.event else { return };
    update_about(|about| {
        about.group = Some(plan.after.group_id.get());
        about.event = Some(event.event_type.name());
        about.users = event.user_ids.iter().map(|user| user.get()).collect();
    });
}

/// Notes what an operator says of who asks, and why.
pub fn note_operator(words: String) {
    update_about(|about| about.operator = Some(words));
}

fn update_about(change: impl FnOnce(&mut About)) {
    update(|meter| change(&mut meter.about.borrow_mut()));
}

/// Whether so much of its time is over that the request at hand had better begin nothing more.
pub fn is_late() -> bool {
    Instant::now() + EVENT_BUDGET / 2 > deadline()
}

/// Until when the request at hand may wait for DynamoDB and for queues; outside of a request, for the budget of one.
pub(crate) fn deadline() -> Instant {
    METER.try_with(|meter| meter.deadline).unwrap_or_else(|_| Instant::now() + REQUEST_BUDGET)
}

/// Tells the meter of the request at hand, if there is one, about every attempt.
#[derive(Debug)]
pub(super) struct CountRoundTrips;

impl Intercept for CountRoundTrips {
    fn name(&self) -> &'static str {
        "CountRoundTrips"
    }

    fn read_before_attempt(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        update(|meter| {
            let depth = meter.ended.get() + 1;
            meter.begun.set(meter.begun.get().max(depth));
            config.interceptor_state().store_put(Depth(depth));
        });
        Ok(())
    }

    fn read_after_attempt(
        &self,
        _context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Depth(depth)) = config.load::<Depth>() {
            update(|meter| meter.ended.set(meter.ended.get().max(*depth)));
        }
        Ok(())
    }
}

/// Outside of a counted request, as when the local server makes its table, nothing is metered.
fn update(change: impl FnOnce(&Meter)) {
    let _unmetered = METER.try_with(change);
}
