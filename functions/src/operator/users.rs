//! Orders about users: look at one, ban them, give them another password, and revoke their tokens.

use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use shared::auth::passwords::Password;
use shared::domain::door::Door;
use shared::domain::event::Reason;
use shared::domain::ids::{GameId, UserId};
use shared::domain::membership::Member;
use shared::domain::name::{CustomId, Username};
use shared::domain::person::Person;
use shared::domain::user::Email;
use shared::operations::users::access::{ban, revoke_tokens, set_password, unban};
use shared::operations::users::person::{self, Whom, connections};
use shared::{App, Error, Refusal};

use super::order::Order;
use super::stored::Stored;

/// Shows a user, with their groups and what is pending for them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectUser {
    game_id: GameId,
    user_id: Option<UserId>,
    username: Option<Username>,
    email: Option<Email>,
    custom_id: Option<CustomId>,
}

#[derive(Serialize)]
pub struct InspectUserAnswer {
    user: Stored<Person>,
    has_password: bool,
    memberships: Vec<Stored<Member>>,
    /// Groups in which something is pending for the user, or was.
    doors: Vec<Stored<Door>>,
}

impl InspectUser {
    /// The one thing by which the user is named.
    fn whom(self) -> Result<Whom, Refusal> {
        let Self { user_id, username, email, custom_id, .. } = self;
        let named = [
            user_id.map(Whom::Id),
            username.map(Whom::Username),
            email.map(Whom::Email),
            custom_id.map(Whom::CustomId),
        ];
        let mut named = named.into_iter().flatten();
        let problem = "must be given, or username, email or custom_id, and one of them alone";
        match (named.next(), named.next()) {
            (Some(whom), None) => Ok(whom),
            (_, _) => Err(Refusal::invalid("user_id", problem)),
        }
    }
}

impl Order for InspectUser {
    type Answer = InspectUserAnswer;

    async fn carry_out(self, app: &App) -> Result<InspectUserAnswer, Error> {
        let game = self.game_id;
        let user = person::find(app, game, &self.whom()?).await?;
        let read = try_join(person::read(app, game, user), connections(app, game, user));
        let (person, (memberships, doors)) = read.await?;
        Ok(InspectUserAnswer {
            has_password: person.password_hash.is_some(),
            user: Stored(person),
            memberships: memberships.into_iter().map(Stored).collect(),
            doors: doors.into_iter().map(Stored).collect(),
        })
    }
}

/// What was done about a user.
#[derive(Serialize)]
pub struct UserAnswer {
    user_id: UserId,
    /// Whether the tokens that were handed out before are void.
    tokens_revoked: bool,
}

impl UserAnswer {
    fn revoked(user_id: UserId) -> Self {
        Self { user_id, tokens_revoked: true }
    }
}

/// Lets a user into the game no more, or lets them in again.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BanUser {
    game_id: GameId,
    user_id: UserId,
    banned: bool,
    reason: Option<Reason>,
}

impl Order for BanUser {
    type Answer = UserAnswer;

    async fn carry_out(self, app: &App) -> Result<UserAnswer, Error> {
        let Self { game_id, user_id, banned, reason } = self;
        match banned {
            true => ban(app, game_id, user_id, reason.as_ref()).await?,
            false => unban(app, game_id, user_id).await?,
        }
        Ok(UserAnswer { user_id, tokens_revoked: banned })
    }
}

/// Gives a user another password.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetPassword {
    game_id: GameId,
    user_id: UserId,
    password: Password,
}

impl Order for SetPassword {
    type Answer = UserAnswer;

    async fn carry_out(self, app: &App) -> Result<UserAnswer, Error> {
        set_password(app, self.game_id, self.user_id, &self.password).await?;
        Ok(UserAnswer::revoked(self.user_id))
    }
}

/// Makes all tokens void that were handed out to a user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeTokens {
    game_id: GameId,
    user_id: UserId,
}

impl Order for RevokeTokens {
    type Answer = UserAnswer;

    async fn carry_out(self, app: &App) -> Result<UserAnswer, Error> {
        revoke_tokens(app, self.game_id, self.user_id).await?;
        Ok(UserAnswer::revoked(self.user_id))
    }
}
