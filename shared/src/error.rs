//! The catalogue of refusals, and what else can go wrong.

use std::error::Error as StdError;

/// Everything that Guildhall refuses, each with one name and one text for the caller.
///
/// The order is the order of precedence: where several apply, the caller is told the first.
/// How a refusal looks in a dialect is decided in that dialect's `error` module.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    thiserror::Error,
    strum::EnumIter,
    strum::IntoStaticStr,
)]
pub enum Refusal {
    // The request itself.
    /// No route has that path.
    #[error("There is no such endpoint")]
    EndpointNotFound,
    /// The path exists, but not with that method.
    #[error("This endpoint does not answer that method")]
    MethodNotAllowed,
    /// The body is larger than a request may be.
    #[error("The request body is larger than 262144 bytes")]
    BodyTooLarge,
    /// The body is of a type, or in an encoding, that the endpoint does not read.
    #[error("The content {0} is not one that this endpoint reads")]
    UnsupportedMediaType(Unread),
    /// The body cannot be read as what its type says.
    #[error("The request body could not be read: {0}")]
    MalformedBody(String),

    // Who is calling.
    /// A route that needs a token was called without one.
    #[error("Request missing user authentication token")]
    NotAuthenticated,
    /// The token was not issued here, or for another purpose.
    #[error("The authentication token is not valid")]
    TokenInvalid,
    /// The token's time is over.
    #[error("The authentication token has expired: sign in again")]
    TokenExpired,
    /// The secret key is unknown, or the user for whom it was sent.
    #[error("The secret key, or what was sent with it, is not valid")]
    ServiceKeyInvalid,
    /// A route that is for the game's own server was called without its secret key.
    #[error("This is for the game's own server: send its secret key in service-key-token")]
    ServiceKeyRequired,
    /// The game id and token do not belong together.
    #[error("The game id or game token is not valid")]
    GameTokenInvalid,
    /// No such user, or not that password; the caller is not told which.
    #[error("The e-mail address, username or password is not correct")]
    CredentialsInvalid,
    /// Somebody has guessed too often at a password, whoever it was, or at a code.
    #[error("Too many attempts: wait before you try again")]
    TooManyGuesses {
        /// For how many seconds.
        seconds: u32,
    },

    /// The game itself calls, and only a user can do this.
    #[error("This needs a user's token, not the game's")]
    UserRequired,

    // What the request says.
    /// A parameter is missing, unknown, of the wrong type or out of range.
    #[error("{field} {problem}")]
    InvalidParameter {
        /// Its name, as the caller wrote it.
        field: String,
        /// What is wrong with it; reads on after the name.
        problem: String,
    },
    /// The idempotency key was used for another request.
    #[error("The Idempotency-Key was used for another request: draw a new one for each")]
    IdempotencyKeyReused,
    /// The cursor was not issued here, or for another query.
    #[error("The cursor is not valid for this query: start again without one")]
    CursorInvalid,

    // What does not exist.
    /// No game has that id and token.
    #[error("No game has that id and token")]
    GameNotFound,
    /// No group of this game has that id.
    #[error("No group has that id")]
    GroupNotFound,
    /// No group of this game has claimed that name.
    #[error("No group has that name")]
    GroupNameNotFound,
    /// No group that is open, listed and has room takes the user.
    #[error("No open group has room for you")]
    NoGroupFound,
    /// Nobody has signed in with that custom id, and no account is to be made.
    #[error("No account has that custom id")]
    AccountNotFound,
    /// No user of this game has that id or name.
    #[error("No such user in this game")]
    UserNotFound,
    /// No group of this game has that code, or the code was deleted, with its group or without.
    #[error("There is no such code")]
    CodeNotFound,

    /// No webhook of this game has that id.
    #[error("No webhook has that id")]
    WebhookNotFound,

    // What the caller may not do.
    /// The user is banned from the game.
    #[error("This account is banned from the game: ask whoever runs it")]
    Banned,
    /// The permission matrix says no.
    #[error("You are not allowed to do that")]
    NotAuthorized,
    /// The user was removed from the group or blocked in it.
    #[error("The user is blocked from this group")]
    Blocked {
        /// For how many seconds; absent where only an admin ends it.
        seconds: Option<u32>,
    },

