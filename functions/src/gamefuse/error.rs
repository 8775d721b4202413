//! The face of every refusal in GameFuse's dialect: a status, the text, and the stable name in a header.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use shared::{Error, Refusal};

/// The header that carries a refusal's stable name.
pub const CODE_HEADER: &str = "x-error-code";

/// The status of a refusal, where the endpoint has none of its own for it.
pub fn status(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotAuthenticated
        | Refusal::TokenInvalid
        | Refusal::TokenExpired
        | Refusal::ServiceKeyInvalid
        | Refusal::ServiceKeyRequired
        | Refusal::GameTokenInvalid
        | Refusal::CredentialsInvalid => StatusCode::UNAUTHORIZED,
        Refusal::TooManyGuesses { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Banned | Refusal::NotAuthorized | Refusal::UserRequired => StatusCode::FORBIDDEN,
        Refusal::EndpointNotFound
        | Refusal::GameNotFound
        | Refusal::GroupNotFound
        | Refusal::GroupNameNotFound
        | Refusal::NoGroupFound
        | Refusal::UserNotFound
        | Refusal::AccountNotFound
        | Refusal::ConnectionNotFound
        | Refusal::ApplicationNotFound
        | Refusal::InvitationNotFound
        | Refusal::BlockNotFound
        | Refusal::CodeNotFound
        | Refusal::RoleNotFound
        | Refusal::AttributeNotFound
        | Refusal::WebhookNotFound => StatusCode::NOT_FOUND,
        Refusal::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Refusal::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Refusal::MalformedBody(_)
        | Refusal::InvalidParameter { .. }
        | Refusal::CursorInvalid
        | Refusal::IdempotencyKeyReused
        | Refusal::Blocked { .. }
        | Refusal::AlreadyMember
        | Refusal::AlreadyApplied
        | Refusal::AlreadyInvited
        | Refusal::NotMember
        | Refusal::LastAdmin
        | Refusal::TooSoon { .. }
        | Refusal::TooManyGroups
        | Refusal::GroupFull
        | Refusal::NotOpen
        | Refusal::InviteOnly
        | Refusal::TooManyPending
        | Refusal::TooManyBlocks
        | Refusal::CodeClosed
        | Refusal::CodeExpired
        | Refusal::CodeUsedUp
        | Refusal::TooManyCodes
        | Refusal::SizeBelowMembers
        | Refusal::RoleIdTaken
        | Refusal::RoleNameTaken
        | Refusal::RoleIsAdminRole
        | Refusal::RoleIsMemberRole
        | Refusal::RoleNotHeld
        | Refusal::TooManyAtOnce
        | Refusal::TooManyRoles
        | Refusal::TooManyAttributes
        | Refusal::TooManyPublicAttributes
        | Refusal::TooManyWebhooks
        | Refusal::WebhookDisabled
        | Refusal::GroupNameTaken
        | Refusal::UsernameTaken
        | Refusal::EmailTaken => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// The answer to a call that failed.
pub fn respond(error: &Error, status: fn(&Refusal) -> StatusCode) -> Response<Bytes> {
    let mut response = match error {
        Error::Refused(refusal) => plain(status(refusal), refusal.to_string(), refusal.name()),
        Error::Busy => {
            let text = "Too much is going on at once: try again in a moment";
            plain(StatusCode::SERVICE_UNAVAILABLE, text, "Busy")
        }
        Error::OutcomeUnknown => {
            let text = "This took too long, and may have happened: look before you try again";
            plain(StatusCode::SERVICE_UNAVAILABLE, text, "OutcomeUnknown")
        }
        Error::Internal(_) => {
            let text = "Something went wrong on our side: quote the request id when you report it";
            plain(StatusCode::INTERNAL_SERVER_ERROR, text, "InternalError")
        }
    };
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn plain(status: StatusCode, text: impl Into<Bytes>, name: &'static str) -> Response<Bytes> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CODE_HEADER, HeaderValue::from_static(name));
    response
}
