//! `/api/v3/users` and `/api/v3/sessions`: where a user's token comes from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::auth::passwords::Password;
use shared::auth::secrets::Secret;
use shared::decision::Decision;
use shared::domain::ids::UserId;
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
use crate::lenient::GameIdParameter;

/// A user who is told about themselves.
#[derive(Serialize)]
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
struct Logins {
    last_login: String,
    number_of_logins: u32,
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
struct Metering {
    events_total: u32,
    events_current_month: u32,
    game_sessions_total: u32,
    game_sessions_current_month: u32,
}

/// What other parts of the real service keep about a user; clients take empty lists.
#[derive(Default, Serialize)]
struct OwnLists {
    game_user_attributes: [(); 0],
    game_user_store_items: [(); 0],
    friends: [(); 0],
    outgoing_friend_requests: [(); 0],
    incoming_friend_requests: [(); 0],
    direct_chats: [(); 0],
    group_chats: [(); 0],
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
pub struct SessionResponse {
    #[serde(flatten)]
    user: OwnUserObject,
    authentication_token: String,
}

/// `POST /api/v3/users`
pub struct SignUp;

/// Who signs up, and for which game.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUpRequest {
    email: Email,
    password: Password,
    password_confirmation: Secret,
    username: Username,
    game_id: GameIdParameter,
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
pub struct SignIn;

/// Who signs in, and to which game. Some clients leave the game's token out.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    email: Secret,
    password: Secret,
    game_id: GameIdParameter,
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
pub struct GetUser;

/// Which user.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GetUserRequest {
    id: UserId,
}

/// A user: everything about oneself, little about others.
#[derive(Serialize)]
#[serde(untagged)]
pub enum GetUserResponse {
    /// Oneself.
    Own(Box<OwnUserObject>),
    /// Somebody else.
    Other(OtherUserObject),
}

/// Somebody else.
#[derive(Serialize)]
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
