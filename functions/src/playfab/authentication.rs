//! Who is calling, by PlayFab's headers.

use http::{HeaderMap, HeaderName};
use shared::auth::caller::Caller;
use shared::auth::keys::Purpose;
use shared::auth::secrets::Secret;
use shared::auth::token;
use shared::operations::users::exchange::Proof;
use shared::operations::users::login::authenticate_title;
use shared::{App, Error, Refusal};

use crate::header;

/// Carries an entity's token.
const ENTITY_TOKEN: HeaderName = HeaderName::from_static("x-entitytoken");
/// Carries a title's secret key.
const SECRET_KEY: HeaderName = HeaderName::from_static("x-secretkey");
/// Carries a client's session ticket.
const SESSION_TICKET: HeaderName = HeaderName::from_static("x-authorization");

fn text(headers: &HeaderMap, name: HeaderName) -> Result<Option<&str>, Refusal> {
    header::value(headers, name).map_err(|_| Refusal::TokenInvalid)
}

/// What an endpoint asks to know about its caller. An endpoint is given such a value or is not called.
pub(super) trait Authenticate: Copy + Send + Sync + 'static {
    /// The caller, by the request's headers.
    fn authenticate(
        app: &App,
        headers: &HeaderMap,
    ) -> impl Future<Output = Result<Self, Error>> + Send;

    /// The caller, where it is known who that is.
    fn caller(&self) -> Option<&Caller>;
}

/// Anybody.
#[derive(Clone, Copy)]
pub struct Anyone;

impl Authenticate for Anyone {
    async fn authenticate(_app: &App, _headers: &HeaderMap) -> Result<Self, Error> {
        Ok(Self)
    }

    fn caller(&self) -> Option<&Caller> {
        None
    }
}

impl Authenticate for Caller {
    async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Self, Error> {
        let token = text(headers, ENTITY_TOKEN)?.ok_or(Refusal::NotAuthenticated)?;
        Ok(token::authenticate(&app.keys, app.now(), Purpose::Token, token)?)
    }

    fn caller(&self) -> Option<&Caller> {
        Some(self)
    }
}

/// Whoever has any credential that can be exchanged for a token. Of several, the most particular one counts.
#[derive(Clone, Copy)]
pub struct Exchanging {
    /// Whoever it is.
    pub caller: Caller,
    /// By what that was proved.
    pub proof: Proof,
}

impl Authenticate for Exchanging {
    async fn authenticate(app: &App, headers: &HeaderMap) -> Result<Self, Error> {
        if let Some(ticket) = text(headers, SESSION_TICKET)? {
            let caller = token::authenticate(&app.keys, app.now(), Purpose::Session, ticket)?;
            return Ok(Self { caller, proof: Proof::Signed });
        }
        if let Some(key) = text(headers, SECRET_KEY)? {
            let caller = authenticate_title(app, &Secret::new(key.to_owned())).await?;
            return Ok(Self { caller, proof: Proof::Key });
        }
        let caller = Caller::authenticate(app, headers).await?;
        Ok(Self { caller, proof: Proof::Signed })
    }

    fn caller(&self) -> Option<&Caller> {
        Some(&self.caller)
    }
}
