//! Requests made of any bytes, for fuzzing: the first choose a route and how its request is sent, and the rest is what is
//! sent in it.

use functions::routes::ALL;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Request};

use crate::{World, gzip};

/// What bodies are said to be.
const TYPES: [&str; 5] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
];

/// The headers into which text goes, by the second byte.
const HEADERS: [&str; 6] = [
    "idempotency-key",
    "authentication-token",
    "x-entitytoken",
    "x-secretkey",
    "service-key-token",
    "x-http-method-override",
];

/// The request that these bytes stand for; nothing where HTTP itself refuses them.
///
/// `route, flags, header \n path \n query \n body`: the route is an index in the table, and the flags say who asks, what the
/// body is said to be and whether it is compressed.
pub fn wild_request(token: &str, bytes: &[u8]) -> Option<Request<Vec<u8>>> {
    let (&[which, flags, header], rest) = bytes.split_first_chunk::<3>()?;
    let mut parts = rest.splitn(4, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let (text, path, query, body) = (part(), part(), part(), part());
    let route = ALL[usize::from(which) % ALL.len()];
    let mut uri = String::new();
    for piece in route.path.split('/').skip(1) {
        uri.push('/');
        uri.push_str(&if piece.starts_with('{') { encoded(path) } else { piece.to_owned() });
    }
    if !query.is_empty() {
        uri = format!("{uri}?{}", std::str::from_utf8(query).ok()?);
    }
    let body = if flags & 1 == 0 { body.to_vec() } else { gzip(body) };
    let mut request = Request::builder().method(route.method.clone()).uri(uri).body(body).ok()?;
    let headers = request.headers_mut();
    if flags & 3 != 0 {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let content_type = TYPES[usize::from(flags >> 2) % TYPES.len()];
    if !content_type.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    say_who(headers, token)?;
    let name = HEADERS[usize::from(header) % HEADERS.len()];
    if !text.is_empty() {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_bytes(text).ok()?);
    }
    Some(request)
}

/// Where a text is one parameter of a path.
fn encoded(text: &[u8]) -> String {
    text.iter().map(|byte| format!("%{byte:02X}")).collect()
}

fn say_who(headers: &mut HeaderMap, token: &str) -> Option<()> {
    for name in ["authentication-token", "x-entitytoken"] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(token).ok()?);
    }
    Some(())
}

impl World {
    /// Sends the request that these bytes stand for, and fails the test where it is no answer to anything that callers do.
    pub async fn send_wild(&self, token: &str, bytes: &[u8]) {
        let Some(request) = wild_request(token, bytes) else { return };
        let shown = format!("{} {}", request.method(), request.uri());
        let reply = self.send(request).await;
        assert!(reply.status.as_u16() < 500, "{shown}: {} {}", reply.status, reply.text());
    }
}
