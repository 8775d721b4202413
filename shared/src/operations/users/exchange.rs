//! Exchange a credential for a token. What is exchanged may be as old as a token gets, and the token that is handed out for it
//! begins anew: so it is looked here whether its holder still is let in.

use crate::Call;
use crate::auth::keys::Purpose;
use crate::auth::token::{self, Holder, Token};
use crate::domain::game::Game;
use crate::domain::ids::UserId;
use crate::domain::user::Access;
use crate::error::{Error, Refusal};
use crate::store::keys::Key;
use crate::store::rows::{self, Projection};

/// By what it was proved who is calling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The game's secret key, which was looked up.
    Key,
    /// Something signed, which was not.
    Signed,
}

/// A token for a user, or for the game itself, for whom the caller speaks.
pub async fn exchange(call: &Call<'_>, proof: Proof, user: Option<UserId>) -> Result<Token, Error> {
    let (caller, game) = (&call.caller, call.game());
    let mut keys: Vec<_> = user.into_iter().map(|user| Key::user(game, user)).collect();
    keys.extend((proof == Proof::Signed).then(|| Key::game(game)));
    let mut revocations = caller.revocations();
    if !keys.is_empty() {
        let kinds = Projection::rows::<Access>().and::<Game>();
        let mut items = call.app.store.get_items(keys, kinds).await?;
        if proof == Proof::Signed {
            refuse_shut_out(call, rows::take::<Game>(&mut items)?.pop())?;
        }
        if let Some(user) = user {
            let access = rows::take::<Access>(&mut items)?.pop().ok_or(Refusal::UserNotFound)?;
            revocations = access.revocations;
            caller.refuse_revoked(user, revocations)?;
            access.refuse_banned()?;
        }
    }
    let holder = Holder { game, user, revocations };
    token::issue_to(&call.app.keys, call.now, Purpose::Token, holder)
}

/// Refuses whoever was let into a game that is not open any more, or as the game itself by a key that is not the last one.
fn refuse_shut_out(call: &Call<'_>, game: Option<Game>) -> Result<(), Refusal> {
    let game = game.filter(Game::is_open).ok_or(Refusal::TokenExpired)?;
    match call.caller.actor().is_title() && call.caller.revocations() < game.key_changes {
        true => Err(Refusal::TokenExpired),
        false => Ok(()),
    }
}
