//! The log: one structured line for each request. It names games, groups and users by their ids, and refusals; never a user's name,
//! address or secret, nor what anybody wrote.

use serde::Serialize;
use shared::store::about::About;

use crate::metrics::{Embedded, Measures, Metric};
use crate::record::{Failure, Record};

/// A record as it is written. What it measures is read by CloudWatch, too, where a stage is named.
#[derive(Serialize)]
struct Line<'r> {
    function: &'static str,
    request_id: &'r str,
    #[serde(flatten)]
    about: &'r About,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'r str>,
    #[serde(flatten)]
    measures: &'r Measures,
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    drifted_groups: &'r [u32],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    gapped_histories: &'r [String],
    #[serde(flatten)]
    embedded: Option<Embedded<'r>>,
}

impl Record {
    /// The line; where a stage is named, CloudWatch takes that stage's metrics from it.
    pub fn line(&self, stage: Option<&str>) -> String {
        self.line_with(stage, &Metric::ALL)
    }

    /// The same for an invocation by an event, of which few things are metrics.
    pub fn line_of_event(&self, stage: Option<&str>) -> String {
        self.line_with(stage, &Metric::OF_EVENTS)
    }

    fn line_with(&self, stage: Option<&str>, metrics: &[Metric]) -> String {
        let failure = self.failure.as_ref();
        let measures = &Measures::of(self);
        let line = Line {
            function: self.function,
            request_id: &self.request_id,
            about: &self.reading.about,
            status: self.status,
            error: failure.map(Failure::name),
            cause: failure.and_then(Failure::cause),
            measures,
            drifted_groups: &self.reading.drifted_groups,
            gapped_histories: &self.reading.gapped_histories,
            embedded: stage.and_then(|stage| measures.embed(self.arrived, stage, metrics)),
        };
        // A line has no map with odd keys and no failing part, so the fallback is for the type's sake.
        serde_json::to_string(&line).unwrap_or_default()
    }
}
