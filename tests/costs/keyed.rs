//! Calls with an idempotency key: every function that writes keeps the answer with what it writes.

use functions::routes::ALL;
use serde_json::Value;
use shared::domain::permissions::Action;
use tests::{Call, Sample, WorldBuilder, attributed};

/// What each of them asks of DynamoDB for its sample event, sent with a key.
pub async fn calls() -> Vec<Call> {
    let mut calls = Vec::new();
    let of_nobody = [Action::SignIn, Action::SignUp];
    let is_keyed = |action: &Action| action.is_write() && !of_nobody.contains(action);
    for route in ALL.iter().filter(|route| route.actions.iter().any(is_keyed)) {
        let Sample { world, event } =
            Sample::prepare(route.function, WorldBuilder::default()).await;
        let mut event: Value = serde_json::from_str(&event).unwrap();
        event["headers"]["idempotency-key"] = "a-key".into();
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let before = world.faults.calls_of_functions().await.len();
        let answer = (route.handler)(&world.app, route, functions::serve::call(request));
        let answer = attributed(Some(route.function), answer).await;
        assert!(answer.response.status().is_success(), "{}: {answer:?}", route.function);
        calls.extend(world.faults.calls_of_functions().await.split_off(before));
    }
    calls
}
