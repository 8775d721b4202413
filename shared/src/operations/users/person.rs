//! Read a user as a person, by whatever they are known by. For operators.

use crate::App;
use crate::auth::caller::Caller;
use crate::call::{Call, Found};
use crate::domain::door::Door;
use crate::domain::ids::{GameId, UserId};
use crate::domain::membership::Member;
use crate::domain::name::{CustomId, Username};
use crate::domain::person::Person;
use crate::domain::user::Email;
use crate::error::{Error, Refusal};
use crate::operations::users::get::by_user;
use crate::store::keys::Key;
use crate::store::meter::note_caller;
use crate::store::rows::{self, Claim};

/// What a user is known by.
#[derive(Clone)]
pub enum Whom {
    Id(UserId),
    Username(Username),
    Email(Email),
    CustomId(CustomId),
}

/// The user who is meant.
pub async fn find(app: &App, game: GameId, whom: &Whom) -> Result<UserId, Error> {
    let key = match whom {
        Whom::Id(user) => return Ok(*user),
        Whom::Username(name) => Key::username(game, name),
        Whom::Email(email) => Key::email(game, email),
        Whom::CustomId(id) => Key::custom_id(game, id),
    };
    let claim = app.store.get::<Claim>(key).await?.ok_or(Refusal::UserNotFound)?;
    let user = claim.holder()?;
    note_caller(game, Some(user));
    Ok(user)
}

/// All that is stored about a user.
pub async fn read(app: &App, game: GameId, user: UserId) -> Result<Person, Error> {
    let person = app.store.get::<Person>(Key::user(game, user)).await?;
    Ok(person.ok_or(Refusal::UserNotFound)?)
}

/// What connects a user to groups, as the index has it: memberships, and doors in which something is pending, or was.
pub async fn connections(
    app: &App,
    game: GameId,
    user: UserId,
) -> Result<(Vec<Member>, Vec<Door>), Error> {
    let found = Found::default();
    let call = Call::new(app, Caller::operator_of(game), &found);
    let mut items = by_user(&call, user).await?;
    Ok((rows::take(&mut items)?, rows::take(&mut items)?))
}
