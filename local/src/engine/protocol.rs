//! DynamoDB's protocol: JSON in, JSON out.

use std::sync::{Arc, Mutex, PoisonError};

use dynoxide::actions::transact_write_items::TransactWriteItemsRequest;
use dynoxide::{Database, DynoxideError};
use http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::tokens::{Tokens, fingerprint};

/// The embedded DynamoDB.
#[derive(Clone)]
pub struct DynamoDb {
    pub database: Database,
    tokens: Arc<Mutex<Tokens>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// A status, and a body in JSON.
pub struct Answer(pub StatusCode, pub String);

impl DynamoDb {
    pub fn new(database: Database) -> Self {
        Self { database, tokens: Arc::default(), turn: Arc::default() }
    }

    /// Answers a request that names its target, as in `DynamoDB_20120810.GetItem`.
    pub fn answer(&self, target: &str, body: &[u8]) -> Answer {
        match self.perform(operation(target).unwrap_or_default(), body) {
            Some(Ok(json)) => Answer(StatusCode::OK, json),
            Some(Err(refused)) => {
                let status = StatusCode::from_u16(refused.status_code());
                Answer(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), refused.to_json())
            }
            None => {
                let message = "There is no such operation";
                Answer::error(StatusCode::BAD_REQUEST, "UnknownOperationException", message)
            }
        }
    }

    /// The same, one after another. The database takes one request at a time: whoever waits here leaves the thread to others, and
    /// whoever waits there keeps it.
    pub async fn answer_in_turn(&self, target: &str, body: &[u8]) -> Answer {
        let _turn = self.turn.lock().await;
        self.answer(target, body)
    }

    /// Carries a transaction out, unless its token tells that it was carried out before.
    fn transact(&self, mut request: TransactWriteItemsRequest) -> Result<String, DynoxideError> {
        let Some(token) = request.client_request_token.take_if(|token| token.len() <= MAX_TOKEN)
        else {
            return json(&self.database.transact_write_items(request)?);
        };
        let items = fingerprint(&request.transact_items).map_err(internal)?;
        // Until it is carried out, so that the same one at the same time waits for its answer.
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = tokens.answer(&token, items)? {
            return Ok(answer);
        }
        let answer = json(&self.database.transact_write_items(request)?)?;
        tokens.remember(token, items, answer.clone());
        Ok(answer)
    }

    /// What an operation comes to; nothing where there is none of that name.
    fn perform(&self, operation: &str, body: &[u8]) -> Option<Result<String, DynoxideError>> {
        let database = &self.database;
        Some(match operation {
            "BatchExecuteStatement" => {
                call(body, |request| database.batch_execute_statement(request))
            }
            "BatchGetItem" => call(body, |request| database.batch_get_item(request)),
            "BatchWriteItem" => call(body, |request| database.batch_write_item(request)),
            "CreateTable" => call(body, |request| database.create_table(request)),
            "DeleteItem" => call(body, |request| database.delete_item(request)),
            "DeleteTable" => call(body, |request| database.delete_table(request)),
            "DescribeStream" => call(body, |request| database.describe_stream(request)),
            "DescribeTable" => call(body, |request| database.describe_table(request)),
            "DescribeTimeToLive" => call(body, |request| database.describe_time_to_live(request)),
            "ExecuteStatement" => call(body, |request| database.execute_statement(request)),
            "ExecuteTransaction" => call(body, |request| database.execute_transaction(request)),
            "GetItem" => call(body, |request| database.get_item(request)),
            "GetRecords" => call(body, |request| database.get_records(request)),
            "GetShardIterator" => call(body, |request| database.get_shard_iterator(request)),
            "ListStreams" => call(body, |request| database.list_streams(request)),
            "ListTables" => call(body, |request| database.list_tables(request)),
            "ListTagsOfResource" => call(body, |request| database.list_tags_of_resource(request)),
            "PutItem" => call(body, |request| database.put_item(request)),
            "Query" => call(body, |request| database.query(request)),
            "Scan" => call(body, |request| database.scan(request)),
            "TagResource" => call(body, |request| database.tag_resource(request)),
            "TransactGetItems" => call(body, |request| database.transact_get_items(request)),
            "TransactWriteItems" => parse(body).and_then(|request| self.transact(request)),
            "UntagResource" => call(body, |request| database.untag_resource(request)),
            "UpdateItem" => call(body, |request| database.update_item(request)),
            "UpdateTable" => call(body, |request| database.update_table(request)),
            "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
            _ => return None,
        })
    }
}

impl Answer {
    pub fn error(status: StatusCode, name: &str, message: &str) -> Self {
        Self(status, json!({ "__type": name, "message": message }).to_string())
    }
}

/// The longest token; the engine refuses a longer one.
const MAX_TOKEN: usize = 36;

/// The operation that a target names.
fn operation(target: &str) -> Option<&str> {
    let (service, operation) = target.split_once('.')?;
    let services = ["DynamoDB_20120810", "DynamoDBStreams_20120810"];
    services.contains(&service).then_some(operation)
}

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    json(&operation(parse(body)?)?)
}

fn parse<Q: DeserializeOwned>(body: &[u8]) -> Result<Q, DynoxideError> {
    serde_json::from_slice(body).map_err(|error| {
        // The engine's types mark what DynamoDB calls a validation.
        let text = error.to_string();
        DynoxideError::ValidationException(text.trim_start_matches("VALIDATION:").to_owned())
    })
}

fn json<A: Serialize>(answer: &A) -> Result<String, DynoxideError> {
    serde_json::to_string(answer).map_err(internal)
}

fn internal(error: serde_json::Error) -> DynoxideError {
    DynoxideError::InternalServerError(error.to_string())
}
