//! The log: one structured line for each request. It names games, groups and refusals, never a user's name, address or secret.

use jiff::Timestamp;
use serde::Serialize;
use shared::Error;
use shared::store::meter::Reading;

use crate::metrics::{self, Embedded};

/// What is logged about one request.
#[derive(Debug, Clone)]
pub struct Record {
    /// The function.
    pub function: &'static str,
    /// The id that the caller was told.
    pub request_id: String,
    /// The game, once the caller is known.
    pub game: Option<u32>,
    /// The status of the answer.
    pub status: u16,
    /// Why the request failed, where it did.
    pub failure: Option<Failure>,
    /// When the request arrived.
    pub arrived: Timestamp,
    /// When it was answered.
    pub answered: Timestamp,
    /// What it met in the table.
    pub reading: Reading,
}

/// Why a request failed.
#[derive(Debug, Clone)]
pub enum Failure {
    /// It was refused, by that name.
    Refused(&'static str),
    /// Too much was going on at once.
    Busy,
    /// It took too long to find out whether it was done.
    OutcomeUnknown,
    /// The fault is ours; the cause is for the log alone.
    Fault(String),
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal.name()),
            Error::Busy => Self::Busy,
            Error::OutcomeUnknown => Self::OutcomeUnknown,
            Error::Internal(cause) => Self::Fault(cause.to_string()),
        }
    }
}

impl Failure {
    /// The name in the log; for a refusal, its own.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Refused(name) => name,
            Self::Busy => "Busy",
            Self::OutcomeUnknown => "OutcomeUnknown",
            Self::Fault(_) => "InternalError",
        }
    }
}

/// A record as it is written. The fields that [`metrics`] names are read by CloudWatch, too.
#[derive(Serialize)]
struct Line<'r> {
    function: &'static str,
    request_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    game: Option<u32>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'r str>,
    duration_ms: f64,
    round_trips: u32,
    #[serde(skip_serializing_if = "is_zero")]
    refusals: u32,
    #[serde(skip_serializing_if = "is_zero")]
    busy: u32,
    #[serde(skip_serializing_if = "is_zero")]
    faults: u32,
    #[serde(skip_serializing_if = "is_zero")]
    drift: u32,
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    drifted_groups: &'r [u32],
    #[serde(flatten)]
    embedded: Option<Embedded<'r>>,
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Record {
    /// The line; where a stage is named, CloudWatch takes that stage's metrics from it.
    pub fn line(&self, stage: Option<&str>) -> String {
        let count = |is_so| u32::from(is_so);
        let failure = self.failure.as_ref();
        let drifted_groups = &self.reading.drifted_groups;
        let line = Line {
            function: self.function,
            request_id: &self.request_id,
            game: self.game,
            status: self.status,
            error: failure.map(Failure::name),
            cause: match failure {
                Some(Failure::Fault(cause)) => Some(cause),
                Some(Failure::Refused(_) | Failure::Busy | Failure::OutcomeUnknown) | None => None,
            },
            duration_ms: self.answered.duration_since(self.arrived).as_secs_f64() * 1000.0,
            round_trips: self.reading.round_trips,
            refusals: count(matches!(failure, Some(Failure::Refused(_)))),
            busy: count(matches!(failure, Some(Failure::Busy | Failure::OutcomeUnknown))),
            faults: count(matches!(failure, Some(Failure::Fault(_)))),
            drift: drifted_groups.len() as u32,
            drifted_groups,
            embedded: stage.map(|stage| metrics::embed(self, stage)),
        };
        // A line has no map with odd keys and no failing part, so the fallback is for the type's sake.
        serde_json::to_string(&line).unwrap_or_default()
    }
}
