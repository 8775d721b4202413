//! Read a user, and for oneself the groups, applications and invitations.

use std::collections::HashMap;

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::Call;
use crate::domain::door::Door;
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::{Application, Invitation, Member};
use crate::domain::user::{Account, User, UserWithLogins};
use crate::error::{Error, Refusal};
use crate::operations::users::profile::Profile;
use crate::store::keys::{self, Key};
use crate::store::range::Range;
use crate::store::rows::Projection;
use crate::store::{Item, rows};

/// What connects a user to groups; the user themselves and the game may see it.
#[derive(Debug, Clone, Default)]
pub struct Connections {
    /// The groups that the user is in, the longest-standing membership first.
    pub groups: Vec<Group>,
    /// Pending applications.
    pub applications: Vec<(Application, Group)>,
    /// Pending invitations, with whoever invited, if it was not the game and is shown.
    pub invitations: Vec<(Invitation, Group, Option<Profile>)>,
}

/// A user, as much of them as the caller may see.
#[derive(Clone)]
pub enum Found {
    /// The user themselves asks, or the game.
    Own(Box<Account>, Connections),
    /// Somebody else does.
    Other(Profile, Logins),
}

/// When and how often a user has signed up or in.
#[derive(Debug, Clone, Copy)]
pub struct Logins {
    /// The last time.
    pub last_login: Timestamp,
    /// How often.
    pub number_of_logins: u32,
}

/// Reads a user of the caller's game.
pub async fn get_user(call: &Call<'_>, id: UserId) -> Result<Found, Error> {
    if !call.caller.speaks_for(id) {
        let user = call.app.store.get::<UserWithLogins>(Key::user(call.game(), id)).await?;
        let user = user.ok_or(Refusal::UserNotFound)?;
        let UserWithLogins { last_login, number_of_logins, .. } = user;
        let profile = Profile::of(call, user.into(), false);
        return Ok(Found::Other(profile, Logins { last_login, number_of_logins }));
    }
    let account = call.app.store.get::<Account>(Key::user(call.game(), id));
    let (account, items) = try_join(account, by_user(call, id)).await?;
    let account = account.ok_or(Refusal::UserNotFound)?;
    call.caller.refuse_revoked(id, account.revocations)?;
    Ok(Found::Own(Box::new(account), connections(call, items, Inviters::Shown).await?))
}

/// What connects a user to groups, as the index has it, up to the limit of one answer: memberships, then what is
/// pending, each by the group's id.
pub(super) async fn by_user(call: &Call<'_>, user: UserId) -> Result<Vec<Item>, Error> {
    connecting(call, Range::partition(keys::user_partition(call.game(), user))).await
}

/// The same of one kind alone, whose keys begin so.
pub(in crate::operations) async fn by_user_of(
    call: &Call<'_>,
    user: UserId,
    kind: &str,
) -> Result<Vec<Item>, Error> {
    connecting(call, Range::prefix(keys::user_partition(call.game(), user), kind)).await
}

async fn connecting(call: &Call<'_>, range: Range) -> Result<Vec<Item>, Error> {
    let most = call.app.limits.groups_of_user;
    let range = range.of(keys::BY_USER).first(i32::try_from(most).map_err(Error::internal)?);
    let kinds = Projection::rows::<Member>().and::<Door>();
    let mut items = call.app.store.query_items(range, kinds).await?;
    items.truncate(most as usize);
    Ok(items)
}

/// Whether an answer shows who invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::operations) enum Inviters {
    /// It does, so they are read.
    Shown,
    /// It shows their ids at most, which the invitations have.
    NotShown,
}

/// The groups that these rows name, and the inviters where they are shown, read at once.
pub(in crate::operations) async fn connections(
    call: &Call<'_>,
    mut items: Vec<Item>,
    inviters: Inviters,
) -> Result<Connections, Error> {
    let now = call.now;
    let mut members = rows::take::<Member>(&mut items)?;
    members.sort_by_key(Member::seniority);
    let doors = rows::take::<Door>(&mut items)?;
    let applications: Vec<_> = doors.iter().filter_map(|door| door.to_application(now)).collect();
    let mut invitations: Vec<_> = doors.iter().filter_map(|door| door.to_invitation(now)).collect();
    // One door may hold both.
    let shown = members.len() + applications.len();
    invitations.truncate((call.app.limits.groups_of_user as usize).saturating_sub(shown));

    let members = members.iter().map(|member| member.group_id);
    let named = members
        .clone()
        .chain(applications.iter().map(|application| application.group_id))
        .chain(invitations.iter().map(|invitation| invitation.group_id))
        .map(|group| Key::group(call.game(), group));
    let shown = invitations.iter().filter(|_| inviters == Inviters::Shown);
    let inviters = shown.filter_map(|invitation| invitation.inviter_id);
    let inviters = inviters.map(|inviter| Key::user(call.game(), inviter));
    let kinds = Projection::rows::<Group>().and::<User>();
    let mut found = call.app.store.get_items(named.chain(inviters).collect(), kinds).await?;
    let groups: HashMap<GroupId, Group> = rows::take::<Group>(&mut found)?
        .into_iter()
        .filter(Group::is_live)
        .map(|group| (group.group_id, group))
        .collect();
    let users: HashMap<UserId, User> =
        rows::take::<User>(&mut found)?.into_iter().map(|user| (user.user_id, user)).collect();

    let group = |id: GroupId| groups.get(&id).cloned();
    Ok(Connections {
        groups: members.filter_map(group).collect(),
        applications: applications
            .into_iter()
            .filter_map(|application| Some((group(application.group_id)?, application)))
            .map(|(group, application)| (application, group))
            .collect(),
        invitations: invitations
            .into_iter()
            .filter_map(|invitation| {
                let inviter = invitation.inviter_id.and_then(|inviter| users.get(&inviter));
                let inviter = inviter.map(|user| Profile::of(call, user.clone(), false));
                Some((group(invitation.group_id)?, invitation, inviter))
            })
            .map(|(group, invitation, inviter)| (invitation, group, inviter))
            .collect(),
    })
}
