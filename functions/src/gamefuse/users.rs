//! `/api/v3/users` and `/api/v3/sessions`: where a user's token comes from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::auth::passwords::Password;
use shared::auth::secrets::Secret;
use shared::decision::Decision;
use shared::domain::ids::{GameId, UserId};
use shared::domain::name::Username;
use shared::domain::user::{Account, Email};
use shared::operations::users::get::{Connections, Found, get_user};
use shared::operations::users::profile::Profile;
use shared::operations::users::sign_in::{Credentials, sign_in};
use shared::operations::users::sign_up::{NewUser, sign_up};
use shared::{Call, Error, Refusal};

use super::authentication::Anyone;
use super::endpoint::Endpoint;
use super::wire::{ConnectionLists, UserObject};
use crate::lenient::{IdParameter, unless_empty};

/// A user who is told about themselves.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnUserObject {
    #[serde(flatten)]
    user: UserObject,
    #[serde(flatten)]
    logins: Logins,
    #[serde(flatten)]
    metering: Metering,
    #[serde(flatten)]
    lists: OwnLists,
    #[serde(flatten)]
    connections: ConnectionLists,
}

/// When and how often a user has signed up or in.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Logins {
    /// When the user last signed up or in: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    last_login: String,
    /// How often the user has signed up or in.
    number_of_logins: u32,
    /// Whether that was once.
    is_new_user: bool,
}

impl Logins {
    fn new(last_login: Timestamp, number_of_logins: u32) -> Self {
        // Signing up is the first login.
        let is_new_user = number_of_logins <= 1;
        Self { last_login: format!("{last_login:.3}"), number_of_logins, is_new_user }
    }
}

/// What the real service meters; here nothing is, and typed clients want the numbers.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct Metering {
    /// Always 0.
    events_total: u32,
    /// Always 0.
    events_current_month: u32,
    /// Always 0.
    game_sessions_total: u32,
    /// Always 0.
    game_sessions_current_month: u32,
}

/// What other parts of the real service keep about a user; clients take empty lists.
#[derive(Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct OwnLists {
    /// Always empty.
    game_user_attributes: [(); 0],
    /// Always empty.
    game_user_store_items: [(); 0],
    /// Always empty.
    friends: [(); 0],
    /// Always empty.
    outgoing_friend_requests: [(); 0],
    /// Always empty.
    incoming_friend_requests: [(); 0],
    /// Always empty.
    direct_chats: [(); 0],
    /// Always empty.
    group_chats: [(); 0],
    /// Always empty.
    game_rounds: [(); 0],
}

impl OwnUserObject {
    /// `account`, with what connects it to groups.
    pub fn new(account: Account, connections: Connections) -> Self {
        let logins = Logins::new(account.last_login, account.number_of_logins);
        let user = UserObject::from(Profile { user: account.into(), shows_email: true });
        Self {
            connections: ConnectionLists::new(connections, &user),
            user,
            logins,
            metering: Metering::default(),
            lists: OwnLists::default(),
        }
    }
}

impl OwnUserObject {
    /// The same of somebody who is not there yet.
    fn unknown(self) -> Self {
        Self { user: self.user.unknown(), ..self }
    }
}

/// A user who just signed up or in, with their token.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionResponse {
    #[serde(flatten)]
    user: OwnUserObject,
    /// Who has this calls as the user, for 24 hours, in either dialect; empty in a dry run of signing up.
    authentication_token: String,
}

/// `POST /api/v3/users`
///
/// Signs a new user up, and in.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignUp;

/// Who signs up, and for which game.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignUpRequest {
    /// The user's address, unique in the game in whatever case. Nothing is sent to it.
    email: Email,
    /// The user's password: 6 to 128 characters.
    password: Password,
    /// The same once more.
    password_confirmation: Secret,
    /// The user's name, unique in the game in whatever case.
    username: Username,
    /// The game's id.
    #[cfg_attr(feature = "schema", schemars(with = "GameId"))]
    game_id: IdParameter<GameId>,
    /// The game's token.
    game_token: Secret,
}

