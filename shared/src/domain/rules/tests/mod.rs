//! The rules as tables: who stands how to which group, and what comes of it. That the table's guards hold them in races is
//! tested through the front door.

mod counts;
mod guards;

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

use super::blocks::{BlockTerms, unblock};
use super::joining::{Connected, Meeting, Wish, accept, apply, invite};
use super::leaving::{Removal, leave, make_admin, remove, shut_out};
use super::pending::{Pending, Withdrawal, withdraw};
use crate::domain::actor::Actor;
use crate::domain::door::{Applied, Blocked, Door, Invited, Waits};
use crate::domain::event::{EventType, Joined};
use crate::domain::fact::Fact;
use crate::domain::group::{Group, Settings};
use crate::domain::ids::{ConnectionId, GroupId, UserId};
use crate::domain::membership::{ConnectionKind, Member};
use crate::domain::plan::{Decided, Plan};
use crate::domain::scene::{Context, DoorCounts, Scene};
use crate::domain::user::User;
use crate::error::Refusal;
use crate::limits::Limits;

const NOW: Timestamp = Timestamp::constant(1_000_000, 0);
const ADA: i64 = 1;
const BOB: i64 = 2;

fn user(id: i64) -> UserId {
    UserId::try_from(id).unwrap()
}

fn id(number: i64) -> ConnectionId {
    ConnectionId::try_from(number).unwrap()
}

fn settings(can_auto_join: bool, is_invite_only: bool) -> Settings {
    Settings { can_auto_join, is_invite_only, ..Settings::defaults(10) }
}

/// A group of Ada's, and Bob outside of it.
fn scene(settings: Settings) -> Scene {
    let group = GroupId::try_from(1).unwrap();
    let name = "Wolves".to_owned().try_into().unwrap();
    let group = Group::new(group, name, settings, NOW);
    let ada = Member::new(&group, user(ADA), group.admin_role.clone(), NOW);
    let mut scene = Scene::new(group);
    scene.members.insert(ada.user_id, ada);
    for id in [ADA, BOB] {
        let username = format!("user{id}").try_into().unwrap();
        let user = User {
            user_id: user(id),
            username,
            email: None,
            credits: 0,
            score: 0,
            revocations: 0,
            erased_at: None,
        };
        scene.users.insert(user.user_id, user);
    }
    scene
}

/// A group of Ada and Bob.
fn two() -> Scene {
    let mut two = with(scene(settings(false, false)), "member");
    two.group.member_count = 2;
    two
}

/// What may be between Bob and the group.
fn with(scene: Scene, standing: &str) -> Scene {
    let door = Door::empty(scene.group.group_id, user(BOB));
    let (soon, past) = (NOW + SignedDuration::from_secs(1), NOW);
    let applied =
        |expires_at| Some(Applied { connection_id: Some(id(7)), expires_at, message: None });
    let invited = |expires_at| {
        let connection_id = Some(id(8));
        Some(Invited { connection_id, expires_at, inviter_id: None, role_id: None })
    };
    let blocked = |expires_at| {
        Some(Blocked { blocked_at: NOW, blocked_by: Some(user(ADA)), reason: None, expires_at })
    };
    let door = match standing {
        "outside" => return scene,
        "member" => return scene.and_member(user(BOB)),
        "applied" => Door { applied: applied(soon), ..door },
        "applied once" => Door { applied: applied(past), ..door },
        "invited" => Door { invited: invited(soon), ..door },
        "invited once" => Door { invited: invited(past), ..door },
        "both" => Door { applied: applied(soon), invited: invited(soon), ..door },
        "blocked" => Door { blocked: blocked(None), ..door },
        "blocked for a second" => Door { blocked: blocked(Some(soon)), ..door },
        "waiting" => Door { waits: Some(Waits { expires_at: soon }), ..door },
        "waited" => Door { waits: Some(Waits { expires_at: past }), ..door },
        "blocked once" => Door { blocked: blocked(Some(past)), ..door },
        _ => panic!("{standing}"),
    };
    scene.and_door(door)
}

