//! Calls that are made at once, each of which needs a connection: so many are opened before the first request.

use std::collections::BTreeMap;

use functions::routes::{ALL, UNROUTED};

use crate::run;

/// The reason for most of them.
const BESIDE: &str = "a player's groups are read beside, where a deployment bounds their number";

/// Those that may need more than are opened, and why.
const EXCEPTIONS: &[(&str, usize, &str)] = &[
    ("list-groups", 20, "a page of groups in full reads each by itself, and few ask for it"),
    ("deliver-webhook", 10, "nobody waits for it, and few batches are full"),
    ("import-groups", 3, "a large group is written by several calls, and nobody waits for it"),
    (
        "create-group-connection",
        2,
        "who comes with a code is counted beside the reads, and most come without one",
    ),
    ("playfab-apply-to-group", 2, BESIDE),
    ("playfab-invite-to-group", 2, BESIDE),
    ("playfab-accept-group-application", 2, BESIDE),
    ("playfab-accept-group-invitation", 2, BESIDE),
    ("playfab-create-group", 2, BESIDE),
    ("update-group-connection", 2, BESIDE),
    (
        "playfab-update-group",
        2,
        "who names another admin role and a name at once has both looked up, and few do",
    ),
    ("playfab-add-members", 3, "many players are read in several batches, and few are added so"),
];

#[tokio::test]
async fn as_many_connections_are_opened_as_calls_are_made_at_once() {
    let mut seen = BTreeMap::<&str, usize>::new();
    for call in &run().await.calls {
        let most = seen.entry(call.function.unwrap()).or_default();
        *most = call.at_once.max(*most);
    }
    let routed = ALL.iter().map(|route| (route.function, route.parallel_calls));
    let unrouted = UNROUTED.iter().map(|function| (function.name, function.parallel_calls));
    let mut wrong = Vec::new();
    for (function, opened) in routed.chain(unrouted) {
        let seen = seen.get(function).copied().unwrap_or_default();
        let excepted = EXCEPTIONS.iter().any(|(name, most, _)| (*name, *most) == (function, seen));
        if seen != opened && !excepted {
            wrong.push(format!("{function} opens {opened}, and makes {seen} calls at once"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
