//! Reading scenes, and deciding on them: what every operation in a group has in common.

use std::collections::BTreeSet;

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::Call;
use crate::decision::Decision;
use crate::domain::attribute::{Attribute, AttributeKey};
use crate::domain::belonging::Joins;
use crate::domain::code::Code;
use crate::domain::door::Door;
use crate::domain::group::Group;
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{Connection, Member};
use crate::domain::name::GroupName;
use crate::domain::plan::Decided;
use crate::domain::scene::{Context, DoorCounts, Scene};
use crate::domain::time::RECENT;
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::belonging;
use crate::store::Item;
use crate::store::keys::{self, Key};
use crate::store::meter::{note_group, note_plan};
use crate::store::plan;
use crate::store::range::Range;
use crate::store::rows::{self, Claim, Projection};

/// What a decision about a group has to know.
#[derive(Clone)]
pub(super) struct Reads {
    group: GroupId,
    members: BTreeSet<UserId>,
    /// Whose groups are to be known.
    belongings: BTreeSet<UserId>,
    /// What else there is to read.
    keys: Vec<Key>,
    kinds: Vec<Kind>,
}

/// Of so many members a transaction can hold two rows each, and those besides.
const FEW: usize = 45;

/// Of so many it can hold three, as those have who join and whose groups are counted.
const FEW_COUNTED: usize = 30;

/// A kind of rows that some decisions rest on. Each operation names its kinds, so a function links what it reads.
#[derive(Clone, Copy)]
struct Kind {
    project: fn(Projection) -> Projection,
    take: fn(&mut Vec<Item>, &mut Scene) -> Result<(), Error>,
}

impl Reads {
    /// The group, and the membership of a user who calls.
    pub fn of(call: &Call<'_>, group: GroupId) -> Self {
        note_group(group);
        let actor = call.caller.actor();
        Self {
            group,
            members: actor.user().filter(|_| !actor.is_title()).into_iter().collect(),
            belongings: BTreeSet::new(),
            keys: Vec::new(),
            kinds: Vec::new(),
        }
    }

    /// The same, and these memberships.
    pub fn members(mut self, users: impl IntoIterator<Item = UserId>) -> Self {
        self.members.extend(users);
        self
    }

    /// The same, and these doors.
    pub fn doors(self, call: &Call<'_>, users: impl IntoIterator<Item = UserId>) -> Self {
        let (game, group) = (call.game(), self.group);
        let keys = users.into_iter().map(|user| Key::door(game, group, user));
        self.and(
            keys,
            Kind {
                project: Projection::and::<Door>,
                take: |items, scene| {
                    let doors = rows::take::<Door>(items)?;
                    scene.doors.extend(doors.into_iter().map(|door| (door.user_id, door)));
                    Ok(())
                },
            },
        )
    }

    /// The same, and these doors, once it turns out that they matter: most are empty, and are taken for that at first.
    pub fn doors_later(self, call: &Call<'_>, users: impl IntoIterator<Item = UserId>) -> Self {
        if call.turn == 0 { self } else { self.doors(call, users) }
    }

    /// The same, and these users.
    pub fn users(self, call: &Call<'_>, users: impl IntoIterator<Item = UserId>) -> Self {
        let keys = users.into_iter().map(|user| Key::user(call.game(), user));
        self.and(
            keys,
            Kind {
                project: Projection::and::<User>,
                take: |items, scene| {
                    let users = rows::take::<User>(items)?;
                    scene.users.extend(users.into_iter().map(|user| (user.user_id, user)));
                    Ok(())
                },
            },
        )
    }

    /// The same, and the groups of users who are to become members, where their number is bounded.
    pub fn belongings(mut self, call: &Call<'_>, users: impl IntoIterator<Item = UserId>) -> Self {
        if belonging::is_bounded(call) {
            self.belongings.extend(users);
        }
        self
    }