fn context(actor: Actor, limits: &Limits) -> Context<'_> {
    Context { actor, now: NOW, limits }
}

fn outcome<P>(decided: Result<Decided<Connected<P>>, Refusal>) -> String {
    match decided {
        Err(refusal) => refusal.name().to_owned(),
        Ok(Decided { answer: Connected::Joined(id) | Connected::Accepted(id), .. }) => {
            format!("in by {id}")
        }
        Ok(Decided { answer: Connected::Pending(_), .. }) => "waits".to_owned(),
        Ok(Decided { answer: Connected::AlreadyPending(_), plan }) => {
            assert!(plan.is_none(), "nothing is written for what is so already");
            "waits already".to_owned()
        }
    }
}

#[test]
fn asking_to_join_comes_to_what_the_group_and_the_door_say() {
    use Wish::{Apply, Ask, Join};
    let (open, closed, invite_only) = ((true, false), (false, false), (true, true));
    for (standing, group, wish, expected) in [
        ("outside", open, Join, "in by 9"),
        ("outside", open, Ask, "in by 9"),
        ("outside", open, Apply, "waits"),
        ("outside", closed, Join, "NotOpen"),
        ("outside", closed, Ask, "waits"),
        ("outside", closed, Apply, "waits"),
        ("outside", invite_only, Join, "InviteOnly"),
        ("outside", invite_only, Ask, "InviteOnly"),
        ("outside", invite_only, Apply, "InviteOnly"),
        ("applied", open, Ask, "in by 9"),
        ("applied", closed, Join, "NotOpen"),
        ("applied", closed, Ask, "waits already"),
        ("applied", invite_only, Ask, "waits already"),
        ("applied once", closed, Ask, "waits"),
        ("invited", closed, Join, "in by 8"),
        ("invited", invite_only, Ask, "in by 8"),
        ("invited", closed, Apply, "waits"),
        ("invited once", closed, Ask, "waits"),
        ("invited once", invite_only, Join, "InviteOnly"),
        ("both", closed, Ask, "in by 8"),
        ("both", closed, Apply, "waits already"),
        ("blocked", open, Join, "Blocked"),
        ("blocked for a second", open, Join, "Blocked"),
        ("waiting", open, Join, "TooSoon"),
        ("waiting", closed, Ask, "TooSoon"),
        ("waiting", closed, Apply, "TooSoon"),
        ("waited", open, Join, "in by 9"),
        ("waited", closed, Ask, "waits"),
        ("blocked once", open, Join, "in by 9"),
        ("blocked once", closed, Ask, "waits"),
        ("blocked", closed, Ask, "Blocked"),
        ("member", open, Join, "AlreadyMember"),
    ] {
        let scene = with(scene(settings(group.0, group.1)), standing);
        let limits = Limits::default();
        let context = context(Actor::User(user(BOB)), &limits);
        let decided = apply(&scene, &context, user(BOB), wish, None, id(9));
        assert_eq!(outcome(decided), expected, "{standing}, {group:?}, {wish:?}");
    }
}

#[test]
fn inviting_comes_to_what_the_door_says_and_is_for_admins() {
    use Meeting::{Accept, Leave};
    let (ada, bob) = (Actor::User(user(ADA)), Actor::User(user(BOB)));
    for (actor, standing, meeting, expected) in [
        (ada, "outside", Accept, "waits"),
        (ada, "applied", Accept, "in by 7"),
        (ada, "applied", Leave, "waits"),
        (ada, "applied once", Accept, "waits"),
        (ada, "invited", Accept, "waits already"),
        (ada, "invited once", Accept, "waits"),
        (ada, "both", Accept, "in by 7"),
        (ada, "both", Leave, "waits already"),
        (ada, "blocked", Accept, "Blocked"),
        (ada, "waiting", Accept, "waits"),
        (ada, "member", Accept, "AlreadyMember"),
        (bob, "outside", Accept, "NotAuthorized"),
        (bob, "member", Accept, "NotAuthorized"),
        (Actor::Title(None), "outside", Accept, "waits"),
    ] {
        let scene = with(scene(settings(false, false)), standing);
        let limits = Limits::default();
        let context = context(actor, &limits);
        let decided = invite(&scene, &context, user(BOB), None, meeting, id(9));
        assert_eq!(outcome(decided), expected, "{actor:?}, {standing}, {meeting:?}");
    }
}

