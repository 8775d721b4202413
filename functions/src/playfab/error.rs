//! The face of every refusal in PlayFab's dialect: a name, a number, a status and an envelope.

use bytes::Bytes;
use http::{Response, StatusCode, header};
use serde_json::{Value, json};
use shared::decision::CallError;
use shared::idempotency::{self, Kept};
use shared::{Error, Refusal};

use crate::{pipeline, record};

/// What errors are about an idempotency key, in `errorDetails`.
const IDEMPOTENCY_KEY: &str = "IdempotencyKey";

/// Why a call has no data.
#[derive(Debug)]
pub enum PlayFabError {
    /// Something failed.
    Error(Error),
    /// Who applied was invited already, and is a member now: an error that has succeeded.
    InvitationAcceptedInstead,
    /// Who is invited had applied already, and is a member now: an error that has succeeded.
    ApplicationAcceptedInstead,
}

impl From<Error> for PlayFabError {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Refusal> for PlayFabError {
    fn from(refusal: Refusal) -> Self {
        Self::Error(refusal.into())
    }
}

impl CallError for PlayFabError {
    fn map_error(self, map: impl FnOnce(Error) -> Error) -> Self {
        match self {
            Self::Error(error) => Self::Error(map(error)),
            Self::InvitationAcceptedInstead | Self::ApplicationAcceptedInstead => self,
        }
    }
}

impl From<&PlayFabError> for record::Failure {
    fn from(failure: &PlayFabError) -> Self {
        match failure {
            PlayFabError::Error(error) => error.into(),
            PlayFabError::InvitationAcceptedInstead => Self::Refused("InvitationAcceptedInstead"),
            PlayFabError::ApplicationAcceptedInstead => Self::Refused("ApplicationAcceptedInstead"),
        }
    }
}

impl PlayFabError {
    fn face(&self) -> Face {
        match self {
            Self::Error(Error::Refused(refusal)) => face(refusal),
            Self::Error(Error::Busy) => Face("ConcurrentEditError", 1133, StatusCode::CONFLICT),
            Self::Error(Error::OutcomeUnknown) => {
                Face("ServiceUnavailable", 1123, StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::Error(Error::Internal(_)) => {
                Face("InternalServerError", 1110, StatusCode::INTERNAL_SERVER_ERROR)
            }
            Self::InvitationAcceptedInstead => {
                Face("OutstandingInvitationAcceptedInstead", 1363, StatusCode::BAD_REQUEST)
            }
            Self::ApplicationAcceptedInstead => {
                Face("OutstandingApplicationAcceptedInstead", 1364, StatusCode::BAD_REQUEST)
            }
        }
    }

    /// What is kept of it under an idempotency key: only what has succeeded.
    pub fn kept(&self) -> Option<Kept> {
        match self {
            Self::Error(_) => None,
            Self::InvitationAcceptedInstead | Self::ApplicationAcceptedInstead => {
                let (status, envelope) = envelope(self);
                Some(Kept { status: status.as_u16(), body: envelope.to_string() })
            }
        }
    }

    fn message(&self) -> String {
        match self {
            // What it is in particular stands in the details.
            Self::Error(Error::Refused(refusal)) if face(refusal).0 == "InvalidParams" => {
                "Invalid input parameters".to_owned()
            }
            Self::Error(Error::Refused(Refusal::NotAuthenticated)) => {
                "This API method does not allow anonymous callers.".to_owned()
            }
            // A game is a title to PlayFab's clients, and they send no token of it.
            Self::Error(Error::Refused(Refusal::GameNotFound)) => "No title has that id".to_owned(),
            Self::Error(Error::Refused(refusal)) => refusal.to_string(),
            Self::Error(Error::Busy) => {
                "Too much is going on at once: try again in a moment".to_owned()
            }
            Self::Error(Error::OutcomeUnknown) => {
                "This took too long, and may have happened: look before you try again".to_owned()
            }
            Self::Error(Error::Internal(_)) => {
                "Something went wrong on our side: quote X-RequestId when you report it".to_owned()
            }
            Self::InvitationAcceptedInstead => {
                "The outstanding invitation was accepted: the entity is a member now".to_owned()
            }
            Self::ApplicationAcceptedInstead => {
                "The outstanding application was accepted: the entity is a member now".to_owned()
            }
        }
    }

    /// What concerns single fields or limits: lists of texts, as typed SDKs want them.
    fn details(&self) -> Option<Value> {
        let Self::Error(Error::Refused(refusal)) = self else { return None };
        if let Refusal::InvalidParameter { field, problem } = refusal {
            // Named as where the key was used before.
            let is_key = field == idempotency::HEADER;
            let field = if is_key { IDEMPOTENCY_KEY } else { field.as_str() };
            return Some(json!({ field: [format!("The {field} field {problem}.")] }));
        }
        let about = [
            (Refusal::GroupFull, "GroupMemberCount"),
            (Refusal::TooManyGroups, "PlayerGroupCount"),
            (Refusal::TooManyRoles, "GroupRoleCount"),
            (Refusal::TooManyPending, "GroupPendingCount"),
            (Refusal::TooManyBlocks, "GroupBlockCount"),
            (Refusal::NotMember, "Members"),
            (Refusal::RoleNotHeld, "Members"),
            (Refusal::TooManyAtOnce, "Members"),
            (Refusal::IdempotencyKeyReused, IDEMPOTENCY_KEY),
        ];
        let (_, name) = about.iter().find(|(about, _)| about == refusal)?;
        Some(json!({ *name: [refusal.to_string()] }))
    }
}

/// A name, its number, and the HTTP status that goes with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Face(pub &'static str, pub u32, pub StatusCode);

/// The face of a refusal.
pub fn face(refusal: &Refusal) -> Face {
    let bad_request = |name, code| Face(name, code, StatusCode::BAD_REQUEST);
    match refusal {
        Refusal::EndpointNotFound | Refusal::MethodNotAllowed => {
            Face("InvalidAPIEndpoint", 1131, StatusCode::NOT_FOUND)
        }
        Refusal::BodyTooLarge => Face("BodyTooLarge", 1068, StatusCode::PAYLOAD_TOO_LARGE),
        Refusal::UnsupportedMediaType(_) => bad_request("InvalidContentType", 1144),
        Refusal::MalformedBody(_) => bad_request("InvalidJSONContent", 1200),
        Refusal::NotAuthenticated | Refusal::ServiceKeyInvalid | Refusal::ServiceKeyRequired => {
            Face("NotAuthenticated", 1074, StatusCode::UNAUTHORIZED)
        }
        Refusal::TokenInvalid => Face("EntityTokenInvalid", 1335, StatusCode::UNAUTHORIZED),
        Refusal::TokenExpired => Face("EntityTokenExpired", 1336, StatusCode::UNAUTHORIZED),
        Refusal::GameTokenInvalid | Refusal::GameNotFound => bad_request("InvalidTitleId", 1004),
        Refusal::CredentialsInvalid => {
            Face("InvalidUsernameOrPassword", 1003, StatusCode::UNAUTHORIZED)
        }
        Refusal::TooManyGuesses { .. } => {
            Face("APIClientRequestRateLimitExceeded", 1199, StatusCode::TOO_MANY_REQUESTS)
        }
        Refusal::UserRequired => bad_request("InvalidEntityType", 1373),
        Refusal::InvalidParameter { .. }
        | Refusal::CursorInvalid
        | Refusal::SizeBelowMembers
        | Refusal::NotMember
        | Refusal::RoleNotHeld
        | Refusal::BlockNotFound
        | Refusal::TooManyAtOnce => bad_request("InvalidParams", 1000),
        Refusal::AccountNotFound => bad_request("AccountNotFound", 1001),
        Refusal::Banned => Face("AccountBanned", 1002, StatusCode::FORBIDDEN),
        Refusal::GroupNotFound | Refusal::GroupNameNotFound | Refusal::UserNotFound => {
            bad_request("ProfileDoesNotExist", 1298)
        }
        Refusal::NotAuthorized | Refusal::InviteOnly => {
            Face("NotAuthorized", 1089, StatusCode::FORBIDDEN)
        }
        // To PlayFab, whoever has to wait is kept out by the group, until `Retry-After`.
        Refusal::Blocked { .. } | Refusal::TooSoon { .. } => {
            bad_request("EntityBlockedByGroup", 1357)
        }
        Refusal::RoleNotFound => bad_request("RoleDoesNotExist", 1358),
        Refusal::AlreadyMember => bad_request("EntityIsAlreadyMember", 1359),
        Refusal::RoleIdTaken => bad_request("DuplicateRoleId", 1360),
        Refusal::InvitationNotFound => bad_request("GroupInvitationNotFound", 1361),
        Refusal::ApplicationNotFound => bad_request("GroupApplicationNotFound", 1362),
        Refusal::RoleIsMemberRole => bad_request("RoleIsGroupDefaultMember", 1365),
        Refusal::RoleIsAdminRole | Refusal::LastAdmin => bad_request("RoleIsGroupAdmin", 1366),
        Refusal::RoleNameTaken => bad_request("RoleNameNotAvailable", 1367),
        Refusal::GroupNameTaken => bad_request("GroupNameNotAvailable", 1368),
        Refusal::GroupFull
        | Refusal::TooManyGroups
        | Refusal::TooManyRoles
        | Refusal::TooManyPending
        | Refusal::TooManyBlocks
        | Refusal::TooManyCodes
        | Refusal::TooManyAttributes
        | Refusal::TooManyPublicAttributes
        | Refusal::TooManyWebhooks => bad_request("OverLimit", 1214),
        Refusal::UsernameTaken => bad_request("UsernameNotAvailable", 1009),
        Refusal::EmailTaken => bad_request("EmailAddressNotAvailable", 1006),
        // These are refusals of the other dialect, which names connections by their ids, and has webhooks.
        Refusal::AlreadyApplied
        | Refusal::AlreadyInvited
        | Refusal::ConnectionNotFound
        | Refusal::NotOpen
        | Refusal::NoGroupFound
        | Refusal::CodeNotFound
        | Refusal::CodeClosed
        | Refusal::CodeExpired
        | Refusal::CodeUsedUp
        | Refusal::AttributeNotFound
        | Refusal::WebhookNotFound
        | Refusal::WebhookDisabled
        | Refusal::IdempotencyKeyReused => bad_request("InvalidRequest", 1071),
    }
}

/// The body of a failure.
fn envelope(failure: &PlayFabError) -> (StatusCode, Value) {
    let Face(name, number, status) = failure.face();
    let mut envelope = json!({
        "code": status.as_u16(),
        "status": status_name(status),
        "error": name,
        "errorCode": number,
        "errorMessage": failure.message(),
    });
    if let Some(details) = failure.details() {
        envelope["errorDetails"] = details;
    }
    (status, envelope)
}

/// The answer to a call that failed; with status 200 where the caller asks for that.
pub fn respond(failure: &PlayFabError, as_success: bool) -> Response<Bytes> {
    let (status, envelope) = envelope(failure);
    let sent = if as_success { StatusCode::OK } else { status };
    let mut response = pipeline::json(sent, envelope.to_string().into_bytes());
    if let PlayFabError::Error(error) = failure
        && let Some(seconds) = error.retry_after()
    {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// The status as .NET names it: without blanks.
fn status_name(status: StatusCode) -> String {
    let reason = if status == StatusCode::PAYLOAD_TOO_LARGE {
        "Request Entity Too Large"
    } else {
        status.canonical_reason().unwrap_or_default()
    };
    reason.replace(' ', "")
}
