//! Sign in: a token for whoever knows an address or a name and its password.

use std::net::IpAddr;

use futures_util::future::{join, try_join};
use jiff::Timestamp;

use crate::App;
use crate::Call;
use crate::auth::keys::Purpose;
use crate::auth::secrets::Secret;
use crate::auth::token::{self, Holder, Token};
use crate::decision::Decision;
use crate::domain::game::Game;
use crate::domain::ids::{GameId, UserId};
use crate::domain::name::Username;
use crate::domain::user::{Access, Account, Email};
use crate::error::{Error, Refusal};
use crate::operations::users::get::{Connections, Inviters, by_user, connections};
use crate::operations::users::guesses::Guess;
use crate::store::keys::Key;
use crate::store::meter::note_caller;
use crate::store::rows::{self, Claim, KnownAddress, Projection};
use crate::store::write::{Milliseconds, PRESENT, Write};

/// Who signs in.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// To which game.
    pub game: GameId,
    /// That game's token; clients may leave it out, but a wrong one is refused.
    pub game_token: Option<Secret>,
    /// The address that the user signed up with, or the username, which has no `@`; as typed.
    pub name: Secret,
    /// The password, as typed.
    pub password: Secret,
    /// From where, if that is known.
    pub address: Option<IpAddr>,
}

/// A user who signed in.
#[derive(Clone)]
pub struct Session {
    /// The user.
    pub account: Account,
    pub token: Token,
    /// What connects the user to groups.
    pub connections: Connections,
}

/// Signs a user in.
pub async fn sign_in<'a>(
    call: &Call<'a, ()>,
    credentials: Credentials,
) -> Result<Decision<'a, Session>, Error> {
    let app = call.app;
    let Credentials { game, game_token, name, password, address } = credentials;
    let claim = claim(game, &name)?;
    let guess = Guess::new(app, game, &claim, address)?;
    let (found, counted) =
        try_join(read(app, game, game_token, claim, &guess), guess.count(app)).await?;
    let Found { holder, known } = found;
    let known = known.as_ref();
    counted?;
    // Without a user, somebody else's row is read and thrown away: the time tells nothing.
    let user: UserId = match holder {
        Some(user) => user,
        None => app.entropy.id()?,
    };
    let (account, counted) =
        try_join(app.store.get::<Account>(Key::user(game, user)), guess.count_stranger(app, known))
            .await?;
    counted?;
    let account = account.filter(|_| holder.is_some());
    let (caller, account) = app.passwords.authenticate(game, account, &password)?;
    // Nobody but who knows the password is told.
    let access = Access::from(&account).refuse_banned()?;
    note_caller(game, Some(user));
    // Only now: reading them takes as long as there are groups, which is nobody else's to know.
    let call = call.by(caller);
    let items = by_user(&call, user).await?;
    let mut writes = vec![note_login(game, user, access, call.now)];
    writes.extend(guess.take_back(known)?);
    let number_of_logins = account.number_of_logins + 1;
    let token = token::issue_to(
        &app.keys,
        call.now,
        Purpose::Token,
        Holder::user(game, user, access.revocations),
    )?;
    let account = Account { last_login: call.now, number_of_logins, ..account };
    // A guess that is only tried counts, also a right one: it would be a guess for nothing.
    let is_taken_back = known.is_none() && !call.is_dry_run;
    let rest = async move {
        let (connections, ()) = join(
            connections(&call, items, Inviters::Shown),
            guess.take_back_at_address(app, is_taken_back),
        )
        .await;
        connections
    };
    let decision = Decision::writing((account, token), writes).beside(rest);
    Ok(decision.map(|((account, token), connections)| Session { account, token, connections }))
}

/// Where the claim to a name lies. What can be no name is nobody's.
fn claim(game: GameId, name: &Secret) -> Result<Key, Refusal> {
    let text = name.expose().to_owned();
    let key = match text.contains('@') {
        true => Email::try_from(text).map(|email| Key::email(game, &email)),
        false => Username::try_from(text).map(|name| Key::username(game, &name)),
    };
    key.map_err(|_| Refusal::CredentialsInvalid)
}

/// What is known before the password is looked at.
struct Found {
    /// Whose name it is.
    holder: Option<UserId>,
    /// Whether they have signed in from that address before.
    known: Option<KnownAddress>,
}

async fn read(
    app: &App,
    game: GameId,
    game_token: Option<Secret>,
    claim: Key,
    guess: &Guess,
) -> Result<Found, Error> {
    let keys = [claim, Key::game(game)].into_iter().chain(guess.known_key.clone()).collect();
    let kinds = Projection::rows::<Claim>().and::<Game>().and::<KnownAddress>();
    let mut items = app.store.get_items(keys, kinds).await?;
    let game = rows::take::<Game>(&mut items)?.pop();
    let is_let_in = match (&game, &game_token) {
        (Some(game), Some(token)) => token.is_token_of(game, app.now()),
        // What has no game has no users either, and it is not told which of them is not there.
        (game, None) => game.as_ref().is_none_or(Game::is_open),
        (None, Some(_)) => false,
    };
    if !is_let_in {
        return Err(Refusal::GameNotFound.into());
    }
    let known = rows::take::<KnownAddress>(&mut items)?.pop();
    let claim = rows::take::<Claim>(&mut items)?.pop();
    Ok(Found {
        holder: claim.map(|claim| claim.holder()).transpose()?,
        known: known.filter(|known| known.expires_at > app.now()),
    })
}

/// What counts a login, of a user who is let in as was read or is assumed.
pub(super) fn note_login(game: GameId, user: UserId, access: Access, now: Timestamp) -> Write {
    let write = Write::update(Key::user(game, user))
        .set("last_login", Milliseconds(now))
        .shift("number_of_logins", 0, 1)
        .when(PRESENT)
        .when("attribute_not_exists(banned_at)");
    match access.revocations {
        0 => write.when("attribute_not_exists(revocations)"),
        revocations => write.when_is("revocations", revocations),
    }
}