fn pending(kind: ConnectionKind, connection: Option<i64>) -> Pending {
    let group = GroupId::try_from(1).unwrap();
    Pending { kind, group, user: user(BOB), connection: connection.map(id) }
}

#[test]
fn what_is_pending_is_answered_by_those_whom_it_awaits() {
    use ConnectionKind::{Application, Invitation};
    let (ada, bob, title) = (Actor::User(user(ADA)), Actor::User(user(BOB)), Actor::Title(None));
    for (actor, standing, kind, connection, accepted, declined) in [
        (ada, "applied", Application, None, "ok", "ok"),
        (ada, "applied", Application, Some(7), "ok", "ok"),
        (ada, "applied", Application, Some(6), "ApplicationNotFound", "ApplicationNotFound"),
        (ada, "applied once", Application, None, "ApplicationNotFound", "ApplicationNotFound"),
        (ada, "invited", Application, None, "ApplicationNotFound", "ApplicationNotFound"),
        (ada, "invited", Invitation, None, "NotAuthorized", "NotAuthorized"),
        (bob, "invited", Invitation, None, "ok", "ok"),
        (bob, "invited once", Invitation, None, "InvitationNotFound", "InvitationNotFound"),
        (bob, "applied", Application, None, "NotAuthorized", "NotAuthorized"),
        (title, "both", Application, Some(7), "ok", "ok"),
        (title, "both", Invitation, Some(8), "ok", "ok"),
        (ada, "blocked", Application, None, "Blocked", "ApplicationNotFound"),
        (ada, "member", Application, None, "AlreadyMember", "ApplicationNotFound"),
    ] {
        let scene = with(scene(settings(false, false)), standing);
        let limits = Limits::default();
        let context = context(actor, &limits);
        let pending = pending(kind, connection);
        let name = |decided: Result<Decided<()>, Refusal>| match decided {
            Ok(_) => "ok".to_owned(),
            Err(refusal) => refusal.name().to_owned(),
        };
        let told = format!("{actor:?}, {standing}, {kind:?} {connection:?}");
        assert_eq!(name(accept(&scene, &context, pending)), accepted, "{told}");
        let withdrawn = withdraw(&scene, &context, pending, Withdrawal::Declined, None);
        assert_eq!(name(withdrawn), declined, "{told}");
    }
}

fn plan<A>(decided: Result<Decided<A>, Refusal>) -> Plan {
    let Ok(Decided { plan: Some(plan), .. }) = decided else { panic!() };
    plan
}

#[test]
fn counts_follow_from_what_changes() {
    let limits = Limits::default();
    let bob = context(Actor::User(user(BOB)), &limits);
    let mut start = with(scene(settings(false, false)), "both");
    start.group.pending_count = 5;
    let joined = plan(accept(&start, &bob, pending(ConnectionKind::Invitation, None))).after;
    assert_eq!((joined.member_count, joined.joins, joined.pending_count), (2, 2, 3));
    assert_eq!((joined.admin_count, joined.role_changes, joined.seq), (1, 0, 1));

    // What has expired is counted until somebody counts anew.
    let mut start = with(scene(settings(false, false)), "applied once");
    start.group.pending_count = 5;
    let applied = plan(apply(&start, &bob, user(BOB), Wish::Ask, None, id(9))).after;
    assert_eq!((applied.pending_count, applied.door_entries), (6, 1));
}

