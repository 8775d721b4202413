//! What a request asked, without its secrets.

use std::collections::BTreeMap;

use http::request::Parts;
use http::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;
use shared::App;
use shared::auth::keys::Purpose;
use shared::auth::secrets::Secret;
use shared::auth::token;

use super::redaction::{HIDDEN, looks_secret, query, without_secrets};

/// A request, as it is kept.
#[derive(Debug, Serialize)]
pub struct Asked {
    method: String,
    pub(super) path: String,
    query: Option<String>,
    /// Those headers that say who calls and how; secrets are hidden.
    headers: BTreeMap<&'static str, String>,
    /// The body, where it is JSON that is not too long.
    pub(super) body: Option<Value>,
    body_bytes: usize,
    /// Who they say they are.
    caller: Option<Claimed>,
    is_dry_run: bool,
}

/// Whom the credentials of a request name, whether or not they are good: what came of it tells that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "as", rename_all = "lowercase")]
pub(super) enum Claimed {
    Player {
        user: u32,
    },
    /// A game's server, for a player.
    Server {
        user: u32,
    },
    Title,
}

/// The longest body that is kept.
const BODY: usize = 16 * 1024;

/// The headers that are kept. What is secret in them is hidden by its name.
const HEADERS: [&str; 11] = [
    "authentication-token",
    "service-key-name",
    "service-key-token",
    "current-user-id",
    "x-entitytoken",
    "x-secretkey",
    "x-authorization",
    "content-type",
    "dry-run",
    "idempotency-key",
    "x-reporterrorassuccess",
];

/// Those whose values are credentials.
const CREDENTIALS: [&str; 5] = [
    "authentication-token",
    "service-key-token",
    "x-entitytoken",
    "x-secretkey",
    "x-authorization",
];

impl Asked {
    /// What a request with that head and that body asks.
    pub fn new(app: &App, head: &Parts, body: &[u8]) -> Self {
        let headers =
            HEADERS.iter().filter_map(|name| Some((*name, shown(name, head.headers.get(*name)?))));
        let is_json = body.len() <= BODY;
        let json = is_json.then(|| serde_json::from_slice(body).ok()).flatten();
        let is_true = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"true");
        let dry_run = head.headers.get("dry-run").is_some_and(is_true);
        let asks_in_query = head.uri.query().is_some_and(|query| query.contains("dry_run=true"));
        Self {
            method: head.method.to_string(),
            path: path(head.uri.path()),
            query: head.uri.query().map(query),
            headers: headers.collect(),
            body: json.map(without_secrets),
            body_bytes: body.len(),
            caller: claimed(app, head),
            is_dry_run: dry_run || asks_in_query,
        }
    }

    pub(super) fn caller_id(&self) -> Option<u32> {
        match self.caller? {
            Claimed::Player { user } | Claimed::Server { user } => Some(user),
            Claimed::Title => None,
        }
    }
}

fn shown(name: &str, value: &HeaderValue) -> String {
    let text = value.to_str().unwrap_or("(not text)");
    if CREDENTIALS.contains(&name) || looks_secret(text) {
        HIDDEN.to_owned()
    } else {
        text.to_owned()
    }
}

fn path(path: &str) -> String {
    let part = |part: &str| if looks_secret(part) { HIDDEN.to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn claimed(app: &App, head: &Parts) -> Option<Claimed> {
    let text = |name: &'static str| head.headers.get(HeaderName::from_static(name))?.to_str().ok();
    let tokens = [
        ("authentication-token", Purpose::Token),
        ("x-entitytoken", Purpose::Token),
        ("x-authorization", Purpose::Session),
    ];
    for (name, purpose) in tokens {
        if let Some(sent) = text(name) {
            let caller = token::authenticate(&app.keys, app.now(), purpose, sent).ok()?;
            let user = caller.acting_user().map(|user| Claimed::Player { user: user.get() });
            return Some(user.unwrap_or(Claimed::Title));
        }
    }
    let is_title = |key: &str| Secret::new(key.to_owned()).game().is_some();
    if text("service-key-token").is_some_and(is_title) {
        return Some(Claimed::Server { user: text("current-user-id")?.parse().ok()? });
    }
    text("x-secretkey").is_some_and(is_title).then_some(Claimed::Title)
}
