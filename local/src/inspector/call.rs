//! A call to DynamoDB, as it is kept.

use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use super::answer::DynamoDbAnswer;
use super::step::Step;
use crate::costs::units::Units;

/// A call to DynamoDB.
#[derive(Debug, Serialize)]
pub struct Call {
    operation: String,
    /// When it was sent, from the request's beginning on.
    begun_micros: u64,
    /// How long it took; nothing where no answer was waited for to the end.
    took_micros: Option<u64>,
    /// The error that it was answered by, or why there was no answer.
    error: Option<String>,
    /// How many items were read.
    items: Option<usize>,
    pub(super) units: Option<Units>,
    pub(super) steps: Vec<Step>,
}

impl Call {
    /// A call of that operation that is sent now.
    pub(super) fn new(operation: &str, request: &Value, begun: Duration) -> Self {
        Self {
            operation: operation.to_owned(),
            begun_micros: micros(begun),
            took_micros: None,
            error: None,
            items: None,
            units: None,
            steps: Step::all(operation, request),
        }
    }

    /// Notes what it was answered.
    pub(super) fn answered(&mut self, body: &[u8], ended: Duration) {
        let answer: DynamoDbAnswer = serde_json::from_slice(body).unwrap_or_default();
        self.ended(ended);
        self.error = answer.error().map(str::to_owned);
        self.items = answer.items();
        self.units = Units::of(&self.operation, self.steps.len(), answer.consumed());
        for (step, failure) in self.steps.iter_mut().zip(answer.failures()) {
            let Some((code, found)) = failure else { continue };
            step.fail(code, found);
        }
    }

    /// Notes that no answer came.
    pub(super) fn lost(&mut self, ended: Duration) {
        self.ended(ended);
        self.error = Some("the connection broke".to_owned());
    }

    fn ended(&mut self, ended: Duration) {
        self.took_micros = Some(micros(ended).saturating_sub(self.begun_micros));
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
