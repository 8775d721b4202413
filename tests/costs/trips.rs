//! Round trips to DynamoDB, one after another: what a caller waits for.

use std::collections::BTreeSet;

use crate::run;

/// The most that a call may need.
const CEILING: u64 = 2;

/// Those that need more, and why.
const EXCEPTIONS: &[(&str, &str, u64, &str)] = &[
    ("sign-in", "of a member of one group", 4, "the same as from a new address"),
    (
        "sign-in",
        "of a member of one group, from a new address",
        4,
        "the address leads to the user, the password to what connects the user, and that to the groups",
    ),
    ("list-groups", "one, in full", 4, "the list, then what is in each of its groups"),
    ("list-groups", "20, in full", 4, "the same"),
    (
        "create-group-connection",
        "inviting by name who has applied",
        3,
        "the name is looked up first",
    ),
    ("create-group-connection", "joining, by a service", 3, "the service's key is looked up first"),
    ("remove-group-member", "LastAdmin", 3, "the same: only a service can meet this"),
    (
        "update-group-connection",
        "accepting into a role",
        3,
        "the invitation is the other dialect's, and its role is news",
    ),
    ("update-group-connection", "RoleNotFound", 3, "the same"),
    (
        "update-group-connection",
        "accepting once more, long after",
        3,
        "what would have expired by now was accepted if it was pending when the user came",
    ),
    (
        "modify-group-attribute",
        "whose creator is gone",
        3,
        "the attribute names its creator, and then it is looked whether they are in the group",
    ),
    (
        "create-group-connection",
        "applying in the place of what has expired",
        4,
        "what is pending is counted anew, once the count has left no room",
    ),
    (
        "relay-events",
        "the deletion of a group with a member, an application, an invitation and 12 events",
        8,
        "nobody waits for it",
    ),
    ("relay-events", "the deletion of a group that is swept", 3, "the same"),
    (
        "relay-events",
        "ten events of one group",
        11,
        "whoever has read an event has missed none before it",
    ),
];

#[tokio::test]
async fn no_call_waits_for_more_round_trips_than_the_ceiling_unless_there_is_a_reason() {
    let above = run().await.rows.iter().filter(|row| row.round_trips > CEILING);
    let above: BTreeSet<_> =
        above.map(|row| (row.function.as_str(), row.case.as_str(), row.round_trips)).collect();
    let excepted = EXCEPTIONS.iter().map(|(function, case, trips, _)| (*function, *case, *trips));
    assert_eq!(above, excepted.collect());
}
