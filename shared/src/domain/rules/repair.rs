//! Mending a group whose row does not count what lies there: no commit does that, so something else has written to the table.

use crate::domain::event::EventType;
use crate::domain::fact::Fact;
use crate::domain::group::Group;
use crate::domain::permissions::Action;
use crate::domain::plan::{Decided, Plan};
use crate::domain::scene::{Context, Scene};
use crate::error::Refusal;

/// How many rows there are in a group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    pub members: u32,
    pub admins: u32,
    pub attributes: u32,
    pub public_attributes: u32,
    /// Applications and invitations.
    pub pending: u32,
    pub blocks: u32,
    pub codes: u32,
}

/// A count that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// What it is called in the group's row.
    pub name: &'static str,
    /// What the group's row says.
    pub counted: u32,
    /// What there is.
    pub found: u32,
}

/// How a count has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Precision {
    Exact,
    /// What is over is counted still, until somebody counts anew.
    AtLeast,
}

/// The counts of a group's row, each with what was found.
fn counts<'g>(
    group: &'g mut Group,
    found: &Found,
) -> [(&'static str, &'g mut u32, u32, Precision); 7] {
    use Precision::{AtLeast, Exact};
    let of_blocks = if group.blocks_end { AtLeast } else { Exact };
    [
        ("member_count", &mut group.member_count, found.members, Exact),
        ("admin_count", &mut group.admin_count, found.admins, Exact),
        ("attribute_count", &mut group.attribute_count, found.attributes, Exact),
        ("public_count", &mut group.public_count, found.public_attributes, Exact),
        ("pending_count", &mut group.pending_count, found.pending, AtLeast),
        ("block_count", &mut group.block_count, found.blocks, of_blocks),
        ("code_count", &mut group.code_count, found.codes, AtLeast),
    ]
}

/// Sets what a group counts to what was found, and tells what was wrong. It rests on nothing having happened since.
pub fn repair(
    scene: &Scene,
    context: &Context<'_>,
    found: &Found,
) -> Result<Decided<Vec<Difference>>, Refusal> {
    let mut plan = Plan::new(scene, context);
    plan.permit(scene, context, Action::RepairGroup)?;
    let mut differences = Vec::new();
    for (name, count, found, precision) in counts(&mut plan.after, found) {
        let is_right = match precision {
            Precision::Exact => *count == found,
            Precision::AtLeast => *count >= found,
        };
        if !is_right {
            differences.push(Difference { name, counted: *count, found });
            *count = found;
        }
    }
    if differences.is_empty() {
        return Ok(Decided::nothing(differences));
    }
    plan.facts.insert(Fact::NothingHappened);
    let names = differences.iter().map(|difference| difference.name);
    let event = context.event(EventType::GroupUpdated, []).changes(names);
    let plan = plan.finish(context, event)?;
    Ok(Decided { answer: differences, plan: Some(plan) })
}
