//! `/api/v3/groups/{id}/blocks`: ours, the way back for those who were removed.

use serde::{Deserialize, Serialize};
use shared::auth::caller::Caller;
use shared::domain::ids::{GroupId, UserId};
use shared::domain::membership::Block;
use shared::operations::list_blocks::list_blocked_users;
use shared::operations::profile::Profile;
use shared::operations::unblock_member::unblock_member;
use shared::{App, Error};

use super::endpoint::Endpoint;
use super::wire::{Message, UserObject};

/// `GET /api/v3/groups/{id}/blocks`
pub struct ListGroupBlocks;

/// Which group.
#[derive(Deserialize)]
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
        app: &App,
        caller: Caller,
        request: ListGroupBlocksRequest,
    ) -> Result<ListGroupBlocksResponse, Error> {
        Ok(list_blocked_users(app, &caller, request.id).await?.into())
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
#[derive(Deserialize)]
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
        app: &App,
        caller: Caller,
        request: UnblockGroupMemberRequest,
    ) -> Result<Message, Error> {
        unblock_member(app, &caller, request.id, request.user_id).await?;
        Ok(Message::new("User unblocked"))
    }
}
