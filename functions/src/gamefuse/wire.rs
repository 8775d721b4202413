//! The wire types of GameFuse's dialect.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::attribute::PublicAttribute;
use shared::domain::group::{Group, GroupSummary};
use shared::domain::ids::{ConnectionId, GroupId, UserId};
use shared::domain::membership::{Application, Invitation, MemberSummary};
use shared::domain::rules::attributes::VisibleAttribute;
use shared::domain::words::CoverNote;
use shared::operations::groups::get::GroupPage;
use shared::operations::users::get::Connections;
use shared::operations::users::profile::Profile;

/// An id as it is shown: 0 where nothing has it yet, since the call is only tried.
pub fn shown(id: impl Into<u32>, is_unknown: bool) -> u32 {
    if is_unknown { 0 } else { id.into() }
}

/// A group without what is in it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupObject {
    /// The group's id; 0 in a dry run of its creation.
    id: u32,
    /// What it is called.
    name: String,
    group_type: String,
    can_auto_join: bool,
    is_invite_only: bool,
    max_group_size: u32,
    searchable: bool,
    admins_only_can_create_attributes: bool,
    description: String,
    reapply_after: u32,
    /// How many members it has.
    member_count: u32,
}

impl From<Group> for GroupObject {
    fn from(group: Group) -> Self {
        GroupSummary::from(group).into()
    }
}

impl From<GroupSummary> for GroupObject {
    fn from(group: GroupSummary) -> Self {
        Self {
            id: group.group_id.get(),
            name: group.group_name.into(),
            group_type: group.settings.group_type.into(),
            can_auto_join: group.settings.can_auto_join,
            is_invite_only: group.settings.is_invite_only,
            max_group_size: group.settings.max_group_size,
            searchable: group.settings.searchable,
            admins_only_can_create_attributes: group.settings.admins_only_can_create_attributes,
            description: group.settings.description.into(),
            reapply_after: group.settings.reapply_after,
            member_count: group.member_count,
        }
    }
}

/// A group with what is in it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FullGroupObject {
    #[serde(flatten)]
    group: GroupObject,
    /// Who is in it, those who have been in it longest first.
    members: Vec<MemberObject>,
    /// Those of its members who are admins.
    admins: Vec<MemberObject>,
    /// The attributes that everybody may read, by key.
    public_attributes: Vec<PublicAttributeObject>,
    /// Who asks to join; empty for everybody but its admins.
    join_requests: Vec<JoinRequestObject>,
    /// Who is invited; empty for everybody but its admins.
    invites: Vec<InviteObject>,
}

impl FullGroupObject {
    /// A group that was just created, or would be.
    pub fn new(group: Group, creator: Profile, is_dry_run: bool) -> Self {
        let id = shown(group.group_id, is_dry_run);
        let creator = MemberObject::new(group.created_at, creator);
        Self {
            group: GroupObject { id, ..group.into() },
            members: vec![creator.clone()],
            admins: vec![creator],
            public_attributes: Vec::new(),
            join_requests: Vec::new(),
            invites: Vec::new(),
        }
    }
}

impl From<GroupPage> for FullGroupObject {
    fn from(page: GroupPage) -> Self {
        let admins = page.members.iter().filter(|(member, _)| member.is_admin).cloned();
        let object = |(member, profile): (MemberSummary, Profile)| {
            MemberObject::new(member.joined_at, profile)
        };
        Self {
            admins: admins.map(object).collect(),
            members: page.members.into_iter().map(object).collect(),
            public_attributes: page.public.into_iter().map(PublicAttributeObject::from).collect(),
            join_requests: page.applications.into_iter().map(JoinRequestObject::from).collect(),
            invites: page.invitations.into_iter().map(InviteObject::from).collect(),
            group: page.group.into(),
        }
    }
}

/// An attribute that everybody may read.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublicAttributeObject {
    /// Its key, unique in the group.
    key: String,
    /// Its value.
    value: String,
}

impl From<PublicAttribute> for PublicAttributeObject {
    fn from(attribute: PublicAttribute) -> Self {
        Self { key: attribute.attribute_key.into(), value: attribute.attribute_value.into() }
    }
}

/// A user as others see them; the addresses are null for those who may not read them.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserObject {
    /// The user's id; 0 in a dry run of signing up.
    id: u32,
    /// The user's name.
    username: String,
    /// The user's address: told to oneself and to the game's server, to fellow members only where the deployment says so.
    email: Option<String>,
    /// The same address once more.
    display_email: Option<String>,
    /// The game's currency, which nothing here changes.
    credits: i64,
    /// The game's score, which nothing here changes.
    score: i64,
}

impl UserObject {
    /// The same of somebody who is not there yet.
    pub fn unknown(self) -> Self {
        Self { id: 0, ..self }
    }
}

impl From<Profile> for UserObject {
    fn from(Profile { user, shows_email }: Profile) -> Self {
        let email = user.email.filter(|_| shows_email).map(String::from);
        Self {
            id: user.user_id.get(),
            username: user.username.into(),
            display_email: email.clone(),
            email,
            credits: user.credits,
            score: user.score,
        }
    }
}

/// A user in a group.
#[derive(Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MemberObject {
    #[serde(flatten)]
    user: UserObject,
    /// Since when the user is a member: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    joined_at: String,
}

impl MemberObject {
    /// A user who has been a member since then.
    pub fn new(joined_at: Timestamp, user: Profile) -> Self {
        Self { user: user.into(), joined_at: format!("{joined_at:.3}") }
    }
}

/// Where a connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Status {
    /// Somebody's answer is awaited.
    Pending,
    /// The user is a member.
    Accepted,
    /// The answer was no.
    Declined,
}

