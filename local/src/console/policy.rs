//! The headers of everything that the console serves: what the page may load and call, and who may use it.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

use super::settings::Api;
use crate::ServerError;

/// The headers, ready to be set.
#[derive(Clone)]
pub(super) struct Policy {
    content: HeaderValue,
}

/// Those that are always the same. What is here is shown by no other page, and read by none.
const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    // The files are those of the binary, which may be another one the next time.
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

impl Policy {
    /// The policy of a page that may call that API; by default the server that it comes from.
    pub(super) fn new(api: &Option<Api>) -> Result<Self, ServerError> {
        let elsewhere = api.as_ref().map(|api| format!(" {}", api.origin())).unwrap_or_default();
        let content = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'{elsewhere}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        Ok(Self { content: content.try_into()? })
    }

    /// Sets the headers.
    pub(super) async fn apply(State(policy): State<Self>, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.content);
        for (name, value) in FIXED {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
