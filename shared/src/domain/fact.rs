//! Facts about a group's row: what a plan rests on there.

use crate::domain::role::RoleId;

/// A fact about the group's row that a plan rests on, besides that the group is not deleted.
/// It says no more than it must, so that plans of others do not undo it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Whoever asks to join is treated as before: the group is as open, or as closed.
    SameAdmission,
    /// Whoever goes has to wait as long before they ask again.
    SameWait,
    /// The admin role and the member role are the same.
    SameSpecialRoles,
    /// The name is the same, and claimed or not as before.
    SameName,
    /// The version of the profile is the same.
    SameProfileVersion,
    /// Whether only admins create attributes is the same.
    SameAttributeSetting,
    /// All that a group's object shows is the same.
    SameGroupObject,
    /// There is a role with that id.
    Role(RoleId),
    /// Nobody has been given a role or lost one.
    SameRoles,
    /// Nobody has joined.
    NobodyJoined,
    /// Nobody has ceased to be an admin.
    NobodyDemoted,
    /// Nobody has applied, was invited or was blocked.
    SameDoors,
    /// So many members more have room.
    RoomFor {
        /// How many.
        members: u32,
        /// The size on which that was found out.
        max_group_size: u32,
    },
    /// There are more members than that.
    MembersOver(u32),
    /// There are just so many members.
    Members(u32),
    /// There are more admins than that.
    AdminsOver(u32),
    /// There are just so many admins.
    Admins(u32),
    /// Less than that is pending.
    PendingUnder(u32),
    /// Less than that many users are blocked.
    BlocksUnder(u32),
    /// There are less codes than that.
    CodesUnder(u32),
    /// Nothing at all has happened in the group.
    NothingHappened,
    /// There are no more attributes than that.
    AttributesUpTo(u32),
    /// No more attributes than that are public.
    PublicAttributesUpTo(u32),
}
