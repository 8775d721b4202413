//! What a group in full can weigh: a page of groups ends before it outgrows what Lambda takes from a function.
//!
//! To Lambda an answer is JSON in which the body is a text: its quotes and backslashes weigh two bytes each. A character of a
//! name weighs four at most, whether it is one of those or has four bytes of its own. Addresses have neither, and 254 bytes.
//! The tests build the heaviest of each kind, and each answer that is not paged at the limits of what can be in it.

use shared::domain::group::GroupSummary;
use shared::domain::membership::Application;
use shared::operations::groups::get::GroupPage;

/// A group without what is in it, and the names of its lists.
const GROUP: usize = 3022;
/// A user, with the comma behind.
const USER: usize = 904;
/// A member: the user, and since when.
const MEMBER: usize = USER + 43;
/// An application: the user who asks, without what they write.
const APPLICATION: usize = USER + 69;
/// What they write.
const MESSAGE: usize = 4 * 500;
/// An invitation: the invited user, and who invited.
const INVITATION: usize = 2 * USER + 90;

/// An attribute that everybody may read: a control character of its value weighs seven bytes.
const PUBLIC: usize = 4 * 128 + 7 * 4096 + 30;

/// What a group can weigh by its counts.
pub fn at_most(group: &GroupSummary) -> usize {
    let [members, admins, pending, public] =
        [group.member_count, group.admin_count, group.pending_count, group.public_count]
            .map(|count| count as usize);
    GROUP
        + (members + admins) * MEMBER
        + pending * INVITATION.max(APPLICATION + MESSAGE)
        + public * PUBLIC
}

/// What a group can weigh that was read.
pub fn of_page(page: &GroupPage) -> usize {
    let admins = page.members.iter().filter(|(member, _)| member.is_admin).count();
    GROUP
        + (page.members.len() + admins) * MEMBER
        + page.applications.len() * APPLICATION
        + page.applications.iter().map(|(application, _)| of_message(application)).sum::<usize>()
        + page.invitations.len() * INVITATION
        + page.public.len() * PUBLIC
}

fn of_message(application: &Application) -> usize {
    application.message.as_ref().map_or(0, |message| 4 * message.as_str().chars().count())
}

/// Leaves out what applicants write, the last ones' first, as far as the group does not fit into `room` with it.
pub fn trim(room: usize, page: &mut GroupPage) {
    let mut excess = of_page(page).saturating_sub(room);
    for (application, _) in page.applications.iter_mut().rev() {
        if excess == 0 {
            return;
        }
        excess = excess.saturating_sub(of_message(application));
        application.message = None;
    }
}

