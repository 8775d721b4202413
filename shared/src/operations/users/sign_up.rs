//! Sign up: become a user of a game.

use serde::Deserialize;

use crate::Call;
use crate::auth::keys::Purpose;
use crate::auth::passwords::Password;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Token};
use crate::decision::Decision;
use crate::domain::game::Game;
use crate::domain::ids::GameId;
use crate::domain::name::Username;
use crate::domain::user::{Account, Email};
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::meter::note_caller;
use crate::store::rows::{self, Claim, Projection, View};
use crate::store::write::{ABSENT, Write};

/// Who signs up.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// For which game.
    pub game: GameId,
    /// That game's token.
    pub game_token: Secret,
    /// Unique within the game.
    pub username: Username,
    /// Unique within the game.
    pub email: Email,
    /// To sign in with.
    pub password: Password,
}

/// Makes a user, and a token for them.
pub async fn sign_up<'a>(
    call: &Call<'a, ()>,
    new: NewUser,
) -> Result<Decision<'a, (Account, Token)>, Error> {
    let (app, game) = (call.app, new.game);
    let username = Key::username(game, &new.username);
    let email = Key::email(game, &new.email);
    let keys = vec![Key::game(game), username.clone(), email.clone()];
    let kinds = Projection::rows::<Game>().and::<Place>();
    let mut items = app.store.get_items(keys, kinds).await?;
    let known = rows::take::<Game>(&mut items)?.pop();
    known.filter(|game| new.game_token.is_token_of(game, call.now)).ok_or(Refusal::GameNotFound)?;
    let claims = rows::take::<Place>(&mut items)?;
    if claims.iter().any(|claim| claim.pk == username.pk) {
        return Err(Refusal::UsernameTaken.into());
    }
    if claims.iter().any(|claim| claim.pk == email.pk) {
        return Err(Refusal::EmailTaken.into());
    }
    let account = Account {
        user_id: app.entropy.id()?,
        username: new.username,
        email: Some(new.email),
        password_hash: Some(app.passwords.hash(&new.password, app.entropy.bytes()?)?),
        credits: 0,
        score: 0,
        number_of_logins: 1,
        created_at: call.now,
        last_login: call.now,
        revocations: 0,
        banned_at: None,
    };
    let user = account.user_id;
    note_caller(game, Some(user));
    let writes = vec![
        Write::put(game, &Claim::new(username, user))?.when(ABSENT),
        Write::put(game, &Claim::new(email, user))?.when(ABSENT),
        Write::put(game, &account)?.when(ABSENT),
    ];
    let token = token::issue(&app.keys, call.now, Purpose::Token, game, Some(user))?;
    Ok(Decision::writing((account, token), writes))
}

/// Which claim is there.
#[derive(Deserialize)]
struct Place {
    pk: String,
}

impl View for Place {
    const KIND: &'static str = Claim::KIND;
}