/// A pending application, in its group.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JoinRequestObject {
    /// The connection's id: with it, an admin answers.
    id: ConnectionId,
    /// Always `pending` here.
    status: Status,
    /// Who asks.
    user: UserObject,
    /// What they write; null where they write nothing.
    message: Option<CoverNote>,
}

impl From<(Application, Profile)> for JoinRequestObject {
    fn from((application, applicant): (Application, Profile)) -> Self {
        Self {
            id: application.connection_id,
            status: Status::Pending,
            user: applicant.into(),
            message: application.message,
        }
    }
}

/// A pending invitation, in its group.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InviteObject {
    /// The connection's id: with it, the invited user answers.
    id: ConnectionId,
    /// Always `pending` here.
    status: Status,
    /// Who is invited.
    user: UserObject,
    /// Who invited. The invited user themselves where the game invited: clients read its id without looking.
    inviter: UserObject,
    /// Who invited; null where the game did.
    inviter_id: Option<UserId>,
}

impl From<(Invitation, Profile, Option<Profile>)> for InviteObject {
    fn from((invitation, invited, inviter): (Invitation, Profile, Option<Profile>)) -> Self {
        Self {
            id: invitation.connection_id,
            status: Status::Pending,
            inviter: inviter.unwrap_or_else(|| invited.clone()).into(),
            user: invited.into(),
            inviter_id: invitation.inviter_id,
        }
    }
}

/// A connection that was just made.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionObject {
    /// The connection's id: with it, it is answered or cancelled; 0 in a dry run.
    id: u32,
    /// `accepted` where the user is a member by now, `pending` where somebody's answer is awaited.
    status: Status,
    /// Who called: the user who asks, or the admin who invites.
    inviter_id: UserId,
    /// Which group.
    group_id: GroupId,
    /// Who asks or is invited.
    user: UserObject,
}

impl ConnectionObject {
    /// The connection that `inviter_id` made between `group` and `user`.
    pub fn new(id: u32, status: Status, inviter_id: UserId, group: GroupId, user: Profile) -> Self {
        Self { id, status, inviter_id, group_id: group, user: user.into() }
    }
}

/// What connects a user to groups.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConnectionLists {
    /// The groups that the user is in.
    groups: Vec<GroupObject>,
    /// The user's requests to join that await an answer.
    group_join_requests: Vec<OwnJoinRequestObject>,
    /// The invitations that await the user's answer.
    group_invites: Vec<OwnInviteObject>,
}

/// One's own request to join.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct OwnJoinRequestObject {
    /// The connection's id: with it, the request is cancelled.
    id: ConnectionId,
    /// Always `pending` here.
    status: Status,
    /// Which group.
    group: GroupObject,
    /// The user who asks.
    user: UserObject,
}

/// An invitation of oneself.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct OwnInviteObject {
    /// The connection's id: with it, the invitation is answered.
    id: ConnectionId,
    /// Always `pending` here.
    status: Status,
    /// Which group.
    group: GroupObject,
    /// The user who is invited.
    user: UserObject,
    /// Who invited. The invited user themselves where the game invited: clients read its id without looking.
    inviter: UserObject,
}

impl ConnectionLists {
    /// The lists of `user`.
    pub fn new(connections: Connections, user: &UserObject) -> Self {
        Self {
            groups: connections.groups.into_iter().map(GroupObject::from).collect(),
            group_join_requests: connections
                .applications
                .into_iter()
                .map(|(application, group)| OwnJoinRequestObject {
                    id: application.connection_id,
                    status: Status::Pending,
                    group: group.into(),
                    user: user.clone(),
                })
                .collect(),
            group_invites: connections
                .invitations
                .into_iter()
                .map(|(invitation, group, inviter)| OwnInviteObject {
                    id: invitation.connection_id,
                    status: Status::Pending,
                    group: group.into(),
                    user: user.clone(),
                    inviter: inviter.map_or_else(|| user.clone(), UserObject::from),
                })
                .collect(),
        }
    }
}

/// An attribute. `others_can_edit` is the newer name for the opposite of `only_can_edit_by_creator`.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttributeObject {
    /// The attribute's id; 0 in a dry run of its creation.
    id: u32,
    /// Its key, unique in the group.
    key: String,
    /// Its value, always a text: numbers and truth values that were sent are their text.
    value: String,
    /// Who created it.
    creator_id: UserId,
    /// Whether the caller may change the value.
    can_edit: bool,
    /// Whether others than its creator may change the value.
    others_can_edit: bool,
    /// Whether everybody may read it, member or not.
    public: bool,
}

impl AttributeObject {
    /// An attribute, as it is or, in a dry run, would be.
    pub fn new(visible: VisibleAttribute, is_dry_run: bool) -> Self {
        let VisibleAttribute { attribute, can_edit, is_new } = visible;
        Self {
            id: shown(attribute.attribute_id, is_dry_run && is_new),
            key: attribute.attribute_key.into(),
            value: attribute.attribute_value.into(),
            creator_id: attribute.creator_id,
            can_edit,
            others_can_edit: !attribute.only_can_edit_by_creator,
            public: attribute.is_public,
        }
    }
}

/// Attributes, wrapped.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttributeList {
    /// The attributes, by key.
    attributes: Vec<AttributeObject>,
}

impl FromIterator<AttributeObject> for AttributeList {
    fn from_iter<I: IntoIterator<Item = AttributeObject>>(attributes: I) -> Self {
        Self { attributes: attributes.into_iter().collect() }
    }
}

/// A sentence, where there is nothing else to say: clients parse JSON on every success.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Message {
    /// What was done.
    message: &'static str,
}

impl Message {
    /// That sentence.
    pub const fn new(message: &'static str) -> Self {
        Self { message }
    }
}
