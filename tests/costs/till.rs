//! The till: sends requests to a world and notes what each of them costs.

use std::cell::RefCell;
use std::collections::BTreeMap;

use local::costs::units::Units;
use shared::limits::Limits;
use tests::{Call, Reply, World, WorldBuilder};

use crate::units;

/// What a call costs in one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The function.
    pub function: String,
    /// Which of its ways the call takes; empty where it has one.
    pub case: String,
    /// Whether the call is refused; then the case is the refusal's name.
    pub is_refused: bool,
    /// When it is refused so, where the function does so at different costs.
    pub when: &'static str,
    /// The calls to DynamoDB: `GetItem, 2 Query`.
    pub calls: String,
    /// How many of them are one after another.
    pub round_trips: u64,
    /// What they consume.
    pub units: Units,
}

/// A world in which every request costs.
pub struct Till {
    /// The world.
    pub world: World,
    rows: RefCell<Vec<Row>>,
}

impl Till {
    /// A till in a new world, whose ids have all the same length, so that sizes are the same in every run.
    pub async fn open(limits: Limits) -> Self {
        let ids = (1_500_000_000..1_500_001_000).collect();
        // Other engines count otherwise.
        let world =
            WorldBuilder { limits, ids, is_embedded: true, ..Default::default() }.build().await;
        Self { world, rows: RefCell::default() }
    }

    /// What was noted, and all calls that functions have made.
    pub async fn close(self) -> (Vec<Row>, Vec<Call>) {
        (self.rows.into_inner(), self.world.faults.calls_of_functions().await)
    }

    /// Notes what it costs that a call succeeds.
    pub async fn succeeds(&self, case: &str, call: impl Future<Output = Reply>) -> Reply {
        let (reply, row) = self.measure(call).await;
        assert!(!row.is_refused, "{} {case}: {}", row.function, reply.text());
        self.note(Row { case: case.to_owned(), ..row });
        reply
    }

    /// Notes what it costs that a call is refused.
    pub async fn refused(&self, refusal: &str, call: impl Future<Output = Reply>) {
        let (reply, row) = self.measure(call).await;
        assert_eq!(row.case, refusal, "{}: {}", row.function, reply.text());
        self.note(row);
    }

    /// The same, of one of several ways to be refused so.
    pub async fn refused_when(
        &self,
        refusal: &str,
        when: &'static str,
        call: impl Future<Output = Reply>,
    ) {
        self.refused(refusal, call).await;
        if let Some(row) = self.rows.borrow_mut().last_mut() {
            row.when = when;
        }
    }

    /// What a call costs, whatever comes of it.
    pub async fn measure(&self, call: impl Future<Output = Reply>) -> (Reply, Row) {
        let before = self.world.faults.calls_of_functions().await.len();
        let reply = call.await;
        let calls = self.world.faults.calls_of_functions().await.split_off(before);
        let line = self.world.log().pop().unwrap();
        let mut units = Units::default();
        calls.iter().for_each(|call| units += units::of(call));
        let row = Row {
            function: line["function"].as_str().unwrap().to_owned(),
            case: line["error"].as_str().unwrap_or_default().to_owned(),
            is_refused: !line["error"].is_null(),
            when: "",
            calls: summary(&calls),
            round_trips: line["round_trips"].as_u64().unwrap(),
            units,
        };
        (reply, row)
    }

    fn note(&self, row: Row) {
        self.rows.borrow_mut().push(row);
    }
}

fn summary(calls: &[Call]) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for call in calls {
        *counts.entry(&call.operation).or_default() += 1;
    }
    let counts = counts.into_iter().map(|(operation, count)| match count {
        1 => operation.to_owned(),
        several => format!("{several} {operation}"),
    });
    counts.collect::<Vec<_>>().join(", ")
}
