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
pub struct ListGroupBlocks;

/// Which group.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListGroupBlocksRequest {
    id: GroupId,
}

/// Who is blocked, the longest blocked first.
#[derive(Serialize)]
pub struct ListGroupBlocksResponse {
    blocks: Vec<BlockObject>,
}

#[derive(Serialize)]
struct BlockObject {
    user: UserObject,
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
pub struct UnblockGroupMember;

/// Whom to let back in.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnblockGroupMemberRequest {
    id: GroupId,
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
