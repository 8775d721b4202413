//! People who sign up.

use fastrand::Rng;
use serde_json::json;
use shared::domain::ids::{GameId, UserId};

use super::api::{Api, Person, Refused, number};
use super::words;
use crate::ServerError;

/// The password of everybody who is made up.
pub const PASSWORD: &str = "password";

/// How many of a name there can be before the names have run out.
const SAME_NAME: u32 = 10_000;

/// Signs up somebody, by a name that nobody has yet.
///
/// # Errors
/// [`ServerError`] where sign-up does not succeed.
pub async fn sign_up(
    api: &Api,
    rng: &mut Rng,
    game: GameId,
    game_token: &str,
) -> Result<(Person, String), ServerError> {
    let chosen = rng.fork();
    for number_of_name in 0..SAME_NAME {
        let name = words::person(&mut chosen.clone(), number_of_name);
        let body = json!({
            "game_id": game, "game_token": game_token, "username": name,
            "email": format!("{name}@example.com"),
            "password": PASSWORD, "password_confirmation": PASSWORD,
        });
        match api.call(None, "POST /api/v3/users", &body).await {
            Ok(user) => {
                let id = UserId::try_from(number(&user, "id")?)?;
                return Ok((Person { game, id }, name));
            }
            Err(error) if is_taken(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Err("all names are taken: seed another folder".into())
}

fn is_taken(error: &ServerError) -> bool {
    let code = error.downcast_ref::<Refused>().map(|refused| refused.code.as_str());
    matches!(code, Some("UsernameTaken" | "EmailTaken"))
}
