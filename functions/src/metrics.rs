//! Metrics: what CloudWatch takes from the lines of the log, by its Embedded Metric Format.
//!
//! They are by stage alone: CloudWatch bills every metric for every combination of dimensions. What a single function does
//! is told by Lambda's own metrics, and by the log.

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::record::{Failure, Record};

/// Where CloudWatch keeps them.
pub const NAMESPACE: &str = "Guildhall";

/// The field that tells deployments apart.
pub const DIMENSION: &str = "stage";

/// A field of the line that is a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Metric {
    /// The field.
    pub name: &'static str,
    /// One of CloudWatch's units.
    pub unit: &'static str,
}

impl Metric {
    /// From a request's arrival to its answer.
    pub const DURATION: Self = Self { name: "duration_ms", unit: "Milliseconds" };
    /// Calls to DynamoDB, one after another.
    pub const ROUND_TRIPS: Self = Self::count("round_trips");
    /// Requests that were refused, other than those of [`Metric::UNAUTHENTICATED`].
    pub const REFUSALS: Self = Self::count("refusals");
    /// Requests whose callers had not proved who they are.
    pub const UNAUTHENTICATED: Self = Self::count("unauthenticated");
    /// Requests that were asked to come back, because too much was going on at once.
    pub const BUSY: Self = Self::count("busy");
    /// Requests that failed by our own fault.
    pub const FAULTS: Self = Self::count("faults");
    /// Groups whose counts were seen to disagree with their rows.
    pub const DRIFT: Self = Self::count("drift");

    /// Histories of groups in which an event was seen to be missing.
    pub const HISTORY_GAPS: Self = Self::count("history_gaps");

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::DURATION,
        Self::ROUND_TRIPS,
        Self::REFUSALS,
        Self::UNAUTHENTICATED,
        Self::BUSY,
        Self::FAULTS,
        Self::DRIFT,
        Self::HISTORY_GAPS,
    ];

    /// Those of functions that are invoked by events. Nobody waits for these, so what they take is no metric.
    pub const OF_EVENTS: [Self; 1] = [Self::HISTORY_GAPS];

    const fn count(name: &'static str) -> Self {
        Self { name, unit: "Count" }
    }
}

/// What a record measures.
///
/// What did not happen is not there: the line stays short, and a metric costs nothing in hours without it.
pub struct Measures(Vec<(Metric, Value)>);

impl Measures {
    /// Those of `record`.
    pub fn of(record: &Record) -> Self {
        let duration = record.answered.duration_since(record.arrived).as_secs_f64() * 1000.0;
        let failed = record.failure.as_ref().map(|failure| match failure {
            Failure::Refused(_) => Metric::REFUSALS,
            Failure::Unauthenticated(_) => Metric::UNAUTHENTICATED,
            Failure::Busy | Failure::OutcomeUnknown => Metric::BUSY,
            Failure::Fault(_) => Metric::FAULTS,
        });
        let seen = |metric, times: usize| (times > 0).then(|| (metric, times.into()));
        let drifted = seen(Metric::DRIFT, record.reading.drifted_groups.len());
        let gaps = seen(Metric::HISTORY_GAPS, record.reading.gapped_histories.len());
        let always = [
            (Metric::DURATION, duration.into()),
            (Metric::ROUND_TRIPS, record.reading.round_trips.into()),
        ];
        let failed = failed.map(|metric| (metric, 1.into()));
        Self(always.into_iter().chain(failed).chain(drifted).chain(gaps).collect())
    }

    /// What makes metrics of a line with these measures, as far as they are `wanted`; nothing where none is.
    pub fn embed<'s>(
        &self,
        arrived: Timestamp,
        stage: &'s str,
        wanted: &[Metric],
    ) -> Option<Embedded<'s>> {
        let metrics = self.0.iter().map(|(metric, _)| *metric);
        let metrics: Vec<_> = metrics.filter(|metric| wanted.contains(metric)).collect();
        let timestamp = arrived.as_millisecond();
        (!metrics.is_empty()).then(|| {
            let directive = Directive { namespace: NAMESPACE, dimensions: [[DIMENSION]], metrics };
            Embedded { stage, metadata: Metadata { timestamp, cloud_watch_metrics: [directive] } }
        })
    }
}

/// As fields of the line.
impl Serialize for Measures {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(metric, value)| (metric.name, value)))
    }
}

/// The part of a line that makes metrics of its fields.
#[derive(Serialize)]
pub struct Embedded<'s> {
    stage: &'s str,
    #[serde(rename = "_aws")]
    metadata: Metadata,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    timestamp: i64,
    cloud_watch_metrics: [Directive; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Directive {
    namespace: &'static str,
    dimensions: [[&'static str; 1]; 1],
    metrics: Vec<Metric>,
}
