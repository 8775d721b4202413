//! LoginWithCustomID, GetEntityToken and ValidateEntityToken: where a client's token comes from.

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::auth::keys::Purpose;
use shared::auth::secrets::Secret;
use shared::auth::token::{self, Token};
use shared::domain::ids::UserId;
use shared::domain::name::CustomId;
use shared::operations::login::login_with_custom_id;
use shared::{App, Refusal};

use super::authentication::{Anyone, Exchanging};
use super::endpoint::Endpoint;
use super::error::Failure;
use super::wire::{EntityKey, date};
use crate::lenient::GameIdParameter;

/// `POST /Client/LoginWithCustomID`
pub struct LoginWithCustomId;

/// Who logs in to which title.
#[derive(Deserialize)]
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
        app: &App,
        _caller: Anyone,
        request: LoginWithCustomIdRequest,
    ) -> Result<LoginResult, Failure> {
        let game = request.title_id.id().ok_or(Refusal::GameNotFound)?;
        let create = request.create_account.unwrap_or(false);
        let login = login_with_custom_id(app, game, &request.custom_id, create).await?;
        Ok(LoginResult {
            entity_token: EntityTokenResponse::new(EntityKey::of_user(login.user), login.token),
            newly_created: login.newly_created,
            play_fab_id: login.user.to_hex(),
            session_ticket: login.session.text,
            settings_for_user: UserSettings::default(),
        })
    }
}

/// `POST /Authentication/GetEntityToken`
pub struct GetEntityToken;

/// For whom; by default for whoever calls.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetEntityTokenRequest {
    entity: Option<EntityKey>,
}

impl Endpoint for GetEntityToken {
    type Caller = Exchanging;
    type Request = GetEntityTokenRequest;
    type Response = EntityTokenResponse;

    async fn call(
        app: &App,
        Exchanging(caller): Exchanging,
        request: GetEntityTokenRequest,
    ) -> Result<EntityTokenResponse, Failure> {
        let user = match &request.entity {
            None => caller.acting_user(),
            Some(entity) => subject(app, &caller, entity).await?,
        };
        let entity = EntityKey::of(caller.game(), user);
        let token = token::issue(&app.keys, app.now(), Purpose::Token, caller.game(), user)?;
        Ok(EntityTokenResponse::new(entity, token))
    }
}

/// The user whom the token is to stand for, or nobody for the title; it must be the caller or, for a title, one of its users.
async fn subject(
    app: &App,
    caller: &Caller,
    entity: &EntityKey,
) -> Result<Option<UserId>, Failure> {
    if entity.is_title(caller.game()) {
        return if caller.is_title() { Ok(None) } else { Err(Refusal::NotAuthorized.into()) };
    }
    let user = entity.user("Entity")?;
    if !caller.speaks_for(user) {
        return Err(Refusal::NotAuthorized.into());
    }
    shared::operations::profile::user(app, caller, user).await?;
    Ok(Some(user))
}

/// `POST /Authentication/ValidateEntityToken`
pub struct ValidateEntityToken;

/// The token in question.
#[derive(Deserialize)]
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
        app: &App,
        caller: Caller,
        request: ValidateEntityTokenRequest,
    ) -> Result<ValidateEntityTokenResponse, Failure> {
        if !caller.is_title() {
            return Err(Refusal::NotAuthorized.into());
        }
        let holder = token::authenticate(
            &app.keys,
            app.now(),
            Purpose::Token,
            request.entity_token.expose(),
        )?;
        // Another title's token is nothing that this title can know.
        if holder.game() != caller.game() {
            return Err(Refusal::TokenInvalid.into());
        }
        let id = holder.acting_user().map(UserId::to_hex);
        Ok(ValidateEntityTokenResponse {
            entity: EntityKey::of(holder.game(), holder.acting_user()),
            lineage: FlatLineage {
                master_player_account_id: id.clone(),
                title_id: holder.game().to_string(),
                title_player_account_id: id,
            },
        })
    }
}
