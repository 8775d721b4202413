//! Which errors a function can answer. What all of a kind have in common follows from the route; what is its own is said
//! here, and held true by the tests: each is produced by one, and none produces another.

use functions::dialect::{Dialect, is_for_server};
use functions::http::Route;
use functions::playfab::error::PlayFabError;
use shared::domain::permissions::{Action, Requirement, requirement};
use shared::{Error, Refusal, Unread};

/// Every error that a route can answer, in the order of precedence.
pub fn of(route: &Route) -> Vec<PlayFabError> {
    let dialect = Dialect::of(route.path);
    let mut refusals = vec![
        Refusal::BodyTooLarge,
        Refusal::UnsupportedMediaType(Unread::Type),
        Refusal::MalformedBody("it is not JSON (line 1, column 2)".to_owned()),
        Refusal::invalid("limit", "must be a whole number"),
    ];
    if route.is_write() {
        // Where an endpoint has a status of its own for its parameters, these are none of them.
        refusals.push(Refusal::invalid("Dry-Run", "must be true or false"));
    }
    if is_for_server(route) {
        refusals.extend([Refusal::ServiceKeyRequired, Refusal::ServiceKeyInvalid]);
        if route.is_write() {
            refusals.push(Refusal::IdempotencyKeyReused);
        }
    } else if !is_for_anyone(route) {
        refusals.extend([Refusal::NotAuthenticated, Refusal::TokenInvalid, Refusal::TokenExpired]);
        if dialect == Dialect::GameFuse {
            refusals.push(Refusal::ServiceKeyInvalid);
        }
        if route.is_write() {
            refusals.push(Refusal::IdempotencyKeyReused);
        }
    }
    refusals.extend(own(route.function));
    refusals.sort();
    refusals.dedup();
    let mut errors: Vec<_> = refusals.into_iter().map(PlayFabError::from).collect();
    match route.function {
        "playfab-apply-to-group" => errors.push(PlayFabError::InvitationAcceptedInstead),
        "playfab-invite-to-group" => errors.push(PlayFabError::ApplicationAcceptedInstead),
        _ => {}
    }
    // What asks nothing of the table waits for nobody, and finds nothing broken.
    if route.parallel_calls > 0 {
        errors.extend([Error::Busy.into(), Error::internal("").into()]);
    }
    if route.is_write() {
        errors.push(Error::OutcomeUnknown.into());
    }
    errors
}

/// Whether a route asks nobody who they are.
pub fn is_for_anyone(route: &Route) -> bool {
    route.actions.iter().all(|action| requirement(*action) == Requirement::Anyone)
}

/// Whether a route takes any credential, to exchange it for a token.
pub fn exchanges_credentials(route: &Route) -> bool {
    route.actions.contains(&Action::GetToken)
}

