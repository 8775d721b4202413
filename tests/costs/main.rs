//! What each call costs, and what each function must be allowed for all of its calls: everything that a call can come to
//! is done once, and the rest is read off.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod belonging;
mod callers;
mod connections;
mod errors;
mod gamefuse;
mod operator;
mod page;
mod playfab;
mod policies;
mod samples;
mod targets;
mod till;
mod trips;
mod units;

use shared::Refusal;
use shared::limits::Limits;
use strum::IntoEnumIterator;
use tests::Call;
use tokio::sync::OnceCell;

use crate::till::{Row, Till};

/// All that was measured.
struct Run {
    rows: Vec<Row>,
    calls: Vec<Call>,
}

impl Run {
    async fn play(&mut self, limits: &Limits, scenario: impl AsyncFnOnce(&Till)) {
        let till = Till::open(limits.clone()).await;
        scenario(&till).await;
        let (rows, calls) = till.close().await;
        self.rows.extend(rows);
        self.calls.extend(calls);
    }
}

/// Every scenario in a world of its own, once for all tests.
async fn run() -> &'static Run {
    static RUN: OnceCell<Run> = OnceCell::const_new();
    RUN.get_or_init(async || {
        let usual = Limits::default();
        let with_unique_names = Limits { unique_group_names: true, ..Limits::default() };
        let with_little_room = Limits { pending: 1, blocks: 1, codes: 1, ..Limits::default() };
        let with_a_bound = Limits { groups_per_player: 1, ..Limits::default() };
        let with_one_webhook = Limits { webhooks: 1, ..Limits::default() };
        let with_local_webhooks = Limits { local_webhooks: true, ..Limits::default() };
        let mut run = Run { rows: Vec::new(), calls: Vec::new() };
        run.play(&usual, gamefuse::games::play).await;
        run.play(&usual, gamefuse::users::play).await;
        run.play(&usual, gamefuse::groups::play).await;
        run.play(&with_unique_names, gamefuse::groups::play_with_unique_names).await;
        run.play(&usual, gamefuse::connections::ask).await;
        run.play(&with_little_room, gamefuse::connections::find_no_room).await;
        run.play(&usual, gamefuse::connections::answer).await;
        run.play(&usual, gamefuse::connections::answer_late).await;
        run.play(&usual, gamefuse::connections::answer_in_both_dialects).await;
        run.play(&usual, gamefuse::members::play).await;
        run.play(&usual, gamefuse::attributes::play).await;
        run.play(&usual, gamefuse::blocks::play).await;
        run.play(&usual, gamefuse::codes::manage).await;
        run.play(&usual, gamefuse::codes::redeem).await;
        run.play(&with_little_room, gamefuse::codes::find_no_room).await;
        run.play(&usual, gamefuse::events::play).await;
        run.play(&with_one_webhook, gamefuse::webhooks::register).await;
        run.play(&with_local_webhooks, gamefuse::webhooks::send).await;
        run.play(&usual, callers::strangers).await;
        run.play(&usual, callers::services).await;
        run.play(&usual, playfab::tokens::play).await;
        run.play(&usual, playfab::groups::play).await;
        run.play(&usual, playfab::applications::apply).await;
        run.play(&with_little_room, playfab::find_no_room).await;
        run.play(&usual, playfab::applications::answer).await;
        run.play(&usual, playfab::invitations::invite).await;
        run.play(&usual, playfab::invitations::answer).await;
        run.play(&usual, playfab::members::add).await;
        run.play(&usual, playfab::members::remove).await;
        run.play(&usual, playfab::members::read).await;
        run.play(&usual, playfab::roles::play).await;
        run.play(&usual, playfab::blocks::play).await;
        run.play(&with_a_bound, belonging::play).await;
        run.play(&usual, operator::games).await;
        run.play(&usual, operator::groups).await;
        run.play(&usual, operator::moving).await;
        run.play(&usual, operator::users).await;
        run.play(&usual, operator::persons).await;
        run.calls.extend(samples::with_a_key().await);
        run.calls.extend(samples::soon_after_changes().await);
        run
    })
    .await
}

#[tokio::test]
async fn the_page_says_what_every_call_costs() {
    tests::assert_written("docs/costs.md", &page::page(&run().await.rows));
}

#[tokio::test]
async fn every_function_is_tried_and_succeeds() {
    let rows = &run().await.rows;
    for function in tests::functions() {
        let succeeds = rows.iter().any(|row| row.function == function && !row.is_refused);
        assert!(succeeds, "{function}");
    }
}

#[tokio::test]
async fn every_refusal_that_takes_a_look_at_the_table_has_a_row() {
    let without = [
        "EndpointNotFound",
        "MethodNotAllowed",
        "BodyTooLarge",
        "UnsupportedMediaType",
        "MalformedBody",
        "NotAuthenticated",
        "ServiceKeyRequired",
        "TokenInvalid",
        "TokenExpired",
        "UserRequired",
        "InvalidParameter",
        "CursorInvalid",
    ];
    let rows = &run().await.rows;
    for refusal in Refusal::iter().map(|refusal| refusal.name()) {
        let has_row = rows.iter().any(|row| row.case == refusal);
        assert_ne!(has_row, without.contains(&refusal), "{refusal}");
    }
}

#[tokio::test]
async fn every_case_has_a_label_that_tells_it_from_others() {
    let merged = page::merged(run().await.rows.iter().collect());
    let labels = merged.iter().flat_map(|row| {
        let cases: Vec<_> = match row.is_refused {
            true => row.case.split(", ").map(str::to_owned).collect(),
            false => vec![row.case.clone()],
        };
        cases.into_iter().map(move |case| (row.function.as_str(), case, row.when))
    });
    let mut labels: Vec<_> = labels.collect();
    labels.sort();
    let twice = labels.windows(2).filter(|pair| pair[0] == pair[1]).collect::<Vec<_>>();
    assert!(twice.is_empty(), "{twice:#?}");
}
