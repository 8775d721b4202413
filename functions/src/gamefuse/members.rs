//! `/api/v3/group_connections`: what members do: leave, remove each other, and make and unmake admins.

#[cfg(feature = "schema")]
use std::num::NonZeroU32;

use serde::Deserialize;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::event::Reason;
use shared::domain::ids::{GroupId, UserId};
use shared::domain::rules::blocks::BlockTerms;
use shared::domain::rules::leaving::Removal;
use shared::operations::members::leave::leave_group;
use shared::operations::members::make_admin::make_admin;
use shared::operations::members::remove::remove_member;
use shared::operations::members::remove_admin::remove_admin;
use shared::{Call, Error, Refusal};

use super::endpoint::Endpoint;
use super::parameters::from_one_to;
use super::wire::Message;

/// `DELETE /api/v3/group_connections/leave/{group_id}`
///
/// Leaves a group. When the last admin leaves, whoever has been a member longest becomes admin; when the last member leaves, the
/// group is dissolved. Whoever has left may come back.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeaveGroup;

/// Which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeaveGroupRequest {
    /// The group's id.
    group_id: GroupId,
}

impl Endpoint for LeaveGroup {
    type Caller = Caller;
    type Request = LeaveGroupRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        call: Call<'_>,
        request: LeaveGroupRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let left = leave_group(&call, call.caller.user()?, request.group_id).await?;
        Ok(left.map(|()| Message::new("You have left the group")))
    }
}

/// Which member of which group: `user_id` from the path, `group_id` from the body.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupMemberRequest {
    /// The member's id.
    user_id: UserId,
    /// Which group.
    group_id: GroupId,
}

/// `PUT /api/v3/group_connections/remove_member/{user_id}`
///
/// Removes a member and blocks them, until the block is over or an admin unblocks them; with `block: false` they may come back.
/// Only admins may. The last admin cannot be removed. Removing oneself is leaving, and blocks nobody.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveGroupMember;

/// Which member of which group, why, and for how long they are kept out: `user_id` from the path, the rest from the body.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveGroupMemberRequest {
    /// The member's id.
    user_id: UserId,
    /// Which group.
    group_id: GroupId,
    /// Why, told in the group's history, and to its admins with the block.
    reason: Option<Reason>,
    /// For how many seconds they are blocked, at least 1; until an admin unblocks them, where it is absent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<NonZeroU32>"))]
    expires_in: Option<i64>,
    /// Whether they are blocked. True, where it is absent.
    block: Option<bool>,
}

impl RemoveGroupMemberRequest {
    fn removal(self) -> Result<Removal, Refusal> {
        let Self { reason, expires_in, .. } = self;
        let expires_in = from_one_to(u32::MAX, expires_in, "expires_in")?;
        match self.block.unwrap_or(true) {
            true => Ok(Removal::WithBlock(BlockTerms { reason, expires_in })),
            false if expires_in.is_some() => {
                Err(Refusal::invalid("expires_in", "must not be given where nobody is blocked"))
            }
            false => Ok(Removal::WithoutBlock(reason)),
        }
    }
}

impl Endpoint for RemoveGroupMember {
    type Caller = Caller;
    type Request = RemoveGroupMemberRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        call: Call<'_>,
        request: RemoveGroupMemberRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let (group, user) = (request.group_id, request.user_id);
        let done = remove_member(&call, group, user, request.removal()?).await?;
        Ok(done.map(|()| Message::new("Member removed")))
    }
}

/// `PUT /api/v3/group_connections/make_admin/{user_id}`
///
/// Makes a member an admin. Only admins may. Of who is one already, it succeeds and changes nothing.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MakeGroupAdmin;

impl Endpoint for MakeGroupAdmin {
    type Caller = Caller;
    type Request = GroupMemberRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        call: Call<'_>,
        request: GroupMemberRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let done = make_admin(&call, request.group_id, request.user_id).await?;
        Ok(done.map(|()| Message::new("Member is an admin")))
    }
}

/// `PUT /api/v3/group_connections/remove_admin/{user_id}`
///
/// Makes an admin a plain member, who keeps their other roles. Only admins may, also of themselves. The last admin stays one. Of
/// who is none, it succeeds and changes nothing.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RemoveGroupAdmin;

impl Endpoint for RemoveGroupAdmin {
    type Caller = Caller;
    type Request = GroupMemberRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group_connection";

    async fn call(
        call: Call<'_>,
        request: GroupMemberRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let done = remove_admin(&call, request.group_id, request.user_id).await?;
        Ok(done.map(|()| Message::new("Member is no admin")))
    }
}
