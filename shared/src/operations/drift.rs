//! Drift: a group's counts disagree with its rows, which no transaction lets happen.
//!
//! Whoever reads all of a group's rows anyway looks, and tells the meter: that costs no further read. A read that meets a
//! transaction half-way may see drift that is none, because DynamoDB isolates items and not queries; what persists is real.

use crate::domain::attribute::Attribute;
use crate::domain::group::Group;
use crate::domain::ids::GroupId;
use crate::store::meter::note_drift;

/// Looks whether the group counts its members and admins right; of each of its members it is said whether it is an admin.
pub(super) fn check_members(
    group: GroupId,
    counted: (u32, u32),
    members: impl Iterator<Item = bool>,
) {
    let (mut all, mut admins) = (0, 0);
    for is_admin in members {
        all += 1;
        admins += u32::from(is_admin);
    }
    if counted != (all, admins) {
        note_drift(group);
    }
}

/// Looks whether the group counts its attributes right; these are all of them.
pub(super) fn check_attributes(group: &Group, attributes: &[Attribute]) {
    if group.attribute_count as usize != attributes.len() {
        note_drift(group.group_id);
    }
}

/// Looks whether the group counts its blocks; there are so many that are not over. More may be counted where some had an end.
pub(super) fn check_blocks(group: &Group, blocks: usize) {
    let counted = group.block_count as usize;
    if counted < blocks || counted > blocks && !group.blocks_end {
        note_drift(group.group_id);
    }
}

/// Looks whether the group counts what is pending; there is so much that has not expired, and more may be counted.
pub(super) fn check_pending(group: GroupId, counted: u32, pending: usize) {
    if (counted as usize) < pending {
        note_drift(group);
    }
}
