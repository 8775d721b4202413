//! Blocks.

use super::{about, no_group, of, stranger};
use crate::till::Till;

/// Every case.
pub async fn play(till: &Till) {
    let [ada, bob] = till.world.entities(["ada", "bob"]).await;
    let elsewhere = till.world.other_game().await;
    let group = &ada.create_group("Wolves").await;

    till.succeeds("", ada.call("BlockEntity", about(group, &bob))).await;
    till.succeeds("who is blocked", ada.call("BlockEntity", about(group, &bob))).await;
    till.refused("NotAuthorized", bob.call("BlockEntity", about(group, &ada))).await;
    till.refused("GroupNotFound", ada.call("BlockEntity", about(&no_group(), &bob))).await;
    let unknown = about(group, &stranger(&elsewhere).await);
    till.refused("UserNotFound", ada.call("BlockEntity", unknown)).await;

    till.succeeds("one", ada.call("ListGroupBlocks", of(group))).await;
    till.refused("NotAuthorized", bob.call("ListGroupBlocks", of(group))).await;
    till.refused("GroupNotFound", ada.call("ListGroupBlocks", of(&no_group()))).await;

    till.refused("NotAuthorized", bob.call("UnblockEntity", about(group, &bob))).await;
    till.refused("GroupNotFound", ada.call("UnblockEntity", about(&no_group(), &bob))).await;
    till.succeeds("", ada.call("UnblockEntity", about(group, &bob))).await;
    till.succeeds("who is not blocked", ada.call("UnblockEntity", about(group, &bob))).await;
}
