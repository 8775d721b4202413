//! `/api/v3/games/...`: the calls that clients make to set themselves up.

use serde::{Deserialize, Serialize};
use shared::auth::secrets::Secret;
use shared::decision::Decision;
use shared::domain::game::Game;
use shared::domain::ids::GameId;
use shared::operations::games::verify::verify_game;
use shared::{Call, Error, Refusal};

use super::authentication::Anyone;
use super::endpoint::Endpoint;
use crate::lenient::IdParameter;

/// A game's id and token, and what clients send along.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GameRequest {
    /// The game's id.
    #[cfg_attr(feature = "schema", schemars(with = "GameId"))]
    game_id: IdParameter<GameId>,
    /// The game's token.
    game_token: Secret,
    /// Which library the client is of, as some say; it changes nothing.
    #[serde(rename = "client_from_library")]
    _client_from_library: Option<String>,
    /// Whether the store is to be filled, as some say; it changes nothing.
    #[serde(rename = "seed_store")]
    _seed_store: Option<bool>,
}

impl GameRequest {
    /// The game whose id and token these are.
    async fn game(&self, call: &Call<'_, Anyone>) -> Result<Game, Error> {
        let id = self.game_id.id().ok_or(Refusal::GameTokenInvalid)?;
        verify_game(call.app, id, &self.game_token).await
    }
}

/// `GET /api/v3/games/verify`
///
/// Checks a game's id and token, which clients do before all else.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyGame;

/// The game. Variables are kept by another part of the real service; clients take an empty list.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VerifyGameResponse {
    /// The game's id.
    id: GameId,
    /// What it is called.
    name: String,
    /// Its token, as it was sent.
    token: String,
    /// Always empty.
    description: &'static str,
    /// Always empty: variables are not kept here.
    game_variables: [(); 0],
}

impl Endpoint for VerifyGame {
    type Caller = Anyone;
    type Request = GameRequest;
    type Response = VerifyGameResponse;

    const RESOURCE: &'static str = "game";

    async fn call(
        call: Call<'_, Anyone>,
        request: GameRequest,
    ) -> Result<Decision<'_, VerifyGameResponse>, Error> {
        let game = request.game(&call).await?;
        Ok(Decision::answer(VerifyGameResponse {
            id: game.game_id,
            name: game.game_name.into(),
            token: request.game_token.expose().to_owned(),
            description: "",
            game_variables: [],
        }))
    }
}

/// `GET /api/v3/games/store_items`
///
/// Lists what the game's store sells, which is nothing here: clients ask for it while they set up.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListStoreItems;

/// What the store sells: this deployment has no store, and clients take an empty list.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListStoreItemsResponse {
    /// Always empty.
    store_items: [(); 0],
}

impl Endpoint for ListStoreItems {
    type Caller = Anyone;
    type Request = GameRequest;
    type Response = ListStoreItemsResponse;

    const RESOURCE: &'static str = "game";

    async fn call(
        call: Call<'_, Anyone>,
        request: GameRequest,
    ) -> Result<Decision<'_, ListStoreItemsResponse>, Error> {
        request.game(&call).await?;
        Ok(Decision::answer(ListStoreItemsResponse { store_items: [] }))
    }
}
