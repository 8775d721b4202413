//! A group's roster: its members and their roles, read as a whole and changed as a whole.
//!
//! What becomes of whom is planned on what was read; the transaction insists that it still is so, and else the plan is
//! made anew.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::{GameId, GroupId, UserId};
use crate::domain::membership::Member;
use crate::domain::role::Roles;
use crate::error::{Error, Refusal};
use crate::operations::drift;
use crate::operations::guard::{LIVE, admits, live_group, permit, user_exists};
use crate::operations::membership::{Assumed, not_blocked};
use crate::operations::names;
use crate::permissions::Action;
use crate::store::keys::{self, Key};
use crate::store::rows::{self, Projection};
use crate::store::table::Range;
use crate::store::transaction::{Step, Transaction};
use crate::store::write::{ABSENT, Milliseconds, Write};

/// A group and its members.
#[derive(Debug, Clone)]
pub struct Roster {
    /// The group.
    pub group: Group,
    /// Its members, by user.
    pub members: BTreeMap<UserId, Member>,
}

impl Roster {
    /// The roster as it is at this moment.
    ///
    /// # Errors
    /// [`Refusal::GroupNotFound`].
    pub async fn read(app: &App, game: GameId, group: GroupId) -> Result<Self, Error> {
        let partition = keys::group_partition(game, group);
        let range = Range::through(partition, keys::GROUP, keys::MEMBER);
        let kinds = Projection::kinds::<Group>().and::<Member>();
        let mut items = app.store.query_items(range, kinds).await?;
        let group = rows::take::<Group>(&mut items)?.pop().filter(Group::is_live);
        let group = group.ok_or(Refusal::GroupNotFound)?;
        let members = rows::take::<Member>(&mut items)?;
        let counted = (group.member_count, group.admin_count);
        let is_admin = members.iter().map(|member| member.is_admin);
        drift::check_members(group.group_id, counted, is_admin);
        Ok(Self {
            group,
            members: members.into_iter().map(|member| (member.user_id, member)).collect(),
        })
    }

    /// The caller's own membership.
    pub fn me(&self, caller: &Caller) -> Option<&Member> {
        self.members.get(&caller.acting_user()?)
    }
}

/// A group after a change.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The group.
    pub group: Group,
    /// Whether it is other than before.
    pub is_new: bool,
}

/// What a group and its members are to become.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The group with its new name and roles; its counts follow from the members.
    pub group: Group,
    /// The roles that these users hold then; none means that they are out.
    pub roles: BTreeMap<UserId, Roles>,
}

