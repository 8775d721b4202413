//! How long something took, again and again.

use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

/// How long it took each time.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// It took that long once more.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// How often it was done.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What so many of a hundred took at most.
    pub fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort();
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or_default()
    }

    /// What Lambda bills for one of them: each is rounded up to a millisecond.
    pub fn billed_milliseconds(&self) -> f64 {
        let whole = self.0.iter().map(|time| time.as_nanos().div_ceil(1_000_000) as f64);
        whole.sum::<f64>() / self.0.len() as f64
    }
}

impl Display for Times {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let [half, most, all] =
            [50, 90, 100].map(|percent| self.percentile(percent).as_secs_f64() * 1e3);
        write!(formatter, "{half:.0} / {most:.0} / {all:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(microseconds: &[u64]) -> Times {
        Times(microseconds.iter().map(|time| Duration::from_micros(*time)).collect())
    }

    #[test]
    fn a_percentile_is_a_time_that_was_taken() {
        let ten = times(&[10_000, 9000, 8000, 7000, 6000, 5000, 4000, 3000, 2000, 1000]);
        let milliseconds = |percent| ten.percentile(percent).as_millis();
        assert_eq!([0, 50, 90, 91, 100].map(milliseconds), [1, 5, 9, 10, 10]);
        assert_eq!(ten.to_string(), "5 / 9 / 10");
        assert_eq!(times(&[4000]).to_string(), "4 / 4 / 4");
    }

    #[test]
    fn each_call_is_billed_in_whole_milliseconds() {
        assert_eq!(times(&[1000, 1001, 2999]).billed_milliseconds(), 2.0);
    }
}
