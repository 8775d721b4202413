//! Rosters: a group with all of its members.

use jiff::Timestamp;
use serde::Deserialize;

use crate::Call;
use crate::decision::Decision;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::domain::membership::Member;
use crate::domain::plan::Decided;
use crate::domain::scene::{Context, Scene};
use crate::domain::time::is_recent;
use crate::error::{Error, Refusal};
use crate::operations::drift;
use crate::operations::scene::{decide_on, with_members};
use crate::store::Item;
use crate::store::keys;
use crate::store::meter::note_group;
use crate::store::range::Range;
use crate::store::rows::{self, Projection, View};

/// Reads all members of a scene's group. What happens in between is told by the counts of the group's row, which was read
/// before, so a plan that rests on them is not made of two moments.
pub(super) async fn read_all_members(call: &Call<'_>, scene: &mut Scene) -> Result<(), Error> {
    let partition = keys::group_partition(call.game(), scene.group.group_id);
    let members: Vec<Member> = call.app.store.query(Range::prefix(partition, keys::MEMBER)).await?;
    check_members(&scene.group, members.iter());
    scene.put_all_members(members);
    Ok(())
}

/// A group and all of its members, in one query, for who only wants to see them.
pub(super) async fn read_roster(call: &Call<'_>, group: GroupId) -> Result<Scene, Error> {
    let projection = Projection::rows::<Group>().and::<Member>();
    roster(&mut roster_items(call, group, projection).await?)
}

/// A group and all of its members, in one query, for a plan that rests on them.
pub(super) struct Roster {
    pub scene: Scene,
    /// When something last happened in the group.
    written_at: Option<Timestamp>,
}

impl Roster {
    pub async fn read(call: &Call<'_>, group: GroupId) -> Result<Self, Error> {
        let projection = Projection::rows::<Group>().and::<Member>().and::<Written>();
        let mut items = roster_items(call, group, projection).await?;
        let written = rows::view::<Written>(&items)?;
        let written_at = written.map(|written| written.last_event.at);
        Ok(Self { scene: roster(&mut items)?, written_at })
    }

    /// Decides by `rule`. The members may be of an earlier moment than the group's row, whose counts then tell nothing of what
    /// happened in between: where something has happened lately, they are read once more before anything is written.
    pub async fn decide<'a, A>(
        mut self,
        call: &Call<'a>,
        rule: impl Fn(&Scene, &Context<'_>) -> Result<Decided<A>, Refusal>,
    ) -> Result<Decision<'a, A>, Error> {
        if is_recent(self.written_at, call.now) {
            rule(&self.scene, &call.context())?;
            read_all_members(call, &mut self.scene).await?;
        }
        decide_on(call, self.scene, rule).await
    }
}

/// When a group's row was last written: each time with an event.
#[derive(Deserialize)]
struct Written {
    last_event: At,
}

#[derive(Deserialize)]
struct At {
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    at: Timestamp,
}

impl View for Written {
    const KIND: &'static str = Group::KIND;
}

async fn roster_items(
    call: &Call<'_>,
    group: GroupId,
    projection: Projection,
) -> Result<Vec<Item>, Error> {
    note_group(group);
    let partition = keys::group_partition(call.game(), group);
    call.app
        .store
        .query_items(Range::through(partition, keys::GROUP, keys::MEMBER), projection)
        .await
}

fn roster(items: &mut Vec<Item>) -> Result<Scene, Error> {
    let scene = with_members(items)?;
    check_members(&scene.group, scene.members.values());
    Ok(scene)
}

fn check_members<'m>(group: &Group, members: impl Iterator<Item = &'m Member>) {
    let counted = (group.member_count, group.admin_count);
    drift::check_members(group.group_id, counted, members.map(|member| member.is_admin));
}
