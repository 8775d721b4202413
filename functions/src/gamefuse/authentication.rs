//! Who is calling, by GameFuse's headers.

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use shared::auth::caller::Caller;
use shared::auth::keys::Purpose;
use shared::auth::secrets::Secret;
use shared::auth::token;
use shared::operations::games::verify::authenticate_service;
use shared::operations::users::login::authenticate_title;
use shared::{App, Error, Refusal};

use crate::header::value as header;
use crate::lenient::whole_text;

/// Carries a user's token.
const TOKEN: HeaderName = HeaderName::from_static("authentication-token");
/// Carries a game's secret key.
const SERVICE_KEY: HeaderName = HeaderName::from_static("service-key-token");
/// Names the service; here the key alone says everything, so any name will do, but one must be given.
const SERVICE_NAME: HeaderName = HeaderName::from_static("service-key-name");
/// Names the user on whose behalf a service calls.
const CURRENT_USER: HeaderName = HeaderName::from_static("current-user-id");

/// What an endpoint asks to know about its caller. An endpoint is given such a value or is not called.
pub(super) trait Authenticate: Copy + Send + Sync + 'static {
    /// The caller, by the request's headers, and from where they call.
    fn authenticate(
        app: &App,
        headers: &HeaderMap,
        source_address: Option<IpAddr>,
    ) -> impl Future<Output = Result<Self, Error>> + Send;

    /// The caller, where it is known who that is.
    fn caller(&self) -> Option<&Caller>;
}

/// Anybody: whatever credentials the headers hold are not looked at.
#[derive(Clone, Copy)]
pub struct Anyone {
    /// From where they call, if that is known.
    pub source_address: Option<IpAddr>,
}

impl Authenticate for Anyone {
    async fn authenticate(
        _app: &App,
        _headers: &HeaderMap,
        source_address: Option<IpAddr>,
    ) -> Result<Self, Error> {
        Ok(Self { source_address })
    }

    fn caller(&self) -> Option<&Caller> {
        None
    }
}

impl Authenticate for Caller {
    async fn authenticate(
        app: &App,
        headers: &HeaderMap,
        _source_address: Option<IpAddr>,
    ) -> Result<Self, Error> {
        if let Some(token) = header(headers, TOKEN).map_err(|_| Refusal::TokenInvalid)? {
            return Ok(token::authenticate(&app.keys, app.now(), Purpose::Token, token)?);
        }
        let service = |name| header(headers, name).map_err(|_| Refusal::ServiceKeyInvalid);
        let key = service(SERVICE_KEY)?.ok_or(Refusal::NotAuthenticated)?;
        service(SERVICE_NAME)?.ok_or(Refusal::ServiceKeyInvalid)?;
        let user = service(CURRENT_USER)?.and_then(|user| whole_text(user)?.try_into().ok());
        let user = user.ok_or(Refusal::ServiceKeyInvalid)?;
        authenticate_service(app, &Secret::new(key.to_owned()), user).await
    }

    fn caller(&self) -> Option<&Caller> {
        Some(self)
    }
}

/// The game's own server, by its secret key alone: no user is asked for, and no token is looked at.
#[derive(Clone, Copy)]
pub struct Server(pub Caller);

impl Authenticate for Server {
    async fn authenticate(
        app: &App,
        headers: &HeaderMap,
        _source_address: Option<IpAddr>,
    ) -> Result<Self, Error> {
        let service = |name| header(headers, name).map_err(|_| Refusal::ServiceKeyInvalid);
        let key = service(SERVICE_KEY)?.ok_or(Refusal::ServiceKeyRequired)?;
        service(SERVICE_NAME)?.ok_or(Refusal::ServiceKeyInvalid)?;
        Ok(Self(authenticate_title(app, &Secret::new(key.to_owned())).await?))
    }

    fn caller(&self) -> Option<&Caller> {
        Some(&self.0)
    }
}
