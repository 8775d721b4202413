//! No list is paged here, so each must fit into one answer at the limits of what can be in it.

use std::iter::repeat_n;

use shared::auth::keys::{Keys, Purpose};
use shared::auth::token;
use shared::domain::ids::UserId;
use shared::domain::scene::Scene;
use shared::limits::Limits;

use super::blocks::ListGroupBlocksResponse;
use super::members::{ListGroupMembersResponse, ListMembershipResponse};
use super::wire::{GroupApplication, GroupInvitation};
use crate::heaviest::{self, assert_fits};

#[test]
fn the_members_of_the_largest_group_fit_where_all_hold_all_roles() {
    let ids = (1..=Limits::GROUP_SIZE).map(|id| UserId::try_from(i64::from(id)).unwrap());
    let member = heaviest::member();
    let members = ids.map(|id| (id, member.clone())).collect();
    let scene = Scene { members, ..Scene::new(heaviest::group()) };
    assert_fits(&ListGroupMembersResponse::from(scene), 5_000_000);
}

#[test]
fn the_groups_of_whoever_is_in_most_fit() {
    let most = Limits::default().groups_of_user as usize;
    let memberships = repeat_n((heaviest::member(), heaviest::group()), most).collect::<Vec<_>>();
    assert_fits(&ListMembershipResponse::from(memberships), 5_000_000);
}

#[test]
fn what_is_pending_fits() {
    let Limits { pending, groups_of_user, .. } = Limits::default();
    let most = pending.max(groups_of_user) as usize;
    let applications = repeat_n(heaviest::application(), most).map(GroupApplication::from);
    let keys = Keys::new(&[7; 32], None).unwrap();
    let token =
        token::issue(&keys, heaviest::time(), Purpose::Token, heaviest::id(), None).unwrap();
    let title = token::authenticate(&keys, heaviest::time(), Purpose::Token, &token.text).unwrap();
    let role = heaviest::roles().pop_first().unwrap();
    let invitations = repeat_n(heaviest::invitation(), most)
        .map(|invitation| GroupInvitation::new(&title, invitation, role.clone()));
    let both = (applications.collect::<Vec<_>>(), invitations.collect::<Vec<_>>());
    assert_fits(&both, 900_000);
}

#[test]
fn whom_a_group_blocks_fits() {
    let blocks = repeat_n(heaviest::block(), Limits::default().blocks as usize);
    assert_fits(&ListGroupBlocksResponse::from(blocks.collect::<Vec<_>>()), 600_000);
}
