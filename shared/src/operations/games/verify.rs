//! Verify a game's token or secret key.

use serde::Deserialize;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::secrets::Secret;
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::rows::{self, Projection, View};

/// The game of that id, if that is its token.
async fn find_game(app: &App, game: GameId, token: &Secret) -> Result<Option<Game>, Error> {
    let game = app.store.get::<Game>(Key::game(game)).await?;
    Ok(game.filter(|game| token.is_token_of(game, app.now())))
}

/// The game of that id, if that is its token.
pub async fn verify_game(app: &App, game: GameId, token: &Secret) -> Result<Game, Error> {
    Ok(find_game(app, game, token).await?.ok_or(Refusal::GameTokenInvalid)?)
}

/// What is read of a user who only has to exist.
#[derive(Deserialize)]
struct Known {
    user_id: UserId,
}

impl View for Known {
    const KIND: &'static str = User::KIND;
}

/// The game itself, acting for one of its users, if that is its secret key.
pub async fn authenticate_service(app: &App, key: &Secret, user: UserId) -> Result<Caller, Error> {
    let game = key.game().ok_or(Refusal::ServiceKeyInvalid)?;
    let keys = vec![Key::game(game), Key::user(game, user)];
    let kinds = Projection::rows::<Game>().and::<Known>();
    let mut items = app.store.get_items(keys, kinds).await?;
    let known = rows::take::<Game>(&mut items)?.pop();
    let user = rows::take::<Known>(&mut items)?.pop();
    match (known, user) {
        (Some(known), Some(user)) => {
            Ok(Caller::by_secret_key(&known, key, Some(user.user_id), app.now())?)
        }
        _ => Err(Refusal::ServiceKeyInvalid.into()),
    }
}
