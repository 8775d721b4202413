//! Erase a user: first who they are, in one transaction, then their places in groups, so many at a time.
//!
//! What is left is their id, in histories and beside what they have made: a row stays that says nothing but that somebody was
//! erased, so the id is never drawn again and stands for nobody else. What was done is looked for and found done the next time.

use jiff::Timestamp;
use serde::Deserialize;

use crate::auth::caller::Caller;
use crate::call::Found;
use crate::decision::{Decision, carry_out};
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::name::Username;
use crate::domain::person::Person;
use crate::domain::rules::erasure::{Forgotten, forget};
use crate::domain::rules::leaving::needs_successor;
use crate::domain::time::end_of;
use crate::error::{Error, Refusal};
use crate::limits::Limits;
use crate::operations::roster::read_all_members;
use crate::operations::scene::{Reads, decide_on};
use crate::operations::users::person;
use crate::store::keys::{self, Key};
use crate::store::range::Range;
use crate::store::write::{Milliseconds, NOT_ERASED, PRESENT, Write};
use crate::{App, Call};

/// The most groups of a user that one call takes them out of.
pub const GROUPS: usize = 50;

/// What was erased.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Since when it is not known any more who they are.
    pub erased_at: Timestamp,
    /// The groups that they have left now.
    pub left: Vec<GroupId>,
    /// The groups in which something was pending, which is withdrawn now.
    pub withdrawn: Vec<GroupId>,
    /// Whether no group is known any more in which they are or want to be.
    pub is_done: bool,
    /// When to look once more: until then a token may still be good that was handed out before.
    pub look_again_at: Timestamp,
}

/// Erases a user. To be called until it is done, and once more when their last token is over.
pub async fn erase_user(app: &App, game: GameId, user: UserId) -> Result<Receipt, Error> {
    let erased_at = erase_person(app, game, user).await?;
    erase_own_rows(app, game, user).await?;
    let mut receipt = Receipt {
        erased_at,
        left: Vec::new(),
        withdrawn: Vec::new(),
        is_done: false,
        look_again_at: end_of(erased_at, Limits::TOKEN_LIFETIME),
    };
    let mut after = String::new();
    // What is done is in the index no more. What is of no group any more, or of none yet, stays there, and is passed over.
    while !receipt.is_done && receipt.left.is_empty() && receipt.withdrawn.is_empty() {
        let entries = entries_behind(app, game, user, &after).await?;
        receipt.is_done = entries.len() < GROUPS;
        after = entries.last().map(|entry| entry.by_user_sk.clone()).unwrap_or_default();
        let groups = entries.iter().filter_map(|entry| keys::parse_group_partition(&entry.pk));
        for (_, group) in groups {
            match erase_in_group(app, game, user, group).await? {
                Forgotten::Member => receipt.left.push(group),
                Forgotten::Outsider => receipt.withdrawn.push(group),
                Forgotten::Nobody => {}
            }
        }
    }
    Ok(receipt)
}

/// Forgets who a user is, and frees what they are known by; tells since when that is so.
async fn erase_person(app: &App, game: GameId, user: UserId) -> Result<Timestamp, Error> {
    let now = app.now();
    loop {
        let person = person::read(app, game, user).await?;
        if let Some(erased_at) = person.erased_at {
            return Ok(erased_at);
        }
        let mut writes = vec![anonymous(game, user, now)?];
        writes.extend(claims(game, &person).into_iter().map(|claim| {
            let write = Write::delete(claim);
            write.when("attribute_not_exists(pk) OR holder = :user").value("user", user.get())
        }));
        // Where another call was faster, or a name was changed meanwhile, it is read once more.
        app.store.commit_unless_changed(writes).await?;
    }
}

/// A user's row without the user. Nobody signs in to it, and no token is handed out for it.
fn anonymous(game: GameId, user: UserId, now: Timestamp) -> Result<Write, Error> {
    let pseudonym = Username::try_from(format!("erased-{user}")).map_err(Error::internal)?;
    Ok(Write::update(Key::user(game, user))
        .set("username", pseudonym.as_str())
        .set("credits", 0_u32)
        .set("score", 0_u32)
        .set("number_of_logins", 0_u32)
        .set("created_at", Milliseconds(now))
        .set("last_login", Milliseconds(now))
        .set("banned_at", Milliseconds(now))
        .set("erased_at", Milliseconds(now))
        .add("revocations", 1)
        .remove("email")
        .remove("custom_id")
        .remove("password_hash")
        .remove("ban_reason")
        .when(PRESENT)
        .when(NOT_ERASED))
}

/// Where what a user is known by is claimed.
fn claims(game: GameId, person: &Person) -> Vec<Key> {
    let email = person.email.as_ref().map(|email| Key::email(game, email));
    let custom_id = person.custom_id.as_ref().map(|id| Key::custom_id(game, id));
    let name = Some(Key::username(game, &person.username));
    [name, email, custom_id].into_iter().flatten().collect()
}

/// Removes what else lies beside a user's row: counters, and the groups that they have joined.
async fn erase_own_rows(app: &App, game: GameId, user: UserId) -> Result<(), Error> {
    let own = Key::user(game, user);
    let rows: Vec<Key> = app.store.query_keys(Range::partition(own.pk.clone())).await?;
    app.store.delete_all(rows.into_iter().filter(|row| *row != own).collect()).await
}

/// An entry of the index.
#[derive(Deserialize)]
struct Entry {
    pk: String,
    by_user_sk: String,
}

/// Some groups that a user is in, or in which something is pending for them.
async fn entries_behind(
    app: &App,
    game: GameId,
    user: UserId,
    after: &str,
) -> Result<Vec<Entry>, Error> {
    let range = Range::behind(keys::user_partition(game, user), after, "");
    app.store.query_keys(range.of(keys::BY_USER).first(GROUPS as i32)).await
}

/// Takes a user out of one group, by one commit of its history.
async fn erase_in_group(
    app: &App,
    game: GameId,
    user: UserId,
    group: GroupId,
) -> Result<Forgotten, Error> {
    let found = Found::default();
    let call = Call::new(app, Caller::operator_of(game), &found);
    let decided = carry_out(&app.store, false, |_turn| Box::pin(decide(&call, user, group)));
    match decided.await {
        // It was deleted, and is swept in a moment.
        Err(Error::Refused(Refusal::GroupNotFound)) => Ok(Forgotten::Nobody),
        decided => decided,
    }
}

async fn decide<'a>(
    call: &Call<'a>,
    user: UserId,
    group: GroupId,
) -> Result<Decision<'a, Forgotten>, Error> {
    let reads = Reads::of(call, group).members([user]).doors(call, [user]);
    let mut scene = reads.read(call).await?;
    if scene.members.contains_key(&user) && needs_successor(&scene, user)? {
        read_all_members(call, &mut scene).await?;
    }
    decide_on(call, scene, |scene, context| forget(scene, context, user)).await
}
