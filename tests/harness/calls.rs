//! Calls to DynamoDB: which function makes them, what it must be allowed for that, and what they consume.

use std::sync::{Arc, OnceLock};

use functions::routes::{ALL, UNROUTED};
use http::Request;
use serde_json::Value;

use crate::policy::{self, Permission};

tokio::task_local! {
    static FUNCTION: &'static str;
}

/// A call to DynamoDB.
#[derive(Debug, Clone)]
pub struct Call {
    /// Which function made it; nothing where it was the test itself.
    pub function: Option<&'static str>,
    /// `GetItem`, for example.
    pub operation: String,
    /// The request, as JSON.
    pub body: String,
    /// How many calls were waited for when it was made, with this one.
    pub at_once: usize,
    consumed: Arc<OnceLock<Value>>,
}

impl Call {
    /// A call of that operation by the function at hand.
    pub(crate) fn new(operation: String, body: String, at_once: usize) -> Self {
        let function = FUNCTION.try_with(|function| *function).ok();
        Self { function, operation, body, at_once, consumed: Arc::default() }
    }

    /// The request.
    pub fn request(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The `ConsumedCapacity` that was answered, in a list; empty where the answer has none.
    pub fn consumed(&self) -> Vec<Value> {
        match self.consumed.get() {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(consumed)) => consumed.clone(),
            Some(consumed) => vec![consumed.clone()],
        }
    }

    pub(crate) fn answered(&self, body: &[u8]) {
        let answer: Value = serde_json::from_slice(body).unwrap_or_default();
        let _answered_once = self.consumed.set(answer["ConsumedCapacity"].clone());
    }

    /// What the call needs.
    ///
    /// A transaction needs what its parts would need alone, as
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html> says; that it hands
    /// back the item that stood in the way needs nothing. Every other operation needs the action of its name, a query of
    /// an index on that index:
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/api-permissions-reference.html>.
    pub fn permissions(&self) -> Vec<Permission> {
        let request = self.request();
        let on_table = |action: &str| Permission::new("Table", action);
        match self.operation.as_str() {
            "TransactWriteItems" => {
                let parts = request["TransactItems"].as_array().unwrap();
                let verbs = parts.iter().flat_map(|part| part.as_object().unwrap().keys());
                verbs.map(|verb| on_table(&format!("{verb}Item"))).collect()
            }
            "TransactGetItems" => vec![on_table("GetItem")],
            operation => match request["IndexName"].as_str() {
                None => vec![on_table(operation)],
                Some(index) => vec![Permission::new(&format!("index/{index}"), operation)],
            },
        }
    }

    /// Fails the test where template.yaml does not allow the function this call: it would fail in AWS too.
    pub(crate) fn insist_on_permission(&self) {
        let Some(function) = self.function else { return };
        for needed in self.permissions() {
            assert!(
                policy::of(function).contains(&needed),
                "{function} needs {needed}, and its policy in template.yaml does not allow it"
            );
        }
    }
}

/// Waits for `answer`, in which whatever is asked of DynamoDB is asked by that function, or by none.
pub async fn attributed<F: Future>(function: Option<&'static str>, answer: F) -> F::Output {
    match function {
        Some(function) => FUNCTION.scope(function, answer).await,
        None => answer.await,
    }
}

/// The function that a request is for, if it is for one.
pub(crate) fn function_of<B>(request: &Request<B>) -> Option<&'static str> {
    let path = request.uri().path();
    let fits = |pattern: &str| {
        let mut parts = path.split('/');
        let same = pattern.split('/').all(|wanted| {
            parts.next().is_some_and(|part| wanted.starts_with('{') || part == wanted)
        });
        // A parameter with a plus is all the rest.
        same && (parts.next().is_none() || pattern.ends_with("+}"))
    };
    let route = ALL.iter().find(|route| route.method == *request.method() && fits(route.path));
    let invoked = UNROUTED.iter().find(|function| fits(&invocation(function.name)));
    route.map(|route| route.function).or(invoked.map(|function| function.name))
}

/// Where a function without a route is invoked.
pub(crate) fn invocation(function: &str) -> String {
    format!("/2015-03-31/functions/{function}/invocations")
}
