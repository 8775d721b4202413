//! Counts in the group's row, where that was read a moment before the rows that it counts.

use super::*;
use crate::domain::attribute::Attribute;
use crate::domain::ids::AttributeId;
use crate::domain::rules::attributes;

#[test]
fn an_attribute_that_the_group_does_not_count_yet_is_subtracted_all_the_same() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let mut scene = scene(settings(false, false));
    let attribute = Attribute {
        group_id: scene.group.group_id,
        attribute_id: AttributeId::try_from(5_i64).unwrap(),
        attribute_key: "motto".to_owned().try_into().unwrap(),
        attribute_value: "Onward".to_owned().try_into().unwrap(),
        creator_id: user(ADA),
        only_can_edit_by_creator: true,
        is_public: true,
    };
    let key = attribute.attribute_key.clone();
    scene.attributes.insert(key.clone(), attribute);
    let deleted = plan(attributes::delete(&scene, &ada, &key)).after;
    // What is written is the difference.
    let difference = |before: u32, after: u32| after.wrapping_sub(before).cast_signed();
    assert_eq!(difference(scene.group.attribute_count, deleted.attribute_count), -1);
    assert_eq!(difference(scene.group.public_count, deleted.public_count), -1);
}

#[test]
fn what_goes_from_a_door_is_no_entry_into_it() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let entries = |standing: &str, decide: &dyn Fn(&Scene) -> Plan| {
        let scene = with(scene(settings(false, false)), standing);
        decide(&scene).after.door_entries - scene.group.door_entries
    };
    assert_eq!(entries("blocked", &|scene| plan(unblock(scene, &ada, user(BOB)))), 0);
    // The wait goes, and the invitation comes.
    let invites = |scene: &Scene| plan(invite(scene, &ada, user(BOB), None, Meeting::Leave, id(9)));
    assert_eq!(entries("waiting", &invites), 1);
    assert_eq!(entries("blocked once", &invites), 1);
}