fn own(function: &str) -> Vec<Refusal> {
    use Refusal::{
        AccountNotFound, AlreadyApplied, AlreadyInvited, AlreadyMember, ApplicationNotFound,
        AttributeNotFound, Banned, BlockNotFound, CodeClosed, CodeExpired, CodeNotFound,
        CodeUsedUp, ConnectionNotFound, CredentialsInvalid, CursorInvalid, EmailTaken,
        GameNotFound, GameTokenInvalid, GroupFull, GroupNameNotFound, GroupNameTaken,
        GroupNotFound, InvitationNotFound, InviteOnly, LastAdmin, NoGroupFound, NotAuthorized,
        NotMember, NotOpen, RoleIdTaken, RoleIsAdminRole, RoleIsMemberRole, RoleNameTaken,
        RoleNotFound, RoleNotHeld, ServiceKeyInvalid, SizeBelowMembers, TooManyAtOnce,
        TooManyAttributes, TooManyBlocks, TooManyCodes, TooManyGroups, TooManyGuesses,
        TooManyPending, TooManyPublicAttributes, TooManyRoles, TooManyWebhooks, UserNotFound,
        UserRequired, UsernameTaken, WebhookDisabled, WebhookNotFound,
    };
    // Some blocks have an end.
    const BLOCKED: Refusal = Refusal::Blocked { seconds: Some(3600) };
    const TOO_SOON: Refusal = Refusal::TooSoon { seconds: 3600 };
    match function {
        // Groups
        "create-group" => vec![UserRequired, TooManyGroups, GroupNameTaken],
        "list-groups" => vec![CursorInvalid],
        "get-group" => vec![GroupNotFound],
        "update-group" => vec![GroupNotFound, NotAuthorized, SizeBelowMembers, GroupNameTaken],
        "delete-group" => vec![GroupNotFound, NotAuthorized],

        // Connections
        "create-group-connection" => vec![
            NoGroupFound,
            RoleNotFound,
            UserRequired,
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            BLOCKED,
            AlreadyMember,
            AlreadyApplied,
            AlreadyInvited,
            TOO_SOON,
            TooManyGuesses { seconds: 900 },
            CodeNotFound,
            CodeClosed,
            CodeExpired,
            CodeUsedUp,
            TooManyGroups,
            GroupFull,
            NotOpen,
            InviteOnly,
            TooManyPending,
        ],
        "update-group-connection" => {
            vec![
                GroupNotFound,
                NotAuthorized,
                BLOCKED,
                RoleNotFound,
                ConnectionNotFound,
                TooManyGroups,
                GroupFull,
            ]
        }
        "cancel-group-connection" => vec![GroupNotFound, NotAuthorized, ConnectionNotFound],
        "leave-group" => vec![UserRequired, GroupNotFound, NotMember],
        "remove-group-member" => {
            vec![GroupNotFound, NotAuthorized, NotMember, LastAdmin, TooManyBlocks]
        }
        "make-group-admin" => vec![GroupNotFound, NotAuthorized, NotMember],
        "remove-group-admin" => vec![GroupNotFound, NotAuthorized, NotMember, LastAdmin],

        // Attributes, blocks and history
        "list-group-attributes" | "list-group-blocks" | "list-group-events" => {
            vec![GroupNotFound, NotAuthorized]
        }
        "add-group-attributes" => {
            vec![
                TooManyAtOnce,
                UserRequired,
                GroupNotFound,
                NotAuthorized,
                TooManyAttributes,
                TooManyPublicAttributes,
            ]
        }
        "modify-group-attribute" => {
            vec![GroupNotFound, NotAuthorized, AttributeNotFound, TooManyPublicAttributes]
        }
        "delete-group-attribute" => vec![GroupNotFound, NotAuthorized, AttributeNotFound],
        "block-group-user" => {
            vec![GroupNotFound, UserNotFound, NotAuthorized, LastAdmin, TooManyBlocks]
        }
        "get-group-block" | "unblock-group-member" => {
            vec![GroupNotFound, NotAuthorized, BlockNotFound]
        }

        // Codes
        "create-group-code" => vec![GroupNotFound, NotAuthorized, RoleNotFound, TooManyCodes],
        "list-group-codes" => vec![GroupNotFound, NotAuthorized],
        "update-group-code" | "delete-group-code" => {
            vec![GroupNotFound, NotAuthorized, CodeNotFound]
        }

        // Webhooks
        "create-webhook" => vec![TooManyWebhooks],
        "get-webhook" | "update-webhook" | "delete-webhook" | "list-webhook-deliveries" => {
            vec![WebhookNotFound]
        }
        "test-webhook" => vec![WebhookNotFound, WebhookDisabled],
        "replay-webhook" => vec![GroupNotFound, WebhookNotFound, WebhookDisabled],

        // Users and games
        "sign-up" => vec![GameNotFound, UsernameTaken, EmailTaken],
        "sign-in" => {
            vec![CredentialsInvalid, TooManyGuesses { seconds: 900 }, GameNotFound, Banned]
        }
        "get-user" => vec![UserNotFound],
        "verify-game" | "list-store-items" => vec![GameTokenInvalid],

        // PlayFab's groups
        "playfab-create-group" => {
            vec![UserRequired, UserNotFound, NotAuthorized, TooManyGroups, GroupNameTaken]
        }
        "playfab-get-group" => vec![GroupNotFound, GroupNameNotFound],
        "playfab-update-group" => {
            vec![TooManyAtOnce, GroupNotFound, NotAuthorized, RoleNotFound, GroupNameTaken]
        }
        "playfab-apply-to-group" => vec![
            RoleNotFound,
            UserRequired,
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            BLOCKED,
            AlreadyMember,
            TOO_SOON,
            TooManyGroups,
            GroupFull,
            InviteOnly,
            TooManyPending,
        ],
        "playfab-accept-group-application" => vec![
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            BLOCKED,
            AlreadyMember,
            ApplicationNotFound,
            TooManyGroups,
            GroupFull,
        ],
        "playfab-remove-group-application" => {
            vec![GroupNotFound, UserNotFound, NotAuthorized, ApplicationNotFound]
        }
        "playfab-invite-to-group" => vec![
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            BLOCKED,
            RoleNotFound,
            AlreadyMember,
            TooManyGroups,
            GroupFull,
            TooManyPending,
        ],
        "playfab-accept-group-invitation" => vec![
            UserRequired,
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            BLOCKED,
            RoleNotFound,
            AlreadyMember,
            InvitationNotFound,
            TooManyGroups,
            GroupFull,
        ],
        "playfab-remove-group-invitation" => {
            vec![GroupNotFound, UserNotFound, NotAuthorized, InvitationNotFound]
        }
        "playfab-add-members" => vec![
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            BLOCKED,
            RoleNotFound,
            TooManyAtOnce,
            TooManyGroups,
            GroupFull,
        ],
        "playfab-remove-members" | "playfab-change-member-role" => vec![
            TooManyAtOnce,
            GroupNotFound,
            UserNotFound,
            NotAuthorized,
            RoleNotFound,
            NotMember,
            LastAdmin,
            RoleNotHeld,
        ],
        "playfab-is-member" => vec![GroupNotFound, UserNotFound, NotAuthorized, RoleNotFound],
        "playfab-list-membership" | "playfab-list-membership-opportunities" => vec![UserNotFound],
        "playfab-block-entity" => vec![GroupNotFound, UserNotFound, NotAuthorized, TooManyBlocks],
        "playfab-unblock-entity" => vec![GroupNotFound, UserNotFound, NotAuthorized],
        "playfab-create-role" => {
            vec![GroupNotFound, NotAuthorized, RoleIdTaken, RoleNameTaken, TooManyRoles]
        }
        "playfab-update-role" => vec![GroupNotFound, NotAuthorized, RoleNotFound, RoleNameTaken],
        "playfab-delete-role" => {
            vec![
                TooManyAtOnce,
                GroupNotFound,
                NotAuthorized,
                RoleNotFound,
                RoleIsAdminRole,
                RoleIsMemberRole,
            ]
        }
        "playfab-delete-group"
        | "playfab-list-group-applications"
        | "playfab-list-group-blocks"
        | "playfab-list-group-invitations"
        | "playfab-list-group-members" => vec![GroupNotFound, NotAuthorized],

        // PlayFab's tokens
        "playfab-login-with-custom-id" => vec![GameNotFound, AccountNotFound, Banned],
        "playfab-get-entity-token" => {
            vec![ServiceKeyInvalid, NotAuthorized, UserNotFound, Banned]
        }
        "playfab-validate-entity-token" => vec![NotAuthorized],
        _ => Vec::new(),
    }
}
