//! BlockEntity, UnblockEntity and ListGroupBlocks.

use serde::Serialize;
use shared::auth::caller::Caller;
use shared::domain::membership::Block;
use shared::operations::block_entity::block_entity;
use shared::operations::list_blocks::list_blocks;
use shared::operations::unblock_member::unblock_member;
use shared::{App, Error, Refusal};

use super::endpoint::Endpoint;
use super::error::Failure;
use super::wire::{Empty, EntityKey, EntityWithLineage, GroupEntityRequest, GroupRequest};

/// `POST /Group/BlockEntity`
pub struct BlockEntity;

impl Endpoint for BlockEntity {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupEntityRequest,
    ) -> Result<Empty, Failure> {
        let (group, user) = (request.group.group()?, request.entity.user("Entity")?);
        block_entity(app, &caller, group, user).await?;
        Ok(Empty {})
    }
}

/// `POST /Group/UnblockEntity`
pub struct UnblockEntity;

impl Endpoint for UnblockEntity {
    type Caller = Caller;
    type Request = GroupEntityRequest;
    type Response = Empty;

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupEntityRequest,
    ) -> Result<Empty, Failure> {
        let (group, user) = (request.group.group()?, request.entity.user("Entity")?);
        match unblock_member(app, &caller, group, user).await {
            // No error is documented for this: who is not blocked is not blocked then.
            Ok(()) | Err(Error::Refused(Refusal::BlockNotFound)) => Ok(Empty {}),
            Err(error) => Err(error.into()),
        }
    }
}

/// `POST /Group/ListGroupBlocks`
pub struct ListGroupBlocks;

/// Who is blocked, the longest blocked first.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupBlocksResponse {
    blocked_entities: Vec<GroupBlock>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupBlock {
    entity: EntityWithLineage,
    group: EntityKey,
}

impl Endpoint for ListGroupBlocks {
    type Caller = Caller;
    type Request = GroupRequest;
    type Response = ListGroupBlocksResponse;

    async fn call(
        app: &App,
        caller: Caller,
        request: GroupRequest,
    ) -> Result<ListGroupBlocksResponse, Failure> {
        Ok(list_blocks(app, &caller, request.group.group()?).await?.into())
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