#[test]
fn the_last_admin_hands_over_and_the_last_member_dissolves() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let dissolved = plan(leave(&scene(settings(false, false)), &ada, user(ADA)));
    assert!(!dissolved.after.is_live());
    assert_eq!(dissolved.event.unwrap().event_type, EventType::GroupDissolved);
    assert!(dissolved.facts.contains(&Fact::Members(1)));

    let handed_over = plan(leave(&two(), &ada, user(ADA)));
    assert!(handed_over.members[&user(BOB)].after.as_ref().unwrap().is_admin);
    assert_eq!(handed_over.event.unwrap().data.successor_id, Some(user(BOB)));
    assert_eq!((handed_over.after.admin_count, handed_over.after.demotions), (1, 1));
    assert!(handed_over.after.is_live() && handed_over.facts.contains(&Fact::Admins(1)));
}

#[test]
fn the_last_admin_leaves_as_the_members_are_that_were_read_after_the_group() {
    let limits = Limits::default();
    let ada = context(Actor::User(user(ADA)), &limits);
    let mut alone = scene(settings(false, false));
    alone.group.member_count = 2;
    alone.put_all_members(alone.members.values().cloned().collect());
    let left = plan(leave(&alone, &ada, user(ADA)));
    assert!(!left.after.is_live() && left.facts.contains(&Fact::Members(1)));

    let mut two = with(scene(settings(false, false)), "member");
    let admins = two.members.values().cloned().map(|it| Member { is_admin: true, ..it });
    two.put_all_members(admins.collect());
    let left = plan(leave(&two, &ada, user(ADA)));
    assert!(left.facts.contains(&Fact::AdminsOver(1)) && left.members.len() == 1);
}

#[test]
fn removing_and_promoting_are_for_admins_and_leave_an_admin() {
    let limits = Limits::default();
    let (ada, bob) = (Actor::User(user(ADA)), Actor::User(user(BOB)));
    let blocks = Removal::WithBlock(BlockTerms::default());
    let removed = |actor, subject| remove(&two(), &context(actor, &limits), user(subject), &blocks);
    assert_eq!(removed(bob, ADA).unwrap_err(), Refusal::NotAuthorized);
    assert_eq!(removed(ada, 3).unwrap_err(), Refusal::NotMember);
    assert_eq!(removed(Actor::Title(None), ADA).unwrap_err(), Refusal::LastAdmin);
    let out = plan(removed(ada, BOB));
    assert!(out.doors[&user(BOB)].after.as_ref().unwrap().blocked.is_some());
    assert_eq!((out.after.member_count, out.after.block_count), (1, 1));
    let spared = Removal::WithoutBlock(None);
    let out = plan(remove(&two(), &context(ada, &limits), user(BOB), &spared));
    assert!(out.doors.is_empty() && !out.event.unwrap().data.block);
    assert_eq!((out.after.member_count, out.after.block_count), (1, 0));

    let promoted = |actor| make_admin(&two(), &context(actor, &limits), user(BOB));
    assert_eq!(promoted(bob).unwrap_err(), Refusal::NotAuthorized);
    assert_eq!(plan(promoted(ada)).after.admin_count, 2);
}

