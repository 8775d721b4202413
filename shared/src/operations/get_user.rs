//! Read a user, and for oneself the groups, applications and invitations.

use std::collections::HashMap;

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::App;
use crate::auth::caller::Caller;
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, UserId};
use crate::domain::membership::{Application, Invitation, Member};
use crate::domain::user::{Account, User, UserWithLogins};
use crate::error::{Error, Refusal};
use crate::operations::profile::Profile;
use crate::store::keys::{self, Key};
use crate::store::rows::Projection;
use crate::store::table::Range;
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
///
/// # Errors
/// [`Refusal::UserNotFound`].
pub async fn get_user(app: &App, caller: &Caller, id: UserId) -> Result<Found, Error> {
    if !caller.speaks_for(id) {
        let user = app.store.get::<UserWithLogins>(Key::user(caller.game(), id)).await?;
        let user = user.ok_or(Refusal::UserNotFound)?;
        let UserWithLogins { last_login, number_of_logins, .. } = user;
        let profile = Profile::of(app, caller, user.into(), false);
        return Ok(Found::Other(profile, Logins { last_login, number_of_logins }));
    }
    let account = app.store.get::<Account>(Key::user(caller.game(), id));
    let (account, items) = try_join(account, by_user(app, caller, id)).await?;
    let account = account.ok_or(Refusal::UserNotFound)?;
    Ok(Found::Own(Box::new(account), connections(app, caller, items, Inviters::Shown).await?))
}

/// What connects a user to groups, as the index has it, up to the limit of one answer: memberships, then applications, then
/// invitations, each by the group's id.
pub(super) async fn by_user(app: &App, caller: &Caller, user: UserId) -> Result<Vec<Item>, Error> {
    connecting(app, Range::partition(keys::user_partition(caller.game(), user))).await
}

/// The same of one kind alone, whose keys begin so.
pub(super) async fn by_user_of(
    app: &App,
    caller: &Caller,
    user: UserId,
    kind: &str,
) -> Result<Vec<Item>, Error> {
    connecting(app, Range::prefix(keys::user_partition(caller.game(), user), kind)).await
}

async fn connecting(app: &App, range: Range) -> Result<Vec<Item>, Error> {
    let most = app.limits.connections;
    let range = range.of(keys::BY_USER).first(i32::try_from(most).map_err(Error::internal)?);
    let kinds = Projection::kinds::<Member>().and::<Application>().and::<Invitation>();
    let mut items = app.store.query_items(range, kinds).await?;
    items.truncate(most as usize);
    Ok(items)
}

/// Whether an answer shows who invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inviters {
    /// It does, so they are read.
    Shown,
    /// It shows their ids at most, which the invitations have.
    NotShown,
}

/// The groups that these rows name, and the inviters where they are shown, read at once.
pub(super) async fn connections(
    app: &App,
    caller: &Caller,
    mut items: Vec<Item>,
    inviters: Inviters,
) -> Result<Connections, Error> {
    let now = app.now();
    let mut members = rows::take::<Member>(&mut items)?;
    members.sort_by_key(Member::seniority);
    let mut applications = rows::take::<Application>(&mut items)?;
    applications.retain(|application| application.expires_at > now);
    let mut invitations = rows::take::<Invitation>(&mut items)?;
    invitations.retain(|invitation| invitation.expires_at > now);

    let members = members.iter().map(|member| member.group_id);
    let named = members
        .clone()
        .chain(applications.iter().map(|application| application.group_id))
        .chain(invitations.iter().map(|invitation| invitation.group_id))
        .map(|group| Key::group(caller.game(), group));
    let shown = invitations.iter().filter(|_| inviters == Inviters::Shown);
    let inviters = shown.filter_map(|invitation| invitation.inviter_id);
    let inviters = inviters.map(|inviter| Key::user(caller.game(), inviter));
    let kinds = Projection::kinds::<Group>().and::<User>();
    let mut found = app.store.get_items(named.chain(inviters).collect(), kinds).await?;
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
                let inviter = inviter.map(|user| Profile::of(app, caller, user.clone(), false));
                Some((group(invitation.group_id)?, invitation, inviter))
            })
            .map(|(group, invitation, inviter)| (invitation, group, inviter))
            .collect(),
    })
}
