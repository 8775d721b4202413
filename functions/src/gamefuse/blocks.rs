//! `/api/v3/groups/{id}/blocks`: ours, who is kept out, for how long and why, and the way back.

#[cfg(feature = "schema")]
use std::num::NonZeroU32;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::event::Reason;
use shared::domain::ids::{GroupId, UserId};
use shared::domain::membership::Block;
use shared::domain::rules::blocks::BlockTerms;
use shared::operations::blocks::{block_user, get_block, list_blocked_users, unblock_member};
use shared::operations::users::profile::Profile;
use shared::{Call, Error, Refusal};

use super::endpoint::Endpoint;
use super::parameters::from_one_to;
use super::wire::{Message, UserObject};

/// `POST /api/v3/groups/{id}/blocks`
///
/// Blocks a user, member or not: they may neither ask, be invited nor join, until the block is over or an admin unblocks them. A
/// member is out at once. Only admins may. Of who is blocked already, the reason and the end become those that are said.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockGroupUser;

/// Whom to block, why and for how long.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockGroupUserRequest {
    /// The group's id.
    id: GroupId,
    /// Who is to be blocked.
    user_id: UserId,
    /// Why, told to the group's admins, and in its history to the members where a member is blocked.
    reason: Option<Reason>,
    /// For how many seconds, at least 1; until an admin unblocks them, where it is absent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<NonZeroU32>"))]
    expires_in: Option<i64>,
}

impl Endpoint for BlockGroupUser {
    type Caller = Caller;
    type Request = BlockGroupUserRequest;
    type Response = BlockObject;

    const RESOURCE: &'static str = "block";
    const SUCCESS: StatusCode = StatusCode::CREATED;

    async fn call(
        call: Call<'_>,
        request: BlockGroupUserRequest,
    ) -> Result<Decision<'_, BlockObject>, Error> {
        let BlockGroupUserRequest { id, user_id, reason, expires_in } = request;
        if call.caller.acting_user() == Some(user_id) {
            return Err(Refusal::invalid("user_id", "must be somebody else's id").into());
        }
        let expires_in = from_one_to(u32::MAX, expires_in, "expires_in")?;
        let blocked = block_user(&call, id, user_id, BlockTerms { reason, expires_in }).await?;
        Ok(blocked.map(move |(block, user)| (block, Profile::of(&call, user, false)).into()))
    }
}

/// `GET /api/v3/groups/{id}/blocks/{user_id}`
///
/// Reads whether a user is blocked, since when, why and until when. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGroupBlock;

impl Endpoint for GetGroupBlock {
    type Caller = Caller;
    type Request = BlockedUserRequest;
    type Response = BlockObject;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: BlockedUserRequest,
    ) -> Result<Decision<'_, BlockObject>, Error> {
        let (block, user) = get_block(&call, request.id, request.user_id).await?;
        Ok(Decision::answer((block, Profile::of(&call, user, false)).into()))
    }
}

/// `GET /api/v3/groups/{id}/blocks`
///
/// Lists who is blocked: whoever an admin has removed or blocked. Only admins may. At most 2,000 are there, and all of them are answered.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupBlocks;

/// Which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupBlocksRequest {
    /// The group's id.
    id: GroupId,
}

/// Who is blocked, the longest blocked first.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupBlocksResponse {
    /// Who is blocked, the longest blocked first.
    blocks: Vec<BlockObject>,
}

/// Somebody who is blocked.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockObject {
    /// Who.
    user: UserObject,
    /// Why; null where that was not said.
    reason: Option<Reason>,
    /// The admin who said so last; null where the game itself did.
    blocked_by: Option<UserId>,
    /// Since when: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    blocked_at: String,
    /// Until when, in the same form, to the second; null where only an admin ends it.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    expires_at: Option<String>,
}

impl From<(Block, Profile)> for BlockObject {
    fn from((block, profile): (Block, Profile)) -> Self {
        Self {
            user: profile.into(),
            reason: block.reason,
            blocked_by: block.blocked_by,
            blocked_at: format!("{:.3}", block.blocked_at),
            expires_at: block.expires_at.map(|end| end.to_string()),
        }
    }
}

impl Endpoint for ListGroupBlocks {
    type Caller = Caller;
    type Request = ListGroupBlocksRequest;
    type Response = ListGroupBlocksResponse;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: ListGroupBlocksRequest,
    ) -> Result<Decision<'_, ListGroupBlocksResponse>, Error> {
        Ok(Decision::answer(list_blocked_users(&call, request.id).await?.into()))
    }
}

impl From<Vec<(Block, Profile)>> for ListGroupBlocksResponse {
    fn from(blocked: Vec<(Block, Profile)>) -> Self {
        Self { blocks: blocked.into_iter().map(BlockObject::from).collect() }
    }
}

/// `DELETE /api/v3/groups/{id}/blocks/{user_id}`
///
/// Lets a blocked user back in: who may ask and be invited again, and is not a member by that. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnblockGroupMember;

/// Which user of which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockedUserRequest {
    /// The group's id.
    id: GroupId,
    /// The blocked user's id.
    user_id: UserId,
}

impl Endpoint for UnblockGroupMember {
    type Caller = Caller;
    type Request = BlockedUserRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: BlockedUserRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let unblocked = unblock_member(&call, request.id, request.user_id).await?;
        Ok(unblocked.map(|()| Message::new("User unblocked")))
    }
}