#[test]
fn a_block_is_as_it_was_said_last_and_what_is_over_does_not_exist() {
    let limits = Limits { blocks: 1, ..Limits::default() };
    let ada = context(Actor::User(user(ADA)), &limits);
    let terms = |seconds| BlockTerms { reason: None, expires_in: NonZeroU32::new(seconds) };
    // (standing, blocks counted, seconds or 0 for ever) -> what is counted then, or nothing where all is so already
    for (standing, counted, seconds, expected) in [
        ("outside", 0, 0, Ok(Some(1))),
        ("outside", 1, 0, Err("TooManyBlocks")),
        ("blocked", 1, 0, Ok(None)),
        ("blocked", 1, 5, Ok(Some(1))),
        ("blocked for a second", 1, 1, Ok(None)),
        ("blocked for a second", 1, 0, Ok(Some(1))),
        // It is counted still, so somebody has to count anew.
        ("blocked once", 1, 0, Err("TooManyBlocks")),
        ("member", 0, 0, Ok(Some(1))),
    ] {
        let mut scene = with(scene(settings(false, false)), standing);
        (scene.group.block_count, scene.group.member_count) = (counted, 2);
        let decided = shut_out(&scene, &ada, user(BOB), &terms(seconds));
        let block_count = decided.map(|it| it.plan.map(|plan| plan.after.block_count));
        let block_count = block_count.map_err(|refusal| refusal.name());
        assert_eq!(block_count, expected, "{standing} for {seconds}");
    }
    let start = with(scene(settings(false, false)), "blocked");
    let lifted = plan(unblock(&start, &ada, user(BOB)));
    // The group was read before somebody was blocked: what is subtracted is counted by then.
    assert_eq!(lifted.after.block_count.wrapping_sub(start.group.block_count), u32::MAX);
    let mut start = with(scene(settings(false, false)), "blocked once");
    (start.group.block_count, start.counted) = (1, Some(DoorCounts::default()));
    start.group.blocks_end = true;
    assert_eq!(unblock(&start, &ada, user(BOB)).unwrap_err(), Refusal::BlockNotFound);
    let anew = plan(shut_out(&start, &ada, user(BOB), &terms(5)));
    assert_eq!((anew.after.block_count, anew.after.door_entries), (1, 1));
    assert!(anew.after.blocks_end, "so that it is known that one may be over");
    assert!(anew.facts.contains(&Fact::SameDoors));
    assert!(anew.members[&user(BOB)].after.is_none(), "who joins meanwhile is to be removed");
}

#[test]
fn who_goes_waits_where_the_group_wants_it_and_nothing_is_written_where_it_does_not() {
    let limits = Limits::default();
    let (ada, bob) =
        (context(Actor::User(user(ADA)), &limits), context(Actor::User(user(BOB)), &limits));
    let spared = Removal::WithoutBlock(None);
    for seconds in [0, 60] {
        let wanting = |standing| {
            let settings = Settings { reapply_after: seconds, ..settings(false, false) };
            let mut scene = with(scene(settings), standing);
            scene.group.member_count = 2;
            scene
        };
        let application = pending(ConnectionKind::Application, None);
        let invitation = pending(ConnectionKind::Invitation, None);
        let end = (seconds > 0).then(|| NOW + SignedDuration::from_secs(60));
        for (plan, waits) in [
            (plan(leave(&wanting("member"), &bob, user(BOB))), true),
            (plan(remove(&wanting("member"), &ada, user(BOB), &spared)), true),
            (
                plan(withdraw(&wanting("applied"), &ada, application, Withdrawal::Declined, None)),
                true,
            ),
            (
                plan(withdraw(&wanting("applied"), &bob, application, Withdrawal::Cancelled, None)),
                false,
            ),
            (
                plan(withdraw(&wanting("invited"), &bob, invitation, Withdrawal::Declined, None)),
                false,
            ),
        ] {
            let door = plan.doors.get(&user(BOB)).and_then(|change| change.after.as_ref());
            let wait = door.and_then(|door| door.wait(NOW));
            assert_eq!(wait, end.filter(|_| waits));
            assert_eq!(plan.facts.contains(&Fact::SameWait), waits);
            assert_eq!(plan.after.door_entries, u32::from(wait.is_some()));
        }
    }
}

#[test]
fn a_commit_tells_how_somebody_came_in() {
    let limits = Limits::default();
    let bob = context(Actor::User(user(BOB)), &limits);
    for (standing, group, expected) in
        [("outside", (true, false), Joined::Open), ("invited", (false, false), Joined::Invitation)]
    {
        let scene = with(scene(settings(group.0, group.1)), standing);
        let event = plan(apply(&scene, &bob, user(BOB), Wish::Ask, None, id(9))).event.unwrap();
        assert_eq!((event.event_type, event.data.how), (EventType::MemberJoined, Some(expected)));
        assert_eq!((event.actor_id, event.user_ids), (Some(user(BOB)), vec![user(BOB)]));
    }
}
