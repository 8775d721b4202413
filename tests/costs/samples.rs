//! Sample events in other circumstances: what every function that writes is to be allowed then, too.

use functions::http::Route;
use functions::routes::ALL;
use serde_json::Value;
use shared::domain::permissions::Action;
use tests::{Call, Sample, World, WorldBuilder, attributed};

/// What is asked of DynamoDB with an idempotency key: the answer is kept with what is written.
pub async fn with_a_key() -> Vec<Call> {
    let mut calls = Vec::new();
    for route in writing() {
        let Sample { world, event } = prepare(route).await;
        let mut event: Value = serde_json::from_str(&event).unwrap();
        event["headers"]["idempotency-key"] = "a-key".into();
        calls.extend(answer(route, &world, &event.to_string()).await);
    }
    calls
}

/// What is asked of DynamoDB soon after a demotion in the group and an entry into one of its doors: for a while what is
/// written rests on those rows, and not on the group's.
pub async fn soon_after_changes() -> Vec<Call> {
    let mut calls = Vec::new();
    for route in writing() {
        let Sample { world, event } = prepare(route).await;
        let rows = world.rows(1).await;
        let Some(group) = rows.iter().find(|row| row["kind"] == "group") else { continue };
        let mut group = group.clone();
        for time in ["demoted_at", "entered_at"] {
            group[time] = world.now().as_second().into();
        }
        world.put(&group).await;
        calls.extend(answer(route, &world, &event).await);
    }
    calls
}

fn writing() -> impl Iterator<Item = &'static Route> {
    let of_nobody = [Action::SignIn, Action::SignUp];
    let writes = move |action: &Action| action.is_write() && !of_nobody.contains(action);
    ALL.iter().copied().filter(move |route| route.actions.iter().any(writes))
}

async fn prepare(route: &Route) -> Sample {
    Sample::prepare(route.function, WorldBuilder::default()).await
}

/// Answers an event, which succeeds, and tells what was asked of DynamoDB for it.
async fn answer(route: &'static Route, world: &World, event: &str) -> Vec<Call> {
    let request = lambda_http::request::from_str(event).unwrap();
    let before = world.faults.calls_of_functions().await.len();
    let answer = (route.handler)(&world.app, route, functions::serve::call(request));
    let answer = attributed(Some(route.function), answer).await;
    assert!(answer.response.status().is_success(), "{}: {answer:?}", route.function);
    world.faults.calls_of_functions().await.split_off(before)
}
