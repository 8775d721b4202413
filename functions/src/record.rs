//! What happened to one request, said once: the log writes it down, and the metrics count it.

use jiff::Timestamp;
use shared::Error;
use shared::store::meter::Reading;

/// What is logged about one request.
#[derive(Debug, Clone)]
pub struct Record {
    pub function: &'static str,
    /// The id that the caller was told.
    pub request_id: String,
    /// The status of the answer.
    pub status: u16,
    /// Why the request failed, where it did.
    pub failure: Option<Failure>,
    /// When the request arrived.
    pub arrived: Timestamp,
    /// When it was answered.
    pub answered: Timestamp,
    /// What it was about, and what it met in the table.
    pub reading: Reading,
}

/// Why a request failed.
#[derive(Debug, Clone)]
pub enum Failure {
    /// It was refused, by that name.
    Refused(&'static str),
    /// It was refused by that name, since the caller had not proved who they are.
    Unauthenticated(&'static str),
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
            Error::Refused(refusal) if refusal.is_unauthenticated() => {
                Self::Unauthenticated(refusal.name())
            }
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
            Self::Refused(name) | Self::Unauthenticated(name) => name,
            Self::Busy => "Busy",
            Self::OutcomeUnknown => "OutcomeUnknown",
            Self::Fault(_) => "InternalError",
        }
    }

    /// What is behind a fault of ours.
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::Fault(cause) => Some(cause),
            Self::Refused(_) | Self::Unauthenticated(_) | Self::Busy | Self::OutcomeUnknown => None,
        }
    }
}
