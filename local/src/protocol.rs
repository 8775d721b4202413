//! DynamoDB's protocol, JSON over HTTP, in front of the embedded engine; dynoxide's own server would answer web pages, too.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use dynoxide::{Database, DynoxideError};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::{body, cross_site};

/// The most bytes that DynamoDB reads of a request.
const BODY: usize = 16 * 1024 * 1024;

/// Answers whoever is no web page, whatever the credentials.
pub fn router(database: Database) -> Router {
    Router::new().fallback(answer).with_state(database)
}

async fn answer(State(database): State<Database>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if cross_site::may_be_from_a_page(&head.headers) {
        let message = "No web page is answered, and no host but an address or localhost";
        return error(StatusCode::FORBIDDEN, "AccessDeniedException", message);
    }
    // DynamoDB answers so, too, which opens a connection before it is needed.
    if head.method == Method::GET {
        return Response::new(Body::from("healthy"));
    }
    let Ok(body) = body::read(body, BODY, &head.extensions).await else {
        let message = "The body could not be read";
        return error(StatusCode::BAD_REQUEST, "SerializationException", message);
    };
    let operation = operation(&head.headers).unwrap_or_default();
    match perform(&database, operation, &body.bytes) {
        Some(Ok(json)) => respond(StatusCode::OK, json),
        Some(Err(refused)) => {
            let status = StatusCode::from_u16(refused.status_code());
            respond(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), refused.to_json())
        }
        None => {
            let message = "There is no such operation";
            error(StatusCode::BAD_REQUEST, "UnknownOperationException", message)
        }
    }
}

/// The operation that is asked for, as in `X-Amz-Target: DynamoDB_20120810.GetItem`.
fn operation(headers: &HeaderMap) -> Option<&str> {
    let (service, operation) = headers.get("x-amz-target")?.to_str().ok()?.split_once('.')?;
    let services = ["DynamoDB_20120810", "DynamoDBStreams_20120810"];
    services.contains(&service).then_some(operation)
}

/// What an operation comes to; nothing where there is none of that name.
fn perform(
    database: &Database,
    operation: &str,
    body: &[u8],
) -> Option<Result<String, DynoxideError>> {
    Some(match operation {
        "BatchExecuteStatement" => call(body, |request| database.batch_execute_statement(request)),
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
        "TransactWriteItems" => call(body, |request| database.transact_write_items(request)),
        "UntagResource" => call(body, |request| database.untag_resource(request)),
        "UpdateItem" => call(body, |request| database.update_item(request)),
        "UpdateTable" => call(body, |request| database.update_table(request)),
        "UpdateTimeToLive" => call(body, |request| database.update_time_to_live(request)),
        _ => return None,
    })
}

fn call<Q: DeserializeOwned, A: Serialize>(
    body: &[u8],
    operation: impl FnOnce(Q) -> Result<A, DynoxideError>,
) -> Result<String, DynoxideError> {
    let request = serde_json::from_slice(body).map_err(|error| {
        // The engine's types mark what DynamoDB calls a validation.
        let text = error.to_string();
        DynoxideError::ValidationException(text.trim_start_matches("VALIDATION:").to_owned())
    })?;
    let answer = operation(request)?;
    serde_json::to_string(&answer)
        .map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

fn error(status: StatusCode, name: &str, message: &str) -> Response {
    respond(status, json!({ "__type": name, "message": message }).to_string())
}

fn respond(status: StatusCode, json: String) -> Response {
    let mut response = Response::new(Body::from(json));
    *response.status_mut() = status;
    let content_type = HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response
}
