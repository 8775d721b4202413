//! What calls may cost at most: docs/costs.md shows what they cost, and these say what it must not grow beyond.

use crate::run;

/// The most round trips, calls and units to read of a function, in every case that begins so and succeeds.
const READS: &[(&str, &str, u64, usize, f64)] = &[
    ("list-groups", "20, by", 2, 3, 13.0),
    ("playfab-is-member", "by the", 1, 1, 2.0),
    // The asker's own row is the third.
    ("playfab-is-member", "by another player", 1, 1, 3.0),
];

#[tokio::test]
async fn reads_stay_within_their_targets() {
    for (function, case, round_trips, calls, units) in READS {
        let is_meant = |row: &&crate::Row| {
            row.function == *function && row.case.starts_with(case) && !row.is_refused
        };
        let rows: Vec<_> = run().await.rows.iter().filter(is_meant).collect();
        assert!(!rows.is_empty(), "{function} {case}");
        for row in rows {
            assert!(row.round_trips <= *round_trips, "{row:?}");
            assert!(count(&row.calls) <= *calls, "{row:?}");
            assert!(row.units.read <= *units && row.units.write == 0.0, "{row:?}");
        }
    }
}

/// How many calls `GetItem, 2 Query` are.
fn count(calls: &str) -> usize {
    let number = |call: &str| call.split_once(' ').map_or(1, |(number, _)| number.parse().unwrap());
    calls.split(", ").filter(|call| !call.is_empty()).map(number).sum()
}
