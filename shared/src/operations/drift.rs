//! Drift: a group's counts disagree with its rows, which no transaction lets happen.
//!
//! Whoever reads all of a group's rows anyway looks, and tells the meter: that costs no further read. A read that meets a
//! transaction half-way may see drift that is none, because DynamoDB isolates items and not queries; what persists is real.

use crate::domain::attribute::Attribute;
use crate::domain::group::Group;
use crate::store::meter::note_drift;

/// Looks whether the group counts its members and admins right; of each member it is said whether it is an admin.
pub(super) fn check_members(group: &Group, members: impl Iterator<Item = bool>) {
    if group.miscounts(members) {
        note_drift(group.group_id);
    }
}

/// Looks whether the group counts its attributes right; these are all of them.
pub(super) fn check_attributes(group: &Group, attributes: &[Attribute]) {
    if group.attribute_count as usize != attributes.len() {
        note_drift(group.group_id);
    }
}
