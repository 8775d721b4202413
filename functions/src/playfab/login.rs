//! LoginWithCustomID, GetEntityToken and ValidateEntityToken: where a client's token comes from.

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::auth::keys::Purpose;
use shared::auth::secrets::Secret;
use shared::auth::token::{self, Token};
use shared::decision::Decision;
use shared::domain::ids::UserId;
use shared::domain::name::CustomId;
use shared::operations::users::login::{Login, login_with_custom_id};
use shared::{Call, Refusal};

use super::authentication::{Anyone, Exchanging};
use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{EntityKey, date};
use crate::lenient::GameIdParameter;

/// `POST /Client/LoginWithCustomID`
pub struct LoginWithCustomId;

/// Who logs in to which title.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoginWithCustomIdRequest {
    title_id: GameIdParameter,
    custom_id: CustomId,
    create_account: Option<bool>,
}

/// A user who logged in.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoginResult {
    entity_token: EntityTokenResponse,
    newly_created: bool,
    play_fab_id: String,
    session_ticket: String,
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
struct UserSettings {
    gather_device_info: bool,
    gather_focus_info: bool,
    needs_attribution: bool,
}

/// A token, and whom it stands for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EntityTokenResponse {
    entity: EntityKey,
    entity_token: String,
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
pub struct GetEntityToken;

/// For whom; by default for whoever calls.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetEntityTokenRequest {
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
        let Exchanging(caller) = call.caller;
        let call = call.by(caller);
        let user = match &request.entity {
            None => caller.acting_user(),
            Some(entity) => subject(&call, entity).await?,
        };
        let entity = EntityKey::of(caller.game(), user);
        let keys = &call.app.keys;
        let token = token::issue(keys, call.now, Purpose::Token, caller.game(), user)?;
        Ok(Decision::answer(EntityTokenResponse::new(entity, token)))
    }
}

/// The user whom the token is to stand for, or nobody for the title; it must be the caller or, for a title, one of its users.
async fn subject(call: &Call<'_>, entity: &EntityKey) -> Result<Option<UserId>, PlayFabError> {
    let caller = &call.caller;
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
    shared::operations::users::profile::user(*call, user).await?;
    Ok(Some(user))
}

/// `POST /Authentication/ValidateEntityToken`
pub struct ValidateEntityToken;

/// The token in question.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ValidateEntityTokenRequest {
    entity_token: Secret,
}

/// Whom it stands for.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ValidateEntityTokenResponse {
    entity: EntityKey,
    lineage: FlatLineage,
}

/// The entities that the entity comes from; here by type, unlike in groups.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FlatLineage {
    #[serde(skip_serializing_if = "Option::is_none")]
    master_player_account_id: Option<String>,
    title_id: String,
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
