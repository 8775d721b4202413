//! Every error that a function is documented to answer is answered by some call, and what is measured here is documented.

use std::collections::BTreeSet;

use functions::dialect::Dialect;
use functions::http::Route;
use functions::playfab::error::PlayFabError;
use functions::record::Failure;
use functions::routes::ALL;
use jiff::SignedDuration;
use local::openapi::errors_of;
use serde_json::{Value, json};
use shared::store::meter::REQUEST_BUDGET;
use tests::{Sample, World, WorldBuilder, attributed};

use crate::run;

/// Errors that take a crowd or both dialects to come about, and which tests see them.
const ELSEWHERE: [(&str, &str); 9] = [
    // tests/dialects/special_roles.rs
    ("create-group-connection", "RoleNotFound"),
    ("playfab-apply-to-group", "RoleNotFound"),
    // tests/rules/webhooks.rs
    ("test-webhook", "OutcomeUnknown"),
    ("replay-webhook", "OutcomeUnknown"),
    // tests/rules/attributes.rs
    ("add-group-attributes", "TooManyAtOnce"),
    // tests/playfab/roles.rs
    ("playfab-change-member-role", "TooManyAtOnce"),
    ("playfab-delete-role", "TooManyAtOnce"),
    ("playfab-remove-members", "TooManyAtOnce"),
    ("playfab-update-group", "TooManyAtOnce"),
];

/// The headers that say who is calling.
const CREDENTIALS: [&str; 5] = [
    "authentication-token",
    "service-key-token",
    "x-authorization",
    "x-entitytoken",
    "x-secretkey",
];

/// A route with its sample event, to be called in one way and another.
struct Door {
    route: &'static Route,
    sample: Sample,
    event: Value,
    seen: BTreeSet<&'static str>,
}

impl Door {
    async fn open(route: &'static Route) -> Self {
        let sample = Sample::prepare(route.function, WorldBuilder::default()).await;
        let event = serde_json::from_str(&sample.event).unwrap();
        Self { route, sample, event, seen: BTreeSet::new() }
    }

    fn world(&self) -> &World {
        &self.sample.world
    }

    /// Calls with the event as `change` leaves it, and notes the error.
    async fn call(&mut self, change: impl FnOnce(&mut Value)) {
        let mut event = self.event.clone();
        change(&mut event);
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let world = self.world();
        let call = functions::serve::call(request);
        let answer = attributed(
            Some(self.route.function),
            (self.route.handler)(&world.app, self.route, call),
        )
        .await;
        self.seen.extend(answer.record.failure.as_ref().map(Failure::name));
    }

    /// What is wrong with the request itself.
    async fn send_nonsense(&mut self) {
        self.call(|event| event["body"] = "x".repeat(300_000).into()).await;
        self.call(|event| event["headers"]["content-encoding"] = "br".into()).await;
        self.call(|event| {
            event["body"] = "{".into();
            event["headers"]["content-type"] = "application/json".into();
        })
        .await;
        let nobody = json!({ "Id": "nobody", "Type": "nothing" });
        let body = json!({ "Group": nobody, "Entity": nobody }).to_string();
        match Dialect::of(self.route.path) {
            Dialect::PlayFab => self.call(|event| event["body"] = body.into()).await,
            Dialect::GameFuse => {
                for query in ["nonsense=1", "cursor=nonsense"] {
                    self.call(|event| event["rawQueryString"] = query.into()).await;
                }
            }
        }
    }

    /// The same call by somebody who brings these credentials alone. It is tried only, so that all find the same.
    async fn call_with(&mut self, credentials: &[(&str, &str)], change: impl FnOnce(&mut Value)) {
        self.call(|event| {
            let headers = event["headers"].as_object_mut().unwrap();
            headers.retain(|name, _| !CREDENTIALS.contains(&name.as_str()));
            headers.insert("dry-run".to_owned(), "true".into());
            for (name, value) in credentials {
                headers.insert((*name).to_owned(), (*value).into());
            }
            change(event);
        })
        .await;
    }

    /// What is wrong with who is calling.
    async fn call_as_others(&mut self) {
        self.call_with(&[], |_| ()).await;
        for name in CREDENTIALS {
            self.call_with(&[(name, "nonsense")], |_| ()).await;
        }
        let service =
            [("service-key-token", "1.x"), ("service-key-name", "x"), ("current-user-id", "10")];
        self.call_with(&service, |_| ()).await;
        let title = self.world().title().await.player.credentials[0].1.clone();
        let other = self.world().entity("other").await.player.credentials[0].1.clone();
        self.call_with(&in_both(&title), without_entity).await;
        self.call_with(&in_both(&title), |event| name(event, "nobody")).await;
        self.call_with(&in_both(&other), |event| name(event, "000000000000000B")).await;
    }

