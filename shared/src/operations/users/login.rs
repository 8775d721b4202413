//! Log in by a custom id, and exchange credentials for tokens: where PlayFab's clients get theirs.

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::App;
use crate::Call;
use crate::auth::caller::Caller;
use crate::auth::keys::Purpose;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Holder, Token};
use crate::decision::Decision;
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::domain::name::{CustomId, Username};
use crate::domain::user::{Access, Account};
use crate::error::{Error, Refusal};
use crate::operations::users::sign_in::note_login;
use crate::store::keys::Key;
use crate::store::meter::note_caller;
use crate::store::rows::Claim;
use crate::store::write::{ABSENT, Write};

/// A user who logged in.
#[derive(Debug, Clone)]
pub struct Login {
    pub user: UserId,
    /// Whether the account was made just now.
    pub newly_created: bool,
    /// To call with.
    pub token: Token,
    /// To get another token with.
    pub session: Token,
}

/// Logs a user in; where there is none with that custom id, makes one if `create` says so.
pub async fn login_with_custom_id<'a>(
    call: &Call<'a, ()>,
    game: GameId,
    custom_id: &CustomId,
    create: bool,
) -> Result<Decision<'a, Login>, Error> {
    let store = &call.app.store;
    let key = Key::custom_id(game, custom_id);
    let (known, claim) =
        try_join(store.get::<Game>(Key::game(game)), store.get::<Claim>(key)).await?;
    known.filter(Game::is_open).ok_or(Refusal::GameNotFound)?;
    if let Some(claim) = claim {
        let user = claim.holder()?;
        let access = access(call, game, user).await?.refuse_banned()?;
        let writes = vec![note_login(game, user, access, call.now)];
        let holder = Holder::user(game, user, access.revocations);
        return Ok(Decision::writing(log_in(call, holder, user, false)?, writes));
    }
    if !create {
        return Err(Refusal::AccountNotFound.into());
    }
    let user = call.app.entropy.id()?;
    let writes = new_account(game, user, custom_id, call.now)?;
    let holder = Holder::user(game, user, 0);
    Ok(Decision::writing(log_in(call, holder, user, true)?, writes))
}

/// Whether a user is let in. Nearly all are, and had no token revoked: at first that is assumed, and the commit finds out.
async fn access(call: &Call<'_, ()>, game: GameId, user: UserId) -> Result<Access, Error> {
    if call.may_assume() {
        return Ok(Access::default());
    }
    let access = call.app.store.get::<Access>(Key::user(game, user)).await?;
    Ok(access.ok_or(Refusal::AccountNotFound)?)
}

fn new_account(
    game: GameId,
    user: UserId,
    custom_id: &CustomId,
    now: Timestamp,
) -> Result<Vec<Write>, Error> {
    // A name that others can see, and that nobody else has: the id as PlayFab writes it.
    let username = Username::try_from(user.to_hex()).map_err(Error::internal)?;
    let name = Claim::new(Key::username(game, &username), user);
    let account = Account {
        user_id: user,
        username,
        email: None,
        password_hash: None,
        credits: 0,
        score: 0,
        number_of_logins: 1,
        created_at: now,
        last_login: now,
        revocations: 0,
        banned_at: None,
    };
    Ok(vec![
        Write::put(game, &Claim::new(Key::custom_id(game, custom_id), user))?.when(ABSENT),
        Write::put(game, &name)?.when(ABSENT),
        // Only what is done about the user as a person reads from there what they are known by.
        Write::put(game, &account)?.with("custom_id", custom_id.as_str()).when(ABSENT),
    ])
}

fn log_in(
    call: &Call<'_, ()>,
    holder: Holder,
    user: UserId,
    newly_created: bool,
) -> Result<Login, Error> {
    note_caller(holder.game, Some(user));
    let keys = &call.app.keys;
    Ok(Login {
        user,
        newly_created,
        token: token::issue_to(keys, call.now, Purpose::Token, holder)?,
        session: token::issue_to(keys, call.now, Purpose::Session, holder)?,
    })
}

/// The game itself, if that is its secret key.
pub async fn authenticate_title(app: &App, key: &Secret) -> Result<Caller, Error> {
    let game = key.game().ok_or(Refusal::ServiceKeyInvalid)?;
    let known = app.store.get::<Game>(Key::game(game)).await?.ok_or(Refusal::ServiceKeyInvalid)?;
    Ok(Caller::by_secret_key(&known, key, None, app.now())?)
}
