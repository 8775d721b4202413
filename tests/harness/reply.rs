//! What came back.

use axum::body::{Bytes, to_bytes};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    pub(crate) async fn read(response: Response) -> Self {
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Self { status: head.status, headers: head.headers, body }
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    /// The value of a header, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of a success; fails the test where it is anything else.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The data of a PlayFab success; fails the test where it is anything else.
    #[track_caller]
    pub fn data(&self) -> Value {
        let envelope = self.ok();
        assert_eq!((&envelope["code"], &envelope["status"]), (&200.into(), &"OK".into()));
        assert!(envelope["error"].is_null(), "{envelope}");
        envelope["data"].clone()
    }

    /// Fails the test where this is not that PlayFab error. Tells its envelope.
    #[track_caller]
    pub fn failed(&self, name: &str, number: u32) -> Value {
        let envelope: Value = serde_json::from_slice(&self.body).unwrap();
        let got = (&envelope["error"], &envelope["errorCode"]);
        assert_eq!(got, (&name.into(), &number.into()), "{envelope}");
        assert_eq!(envelope["code"], self.status.as_u16(), "{envelope}");
        assert!(envelope["errorMessage"].is_string() && envelope["status"].is_string());
        assert_eq!(self.header("content-type"), "application/json; charset=utf-8");
        envelope
    }

    /// Fails the test where this is not the refusal of that name and status, in plain text.
    #[track_caller]
    pub fn refused(&self, status: u16, name: &str) {
        let got = (self.status.as_u16(), self.header("x-error-code"));
        assert_eq!(got, (status, name), "{}", self.text());
        assert_eq!(self.header("content-type"), "text/plain; charset=utf-8");
        assert!(!self.body.is_empty());
    }
}
