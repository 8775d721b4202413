//! Round trips to DynamoDB, one after another: what a caller waits for.

use std::collections::BTreeSet;

use crate::run;

/// The most that a call may need.
const CEILING: u64 = 2;

/// What most calls can be decided on without a look at the table has to be read where it is not so.
const ASSUMED: &str =
    "what was assumed is not so, which a transaction has found out, and then it is read";

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
    ("create-group-connection", "inviting by name", 3, "the name is looked up first"),
    ("create-group-connection", "inviting by name who has applied", 3, "the same"),
    ("create-group-connection", "joining, by a service", 3, "the service's key is looked up first"),
    (
        "create-group-connection",
        "joining whatever there is",
        4,
        "the groups are listed, then one of them is joined",
    ),
    ("remove-group-member", "TooManyBlocks", 3, "blocks that had an end are counted anew"),
    ("playfab-block-entity", "TooManyBlocks", 3, "the same"),
    (
        "create-group-connection",
        "applying in the place of what has expired",
        3,
        "what is pending is counted anew, once the count has left no room",
    ),
    (
        "create-group-code",
        "in the place of one that is forgotten",
        4,
        "what was assumed is not so, and then codes are counted anew, once the count has left no room",
    ),
    ("create-group-code", "TooManyCodes", 3, "the same, but for a write"),
    (
        "create-group",
        "with an Idempotency-Key",
        3,
        "the key is looked up first, and the creator read",
    ),
    (
        "playfab-delete-role",
        "that nobody holds, soon after another change",
        3,
        "members who may have been read before the group are read once more",
    ),
    ("playfab-update-group", "the admin role, soon after another change", 3, "the same"),
    ("leave-group", "handing over", 3, "only the last admin's leaving takes a look at all members"),
    ("remove-group-member", "oneself, handing over", 3, "the same"),
    ("playfab-remove-members", "oneself, handing over", 3, "the same"),
    (
        "modify-group-attribute",
        "whose creator is gone",
        3,
        "the attribute names its creator, and then it is looked whether they are in the group",
    ),
    ("update-webhook", "", 3, "the service's key is looked up first"),
    ("create-webhook", "TooManyWebhooks", 3, ASSUMED),
    ("delete-webhook", "WebhookNotFound", 3, ASSUMED),
    ("remove-group-member", "an admin", 3, ASSUMED),
    ("remove-group-member", "where one has to wait", 3, ASSUMED),
    (
        "update-group-connection",
        "declining where one has to wait",
        4,
        "the same, behind the connection's lookup",
    ),
    ("remove-group-member", "who is blocked", 3, ASSUMED),
    ("remove-group-member", "LastAdmin", 3, "the same, by a service, whose key is looked up first"),
    ("playfab-accept-group-application", "where the member role is another one", 3, ASSUMED),
    ("playfab-accept-group-invitation", "into a role", 3, ASSUMED),
    ("cancel-group-connection", "GroupNotFound", 3, ASSUMED),
    ("cancel-group-connection", "NotAuthorized", 3, ASSUMED),
    (
        "update-group-connection",
        "where a player's groups are bounded",
        3,
        "the connection says whose groups are to be read, and nothing is assumed of them",
    ),
    ("update-group-connection", "TooManyGroups", 3, "the same, and then each of them is looked at"),
    ("update-group-connection", "accepting once more", 3, ASSUMED),
    ("update-group-connection", "Blocked", 3, ASSUMED),
    ("update-group-connection", "GroupFull", 3, ASSUMED),
    ("update-group-connection", "GroupNotFound", 3, ASSUMED),
    ("update-group-connection", "NotAuthorized", 3, ASSUMED),
    ("update-group-connection", "RoleNotFound", 3, ASSUMED),
    ("deliver-webhook", "one whose receiver says that it is gone", 3, "nobody waits for it"),
    ("playfab-login-with-custom-id", "again, once tokens were revoked", 5, ASSUMED),
    ("playfab-login-with-custom-id", "Banned", 4, ASSUMED),
    ("delete-game", "marking it", 3, "an operator waits for it, and seldom"),
    ("delete-game", "sweeping three rows of a table that has no others", 4, "the same"),
    ("repair-group", "of one member, which is sound", 3, "the same"),
    ("repair-group", "of one member, mending it", 4, "the same"),
    ("export-game", "one group of two", 5, "the same"),
    ("export-game", "one group of two, in a table of 9 rows", 6, "the same"),
    ("import-groups", "a group of two, who are new here", 8, "the same"),
    ("import-groups", "a group of two that is there", 4, "the same"),
    ("import-groups", "a group of 120, of which nothing but the end is missing", 10, "the same"),
    (
        "import-groups",
        "one of 120 that is taken back, since its name was taken meanwhile",
        10,
        "the same",
    ),
    (
        "erase-user",
        "the admin of a group, a member of one where one has to wait, who has applied to another",
        13,
        "the same",
    ),
    ("erase-user", "who was erased", 3, "the same"),
    ("erase-user", "who is alone in three groups", 11, "the same"),
    (
        "relay-events",
        "a group's first event, with a look whether the game has webhooks, once in ten seconds",
        3,
        "the same, and a history does not wait for it",
    ),
    (
        "relay-events",
        "a group's first event, which a webhook is sent, with a look at the game's webhooks, once in ten seconds",
        3,
        "the same",
    ),
    (
        "relay-events",
        "the deletion of a group with a member, an application, an invitation and 12 events",
        8,
        "nobody waits for it",
    ),
    ("relay-events", "the deletion of a group that is swept", 3, "the same"),
    (
        "playfab-add-members",
        "TooManyAtOnce",
        3,
        "a key is looked up first, and a long list is read twice soon after somebody has applied",
    ),
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
