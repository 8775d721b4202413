//! A request as it is told: what it asked, what came of it, and what it cost.

use functions::record::{Failure, Record};
use serde::Serialize;

use super::asked::Asked;
use super::call::Call;
use super::ids;
use crate::costs::prices::{Prices, of_units};
use crate::costs::units::Units;

/// A request as it is told.
#[derive(Serialize)]
pub(super) struct Request<'r> {
    #[serde(flatten)]
    asked: &'r Asked,
    #[serde(flatten)]
    answered: Answered<'r>,
    units: Units,
    dollars: Dollars,
    groups: Vec<u32>,
    users: Vec<u32>,
    calls: &'r [Call],
}

/// What came of it, as in the log.
#[derive(Serialize)]
struct Answered<'r> {
    function: &'static str,
    request_id: &'r str,
    at: String,
    took_micros: i64,
    status: u16,
    refusal: Option<&'static str>,
    cause: Option<&'r str>,
    game: Option<u32>,
    round_trips: u32,
}

/// What a million such requests cost.
#[derive(Serialize)]
struct Dollars {
    dynamodb: f64,
    /// With API Gateway and Lambda.
    all: f64,
}

impl<'r> Request<'r> {
    pub(super) fn new(
        asked: &'r Asked,
        record: &'r Record,
        calls: &'r [Call],
        prices: &Prices,
    ) -> Self {
        let mut units = Units::default();
        calls.iter().filter_map(|call| call.units).for_each(|consumed| units += consumed);
        let dynamodb = of_units(units);
        let (groups, users) = ids::named(asked, calls);
        Self {
            asked,
            answered: record.into(),
            units,
            dollars: Dollars { dynamodb, all: dynamodb + prices.of_call(record.function) },
            groups,
            users,
            calls,
        }
    }

    /// The same without what it has asked of DynamoDB, where that is too much to keep.
    pub(super) fn without_calls(self) -> Self {
        Self { calls: &[], ..self }
    }
}

impl<'r> From<&'r Record> for Answered<'r> {
    fn from(record: &'r Record) -> Self {
        let failure = record.failure.as_ref();
        let took = record.answered.duration_since(record.arrived).as_micros();
        Self {
            function: record.function,
            request_id: &record.request_id,
            at: format!("{:.3}", record.arrived),
            took_micros: i64::try_from(took).unwrap_or(i64::MAX),
            status: record.status,
            refusal: failure.map(Failure::name),
            cause: failure.and_then(Failure::cause),
            game: record.reading.about.game,
            round_trips: record.reading.round_trips,
        }
    }
}