/// How many things of such weights fit into `room`, from the first on: one at least, so that a list has an end.
pub fn fitting(room: usize, weights: impl Iterator<Item = usize>) -> usize {
    let sums = weights.scan(0, |sum: &mut usize, weight| {
        *sum += weight;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= room).count().max(1)
}

#[cfg(test)]
mod tests {
    use std::iter::repeat_n;

    use shared::domain::attribute::{self, PublicAttribute};
    use shared::domain::membership::MemberSummary;
    use shared::domain::rules::attributes::VisibleAttribute;
    use shared::limits::Limits;
    use shared::operations::groups::list::MAX_LIMIT;
    use shared::operations::users::get::Connections;

    use super::super::blocks::ListGroupBlocksResponse;
    use super::super::codes::ListGroupCodesResponse;
    use super::super::events::{self, ListGroupEventsResponse};
    use super::super::users::OwnUserObject;
    use super::super::wire::{
        AttributeList, AttributeObject, FullGroupObject, GroupObject, InviteObject,
        JoinRequestObject, MemberObject, PublicAttributeObject, UserObject,
    };
    use super::*;
    use crate::heaviest::{self, LAMBDA, WRAPPING, assert_fits, weight};

    /// A group with so many members, all of them admins, and so much pending.
    fn page(members: u32, applications: u32, invitations: u32) -> GroupPage {
        let member = heaviest::member();
        let member =
            MemberSummary { user_id: member.user_id, is_admin: true, joined_at: member.joined_at };
        let user = heaviest::profile();
        let application = (heaviest::application(), user.clone());
        let invitation = (heaviest::invitation(), user.clone(), Some(user.clone()));
        GroupPage {
            group: heaviest::group().into(),
            members: repeat_n((member, user), members as usize).collect(),
            applications: repeat_n(application, applications as usize).collect(),
            invitations: repeat_n(invitation, invitations as usize).collect(),
            public: Vec::new(),
        }
    }

    #[test]
    fn each_part_weighs_at_most_what_is_said() {
        let comma = 1;
        let user = UserObject::from(heaviest::profile());
        assert_eq!(weight(&user) + comma, USER);
        let member = MemberObject::new(heaviest::time(), heaviest::profile());
        assert_eq!(weight(&member) + comma, MEMBER);
        let application = JoinRequestObject::from((heaviest::application(), heaviest::profile()));
        assert_eq!(weight(&application) + comma, APPLICATION + MESSAGE);
        let public = PublicAttribute::from(&heaviest::attribute());
        assert_eq!(weight(&PublicAttributeObject::from(public)) + comma, PUBLIC);
        let (invited, inviter) = (heaviest::profile(), Some(heaviest::profile()));
        let invitation = InviteObject::from((heaviest::invitation(), invited, inviter));
        assert_eq!(weight(&invitation) + comma, INVITATION);
        assert_eq!(weight(&FullGroupObject::from(page(0, 0, 0))) + comma, GROUP);
    }

    #[test]
    fn a_group_weighs_no_more_than_the_sum_of_its_parts() {
        for (members, applications, invitations) in [(1, 0, 0), (2, 3, 4), (0, 7, 1)] {
            let page = page(members, applications, invitations);
            let (said, mut group) = (of_page(&page), page.group.clone());
            (group.member_count, group.admin_count) = (members, members);
            group.pending_count = applications + invitations;
            // The last of each list has no comma, and so has the group itself.
            let lists = 2 * usize::from(members > 0)
                + usize::from(applications > 0)
                + usize::from(invitations > 0);
            assert_eq!(weight(&FullGroupObject::from(page)) + lists + 1, said);
            assert!(at_most(&group) >= said);
        }
    }

    #[test]
    fn what_applicants_write_is_left_out_where_the_group_would_not_fit_with_it() {
        let limits = Limits::default();
        let mut heavy = page(Limits::GROUP_SIZE, limits.pending, 0);
        assert!(of_page(&heavy) > limits.answer);
        trim(limits.answer, &mut heavy);
        assert!(of_page(&heavy) <= limits.answer);
        let told = heavy.applications.iter().take_while(|(it, _)| it.message.is_some()).count();
        assert!(
            told > 100 && heavy.applications[told..].iter().all(|(it, _)| it.message.is_none())
        );
        assert_fits(&FullGroupObject::from(heavy), 6_000_000);
        let mut light = page(10, 10, 0);
        trim(limits.answer, &mut light);
        assert!(light.applications.iter().all(|(it, _)| it.message.is_some()));
    }

    #[test]
    fn a_group_in_full_fits_at_every_limit() {
        let limits = Limits::default();
        let mut page = page(Limits::GROUP_SIZE, 0, limits.pending);
        let public = PublicAttribute::from(&heaviest::attribute());
        page.public = vec![public; attribute::MAX_PUBLIC as usize];
        assert!(of_page(&page) <= limits.answer);
        assert_fits(&FullGroupObject::from(page), 5_500_000);
    }

    #[test]
    fn a_page_that_is_planned_leaves_room_for_what_is_around_it() {
        assert!(Limits::default().answer + WRAPPING <= LAMBDA);
    }

    #[test]
    fn as_much_is_planned_as_there_is_room_for_and_one_thing_at_least() {
        for (room, weights, expected) in [
            (10, vec![], 1),
            (10, vec![11, 1], 1),
            (10, vec![10, 1], 1),
            (10, vec![4, 6, 0, 1], 3),
            (10, vec![4, 7, 1], 1),
            (10, vec![1, 2, 3], 3),
        ] {
            let weights = weights.into_iter();
            assert_eq!(fitting(room, weights.clone()), expected, "{weights:?}");
        }
    }

    #[test]
    fn every_other_list_fits_at_its_limit() {
        let Limits { blocks, codes, groups_of_user, .. } = Limits::default();
        let (blocks, of_user) = (blocks as usize, groups_of_user as usize);
        let user = heaviest::profile();
        let blocks = repeat_n((heaviest::block(), user.clone()), blocks).collect::<Vec<_>>();
        assert_fits(&ListGroupBlocksResponse::from(blocks), 1_800_000);

        let codes = repeat_n(heaviest::code(), codes as usize).collect::<Vec<_>>();
        assert_fits(&ListGroupCodesResponse::from(codes), 90_000);

        let events = repeat_n(heaviest::event(), events::MAX_LIMIT as usize).collect();
        assert_fits(&ListGroupEventsResponse::from((events, u32::MAX)), 3_000_000);

        let attribute = heaviest::attribute();
        let attribute = VisibleAttribute { attribute, can_edit: false, is_new: false };
        let attributes = repeat_n(attribute, attribute::MAX_PER_GROUP as usize);
        let object = |attribute| AttributeObject::new(attribute, false);
        assert_fits(&attributes.map(object).collect::<AttributeList>(), 1_600_000);

        let groups = repeat_n(heaviest::group(), MAX_LIMIT as usize).map(GroupObject::from);
        assert_fits(&groups.collect::<Vec<_>>(), 80_000);

        let invitation = (heaviest::invitation(), heaviest::group(), Some(user));
        let invitations = repeat_n(invitation, of_user).collect();
        let own = Connections { invitations, ..Connections::default() };
        assert_fits(&OwnUserObject::new(heaviest::account(), own), 2_700_000);
    }
}