impl Plan {
    /// A plan that changes nothing yet.
    pub fn new(roster: &Roster) -> Self {
        Self { group: roster.group.clone(), roles: BTreeMap::new() }
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Obstacle {
    /// The group is no longer as the plan was made on: whatever else failed may be different now.
    Changed,
    Refused(Refusal),
}

impl From<Refusal> for Obstacle {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Carries out what `plan` makes of the roster, and tells what the group is then.
///
/// # Errors
/// [`Refusal::GroupNotFound`], [`Refusal::NotAuthorized`], what `plan` refuses, [`Refusal::LastAdmin`] where members would
/// be left without an admin and it is not the game that wants it, [`Refusal::GroupFull`], [`Refusal::Blocked`],
/// [`Refusal::GroupNameTaken`], and [`Refusal::TooManyAtOnce`] for what one transaction cannot hold.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    action: Action,
    group: GroupId,
    plan: impl Fn(&Roster) -> Result<Plan, Refusal> + Send + Sync,
) -> Result<Changed, Error> {
    let mut backoff = app.store.backoff();
    loop {
        let before = Roster::read(app, caller.game(), group).await?;
        if !admits(caller, action, before.me(caller).map(|me| me.is_admin)) {
            let is_leaving = action == Action::LeaveGroup;
            let refusal = if is_leaving { Refusal::NotMember } else { Refusal::NotAuthorized };
            return Err(refusal.into());
        }
        let change = Change::of(app, caller, &before, plan(&before)?)?;
        if change.is_nothing() {
            return Ok(Changed { group: before.group, is_new: false });
        }
        let transaction = change.transaction(app, caller, action)?;
        if transaction.len() > Transaction::<Obstacle>::MAX_STEPS {
            return Err(Refusal::TooManyAtOnce.into());
        }
        match transaction.commit(&app.store).await? {
            Ok(()) => return Ok(Changed { group: change.after, is_new: true }),
            // All changes of roles in a group meet here, so they make way for each other.
            Err(Obstacle::Changed) => backoff.wait().await?,
            Err(Obstacle::Refused(refusal)) => return Err(refusal.into()),
        }
    }
}

/// The difference between a roster and what it is to become.
struct Change<'r> {
    before: &'r Roster,
    after: Group,
    /// Members as they are to be; nothing for those who go.
    members: BTreeMap<UserId, Option<Member>>,
    /// How many become members.
    joining: u32,
    /// How many are members no more.
    leaving: u32,
}

impl<'r> Change<'r> {
    fn of(app: &App, caller: &Caller, before: &'r Roster, plan: Plan) -> Result<Self, Refusal> {
        let Plan { group: mut after, mut roles } = plan;
        // Another admin role makes other admins of members whose roles stay as they are.
        for (user, member) in &before.members {
            roles.entry(*user).or_insert_with(|| member.roles.clone());
        }
        let mut members = BTreeMap::new();
        // The counts follow from the differences: what was read is not of one moment, so the rows may be ahead of the counts.
        let (mut joining, mut leaving) = (0, 0);
        let (mut promoted, mut demoted) = (0, 0);
        for (user, roles) in roles {
            let is_admin = roles.contains(&after.admin_role);
            let old = before.members.get(&user);
            if old.is_some_and(|old| old.roles == roles && old.is_admin == is_admin) {
                continue;
            }
            let was_admin = old.is_some_and(|old| old.is_admin);
            promoted += u32::from(is_admin && !was_admin);
            demoted += u32::from(was_admin && !is_admin);
            joining += u32::from(old.is_none());
            leaving += u32::from(roles.is_empty());
            let joined_at = old.map_or_else(|| app.now(), |old| old.joined_at);
            let group_id = after.group_id;
            let member = Member { group_id, user_id: user, roles, is_admin, joined_at };
            members.insert(user, Some(member).filter(|member| !member.roles.is_empty()));
        }
        let old = &before.group;
        after.member_count = (old.member_count + joining).saturating_sub(leaving);
        after.admin_count = (old.admin_count + promoted).saturating_sub(demoted);
        after.role_changes += u32::from(!members.is_empty());
        let is_headless = after.admin_count == 0 && after.member_count > 0;
        if is_headless && old.admin_count > 0 && !caller.is_title() {
            return Err(Refusal::LastAdmin);
        }
        if joining > 0 && after.member_count > after.settings.max_group_size {
            return Err(Refusal::GroupFull);
        }
        if after.member_count == 0 && !caller.is_title() {
            // As where the last member leaves.
            after.deleted_at = Some(app.now());
        }
        let mut change = Self { before, after, members, joining, leaving };
        if change.renames_or_regroups() {
            change.after.profile_version += 1;
        }
        Ok(change)
    }

    fn renames_or_regroups(&self) -> bool {
        let (old, new) = (&self.before.group, &self.after);
        (&old.group_name, &old.roles, &old.admin_role, &old.member_role)
            != (&new.group_name, &new.roles, &new.admin_role, &new.member_role)
    }

    fn is_nothing(&self) -> bool {
        self.members.is_empty() && !self.renames_or_regroups()
    }

    fn transaction(
        &self,
        app: &App,
        caller: &Caller,
        action: Action,
    ) -> Result<Transaction<Obstacle>, Error> {
        let game = caller.game();
        // Where the caller's own row is changed, its condition covers the permission: no item can be in twice.
        let is_among = caller.acting_user().is_some_and(|user| self.members.contains_key(&user));
        let permit = match is_among {
            true => None,
            false => permit(caller, action, self.after.group_id)?,
        };
        let rename = names::rename(app, game, &self.before.group, &self.after.group_name)?;
        let mut steps = vec![self.group_step(game, rename.is_claimed)];
        if self.after.deleted_at.is_some() {
            steps.extend(names::release(game, &self.before.group));
        }
        for (user, member) in &self.members {
            steps.extend(self.member_steps(game, *user, member.as_ref())?);
        }
        Ok(Transaction::new(permit).and(rename.steps).and(steps))
    }

