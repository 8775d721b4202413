//! Read a group: its settings, its members, and for its admins what is pending.

use std::collections::{HashMap, HashSet};

use futures_util::future::try_join_all;

use crate::Call;
use crate::domain::attribute::PublicAttribute;
use crate::domain::door::Door;
use crate::domain::group::GroupSummary;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::{Application, Invitation, MemberSummary};
use crate::domain::permissions::{Action, allows_standing};
use crate::domain::user::User;
use crate::error::{Error, Refusal};
use crate::operations::drift;
use crate::operations::users::profile::{self, Profile};
use crate::store::meter::note_group;
use crate::store::range::Range;
use crate::store::rows::{self, Projection};
use crate::store::{Item, keys};

/// A group with everything in it that the caller may see.
#[derive(Debug, Clone)]
pub struct GroupPage {
    pub group: GroupSummary,
    /// Its members, the longest-standing first.
    pub members: Vec<(MemberSummary, Profile)>,
    /// What everybody may read, by key.
    pub public: Vec<PublicAttribute>,
    /// What is pending; nothing where the caller is not an admin.
    pub applications: Vec<(Application, Profile)>,
    /// The same for invitations: the invited user, then who invited them, if it was not the game.
    pub invitations: Vec<(Invitation, Profile, Option<Profile>)>,
}

/// Reads a group.
pub async fn get_group(call: &Call<'_>, group: GroupId) -> Result<GroupPage, Error> {
    note_group(group);
    let mut pages = get_groups(call, &[group]).await?;
    Ok(pages.pop().ok_or(Refusal::GroupNotFound)?)
}

/// Reads several groups at once, in their order; those that do not exist are left out.
pub async fn get_groups(call: &Call<'_>, groups: &[GroupId]) -> Result<Vec<GroupPage>, Error> {
    let reads = groups.iter().map(|group| read(call, *group));
    let contents: Vec<Contents> = try_join_all(reads).await?.into_iter().flatten().collect();
    let people = contents.iter().flat_map(Contents::people).collect();
    let users = profile::users(call, people).await?;
    Ok(contents.into_iter().map(|contents| contents.page(call, &users)).collect())
}

/// A group's rows.
struct Contents {
    group: GroupSummary,
    members: Vec<MemberSummary>,
    public: Vec<PublicAttribute>,
    applications: Vec<Application>,
    invitations: Vec<Invitation>,
}

async fn read(call: &Call<'_>, group: GroupId) -> Result<Option<Contents>, Error> {
    // All but attributes, which sort before. Doors are the last to be read: there may be more of them than of all else.
    let partition = keys::group_partition(call.game(), group);
    let range = Range::through(partition, keys::DOOR, keys::PUBLIC).backwards();
    let kinds = Projection::rows::<GroupSummary>()
        .and::<MemberSummary>()
        .and::<Door>()
        .and::<PublicAttribute>();
    // What makes no sense is told below.
    let is_enough = |items: &[Item]| is_without_pending(call, items).unwrap_or_default();
    let mut items = call.app.store.query_items_until(range, kinds, &is_enough).await?;
    items.reverse();
    let group = rows::take::<GroupSummary>(&mut items)?.pop().filter(GroupSummary::is_live);
    group.map(|group| Contents::of(call, group, items)).transpose()
}

/// Whether these items have all of a group but doors, which are not for the caller to see.
fn is_without_pending(call: &Call<'_>, items: &[Item]) -> Result<bool, Error> {
    let is_whole = rows::view::<GroupSummary>(items)?.is_some();
    Ok(is_whole && !sees_pending(call, &rows::views(items)?))
}

/// Whether the caller sees what is pending in a group of these members.
fn sees_pending(call: &Call<'_>, members: &[MemberSummary]) -> bool {
    let me = members.iter().find(|member| Some(member.user_id) == call.caller.acting_user());
    let is_admin = me.map(|me| me.is_admin);
    allows_standing(call.caller.actor(), Action::ListPending, is_admin)
}

impl Contents {
    fn of(call: &Call<'_>, group: GroupSummary, mut items: Vec<Item>) -> Result<Self, Error> {
        let mut members: Vec<MemberSummary> = rows::take(&mut items)?;
        let public = rows::take(&mut items)?;
        let counted = (group.member_count, group.admin_count);
        let is_admin = members.iter().map(|member| member.is_admin);
        drift::check_members(group.group_id, counted, is_admin);
        members.sort_by_key(MemberSummary::seniority);
        let (mut applications, mut invitations): (Vec<Application>, Vec<Invitation>) =
            Default::default();
        if sees_pending(call, &members) {
            let doors = rows::take::<Door>(&mut items)?;
            applications = doors.iter().filter_map(|door| door.to_application(call.now)).collect();
            applications.sort_by_key(|application| application.expires_at);
            invitations = doors.iter().filter_map(|door| door.to_invitation(call.now)).collect();
            invitations.sort_by_key(|invitation| invitation.expires_at);
            let pending = applications.len() + invitations.len();
            drift::check_pending(group.group_id, group.pending_count, pending);
        }
        Ok(Self { group, members, public, applications, invitations })
    }

    /// Everyone who is named in it.
    fn people(&self) -> impl Iterator<Item = UserId> {
        let members = self.members.iter().map(|member| member.user_id);
        let applicants = self.applications.iter().map(|application| application.user_id);
        let invited = self.invitations.iter().flat_map(|i| [Some(i.user_id), i.inviter_id]);
        members.chain(applicants).chain(invited.flatten())
    }

    fn page(self, call: &Call<'_>, users: &HashMap<UserId, User>) -> GroupPage {
        let me = call.caller.acting_user();
        let inside = self.members.iter().any(|member| Some(member.user_id) == me);
        let member_ids: HashSet<UserId> =
            self.members.iter().map(|member| member.user_id).collect();
        let profile = |id: UserId| {
            let user = users.get(&id)?.clone();
            Some(Profile::of(call, user, inside && member_ids.contains(&id)))
        };
        GroupPage {
            members: self
                .members
                .into_iter()
                .filter_map(|member| Some((profile(member.user_id)?, member)))
                .map(|(profile, member)| (member, profile))
                .collect(),
            applications: self
                .applications
                .into_iter()
                .filter_map(|application| Some((profile(application.user_id)?, application)))
                .map(|(profile, application)| (application, profile))
                .collect(),
            invitations: self
                .invitations
                .into_iter()
                .filter_map(|i| Some((profile(i.user_id)?, i.inviter_id.and_then(profile), i)))
                .map(|(invited, inviter, invitation)| (invitation, invited, inviter))
                .collect(),
            public: self.public,
            group: self.group,
        }
    }
}
