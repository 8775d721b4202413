//! The floor: one item read and one written on DynamoDB, with nothing between the function and its sockets.
//!
//! It does what a function of Guildhall must do, parse an event, sign two requests, send them over TLS and answer in
//! JSON, by blocking calls and the smallest parts that do it. Where `CALLS` names a file, it makes the calls that are
//! recorded there in place of its own two: those of a function of Guildhall.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

/// What Guildhall trusts too.
const AMAZON_ROOTS: &[u8] = include_bytes!("../../../../shared/src/store/amazon_roots.pem");

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let runtime_api = variable("AWS_LAMBDA_RUNTIME_API")?;
    let mut runtime = TcpStream::connect(&runtime_api)?;
    let mut dynamodb = DynamoDb::from_environment()?;
    let recorded = recorded_calls()?;
    loop {
        let next = format!(
            "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: {runtime_api}\r\n\r\n"
        );
        let event = exchange(&mut runtime, next.as_bytes())?;
        let id = event.header("lambda-runtime-aws-request-id").ok_or("an event without an id")?;
        let body = serde_json::from_slice(&event.body)?;
        let answer = match &recorded {
            None => handle(&mut dynamodb, &body)?,
            Some(calls) => repeat(&mut dynamodb, calls)?,
        };
        let answer = answer.to_string();
        let length = answer.len();
        let response = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nhost: {runtime_api}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{answer}"
        );
        exchange(&mut runtime, response.as_bytes())?;
    }
}

/// Reads an item and counts that it was read.
fn handle(dynamodb: &mut DynamoDb, event: &Value) -> Result<Value> {
    let id = event["pathParameters"]["id"].as_str().ok_or("an event without a path")?;
    let key = json!({ "pk": { "S": id }, "sk": { "S": id } });
    let table = &dynamodb.table;
    let read = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
    let update = json!({
        "TableName": table,
        "Key": key,
        "UpdateExpression": "ADD #reads :one",
        "ConditionExpression": "attribute_exists(#pk)",
        "ExpressionAttributeNames": { "#reads": "reads", "#pk": "pk" },
        "ExpressionAttributeValues": { ":one": { "N": "1" } },
        "ReturnValues": "ALL_NEW",
    });
    let before = dynamodb.call("GetItem", &read)?;
    let after = dynamodb.call("UpdateItem", &update)?;
    let body = json!({
        "id": id, "before": before["Item"]["reads"]["N"], "after": after["Attributes"]["reads"]["N"],
    });
    Ok(respond(&body))
}

/// Makes the calls that another function has made.
fn repeat(dynamodb: &mut DynamoDb, calls: &[(String, Value)]) -> Result<Value> {
    let answers = calls.iter().map(|(operation, request)| dynamodb.call(operation, request));
    let answers = answers.collect::<Result<Vec<_>>>()?;
    // It was not refused when it was recorded, and a repetition by the same token is not either, for ten minutes.
    if answers.last().is_some_and(|last| !last["__type"].is_null()) {
        return Err("DynamoDB has forgotten the last of the calls".into());
    }
    Ok(respond(&json!({ "calls": answers.len() })))
}

fn respond(body: &Value) -> Value {
    let headers = json!({ "content-type": "application/json" });
    json!({ "statusCode": 200, "headers": headers, "body": body.to_string(), "isBase64Encoded": false })
}

/// Operations and their requests, if there is a file that has them.
fn recorded_calls() -> Result<Option<Vec<(String, Value)>>> {
    let Ok(file) = variable("CALLS") else { return Ok(None) };
    Ok(Some(serde_json::from_slice(&std::fs::read(file)?)?))
}

/// DynamoDB at the end of a connection, which is opened by the first call.
struct DynamoDb {
    host: String,
    region: String,
    table: String,
    identity: Identity,
    tls: Arc<ClientConfig>,
    connection: Option<StreamOwned<ClientConnection, TcpStream>>,
}

impl DynamoDb {
    fn from_environment() -> Result<Self> {
        let mut roots = RootCertStore::empty();
        let more = std::fs::read(variable("AWS_CA_BUNDLE")?)?;
        for certificates in [AMAZON_ROOTS, &more] {
            for certificate in CertificateDer::pem_slice_iter(certificates) {
                roots.add(certificate?)?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let endpoint = variable("AWS_ENDPOINT_URL_DYNAMODB")?;
        let key = variable("AWS_ACCESS_KEY_ID")?;
        let secret = variable("AWS_SECRET_ACCESS_KEY")?;
        Ok(Self {
            host: endpoint.strip_prefix("https://").ok_or("the endpoint is not HTTPS")?.to_owned(),
            region: variable("AWS_REGION")?,
            table: variable("TABLE_NAME")?,
            identity: Credentials::new(key, secret, None, None, "environment").into(),
            tls: Arc::new(tls),
            connection: None,
        })
    }

    fn call(&mut self, operation: &str, request: &Value) -> Result<Value> {
        let body = request.to_string();
        let url = format!("https://{}/", self.host);
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", &target)];
        let signable = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", &url, headers.into_iter(), signable)?;
        let params = SigningParams::builder()
            .identity(&self.identity)
            .region(&self.region)
            .name("dynamodb")
            .time(now())
            .settings(SigningSettings::default())
            .build()?
            .into();
        let (signature, _) = sign(signable, &params)?.into_parts();

        let mut text = format!("POST / HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in headers.into_iter().chain(signature.headers()) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let answer = exchange(self.connection()?, text.as_bytes())?;
        Ok(serde_json::from_slice(&answer.body)?)
    }

    fn connection(&mut self) -> Result<&mut StreamOwned<ClientConnection, TcpStream>> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let socket = TcpStream::connect(&self.host)?;
                socket.set_nodelay(true)?;
                let name = self.host.split(':').next().unwrap_or_default().to_owned();
                let tls = ClientConnection::new(self.tls.clone(), ServerName::try_from(name)?)?;
                StreamOwned::new(tls, socket)
            }
        };
        Ok(self.connection.insert(connection))
    }
}

/// An HTTP answer.
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim())
    }
}

/// Sends a request and reads its answer, whose length the other side tells.
fn exchange(stream: &mut (impl Read + Write), request: &[u8]) -> Result<Answer> {
    stream.write_all(request)?;
    stream.flush()?;
    let mut received = Vec::with_capacity(4096);
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err("the connection ended".into());
        }
        received.extend_from_slice(&buffer[..count]);
        let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8(received[..end].to_vec())?;
        let mut answer = Answer { head, body: received.split_off(end + 4) };
        let length: usize = answer.header("content-length").unwrap_or("0").parse()?;
        let have = answer.body.len();
        answer.body.resize(length, 0);
        if have < length {
            stream.read_exact(&mut answer.body[have..])?;
        }
        return Ok(answer);
    }
}

#[expect(clippy::disallowed_methods, reason = "this program is not a part of Guildhall's")]
fn variable(name: &str) -> Result<String> {
    Ok(std::env::var(name).map_err(|_| format!("{name} is not set"))?)
}

#[expect(clippy::disallowed_methods, reason = "this program is not a part of Guildhall's")]
fn now() -> SystemTime {
    SystemTime::now()
}
