//! The inspector: what the last requests were, what each of them asked of DynamoDB, and what it cost.
//!
//! It is kept in memory, within bounds, by the local server alone, and told to programs and to the console's page on this
//! machine. Secrets are hidden before anything is kept (`redaction.rs`).

mod answer;
mod asked;
mod call;
mod connector;
mod ids;
mod kept;
mod redaction;
mod step;
mod trace;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use functions::record::{Failure, Record};
use serde::Serialize;

pub use self::asked::Asked;
pub use self::connector::watched;
pub use self::trace::trace;

use self::call::Call;
use self::kept::Kept;
use crate::ServerError;
use crate::costs::prices::{Prices, of_units};
use crate::costs::units::Units;

/// Keeps the last requests.
#[derive(Clone)]
pub struct Inspector {
    kept: Arc<Mutex<Kept>>,
    prices: Arc<Prices>,
}

/// A request as it is told.
#[derive(Serialize)]
struct Request<'r> {
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

impl Inspector {
    /// An inspector that has seen nothing yet.
    ///
    /// # Errors
    /// [`ServerError`] where template.yaml does not say what functions have.
    pub fn new() -> Result<Self, ServerError> {
        Ok(Self { kept: Arc::default(), prices: Arc::new(Prices::read()?) })
    }

    /// Keeps a request with what came of it, and with the calls to DynamoDB that it has made.
    pub fn keep(&self, asked: &Asked, record: &Record, calls: &[Call]) {
        let mut units = Units::default();
        calls.iter().filter_map(|call| call.units).for_each(|consumed| units += consumed);
        let failure = record.failure.as_ref();
        let dynamodb = of_units(units);
        let (groups, users) = ids::named(asked, calls);
        let mut request = Request {
            asked,
            answered: Answered {
                function: record.function,
                request_id: &record.request_id,
                at: format!("{:.3}", record.arrived),
                took_micros: record.answered.duration_since(record.arrived).as_micros() as i64,
                status: record.status,
                refusal: failure.map(Failure::name),
                cause: failure.and_then(Failure::cause),
                game: record.game,
                round_trips: record.reading.round_trips,
            },
            units,
            dollars: Dollars { dynamodb, all: dynamodb + self.prices.of_call(record.function) },
            groups,
            users,
            calls,
        };
        let mut json = serde_json::to_string(&request).unwrap_or_default();
        if json.len() > Kept::LONGEST {
            // What a giant has asked of DynamoDB is left out: the others shall stay.
            request.calls = &[];
            json = serde_json::to_string(&request).unwrap_or_default();
        }
        self.lock().push(json);
    }

    /// What was kept after the request of that number, as JSON.
    pub fn after(&self, number: u64) -> String {
        self.lock().after(number)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing is half done where somebody panics.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
