//! What is kept of requests: so many, and so many bytes of them at most.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use functions::record::Record;

use super::asked::Asked;
use super::call::Call;
use super::request::Request;
use crate::ServerError;
use crate::costs::prices::Prices;

/// Keeps the last requests.
#[derive(Clone)]
pub struct Inspector {
    kept: Arc<Mutex<Kept>>,
    prices: Arc<Prices>,
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
        let request = Request::new(asked, record, calls, &self.prices);
        let mut json = serde_json::to_string(&request).unwrap_or_default();
        if json.len() > Kept::LONGEST {
            // One giant shall not push out the others.
            json = serde_json::to_string(&request.without_calls()).unwrap_or_default();
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

/// The last requests, the oldest first, each as JSON.
#[derive(Default)]
struct Kept {
    requests: VecDeque<Box<str>>,
    /// How many there were before the oldest.
    gone: u64,
    bytes: usize,
}

impl Kept {
    /// The most requests.
    const MOST: usize = 1000;
    /// The most bytes of all of them.
    const MOST_BYTES: usize = 32 * 1024 * 1024;
    /// The most bytes of one.
    const LONGEST: usize = 256 * 1024;
    /// The most bytes that are told at once; who asks again is told the rest.
    const TOLD: usize = 4 * 1024 * 1024;

    /// Keeps one more, and lets the oldest go for which there is no room.
    fn push(&mut self, json: String) {
        self.bytes += json.len();
        self.requests.push_back(json.into_boxed_str());
        while self.requests.len() > Self::MOST || self.bytes > Self::MOST_BYTES {
            let Some(oldest) = self.requests.pop_front() else { return };
            self.bytes -= oldest.len();
            self.gone += 1;
        }
    }

    /// What came after the request of that number, as JSON; `last` is the number to go on from.
    fn after(&self, number: u64) -> String {
        // Whoever names a number that was never reached has seen another run of this server.
        let newest = self.gone + self.requests.len() as u64;
        let known = if number > newest { 0 } else { number };
        let skipped = usize::try_from(known.saturating_sub(self.gone)).unwrap_or(usize::MAX);
        let mut last = known.max(self.gone);
        let mut told = String::new();
        for request in self.requests.iter().skip(skipped) {
            if told.len() > Self::TOLD {
                break;
            }
            last += 1;
            let comma = if told.is_empty() { "" } else { "," };
            told.push_str(&format!("{comma}{{\"number\":{last},\"request\":{request}}}"));
        }
        format!("{{\"requests\":[{told}],\"last\":{last},\"newest\":{newest}}}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn told(kept: &Kept, after: u64) -> (Vec<u64>, u64) {
        let json: Value = serde_json::from_str(&kept.after(after)).unwrap();
        let numbers = json["requests"].as_array().unwrap().iter();
        (
            numbers.map(|told| told["number"].as_u64().unwrap()).collect(),
            json["last"].as_u64().unwrap(),
        )
    }

    #[test]
    fn each_is_told_once_to_who_goes_on_from_the_last() {
        let mut kept = Kept::default();
        assert_eq!(told(&kept, 0), (vec![], 0));
        (0..3).for_each(|number| kept.push(number.to_string()));
        assert_eq!(told(&kept, 0), (vec![1, 2, 3], 3));
        assert_eq!(told(&kept, 2), (vec![3], 3));
        assert_eq!(told(&kept, 3), (vec![], 3));
        assert_eq!(told(&kept, 9), (vec![1, 2, 3], 3), "of an earlier run");
    }

    #[test]
    fn the_oldest_go_beyond_a_thousand() {
        let mut kept = Kept::default();
        (0..1003).for_each(|_| kept.push("0".to_owned()));
        let (numbers, last) = told(&kept, 0);
        assert_eq!((numbers.len(), numbers[0], last), (1000, 4, 1003));
        assert_eq!(told(&kept, 1).0[0], 4, "what is gone is passed over");
    }

    #[test]
    fn no_more_bytes_are_kept_or_told_at_once_than_there_is_room_for() {
        let mut kept = Kept::default();
        let large = format!("\"{}\"", "x".repeat(Kept::LONGEST - 2));
        (0..200).for_each(|_| kept.push(large.clone()));
        assert_eq!(kept.requests.len(), Kept::MOST_BYTES / Kept::LONGEST);
        assert_eq!(kept.bytes, Kept::MOST_BYTES);
        let mut last = 0;
        let mut seen = 0;
        loop {
            let answer = kept.after(last);
            assert!(answer.len() < Kept::TOLD + 2 * Kept::LONGEST);
            let (numbers, next) = told(&kept, last);
            if numbers.is_empty() {
                break;
            }
            (seen, last) = (seen + numbers.len(), next);
        }
        assert_eq!((seen, last), (kept.requests.len(), 200));
    }
}