    /// The same, and these attributes.
    pub fn attributes<'a>(
        self,
        call: &Call<'_>,
        keys: impl IntoIterator<Item = &'a AttributeKey>,
    ) -> Self {
        let (game, group) = (call.game(), self.group);
        let keys = keys.into_iter().map(|key| Key::attribute(game, group, key));
        self.and(
            keys,
            Kind {
                project: Projection::and::<Attribute>,
                take: |items, scene| {
                    let attributes = rows::take::<Attribute>(items)?;
                    scene
                        .attributes
                        .extend(attributes.into_iter().map(|it| (it.attribute_key.clone(), it)));
                    Ok(())
                },
            },
        )
    }

    /// The same, and the code of that hash.
    pub fn code(self, call: &Call<'_>, hash: &str) -> Self {
        let key = Key::code(call.game(), self.group, hash);
        self.and(
            [key],
            Kind {
                project: Projection::and::<Code>,
                take: |items, scene| {
                    let codes = rows::take::<Code>(items)?;
                    scene.codes.extend(codes.into_iter().map(|it| (it.code_hash.clone(), it)));
                    Ok(())
                },
            },
        )
    }

    /// The same, and whether a connection is known.
    pub fn connection(self, call: &Call<'_>, id: ConnectionId) -> Self {
        let key = Key::connection(call.game(), id);
        self.and(
            [key],
            Kind {
                project: Projection::and::<Connection>,
                take: |items, scene| {
                    let connections = rows::take::<Connection>(items)?;
                    scene.connections.extend(connections.into_iter().map(|it| it.connection_id));
                    Ok(())
                },
            },
        )
    }

    /// The same, and which group holds a name.
    pub fn name(self, call: &Call<'_>, name: Option<&GroupName>) -> Self {
        let Some(name) = name else { return self };
        let key = Key::group_name(call.game(), name);
        self.and(
            [key],
            Kind {
                project: Projection::and::<Claim>,
                take: |items, scene| {
                    let claim = rows::take::<Claim>(items)?.pop();
                    scene.name_holder = claim.map(|claim| claim.holder()).transpose()?;
                    Ok(())
                },
            },
        )
    }

    fn and(mut self, keys: impl IntoIterator<Item = Key>, kind: Kind) -> Self {
        self.keys.extend(keys);
        self.kinds.push(kind);
        self
    }

    async fn rows(&self, call: &Call<'_>) -> Result<Vec<Item>, Error> {
        let (game, group) = (call.game(), self.group);
        let mut keys = self.keys.clone();
        keys.push(Key::group(game, group));
        keys.extend(self.members.iter().map(|user| Key::member(game, group, *user)));
        let projection = Projection::rows::<Group>().and::<Member>();
        let projection = self.kinds.iter().fold(projection, |it, kind| (kind.project)(it));
        if self.belongings.is_empty() {
            return call.app.store.get_items(keys, projection).await;
        }
        keys.extend(self.belongings.iter().map(|user| Key::joins(game, *user)));
        let projection = projection.and::<Joins>();
        call.app.store.get_items(keys, projection).await
    }

    /// Reads all of it in one round trip. [`Refusal::GroupNotFound`] where there is no such group.
    pub async fn read(&self, call: &Call<'_>) -> Result<Scene, Error> {
        let listed = belonging::listed(call, &self.belongings);
        let (mut items, listed) = try_join(self.rows(call), listed).await?;
        let mut scene = with_members(&mut items)?;
        self.kinds.iter().try_for_each(|kind| (kind.take)(&mut items, &mut scene))?;
        for user in scene.users.values() {
            call.caller.refuse_revoked(user.user_id, user.revocations)?;
        }
        if !listed.is_empty() {
            scene.belongings = belonging::known(listed, &mut items)?;
        }
        Ok(scene)
    }

    /// The same for a list of members, so many perhaps that a transaction has no room for rows that it only rests on. Where
    /// these may be of an earlier moment than the group's row, they are read once more: what happens in between, its counts tell.
    pub async fn read_for_list(&self, call: &Call<'_>) -> Result<Scene, Error> {
        let scene = self.read(call).await?;
        let few = if self.belongings.is_empty() { FEW } else { FEW_COUNTED };
        if self.members.len() <= few || !scene.group.changed_lately(call.now) {
            return Ok(scene);
        }
        let group = Group { demoted_at: None, entered_at: None, ..scene.group };
        Ok(Scene { group, ..self.read(call).await? })
    }
}

