//! Holds every answer to the document that describes the API: its status, its headers, its body, and the error that it is.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use functions::dialect::Dialect;
use functions::http::Route;
use functions::playfab::error::PlayFabError;
use functions::record::Failure;
use functions::routes::ALL;
use http::{HeaderMap, Method, Request};
use jsonschema::Validator;
use local::openapi::{document, errors_of};
use local::routing;
use serde_json::{Map, Value, json};
use shared::limits::Limits;

use crate::reply::Reply;

/// What answers have whatever the document says: what HTTP and API Gateway add.
const NOT_OURS: [&str; 6] = [
    "access-control-allow-origin",
    "access-control-expose-headers",
    "connection",
    "content-length",
    "content-type",
    "vary",
];

static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// The document, made ready to be looked into.
struct Contract {
    components: Value,
    /// Each operation's responses, by function.
    responses: HashMap<String, Value>,
    errors: HashMap<&'static str, Vec<&'static str>>,
    /// Made once for each process: by function and status.
    validators: Mutex<HashMap<(&'static str, u16), Arc<Validator>>>,
}

/// The route that answers a request, if it gets there: what the server refuses before is not the function's answer.
pub(crate) fn route<B>(request: &Request<B>) -> Option<&'static Route> {
    let mut head = Request::new(()).into_parts().0;
    head.method = request.method().clone();
    head.uri = request.uri().clone();
    head.headers = request.headers().clone();
    let found = routing::find(&routing::method(&head), head.uri.path()).ok()?;
    let is_told_whole = found.parameters().is_ok() && head.method != Method::HEAD;
    ALL.iter().copied().find(|route| is_told_whole && route.function == found.route.function)
}

/// Fails the test where a route is not documented to answer so; `error` is the name of the error that was logged.
#[track_caller]
pub(crate) fn assert_documented(route: &'static Route, error: Option<&str>, reply: &Reply) {
    let function = route.function;
    if let Some(error) = error {
        assert!(
            CONTRACT.errors[function].contains(&error),
            "{function} answers {error}, and local/src/openapi/refusals.rs does not say so"
        );
    }
    let body = match reply.header("content-type").split(';').next() {
        Some("application/json") => serde_json::from_slice(&reply.body).unwrap(),
        _ => Value::from(reply.text()),
    };
    let status = match Dialect::of(route.path) {
        Dialect::GameFuse => reply.status.as_u16(),
        // Where errors are asked for with status 200, the envelope tells the other one.
        Dialect::PlayFab => body["code"].as_u64().unwrap() as u16,
    };
    let response = CONTRACT.response(function, status);
    CONTRACT.assert_headers(function, response, &reply.headers);
    let validator = CONTRACT.validator(function, status, response, reply);
    let problems = validator.iter_errors(&body);
    let problems: Vec<_> =
        problems.map(|problem| format!("{} at {}", problem, problem.instance_path())).collect();
    assert!(problems.is_empty(), "{function} answers {status} {body}\n{}", problems.join("\n"));
}

impl Contract {
    fn read() -> Self {
        let mut document = document(&Limits::default());
        let mut responses = HashMap::new();
        for operation in document["paths"].as_object().unwrap().values() {
            for operation in operation.as_object().unwrap().values() {
                let function = operation["operationId"].as_str().unwrap().to_owned();
                responses.insert(function, operation["responses"].clone());
            }
        }
        let name = |error: &PlayFabError| Failure::from(error).name();
        let errors = ALL
            .iter()
            .map(|route| (route.function, errors_of(route).iter().map(name).collect::<Vec<_>>()));
        let mut components = document["components"].take();
        close(&mut components["schemas"]);
        let validators = Mutex::default();
        Self { components, responses, errors: errors.collect(), validators }
    }

    #[track_caller]
    fn response(&self, function: &str, status: u16) -> &Value {
        let response = &self.responses[function][status.to_string()];
        assert!(response.is_object(), "{function} answers {status}, which is not documented");
        self.resolved(response)
    }

    /// What `value` refers to, or itself.
    fn resolved<'c>(&'c self, value: &'c Value) -> &'c Value {
        let Some(reference) = value["$ref"].as_str() else { return value };
        self.components.pointer(reference.strip_prefix("#/components").unwrap()).unwrap()
    }

    #[track_caller]
    fn assert_headers(&self, function: &str, response: &Value, headers: &HeaderMap) {
        let documented = response["headers"].as_object().unwrap();
        for name in headers.keys().map(http::HeaderName::as_str) {
            let is_documented = documented.contains_key(name) || NOT_OURS.contains(&name);
            assert!(is_documented, "{function}: the header {name} is not documented");
        }
        for (name, header) in documented {
            let header = self.resolved(header);
            let value = headers.get(name).map(|value| value.to_str().unwrap());
            assert!(value.is_some() || header["required"] != true, "{function}: no {name}");
            let known = header["schema"]["enum"].as_array();
            let is_known = known.is_none_or(|known| known.contains(&value.into()));
            assert!(is_known, "{function}: {name}: {value:?} is not documented");
        }
    }

    #[track_caller]
    fn validator(
        &self,
        function: &'static str,
        status: u16,
        response: &Value,
        reply: &Reply,
    ) -> Arc<Validator> {
        let media_type = reply.header("content-type").split(';').next().unwrap();
        let mut schema = response["content"][media_type]["schema"].clone();
        assert!(schema.is_object(), "{function}: {media_type} is not documented for {status}");
        let mut validators = self.validators.lock().unwrap();
        let validator = validators.entry((function, status)).or_insert_with(|| {
            close(&mut schema);
            let mut schemas = Map::new();
            self.collect(&schema, &mut schemas);
            let schema = json!({ "allOf": [schema], "components": { "schemas": schemas } });
            let options = jsonschema::options().should_validate_formats(true);
            Arc::new(options.should_ignore_unknown_formats(true).build(&schema).unwrap())
        });
        validator.clone()
    }

    /// Collects what a schema refers to: all there is would take long to make ready.
    fn collect(&self, schema: &Value, schemas: &mut Map<String, Value>) {
        match schema {
            Value::Object(fields) => fields.values().for_each(|field| self.collect(field, schemas)),
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, schemas)),
            Value::String(text) => {
                let Some(name) = text.strip_prefix("#/components/schemas/") else { return };
                if !schemas.contains_key(name) {
                    let referred = &self.components["schemas"][name];
                    schemas.insert(name.to_owned(), referred.clone());
                    self.collect(referred, schemas);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Lets objects have the documented fields and no others: clients are told that there may be more some day, tests are not.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            let is_open = fields.get("type") == Some(&"object".into())
                && fields.contains_key("properties")
                && !fields.contains_key("additionalProperties");
            if is_open {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
