//! What is not stored: rows have nothing in them of what is not used. A row of more than 1 KB costs twice as much.

/// Whether a count is not stored.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
pub(crate) fn is_zero(number: &u32) -> bool {
    *number == 0
}