/// A scene with the group and the members among `items`. [`Refusal::GroupNotFound`] where there is no such group.
pub(super) fn with_members(items: &mut Vec<Item>) -> Result<Scene, Error> {
    let group = rows::take::<Group>(items)?.pop().filter(Group::is_live);
    let mut scene = Scene::new(group.ok_or(Refusal::GroupNotFound)?);
    let members = rows::take::<Member>(items)?;
    scene.members.extend(members.into_iter().map(|member| (member.user_id, member)));
    Ok(scene)
}

/// Decides by `rule` on what most likely is so, where something is assumed and may be, or else on what is read.
pub(super) async fn decide<'a, A>(
    call: &Call<'a>,
    assumed: Option<Scene>,
    reads: Reads,
    rule: impl Fn(&Scene, &Context<'_>) -> Result<Decided<A>, Refusal>,
) -> Result<Decision<'a, A>, Error> {
    if let Some(assumed) = assumed
        && let Some(decision) = decide_assumed(call, &assumed, &rule)?
    {
        return Ok(decision);
    }
    decide_on(call, reads.read(call).await?, rule).await
}

/// Decides by `rule` on what most likely is so; nothing where nothing may be assumed, or it would be refused.
pub(super) fn decide_assumed<'a, A>(
    call: &Call<'a>,
    assumed: &Scene,
    rule: impl Fn(&Scene, &Context<'_>) -> Result<Decided<A>, Refusal>,
) -> Result<Option<Decision<'a, A>>, Error> {
    if !call.may_assume() {
        return Ok(None);
    }
    let decided = rule(assumed, &call.context()).ok();
    decided.map(|decided| decision(call, decided)).transpose()
}

/// Decides by `rule` on what was read.
pub(super) async fn decide_on<'a, A>(
    call: &Call<'a>,
    mut scene: Scene,
    rule: impl Fn(&Scene, &Context<'_>) -> Result<Decided<A>, Refusal>,
) -> Result<Decision<'a, A>, Error> {
    let mut decided = rule(&scene, &call.context());
    // Where no block ever had an end, none that is counted is over.
    let may_be_less = matches!(decided, Err(Refusal::TooManyPending))
        || matches!(decided, Err(Refusal::TooManyBlocks)) && scene.group.blocks_end;
    if may_be_less {
        let doors = read_doors(call, scene.group.group_id).await?;
        scene.counted = Some(count_in(call, &doors)?);
        // The group's row may have been read after what filled it, and the user's door before.
        scene.doors = doors.into_iter().map(|door| (door.user_id, door)).collect();
        decided = rule(&scene, &call.context());
    }
    if matches!(decided, Err(Refusal::TooManyGroups)) && !scene.is_assumed {
        belonging::check(call, &mut scene.belongings).await?;
        decided = rule(&scene, &call.context());
    }
    decision(call, decided?)
}

fn decision<'a, A>(call: &Call<'_>, decided: Decided<A>) -> Result<Decision<'a, A>, Error> {
    let Some(plan) = decided.plan else { return Ok(Decision::answer(decided.answer)) };
    if !call.is_dry_run {
        note_plan(&plan);
    }
    Ok(Decision::writing(decided.answer, plan::writes(call.game(), &plan, call.now)?))
}

/// Reads a group's doors. What expires stays in the counts of the group's row, since nobody acts when it does; whoever finds
/// no room therefore counts.
async fn read_doors(call: &Call<'_>, group: GroupId) -> Result<Vec<Door>, Error> {
    let range = Range::prefix(keys::group_partition(call.game(), group), keys::DOOR);
    call.app.store.query(range).await
}

/// The time up to which what has expired is counted no more: a call that began before something expired may still answer or
/// delete it, and would subtract it once more.
pub(super) fn counted_from(call: &Call<'_>) -> Result<Timestamp, Error> {
    call.now.checked_sub(RECENT).map_err(Error::internal)
}

/// Counts what is in these doors.
pub(super) fn count_in(call: &Call<'_>, doors: &[Door]) -> Result<DoorCounts, Error> {
    let past = counted_from(call)?;
    Ok(DoorCounts {
        pending: doors.iter().map(|door| door.pending(past)).sum(),
        blocks: doors.iter().map(|door| u32::from(door.block(past).is_some())).sum(),
    })
}