    /// What is wrong with a token that was good.
    async fn call_too_late(&mut self) {
        let other = self.world().entity("other").await.player.credentials[0].1.clone();
        self.world().advance(SignedDuration::from_hours(25));
        self.call_with(&in_both(&other), |_| ()).await;
    }

    /// What goes wrong in the table, which is first asked by `first` and written by `write`.
    async fn break_the_table(&mut self, first: &'static str, write: Option<&'static str>) {
        self.world().faults.refuse(first, "ValidationException");
        self.call(|_| ()).await;
        let late = |operation| match operation {
            "TransactWriteItems" => "TransactionConflict",
            _ => "ThrottlingException",
        };
        self.world().faults.refuse_late(first, late(first), REQUEST_BUDGET);
        self.call(|_| ()).await;
        let Some(write) = write else { return };
        self.world().faults.refuse_late(write, late(write), REQUEST_BUDGET);
        self.call(|_| ()).await;
        self.world().faults.lose_answer(write);
        self.world().faults.refuse_late(write, late(write), REQUEST_BUDGET);
        self.call(|_| ()).await;
        self.world().faults.clear();
    }

    /// The same key for two requests. Tells what the first one asks of the table, but for the look at the key.
    async fn use_a_key_twice(&mut self) -> Vec<&'static str> {
        self.call(|event| event["headers"]["idempotency-key"] = "a-key".into()).await;
        let calls = self.world().faults.calls_of_functions().await;
        let calls = calls.iter().filter(|call| call.function == Some(self.route.function));
        let mut operations: Vec<_> = calls.map(|call| known(&call.operation)).collect();
        if operations.len() > 1
            && self.seen.is_empty()
            && errors_of(self.route).iter().any(is_of_keys)
        {
            operations.remove(0);
        }
        self.call(|event| {
            event["headers"]["idempotency-key"] = "a-key".into();
            event["body"] = format!("{} ", event["body"].as_str().unwrap_or("{}")).into();
            event["headers"]["content-type"] = "application/json".into();
        })
        .await;
        operations
    }
}

fn is_of_keys(error: &PlayFabError) -> bool {
    Failure::from(error).name() == "IdempotencyKeyReused"
}

/// A token where each dialect looks for it.
fn in_both(token: &str) -> [(&str, &str); 2] {
    [("authentication-token", token), ("x-entitytoken", token)]
}

/// The event without the user that it names, if it is PlayFab's.
fn without_entity(event: &mut Value) {
    let Some(Ok(mut body)) = event["body"].as_str().map(serde_json::from_str::<Value>) else {
        return;
    };
    if let Some(body) = body.as_object_mut() {
        body.remove("Entity");
    }
    event["body"] = body.to_string().into();
}

/// The event about the user of that id, where it is PlayFab's.
fn name(event: &mut Value, id: &str) {
    let Some(Ok(mut body)) = event["body"].as_str().map(serde_json::from_str::<Value>) else {
        return;
    };
    let user = json!({ "Id": id, "Type": "title_player_account" });
    body["Entity"] = user.clone();
    if body["Members"].is_array() {
        body["Members"] = json!([user]);
    }
    event["body"] = body.to_string().into();
}

/// All errors of a route that need no more than its sample event.
async fn at_the_door(route: &'static Route) -> BTreeSet<&'static str> {
    let mut door = Door::open(route).await;
    let operations = door.use_a_key_twice().await;
    let mut seen = door.seen;
    let mut door = Door::open(route).await;
    door.send_nonsense().await;
    door.call_as_others().await;
    if let Some(first) = operations.first() {
        // Guesses at passwords are counted besides, and that they are is no answer.
        let write = operations.iter().find(|operation| **operation == "TransactWriteItems");
        door.break_the_table(first, write.copied()).await;
    }
    door.call_too_late().await;
    seen.append(&mut door.seen);
    seen
}

fn known(operation: &str) -> &'static str {
    let all = ["GetItem", "BatchGetItem", "Query", "TransactWriteItems", "UpdateItem", "PutItem"];
    all.into_iter().find(|known| *known == operation).unwrap()
}

#[tokio::test]
async fn every_documented_error_is_answered_by_some_call() {
    let rows = &run().await.rows;
    let mut missing = Vec::new();
    for route in ALL {
        let mut seen = at_the_door(route).await;
        let rows = rows.iter().filter(|row| row.function == route.function && row.is_refused);
        let documented: Vec<_> =
            errors_of(route).iter().map(|error| Failure::from(error).name()).collect();
        for row in rows {
            let name = documented.iter().find(|name| **name == row.case);
            seen.insert(name.unwrap_or_else(|| panic!("{}: {}", route.function, row.case)));
        }
        let of_crowds = ELSEWHERE.iter().filter(|(function, _)| *function == route.function);
        for (_, name) in of_crowds {
            assert!(seen.insert(name), "{name} of {} is seen here too", route.function);
        }
        missing.extend(
            documented
                .into_iter()
                .filter(|name| !seen.contains(name))
                .map(|name| (route.function, name)),
        );
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
