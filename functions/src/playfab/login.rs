//! LoginWithCustomID, GetEntityToken and ValidateEntityToken: where a client's token comes from.

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::auth::keys::Purpose;
use shared::auth::secrets::Secret;
use shared::auth::token::{self, Token};
use shared::decision::Decision;
use shared::domain::ids::{GameId, UserId};
use shared::domain::name::CustomId;
use shared::operations::users::exchange::exchange;
use shared::operations::users::login::{Login, login_with_custom_id};
use shared::{Call, Refusal};

use super::authentication::{Anyone, Exchanging};
use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{EntityKey, date};
use crate::lenient::IdParameter;

/// `POST /Client/LoginWithCustomID`
///
/// Logs a player in, who has no password but a custom id that nobody else knows.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoginWithCustomId;

/// Who logs in to which title.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoginWithCustomIdRequest {
    /// The title's id: the game's, in decimal.
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    title_id: IdParameter<GameId>,
    /// What the player is known by: 1 to 100 characters, compared as they are.
    custom_id: CustomId,
    /// Whether who is not known becomes a player. False, where it is absent.
    create_account: Option<bool>,
}

/// A user who logged in.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoginResult {
    /// The player's token.
    entity_token: EntityTokenResponse,
    /// Whether the player was not known before.
    newly_created: bool,
    /// The player's id; empty in a dry run that would create the player.
    play_fab_id: String,
    /// Good for GetEntityToken alone, for 24 hours; empty in a dry run that would create the player.
    session_ticket: String,
    /// What the client is to gather: nothing.
    settings_for_user: UserSettings,
}

impl From<Login> for LoginResult {
    fn from(login: Login) -> Self {
        Self {
            entity_token: EntityTokenResponse::new(EntityKey::of_user(login.user), login.token),
            newly_created: login.newly_created,
            play_fab_id: login.user.to_hex(),
            session_ticket: login.session.text,
            settings_for_user: UserSettings::default(),
        }
    }
}

impl LoginResult {
    /// The same of somebody who is not there yet, and for whom no token can stand.
    fn unknown(self) -> Self {
        let unknown = String::new;
        let entity_token = EntityTokenResponse {
            entity: EntityKey::of_nobody(),
            entity_token: unknown(),
            ..self.entity_token
        };
        Self { entity_token, play_fab_id: unknown(), session_ticket: unknown(), ..self }
    }
}

/// What a client is to do for analytics, which is not here: nothing. The SDKs read it without looking whether it is there.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct UserSettings {
    /// Always false.
    gather_device_info: bool,
    /// Always false.
    gather_focus_info: bool,
    /// Always false.
    needs_attribution: bool,
}

/// A token, and whom it stands for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityTokenResponse {
    /// For whom the token stands.
    entity: EntityKey,
    /// The token, for `X-EntityToken`; it is good for 24 hours, in either dialect.
    entity_token: String,
    /// When the token's time is over: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    token_expiration: String,
}

impl EntityTokenResponse {
    fn new(entity: EntityKey, token: Token) -> Self {
        Self { entity, entity_token: token.text, token_expiration: date(token.expires_at) }
    }
}

impl Endpoint for LoginWithCustomId {
    type Caller = Anyone;
    type Request = LoginWithCustomIdRequest;
    type Response = LoginResult;

    async fn call(
        call: Call<'_, Anyone>,
        request: LoginWithCustomIdRequest,
    ) -> Result<Decision<'_, LoginResult, PlayFabError>, PlayFabError> {
        let game = request.title_id.id().ok_or(Refusal::GameNotFound)?;
        let create = request.create_account.unwrap_or(false);
        let login = login_with_custom_id(&call.by(()), game, &request.custom_id, create).await?;
        Ok(login.and_then(move |login| {
            let is_unknown = call.is_dry_run && login.newly_created;
            let result = LoginResult::from(login);
            Ok(if is_unknown { result.unknown() } else { result })
        }))
    }
}

/// `POST /Authentication/GetEntityToken`
///
/// Exchanges a session ticket, a secret key or a token for a token. Of several the session ticket counts, then the secret key.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetEntityToken;

/// For whom; by default for whoever calls.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetEntityTokenRequest {
    /// For whom; the caller, where it is absent. A title may name one of its players.
    entity: Option<EntityKey>,
}

impl Endpoint for GetEntityToken {
    type Caller = Exchanging;
    type Request = GetEntityTokenRequest;
    type Response = EntityTokenResponse;

    async fn call(
        call: Call<'_, Exchanging>,
        request: GetEntityTokenRequest,
    ) -> Result<Decision<'_, EntityTokenResponse, PlayFabError>, PlayFabError> {
        let Exchanging { caller, proof } = call.caller;
        let user = match &request.entity {
            None => caller.acting_user(),
            Some(entity) => subject(&caller, entity)?,
        };
        let token = exchange(&call.by(caller), proof, user).await?;
        let entity = EntityKey::of(caller.game(), user);
        Ok(Decision::answer(EntityTokenResponse::new(entity, token)))
    }
}

/// The user whom the token is to stand for, or nobody for the title; it must be the caller or, for a title, one of its users.
fn subject(caller: &Caller, entity: &EntityKey) -> Result<Option<UserId>, PlayFabError> {
    if entity.is_title(caller.game()) {
        return if caller.actor().is_title() {
            Ok(None)
        } else {
            Err(Refusal::NotAuthorized.into())
        };
    }
    let user = entity.user("Entity")?;
    if !caller.speaks_for(user) {
        return Err(Refusal::NotAuthorized.into());
    }
    Ok(Some(user))
}

/// `POST /Authentication/ValidateEntityToken`
///
/// Tells the title for whom a token stands, if it is one of this title.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidateEntityToken;

/// The token in question.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidateEntityTokenRequest {
    /// The token in question.
    entity_token: Secret,
}

/// Whom it stands for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValidateEntityTokenResponse {
    /// For whom it stands.
    entity: EntityKey,
    /// Those that the entity comes from.
    lineage: FlatLineage,
}

/// The entities that the entity comes from; here by type, unlike in groups.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct FlatLineage {
    /// The player's master account, which has the same id; absent for a title.
    #[serde(skip_serializing_if = "Option::is_none")]
    master_player_account_id: Option<String>,
    /// The title.
    title_id: String,
    /// The player; absent for a title.
    #[serde(skip_serializing_if = "Option::is_none")]
    title_player_account_id: Option<String>,
}

impl Endpoint for ValidateEntityToken {
    type Caller = Caller;
    type Request = ValidateEntityTokenRequest;
    type Response = ValidateEntityTokenResponse;

    async fn call(
        call: Call<'_>,
        request: ValidateEntityTokenRequest,
    ) -> Result<Decision<'_, ValidateEntityTokenResponse, PlayFabError>, PlayFabError> {
        if !call.caller.actor().is_title() {
            return Err(Refusal::NotAuthorized.into());
        }
        let holder = token::authenticate(
            &call.app.keys,
            call.now,
            Purpose::Token,
            request.entity_token.expose(),
        )?;
        // Another title's token is nothing that this title can know.
        if holder.game() != call.caller.game() {
            return Err(Refusal::TokenInvalid.into());
        }
        let id = holder.acting_user().map(UserId::to_hex);
        Ok(Decision::answer(ValidateEntityTokenResponse {
            entity: EntityKey::of(holder.game(), holder.acting_user()),
            lineage: FlatLineage {
                master_player_account_id: id.clone(),
                title_id: holder.game().to_string(),
                title_player_account_id: id,
            },
        }))
    }
}
