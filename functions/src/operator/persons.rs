//! Orders about what is stored of a person: tell all of it, and erase it.

use futures_util::future::try_join;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::domain::attribute::Attribute;
use shared::domain::code::Code;
use shared::domain::door::Door;
use shared::domain::event::GroupEvent;
use shared::domain::ids::{GameId, GroupId, UserId};
use shared::domain::membership::Member;
use shared::domain::person::Person;
use shared::operations::users::erase::erase_user;
use shared::operations::users::export::traces;
use shared::operations::users::person::{connections, read};
use shared::{App, Error, Refusal};

use super::order::Order;
use super::stored::Stored;

/// Tells everything that is stored about a user: first themselves with their groups, then by each group what is there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportUser {
    game_id: GameId,
    user_id: UserId,
    /// Of which group; where it is absent, it is told which groups there are.
    group_id: Option<GroupId>,
    /// The `next_after` of the answer before, of that group.
    after: Option<u32>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum ExportUserAnswer {
    User(Box<UserObject>),
    Group(Box<GroupObject>),
}

#[derive(Serialize)]
pub struct UserObject {
    user: Stored<Person>,
    memberships: Vec<Stored<Member>>,
    /// Groups in which something is pending for them, or was.
    doors: Vec<Stored<Door>>,
}

#[derive(Serialize)]
pub struct GroupObject {
    group_id: GroupId,
    member: Option<Stored<Member>>,
    door: Option<Stored<Door>>,
    /// Those that they created.
    attributes: Vec<Stored<Attribute>>,
    codes: Vec<Stored<Code>>,
    /// What they did, and what happened to them.
    events: Vec<Stored<GroupEvent>>,
    /// Where the history goes on; null where it does not.
    next_after: Option<u32>,
}

impl Order for ExportUser {
    type Answer = ExportUserAnswer;

    async fn carry_out(self, app: &App) -> Result<ExportUserAnswer, Error> {
        let Self { game_id, user_id, group_id, after } = self;
        let Some(group_id) = group_id else {
            if after.is_some() {
                return Err(Refusal::invalid("after", "goes with a group_id").into());
            }
            let read = try_join(read(app, game_id, user_id), connections(app, game_id, user_id));
            let (person, (memberships, doors)) = read.await?;
            let user = Stored(person);
            let (memberships, doors) = (all(memberships), all(doors));
            return Ok(ExportUserAnswer::User(Box::new(UserObject { user, memberships, doors })));
        };
        let traces = traces(app, game_id, user_id, group_id, after.unwrap_or_default()).await?;
        Ok(ExportUserAnswer::Group(Box::new(GroupObject {
            group_id,
            member: traces.member.map(Stored),
            door: traces.door.map(Stored),
            attributes: all(traces.attributes),
            codes: all(traces.codes),
            events: all(traces.events),
            next_after: traces.next_after,
        })))
    }
}

fn all<T>(rows: Vec<T>) -> Vec<Stored<T>> {
    rows.into_iter().map(Stored).collect()
}

/// Takes a user out of all groups, and forgets who they are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EraseUser {
    game_id: GameId,
    user_id: UserId,
}

#[derive(Serialize)]
pub struct EraseUserAnswer {
    user_id: UserId,
    erased_at: Timestamp,
    /// The groups that they have left now.
    left: Vec<GroupId>,
    /// Those in which something was pending that is withdrawn now.
    withdrawn: Vec<GroupId>,
    /// Whether no group is left. If not, it is to be said again.
    done: bool,
    /// When to say it once more, since a token may still be good until then.
    look_again_at: Timestamp,
}

impl Order for EraseUser {
    type Answer = EraseUserAnswer;

    async fn carry_out(self, app: &App) -> Result<EraseUserAnswer, Error> {
        let receipt = erase_user(app, self.game_id, self.user_id).await?;
        Ok(EraseUserAnswer {
            user_id: self.user_id,
            erased_at: receipt.erased_at,
            left: receipt.left,
            withdrawn: receipt.withdrawn,
            done: receipt.is_done,
            look_again_at: receipt.look_again_at,
        })
    }
}