    fn group_step(&self, game: GameId, name_claimed: bool) -> Step<Obstacle> {
        let (old, new) = (&self.before.group, &self.after);
        let mut write = Write::update(Key::group(game, new.group_id))
            .when(LIVE)
            .when("role_changes = :seen_changes AND profile_version = :seen_version")
            .value("seen_changes", old.role_changes)
            .value("seen_version", old.profile_version)
            .set("role_changes", new.role_changes);
        write = Assumed::from(old).guard(write);
        if self.renames_or_regroups() {
            let (_, sort) = keys::directory(game, new);
            write = write
                .set("profile_version", new.profile_version)
                .set("group_name", new.group_name.as_str())
                .set("name_claimed", name_claimed)
                .set("directory_sk", sort)
                .set("role_names", &new.roles)
                // The names of the guard's values are taken.
                .set_as("admin_role", "new_admin_role", new.admin_role.as_str())
                .set_as("member_role", "new_member_role", new.member_role.as_str())
                .when("group_name = :seen_name AND name_claimed = :seen_claimed")
                .value("seen_name", old.group_name.as_str())
                .value("seen_claimed", old.name_claimed);
        }
        if old.admin_role != new.admin_role {
            // Whoever joined in between would hold the new admin role unnoticed.
            write = write.when("joins = :seen_joins").value("seen_joins", old.joins);
        }
        if old.admin_count != new.admin_count {
            write = write.set("admin_count", new.admin_count).when("admin_count = :seen_admins");
            write = write.value("seen_admins", old.admin_count);
        }
        if self.joining > 0 {
            let size = new.settings.max_group_size;
            write = write
                .increase("joins", self.joining)
                .when("settings.max_group_size = :size AND member_count <= :room")
                .value("size", size)
                .value("room", (size + self.leaving).saturating_sub(self.joining));
        }
        write = match self.joining.cmp(&self.leaving) {
            Ordering::Greater => write.increase("member_count", self.joining - self.leaving),
            Ordering::Equal => write,
            Ordering::Less => write.decrease("member_count", self.leaving - self.joining),
        };
        if let Some(now) = new.deleted_at {
            write = write
                .set("deleted_at", Milliseconds(now))
                .remove("directory_pk")
                .when("member_count = :leaving")
                .value("leaving", self.leaving);
        } else if new.member_count > 0 && self.leaving > 0 {
            // Whoever else leaves must not turn this into the end of the group.
            write = write.when("member_count > :leaving").value("leaving", self.leaving);
        }
        write.or_judge(|item| {
            Ok(live_group(item)?.map_or(Refusal::GroupNotFound.into(), |_| Obstacle::Changed))
        })
    }

    fn member_steps(
        &self,
        game: GameId,
        user: UserId,
        member: Option<&Member>,
    ) -> Result<Vec<Step<Obstacle>>, Error> {
        let group = self.after.group_id;
        let key = Key::member(game, group, user);
        let Some(old) = self.before.members.get(&user) else {
            let Some(member) = member else { return Ok(Vec::new()) };
            return Ok(vec![
                user_exists(game, user),
                not_blocked(game, group, user),
                Write::put(game, member)?.when(ABSENT).or_else(Obstacle::Changed),
                Write::delete(Key::application(game, group, user)).always(),
                Write::delete(Key::invitation(game, group, user)).always(),
            ]);
        };
        let write = match member {
            None => Write::delete(key),
            Some(member) => {
                Write::update(key).set("role_ids", &member.roles).set("is_admin", member.is_admin)
            }
        };
        let same = write
            .when("role_ids = :seen_roles AND is_admin = :was_admin")
            .value("seen_roles", &old.roles)
            .value("was_admin", old.is_admin);
        Ok(vec![same.or_else(Obstacle::Changed)])
    }
}
