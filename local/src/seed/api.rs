//! Calls the routes as a game's clients do, at a time that is set beforehand.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use functions::serve::failure_text;
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::Value;
use shared::App;
use shared::auth::keys::Purpose;
use shared::auth::token;
use shared::domain::ids::{GameId, UserId};
use tower::ServiceExt;

use crate::ServerError;
use crate::manual_clock::ManualClock;
use crate::server::router;

/// A player, who needs no password here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    pub game: GameId,
    pub id: UserId,
}

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
#[error("{call} was answered {status} {code}: {text}")]
pub struct Refused {
    call: String,
    status: StatusCode,
    pub code: String,
    text: String,
}

/// The routes, with the clock that they look at.
pub struct Api {
    app: Arc<App>,
    clock: ManualClock,
    router: Router,
}

impl Api {
    /// The routes of that app, whose clock that is.
    ///
    /// # Errors
    /// [`ServerError`] where template.yaml describes no API that could be served.
    pub fn new(app: Arc<App>, clock: ManualClock) -> Result<Self, ServerError> {
        // Nobody reads the log of what never happened.
        let router = router(app.clone(), Arc::new(drop), None)?;
        Ok(Self { app, clock, router })
    }

    /// Sets the clock.
    pub fn set_time(&self, time: Timestamp) {
        self.clock.set(time);
    }

    fn token(&self, Person { game, id }: Person) -> Result<String, ServerError> {
        let issued = token::issue(&self.app.keys, self.app.now(), Purpose::Token, game, Some(id));
        Ok(issued.map_err(|failure| failure_text(&failure))?.text)
    }

    /// What a call by that person is answered with, or by nobody yet.
    ///
    /// # Errors
    /// [`Refused`] where that is no success.
    pub async fn call(
        &self,
        caller: Option<Person>,
        call: &str,
        body: &Value,
    ) -> Result<Value, ServerError> {
        let (method, path) = call.split_once(' ').ok_or("a call is a method and a path")?;
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(person) = caller {
            let name =
                if path.starts_with("/api/") { "authentication-token" } else { "x-entitytoken" };
            request = request.header(name, self.token(person)?);
        }
        let request = request.body(Body::from(body.to_string()))?;
        let response = self.router.clone().oneshot(request).await?;
        let status = response.status();
        let code = response.headers().get("x-error-code").and_then(|code| code.to_str().ok());
        let code = code.unwrap_or_default().to_owned();
        let answer = to_bytes(response.into_body(), usize::MAX).await?;
        if !status.is_success() {
            let text = String::from_utf8_lossy(&answer).into_owned();
            return Err(Refused { call: call.to_owned(), status, code, text }.into());
        }
        Ok(serde_json::from_slice(&answer)?)
    }
}

/// The id in an answer.
///
/// # Errors
/// [`ServerError`] where there is none.
pub fn id<Id: TryFrom<i64>>(answer: &Value) -> Result<Id, ServerError> {
    let id = answer["id"].as_i64().and_then(|id| Id::try_from(id).ok());
    id.ok_or_else(|| "an answer has no id".into())
}
