//! BlockEntity, UnblockEntity and ListGroupBlocks.

use serde::Serialize;
use shared::auth::caller::Caller;
use shared::decision::Decision;
use shared::domain::membership::Block;
use shared::operations::blocks::{block_entity, list_blocks, unblock_member};
use shared::{Call, Error, Refusal};

use super::endpoint::Endpoint;
use super::error::PlayFabError;
use super::wire::{Empty, EntityKey, EntityWithLineage, GroupEntityRequest, GroupRequest};

/// `POST /Group/BlockEntity`
///
/// Blocks a player, whom nothing lets into the group then, whatever is pending. A member stays one, and is kept out once they
/// are out. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlockEntity;

impl Endpoint for BlockEntity {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: GroupEntityRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let (group, user) = (request.group.group()?, request.entity.user("Entity")?);
        Ok(block_entity(&call, group, user).await?.and_then(Empty::answer))
    }
}

/// `POST /Group/UnblockEntity`
///
/// Lets a blocked player back in: who may apply and be invited again. Only admins may. Of who is not blocked, it succeeds.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnblockEntity;

impl Endpoint for UnblockEntity {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        call: Call<'_>,
        request: GroupEntityRequest,
    ) -> Result<Decision<'_, Empty, PlayFabError>, PlayFabError> {
        let (group, user) = (request.group.group()?, request.entity.user("Entity")?);
        match unblock_member(&call, group, user).await {
            Ok(unblocked) => Ok(unblocked.and_then(Empty::answer)),
            // No error is documented for this: who is not blocked is not blocked then.
            Err(Error::Refused(Refusal::BlockNotFound)) => Ok(Decision::answer(Empty {})),
            Err(error) => Err(error.into()),
        }
    }
}

/// `POST /Group/ListGroupBlocks`
///
/// Lists who is blocked, all of them. Only admins may.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupBlocks;

/// Who is blocked, the longest blocked first.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListGroupBlocksResponse {
    /// Who is blocked, the longest blocked first.
    blocked_entities: Vec<GroupBlock>,
}

/// Somebody who is blocked.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct GroupBlock {
    /// Who.
    entity: EntityWithLineage,
    /// In which group.
    group: EntityKey,
}

impl Endpoint for ListGroupBlocks {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = ListGroupBlocksResponse;

    async fn call(
        call: Call<'_>,
        request: GroupRequest,
    ) -> Result<Decision<'_, ListGroupBlocksResponse, PlayFabError>, PlayFabError> {
        Ok(Decision::answer(list_blocks(&call, request.group.group()?).await?.into()))
    }
}

impl From<Vec<Block>> for ListGroupBlocksResponse {
    fn from(blocks: Vec<Block>) -> Self {
        let blocked_entities = blocks.into_iter().map(|block| GroupBlock {
            entity: EntityWithLineage::of_user(block.user_id),
            group: EntityKey::of_group(block.group_id),
        });
        Self { blocked_entities: blocked_entities.collect() }
    }
}
