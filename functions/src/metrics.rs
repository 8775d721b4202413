//! Metrics: what CloudWatch takes from the lines of the log, by its Embedded Metric Format.
//!
//! They are by stage alone: CloudWatch bills every metric for every combination of dimensions. What a single function does
//! is told by Lambda's own metrics, and by the log.

use serde::Serialize;

use crate::log::{Failure, Record};

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
    /// Requests that were refused.
    pub const REFUSALS: Self = Self::count("refusals");
    /// Requests that were asked to come back, because too much was going on at once.
    pub const BUSY: Self = Self::count("busy");
    /// Requests that failed by our own fault.
    pub const FAULTS: Self = Self::count("faults");
    /// Groups whose counts were seen to disagree with their rows.
    pub const DRIFT: Self = Self::count("drift");

    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::DURATION, Self::ROUND_TRIPS, Self::REFUSALS, Self::BUSY, Self::FAULTS, Self::DRIFT];

    const fn count(name: &'static str) -> Self {
        Self { name, unit: "Count" }
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

/// What makes metrics of a record's line.
///
/// What did not happen is not named: the line stays short, and a metric costs nothing in hours without it.
pub fn embed<'s>(record: &Record, stage: &'s str) -> Embedded<'s> {
    let failed = record.failure.as_ref().map(|failure| match failure {
        Failure::Refused(_) => Metric::REFUSALS,
        Failure::Busy | Failure::OutcomeUnknown => Metric::BUSY,
        Failure::Fault(_) => Metric::FAULTS,
    });
    let drifted = !record.reading.drifted_groups.is_empty();
    let metrics = [Metric::DURATION, Metric::ROUND_TRIPS]
        .into_iter()
        .chain(failed)
        .chain(drifted.then_some(Metric::DRIFT))
        .collect();
    let directive = Directive { namespace: NAMESPACE, dimensions: [[DIMENSION]], metrics };
    let timestamp = record.arrived.as_millisecond();
    Embedded { stage, metadata: Metadata { timestamp, cloud_watch_metrics: [directive] } }
}
