//! The table's stream: what each commit left in its group's row, delivered in batches. The records of one group stay in their
//! order; those of several are interleaved, and what fails is delivered again.

use std::collections::BTreeMap;

use fastrand::Rng;
use serde_json::{Value, json};

/// What was not relayed yet, by group.
#[derive(Default)]
pub struct Stream {
    waiting: BTreeMap<u32, Vec<Value>>,
    /// Batches that are to be delivered once more, although they were relayed.
    again: Vec<Batch>,
    /// How much of each group was relayed.
    told: BTreeMap<u32, u64>,
}

/// What is delivered at once.
#[derive(Clone)]
pub struct Batch {
    records: Vec<Value>,
    /// How many of it are of which group.
    counts: BTreeMap<u32, usize>,
    /// Whether it was relayed before.
    is_again: bool,
}

impl Stream {
    /// A commit has left that image of the group's row.
    pub fn push(&mut self, group: u32, image: Value) {
        let record = json!({
            "eventID": format!("{group}"), "eventName": "MODIFY", "eventSource": "aws:dynamodb",
            "awsRegion": "us-east-1", "eventVersion": "1.1",
            "dynamodb": {
                "NewImage": image, "Keys": {}, "SizeBytes": 1, "SequenceNumber": "1",
                "ApproximateCreationDateTime": 1.0, "StreamViewType": "NEW_IMAGE",
            },
        });
        self.waiting.entry(group).or_default().push(record);
    }

    /// Whether nothing is left to be delivered.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.again.is_empty()
    }

    /// How many commits of a group were relayed.
    pub fn told(&self, group: u32) -> u64 {
        self.told.get(&group).copied().unwrap_or_default()
    }

    /// The next batch.
    pub fn next(&mut self, rng: &mut Rng) -> Option<Batch> {
        if !self.again.is_empty() && rng.bool() {
            return Some(self.again.swap_remove(rng.usize(..self.again.len())));
        }
        let mut left: Vec<(u32, &[Value])> =
            self.waiting.iter().map(|(group, records)| (*group, records.as_slice())).collect();
        let mut batch = Batch { records: Vec::new(), counts: BTreeMap::new(), is_again: false };
        let most = rng.usize(1..=12);
        while batch.records.len() < most && !left.is_empty() {
            let which = rng.usize(..left.len());
            let (group, records) = &mut left[which];
            let Some((first, rest)) = records.split_first() else {
                left.swap_remove(which);
                continue;
            };
            batch.records.push(first.clone());
            *batch.counts.entry(*group).or_default() += 1;
            *records = rest;
        }
        if batch.records.is_empty() {
            return self.again.pop();
        }
        Some(batch)
    }

    /// A batch was relayed, and is to be delivered once more or not.
    pub fn relayed(&mut self, batch: Batch, is_repeated: bool) {
        if !batch.is_again {
            for (group, count) in &batch.counts {
                *self.told.entry(*group).or_default() += *count as u64;
                if let Some(records) = self.waiting.get_mut(group) {
                    records.drain(..(*count).min(records.len()));
                    if records.is_empty() {
                        self.waiting.remove(group);
                    }
                }
            }
        }
        if is_repeated {
            self.again.push(Batch { is_again: true, ..batch });
        }
    }

    /// A batch was not relayed.
    pub fn failed(&mut self, batch: Batch) {
        if batch.is_again {
            self.again.push(batch);
        }
    }
}

impl Batch {
    /// The event that the function is invoked with.
    pub fn event(&self) -> Value {
        json!({ "Records": self.records })
    }
}