impl Endpoint for SignUp {
    type Caller = Anyone;
    type Request = SignUpRequest;
    type Response = SessionResponse;

    const RESOURCE: &'static str = "user";

    async fn call(
        call: Call<'_, Anyone>,
        request: SignUpRequest,
    ) -> Result<Decision<'_, SessionResponse>, Error> {
        if !request.password.is(&request.password_confirmation) {
            let problem = "must be the same as password";
            return Err(Refusal::invalid("password_confirmation", problem).into());
        }
        let new = NewUser {
            game: request.game_id.id().ok_or(Refusal::GameNotFound)?,
            game_token: request.game_token,
            username: request.username,
            email: request.email,
            password: request.password,
        };
        let signed_up = sign_up(&call.by(()), new).await?;
        Ok(signed_up.map(move |(account, token)| {
            let user = OwnUserObject::new(account, Connections::default());
            match call.is_dry_run {
                // Nobody is there for whom a token could stand.
                true => {
                    SessionResponse { user: user.unknown(), authentication_token: String::new() }
                }
                false => SessionResponse { user, authentication_token: token.text },
            }
        }))
    }
}

/// `POST /api/v3/sessions`
///
/// Signs a user in. Wrong passwords are counted by account and address: after too many, even the right one has to wait.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn;

/// Who signs in, and to which game. Some clients leave the game's token out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignInRequest {
    /// The user's address, or the username where there is no `@` in it.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    email: Secret,
    /// The user's password.
    password: Secret,
    /// The game's id.
    #[cfg_attr(feature = "schema", schemars(with = "GameId"))]
    game_id: IdParameter<GameId>,
    /// The game's token; checked where it is there.
    #[serde(default, deserialize_with = "unless_empty")]
    game_token: Option<Secret>,
}

impl Endpoint for SignIn {
    type Caller = Anyone;
    type Request = SignInRequest;
    type Response = SessionResponse;

    const RESOURCE: &'static str = "session";

    async fn call(
        call: Call<'_, Anyone>,
        request: SignInRequest,
    ) -> Result<Decision<'_, SessionResponse>, Error> {
        let credentials = Credentials {
            game: request.game_id.id().ok_or(Refusal::GameNotFound)?,
            game_token: request.game_token,
            // Published clients ask for either in one field.
            name: request.email,
            password: request.password,
            address: call.caller.source_address,
        };
        let signed_in = sign_in(&call.by(()), credentials).await?;
        Ok(signed_in.map(|session| SessionResponse {
            user: OwnUserObject::new(session.account, session.connections),
            authentication_token: session.token.text,
        }))
    }
}

/// `GET /api/v3/users/{id}`
///
/// Reads a user: oneself with groups, requests and invitations, of others little.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetUser;

/// Which user.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetUserRequest {
    /// The user's id.
    id: UserId,
}

/// A user: everything about oneself, little about others.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum GetUserResponse {
    /// Oneself.
    Own(Box<OwnUserObject>),
    /// Somebody else.
    Other(OtherUserObject),
}

/// Somebody else.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OtherUserObject {
    #[serde(flatten)]
    user: UserObject,
    #[serde(flatten)]
    logins: Logins,
}

impl Endpoint for GetUser {
    type Caller = Caller;
    type Request = GetUserRequest;
    type Response = GetUserResponse;

    const RESOURCE: &'static str = "user";

    async fn call(
        call: Call<'_>,
        request: GetUserRequest,
    ) -> Result<Decision<'_, GetUserResponse>, Error> {
        Ok(Decision::answer(match get_user(&call, request.id).await? {
            Found::Own(account, connections) => {
                GetUserResponse::Own(Box::new(OwnUserObject::new(*account, connections)))
            }
            Found::Other(profile, logins) => GetUserResponse::Other(OtherUserObject {
                user: profile.into(),
                logins: Logins::new(logins.last_login, logins.number_of_logins),
            }),
        }))
    }
}
