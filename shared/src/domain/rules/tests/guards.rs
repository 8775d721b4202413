//! What a plan rests on: counts in the group's row, or the rows themselves.

use super::*;
use crate::domain::rules::groups::{GroupUpdate, update};

#[test]
fn what_is_assumed_rests_on_rows_and_what_was_read_on_the_group() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let read = plan(withdraw(
        &with(scene(settings(false, false)), "applied"),
        &ada,
        pending(ConnectionKind::Application, None),
        Withdrawal::Declined,
        None,
    ));
    assert!(read.facts.contains(&Fact::NobodyDemoted) && read.members.is_empty());
    let mut assumed = with(scene(settings(false, false)), "applied");
    assumed.is_assumed = true;
    let pending = pending(ConnectionKind::Application, None);
    let assumed = plan(withdraw(&assumed, &ada, pending, Withdrawal::Declined, None));
    assert!(!assumed.facts.contains(&Fact::NobodyDemoted));
    assert!(assumed.members.contains_key(&user(ADA)), "her row says whether she is an admin");
}

#[test]
fn a_handover_rests_on_nobody_having_joined_since_the_members_were_read() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let handed_over = plan(leave(&two(), &ada, user(ADA)));
    // Else the successor may be somebody who has left and come back, and others have been there longer.
    assert!(handed_over.facts.contains(&Fact::NobodyJoined));
}

#[test]
fn for_a_while_after_a_demotion_an_admins_own_row_is_what_an_act_rests_on() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let applied = || with(scene(settings(false, false)), "applied");
    let decline = |scene: &Scene| {
        let pending = pending(ConnectionKind::Application, None);
        plan(withdraw(scene, &ada, pending, Withdrawal::Declined, None))
    };
    for (minutes, is_lately) in [(0, true), (14, true), (15, false)] {
        let mut start = applied();
        start.group.demoted_at = Some(NOW - SignedDuration::from_mins(minutes));
        let plan = decline(&start);
        assert_eq!(plan.members.contains_key(&user(ADA)), is_lately, "{minutes}");
        assert_eq!(plan.facts.contains(&Fact::NobodyDemoted), !is_lately, "{minutes}");
    }
    let handed_over = plan(leave(&two(), &ada, user(ADA)));
    assert_eq!(handed_over.after.demoted_at, Some(NOW), "so the commit tells when it was");
}

#[test]
fn for_a_while_after_a_door_was_entered_the_row_of_an_empty_one_is_what_a_join_rests_on() {
    let limits = Limits::default();
    let bob = context(Actor::User(user(BOB)), &limits);
    for (minutes, is_lately) in [(0, true), (14, true), (15, false)] {
        let mut open = scene(settings(true, false));
        open.group.entered_at = Some(NOW - SignedDuration::from_mins(minutes));
        let plan = plan(apply(&open, &bob, user(BOB), Wish::Join, None, id(9)));
        let guard = plan.doors.get(&user(BOB)).map(|door| (&door.before, &door.after));
        assert_eq!(guard, is_lately.then_some((&None, &None)), "{minutes}");
        assert_eq!(plan.facts.contains(&Fact::SameDoors), !is_lately, "{minutes}");
    }
    let asked =
        plan(apply(&scene(settings(false, false)), &bob, user(BOB), Wish::Ask, None, id(9)));
    assert_eq!(asked.after.entered_at, Some(NOW), "so the commit tells when it was");
}

#[test]
fn a_name_that_the_group_was_given_since_its_row_was_read_is_not_taken_by_another() {
    let limits = Limits { unique_group_names: true, ..Limits::default() };
    let ada = context(Actor::User(user(ADA)), &limits);
    let name = "Bears".to_owned().try_into().unwrap();
    let bears = GroupUpdate { name: Some(name), ..GroupUpdate::default() };
    for (holder, is_taken) in [(1, false), (2, true)] {
        let mut scene = scene(settings(false, false));
        scene.name_holder = Some(GroupId::try_from(holder).unwrap());
        let decided = update(&scene, &ada, &bears);
        assert_eq!(matches!(decided, Err(Refusal::GroupNameTaken)), is_taken, "{holder}");
    }
}

#[test]
fn who_leaves_needs_no_room() {
    let limits = Limits::default();
    let bob = context(Actor::User(user(BOB)), &limits);
    let facts = plan(leave(&two(), &bob, user(BOB))).facts;
    assert!(!facts.iter().any(|fact| matches!(fact, Fact::RoomFor { .. })), "{facts:?}");
}
