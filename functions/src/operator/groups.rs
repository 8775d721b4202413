//! Orders about groups: look at all of one, and mend its counts.

use std::collections::BTreeMap;

use futures_util::future::try_join;
use serde::{Deserialize, Serialize};
use shared::domain::attribute::Attribute;
use shared::domain::code::Code;
use shared::domain::door::Door;
use shared::domain::event::GroupEvent;
use shared::domain::group::Group;
use shared::domain::ids::{GameId, GroupId};
use shared::domain::membership::Member;
use shared::domain::rules::repair::Difference;
use shared::operations::groups::repair::repair_group;
use shared::operations::whole::{last_events, read_whole};
use shared::{App, Error, Refusal};

use super::order::Order;
use super::stored::Stored;

/// Shows a group as it is stored, deleted or not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectGroup {
    game_id: GameId,
    group_id: GroupId,
    /// The most members, doors, attributes, codes and events, of each: from 1 to 1000; 100, where it is absent.
    limit: Option<u32>,
}

/// What is shown of each kind, where nothing else is asked for, and at most.
const USUAL: u32 = 100;
const MOST: u32 = 1000;

#[derive(Serialize)]
pub struct InspectGroupAnswer {
    group: Stored<Group>,
    members: Vec<Stored<Member>>,
    /// Applications, invitations, blocks and waits.
    doors: Vec<Stored<Door>>,
    attributes: Vec<Stored<Attribute>>,
    codes: Vec<Stored<Code>>,
    /// What happened last, the latest first.
    events: Vec<Stored<GroupEvent>>,
}

impl Order for InspectGroup {
    type Answer = InspectGroupAnswer;

    async fn carry_out(self, app: &App) -> Result<InspectGroupAnswer, Error> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            let problem = format!("must be a whole number from 1 to {MOST}");
            return Err(Refusal::invalid("limit", problem).into());
        }
        let whole = read_whole(app, self.game_id, self.group_id);
        let events = last_events(app, self.game_id, self.group_id, limit);
        let (whole, events) = try_join(whole, events).await?;
        Ok(InspectGroupAnswer {
            group: Stored(whole.group),
            members: first(whole.members, limit),
            doors: first(whole.doors, limit),
            attributes: first(whole.attributes, limit),
            codes: first(whole.codes, limit),
            events: first(events, limit),
        })
    }
}

fn first<T>(rows: Vec<T>, limit: u32) -> Vec<Stored<T>> {
    rows.into_iter().take(limit as usize).map(Stored).collect()
}

/// Compares what a group counts with its rows, and sets it right where that is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairGroup {
    game_id: GameId,
    group_id: GroupId,
    /// Whether what is wrong is mended; it is only told, where this is absent.
    #[serde(default)]
    mend: bool,
}

#[derive(Serialize)]
pub struct RepairGroupAnswer {
    group_id: GroupId,
    /// The counts that are wrong, or were.
    differences: BTreeMap<&'static str, DifferenceObject>,
    /// Whether they were set right.
    mended: bool,
}

#[derive(Serialize)]
struct DifferenceObject {
    counted: u32,
    found: u32,
}

impl Order for RepairGroup {
    type Answer = RepairGroupAnswer;

    async fn carry_out(self, app: &App) -> Result<RepairGroupAnswer, Error> {
        let found = repair_group(app, self.game_id, self.group_id, !self.mend).await?;
        let object =
            |Difference { name, counted, found }| (name, DifferenceObject { counted, found });
        let differences: BTreeMap<_, _> = found.into_iter().map(object).collect();
        let mended = self.mend && !differences.is_empty();
        Ok(RepairGroupAnswer { group_id: self.group_id, differences, mended })
    }
}
