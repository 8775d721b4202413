//! What calls may cost at most: docs/costs.md shows what they cost, and these say what it must not grow beyond.

use crate::run;

/// The most round trips, calls and units to read of a function, in every case that begins so and succeeds.
const READS: &[(&str, &str, u64, usize, f64)] = &[
    ("list-groups", "20, by", 2, 3, 13.0),
    ("playfab-is-member", "by the", 1, 1, 2.0),
    // The asker's own row is the third.
    ("playfab-is-member", "by another player", 1, 1, 3.0),
];

/// The most round trips, units to read and units to write of writes in their common cases.
const WRITES: &[(&str, &str, u64, f64, f64)] = &[
    ("create-group", "", 1, 1.0, 6.0),
    ("create-group-connection", "joining", 2, 4.0, 8.0),
    ("create-group-connection", "applying", 2, 4.0, 9.0),
    ("create-group-connection", "inviting", 2, 5.0, 9.0),
    ("create-group-connection", "by a code", 2, 5.0, 10.0),
    ("update-group-connection", "accepting", 2, 5.0, 10.0),
    ("update-group-connection", "accepting into a role", 2, 4.0, 8.0),
    ("playfab-accept-group-application", "", 1, 5.0, 10.0),
    ("playfab-accept-group-invitation", "", 1, 4.0, 8.0),
    ("leave-group", "", 2, 3.0, 5.0),
    ("playfab-apply-to-group", "", 2, 4.0, 9.0),
    ("playfab-invite-to-group", "", 2, 5.0, 9.0),
    ("playfab-create-role", "", 2, 2.0, 2.0),
    ("playfab-update-group", "the name", 2, 3.0, 8.0),
];

#[tokio::test]
async fn writes_stay_within_their_targets() {
    for (function, case, round_trips, read, write) in WRITES {
        let is_meant = |row: &&crate::Row| row.function == *function && row.case == *case;
        let row = run().await.rows.iter().find(is_meant).unwrap();
        assert!(!row.is_refused && row.round_trips <= *round_trips, "{row:?}");
        assert!(row.units.read <= *read && row.units.write <= *write, "{row:?}");
    }
}

#[tokio::test]
async fn whoever_is_refused_after_a_read_pays_for_no_write() {
    // Of PlayFab's errors two have succeeded.
    let is_success = |case: &str| case.ends_with("AcceptedInstead");
    let read_first =
        ["create-group-connection", "playfab-apply-to-group", "playfab-invite-to-group"];
    for row in run().await.rows.iter().filter(|row| row.is_refused) {
        let is_of_an_attribute = row.function.contains("attribute");
        let reads_first = read_first.contains(&row.function.as_str()) || is_of_an_attribute;
        if reads_first && !is_success(&row.case) {
            // A code that is sent is counted, whether it is right or not.
            let is_guess = row.when == "by a code" || row.case.starts_with("Code");
            assert!(row.units.write == if is_guess { 1.0 } else { 0.0 }, "{row:?}");
            // Before somebody is told that they are in too many groups, it is looked whether they are.
            let most = if row.case == "TooManyGroups" { 12.0 } else { 7.0 };
            assert!(row.units.read <= most, "{row:?}");
        }
    }
}

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