    // What the state of things does not permit.
    /// The group has no role with that id.
    #[error("The group has no role with that id")]
    RoleNotFound,
    /// The user is already in the group.
    #[error("The user is already a member of this group")]
    AlreadyMember,
    /// An admin has closed the code.
    #[error("The code is closed: an admin of its group can open it again, or give out another one")]
    CodeClosed,
    /// The code's time is over.
    #[error("The code has expired: ask an admin of its group for another one")]
    CodeExpired,
    /// The code has let in as many as it may.
    #[error("The code is used up: ask an admin of its group for another one")]
    CodeUsedUp,
    /// The user has asked already, and the application is pending.
    #[error("The user has already asked to join this group")]
    AlreadyApplied,
    /// The user was invited already, and the invitation is pending.
    #[error("The user is already invited to this group")]
    AlreadyInvited,
    /// No application or invitation has that id, or it was answered, cancelled or has expired.
    #[error("No pending group connection has that id")]
    ConnectionNotFound,
    /// The user has no pending application to the group.
    #[error("The user has no pending application to this group")]
    ApplicationNotFound,
    /// The user has no pending invitation to the group.
    #[error("The user has no pending invitation to this group")]
    InvitationNotFound,
    /// The user is not in the group.
    #[error("The user is not a member of this group")]
    NotMember,
    /// The user is not blocked in the group.
    #[error("The user is not blocked from this group")]
    BlockNotFound,
    /// The group has no attribute with that key.
    #[error("The group has no attribute with that key")]
    AttributeNotFound,
    /// The group would be left with members and without an admin.
    #[error("The group's last admin stays one: make somebody else admin first")]
    LastAdmin,
    /// One transaction cannot hold it.
    #[error("That is more than one request can change")]
    TooManyAtOnce,
    /// A member does not hold the role that they are to be taken from.
    #[error("A member does not hold that role")]
    RoleNotHeld,
    /// The user left the group, was declined or removed, and the group wants them to wait.
    #[error("The user has to wait before asking to join this group again")]
    TooSoon {
        /// For how many seconds.
        seconds: u32,
    },
    /// The user is in as many groups as the deployment lets a player be in.
    #[error("The user is in as many groups as a player may be: one must be left first")]
    TooManyGroups,
    /// The group has as many members as it may have.
    #[error("The group is full")]
    GroupFull,
    /// The user would be let in by an admin's answer alone, and has not asked for one.
    #[error("The group is not open: send a join_request, which one of its admins answers")]
    NotOpen,
    /// Only invitations lead into the group.
    #[error("The group is invite only: one of its admins must invite the user")]
    InviteOnly,
    /// As many applications and invitations are pending as a group may have.
    #[error(
        "The group has as many pending requests and invitations as it may have: try again once \
         some are answered, taken back or expired"
    )]
    TooManyPending,
    /// The group blocks as many users as a group may block.
    #[error("The group blocks as many users as it may: unblock somebody first")]
    TooManyBlocks,
    /// The group has as many codes as a group may have.
    #[error("The group has as many codes as it may have: delete one first")]
    TooManyCodes,
    /// The new limit is below the number of members.
    #[error("max_group_size cannot be less than the number of members")]
    SizeBelowMembers,
    /// The group has a role with that id.
    #[error("The group already has a role with that id")]
    RoleIdTaken,
    /// The group has a role with that name.
    #[error("The group already has a role with that name")]
    RoleNameTaken,
    /// The role is the one whose holders are the group's admins.
    #[error("The group's admin role cannot be deleted")]
    RoleIsAdminRole,
    /// The role is the one of everyone who joins.
    #[error("The group's default member role cannot be deleted")]
    RoleIsMemberRole,
    /// The group has as many roles as a group may have.
    #[error("A group can have at most 10 roles")]
    TooManyRoles,
    /// The group has as many attributes as a group may have.
    #[error("A group can have at most 100 attributes")]
    TooManyAttributes,
    /// As many attributes of the group are public as may be.
    #[error("A group can have at most 10 public attributes")]
    TooManyPublicAttributes,
    /// The game has as many webhooks as a game may have.
    #[error("The game has as many webhooks as it may: delete one first")]
    TooManyWebhooks,
    /// Nothing is sent to the webhook.
    #[error("The webhook is disabled: enable it first")]
    WebhookDisabled,
    /// Another group of the game holds that name.
    #[error("Another group has that name")]
    GroupNameTaken,
    /// Another user of the game holds that name.
    #[error("Another user has that username")]
    UsernameTaken,
    /// Another user of the game holds that address.
    #[error("Another user has that e-mail address")]
    EmailTaken,
}

/// What of a body it is that an endpoint does not read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Unread {
    /// What it is said to be.
    #[default]
    Type,
    /// How it is said to be compressed.
    Encoding,
}

impl Refusal {
    /// The stable name, the same in every dialect, log line and release.
    pub fn name(&self) -> &'static str {
        self.into()
    }

    /// Whether the caller has not proved who they are.
    pub fn is_unauthenticated(&self) -> bool {
        matches!(
            self,
            Self::NotAuthenticated
                | Self::TokenInvalid
                | Self::TokenExpired
                | Self::ServiceKeyInvalid
                | Self::ServiceKeyRequired
                | Self::GameTokenInvalid
                | Self::CredentialsInvalid
        )
    }

    /// An [`Refusal::InvalidParameter`].
    pub fn invalid(field: impl Into<String>, problem: impl ToString) -> Self {
        Self::InvalidParameter { field: field.into(), problem: problem.to_string() }
    }
}

/// Why a call has no answer.
///
/// There is on purpose no `Display`: what a caller may read is decided by the dialects, what is logged by the pipeline.
#[derive(Debug)]
pub enum Error {
    /// The caller's doing: a rule says no, and nothing has changed.
    Refused(Refusal),
    /// Too much at once: nothing has changed, and the same call may succeed later.
    Busy,
    /// A write was sent, and nobody knows whether it was done; or it was done, and there was no time left to tell more.
    OutcomeUnknown,
    /// Our doing. The cause is for the log only.
    Internal(Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// An [`Error::Internal`] with that cause.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// The same error behind a write that was or may have been done: whoever is told to come back has to look first.
    pub fn after_a_write(self) -> Self {
        match self {
            Self::Busy => Self::OutcomeUnknown,
            Self::Refused(_) | Self::OutcomeUnknown | Self::Internal(_) => self,
        }
    }

    /// The same error behind a write that may still arrive: nobody can say that nothing changes.
    pub fn in_doubt(self) -> Self {
        match self {
            Self::Refused(_) | Self::Busy | Self::OutcomeUnknown => Self::OutcomeUnknown,
            Self::Internal(_) => self,
        }
    }

    /// In how many seconds the call may be made again, where that may help.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Busy | Self::OutcomeUnknown => Some(1),
            Self::Refused(Refusal::TooManyGuesses { seconds } | Refusal::TooSoon { seconds }) => {
                Some(*seconds)
            }
            Self::Refused(Refusal::Blocked { seconds }) => *seconds,
            Self::Refused(_) | Self::Internal(_) => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
