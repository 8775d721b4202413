//! What to do about an error.

use functions::playfab::error::PlayFabError;
use shared::{Error, Refusal};

/// What whoever is told of an error can do.
pub fn remedy(error: &PlayFabError) -> &'static str {
    match error {
        PlayFabError::Error(Error::Refused(refusal)) => of_refusal(refusal),
        PlayFabError::Error(Error::Busy) => {
            "Nothing has changed: wait as long as `Retry-After` says, in seconds, and send the request again."
        }
        PlayFabError::Error(Error::OutcomeUnknown) => {
            "Look whether it has happened before you send it again; or send it again with the same `Idempotency-Key`, where it had one."
        }
        PlayFabError::Error(Error::Internal(_)) => {
            "Try again later; where it lasts, tell the deployment's operator the request id, which is in the log beside the cause."
        }
        PlayFabError::InvitationAcceptedInstead | PlayFabError::ApplicationAcceptedInstead => {
            "Nothing: it has succeeded, and the player is a member of the group by now."
        }
    }
}

fn of_refusal(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::EndpointNotFound => {
            "Compare the path with the list in docs/api.md: GameFuse's begin with `/api/v3`, PlayFab's with `/Group`, `/Client` or `/Authentication`."
        }
        Refusal::MethodNotAllowed => {
            "Send the method that the list in docs/api.md has for that path."
        }
        Refusal::BodyTooLarge => {
            "Send less at once: a body has at most 262,144 bytes, also after it is decompressed."
        }
        Refusal::UnsupportedMediaType(_) => {
            "Send `Content-Type: application/json`, and no `Content-Encoding` but `gzip`; GameFuse's dialect also takes forms."
        }
        Refusal::MalformedBody(_) => "Correct the body: the text says where it cannot be read.",
        Refusal::NotAuthenticated => {
            "Sign in, and send the token: in `authentication-token` to GameFuse's paths, in `X-EntityToken` to PlayFab's."
        }
        Refusal::TokenInvalid => {
            "Send the whole token as it was answered, and to the deployment that answered it; a session ticket is for GetEntityToken alone."
        }
        Refusal::TokenExpired => {
            "Sign in again: a token is good for 24 hours, unless whoever runs the deployment has revoked it."
        }
        Refusal::ServiceKeyInvalid => {
            "Compare the key with the one that create-game answered, or rotate-game-keys since; GameFuse's dialect also wants `service-key-name` and, in `current-user-id`, a user of the game."
        }
        Refusal::ServiceKeyRequired => {
            "Call it from the game's own server, by the key that create-game answered, with any name in `service-key-name`; no user's token will do."
        }
        Refusal::GameTokenInvalid => {
            "Compare the game's id and token with what create-game answered. Or whoever runs the deployment has replaced the token, or disabled the game."
        }
        Refusal::CredentialsInvalid => {
            "Ask for the address and the password once more; it is not told which of them is wrong."
        }
        Refusal::TooManyGuesses { .. } => {
            "Wait as long as `Retry-After` says, in seconds; until then even the right password or code is not taken."
        }
        Refusal::UserRequired => {
            "Call as a user, or name one: the game itself is in no group. With the secret key, GameFuse's dialect names one in `current-user-id`, PlayFab's in `Entity`."
        }
        Refusal::InvalidParameter { .. } => {
            "Correct the parameter that the text names, or `errorDetails`; `/openapi.json` says what each may be."
        }
        Refusal::IdempotencyKeyReused => {
            "Draw a new key for each request, and use it again only to send that request again."
        }
        Refusal::CursorInvalid => {
            "Begin the list again without a cursor; a cursor goes with the `query` that it was answered to."
        }
        Refusal::GameNotFound => {
            "Compare the game's id and token with what create-game answered. Or whoever runs the deployment has replaced the token, or disabled the game."
        }
        Refusal::GroupNotFound => {
            "Take the group off the screen: it was deleted or dissolved, or never was in this game."
        }
        Refusal::GroupNameNotFound => {
            "Look for the group by its id; groups of GameFuse's dialect are found by name only where the deployment wants names to be unique."
        }
        Refusal::NoGroupFound => {
            "Create a group, or search with another `query` or `group_type`, or once more: of thousands of groups, not all are looked at."
        }
        Refusal::AccountNotFound => "Send `CreateAccount: true` to make one.",
        Refusal::UserNotFound => {
            "Compare the id or name; PlayFab's ids are 16 upper-case hexadecimal digits."
        }
        Refusal::WebhookNotFound => {
            "Read the list of webhooks again: it was deleted, or never was."
        }
        Refusal::Banned => "Ask whoever runs the game; signing in again does not help.",
        Refusal::NotAuthorized => {
            "Do not offer this to the user: docs/api.md and the compatibility pages tell who may do what."
        }
        Refusal::Blocked { .. } => {
            "Wait as long as `Retry-After` says, in seconds; where it is not there, an admin has to unblock the user first."
        }
        Refusal::RoleNotFound => {
            "Read the group's roles again: the role was deleted, or is of another group."
        }
        Refusal::AlreadyMember => "Nothing: the user is in.",
        Refusal::CodeNotFound => {
            "Have the code typed once more: case, dashes and blanks do not matter. Or it was deleted, or is of another game or group."
        }
        Refusal::CodeClosed => "An admin of the group opens it again, or gives out another one.",
        Refusal::CodeExpired | Refusal::CodeUsedUp => "Ask an admin of the group for another code.",
        Refusal::AlreadyApplied => "Wait for an admin's answer, or cancel the request.",
        Refusal::AlreadyInvited => "Wait for the user's answer, or cancel the invitation.",
        Refusal::ConnectionNotFound => {
            "Read what is pending again: it was declined, taken back, has expired, or never was."
        }
        Refusal::ApplicationNotFound => {
            "Read the applications again: it was answered, taken back, or has expired."
        }
        Refusal::InvitationNotFound => {
            "Read the invitations again: it was answered, taken back, or has expired."
        }
        Refusal::NotMember => "Read the group's members again: the user has left, or was removed.",
        Refusal::BlockNotFound => "Nothing: the user is not blocked.",
        Refusal::AttributeNotFound => {
            "Create the attribute by add_attribute, or read the list again."
        }
        Refusal::LastAdmin => "Make another member an admin first, or delete the group.",
        Refusal::TooManyAtOnce => {
            "Send several requests, each about fewer; one transaction of DynamoDB holds 100 changes."
        }
        Refusal::RoleNotHeld => {
            "Read the group's members again: the role was taken from the member."
        }
        Refusal::TooSoon { .. } => {
            "Wait as long as `Retry-After` says, in seconds, or ask an admin for an invitation."
        }
        Refusal::GroupFull => {
            "Try another group; or an admin raises `max_group_size`, as far as the deployment permits."
        }
        Refusal::TooManyGroups => {
            "The user leaves a group first; the deployment's `MaxGroupsPerPlayer` says how many there may be."
        }
        Refusal::NotOpen => "Send `action_type: join_request`, or none, to ask.",
        Refusal::InviteOnly => "Ask an admin for an invitation.",
        Refusal::TooManyPending => {
            "Try again when some of what is pending was answered, taken back, or has expired."
        }
        Refusal::TooManyBlocks => "Unblock somebody first.",
        Refusal::TooManyCodes => "Delete a code that is not needed any more.",
        Refusal::SizeBelowMembers => "Choose a greater size, or remove members first.",
        Refusal::RoleIdTaken | Refusal::RoleNameTaken => "Choose another one.",
        Refusal::RoleIsAdminRole | Refusal::RoleIsMemberRole => {
            "Make another role the group's special role by UpdateGroup first."
        }
        Refusal::TooManyRoles => "Delete a role first.",
        Refusal::TooManyAttributes => "Delete an attribute first, or put several values into one.",
        Refusal::TooManyPublicAttributes => "Set `public: false` of another attribute first.",
        Refusal::TooManyWebhooks => "Delete a webhook that is not needed any more.",
        Refusal::WebhookDisabled => {
            "Send `enabled: true` by PATCH, once its receiver answers again."
        }
        Refusal::GroupNameTaken | Refusal::UsernameTaken => {
            "Choose another name; names are compared in whatever case."
        }
        Refusal::EmailTaken => "Sign in with that address, or choose another one.",
    }
}
