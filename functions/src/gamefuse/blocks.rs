//! `/api/v3/groups/{id}/blocks`: ours, the way back for those who were removed.

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::ids::{GroupId, UserId};
use shared::domain::membership::Block;
use shared::operations::blocks::{list_blocked_users, unblock_member};
use shared::operations::users::profile::Profile;
use shared::{Call, Error};

use super::endpoint::Endpoint;
use super::wire::{Message, UserObject};

/// `GET /api/v3/groups/{id}/blocks`
///
/// Lists who is blocked: whoever an admin has removed. Only admins may. At most 2,000 are there, and all of them are answered.
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
struct BlockObject {
    /// Who.
    user: UserObject,
    /// Since when: RFC 3339, in UTC, to the millisecond.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    blocked_at: String,
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
        let blocks = blocked.into_iter().map(|(block, profile)| BlockObject {
            user: profile.into(),
            blocked_at: format!("{:.3}", block.blocked_at),
        });
        Self { blocks: blocks.collect() }
    }
}

/// `DELETE /api/v3/groups/{id}/blocks/{user_id}`
///
/// Lets a blocked user back in: who may ask and be invited again, and is not a member by that. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnblockGroupMember;

/// Whom to let back in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnblockGroupMemberRequest {
    /// The group's id.
    id: GroupId,
    /// The blocked user's id.
    user_id: UserId,
}

impl Endpoint for UnblockGroupMember {
    type Caller = Caller;
    type Request = UnblockGroupMemberRequest;
    type Response = Message;

    const RESOURCE: &'static str = "group";

    async fn call(
        call: Call<'_>,
        request: UnblockGroupMemberRequest,
    ) -> Result<Decision<'_, Message>, Error> {
        let unblocked = unblock_member(&call, request.id, request.user_id).await?;
        Ok(unblocked.map(|()| Message::new("User unblocked")))
    }
}
