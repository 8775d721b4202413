//! Orders that take groups out of a game and into one.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::domain::ids::{GameId, GroupId, UserId};
use shared::domain::transfer::{FORM, GroupLine, Head, LineId, Source};
use shared::operations::games::present::insist_on_game;
use shared::operations::groups::export::{export_game, export_group};
use shared::operations::groups::import::{Imported, Outcome, import_group};
use shared::store::keys::Key;
use shared::store::meter::is_late;
use shared::{App, Error, Refusal};

use super::order::Order;
use crate::explain::explain;

/// Tells the groups of a game, or one of them, as lines of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportGame {
    game_id: GameId,
    /// The one group that is wanted.
    group_id: Option<GroupId>,
    /// The `next` of the answer before.
    after: Option<Key>,
}

#[derive(Serialize)]
pub struct ExportGameAnswer {
    /// The first answer begins with the file's first line.
    lines: Vec<Line>,
    /// Groups that no order could take in, since they fit into none.
    too_large: Vec<GroupId>,
    /// Where to go on; null where all was told.
    next: Option<Key>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    Head(Head),
    Group(Box<GroupLine>),
}

impl Order for ExportGame {
    type Answer = ExportGameAnswer;

    async fn carry_out(self, app: &App) -> Result<ExportGameAnswer, Error> {
        let Self { game_id, group_id, after } = self;
        let head = after.is_none().then(|| Line::Head(Head::of(Source::game(game_id))));
        insist_on_game(app, game_id).await?;
        let exported = match group_id {
            Some(_) if after.is_some() => {
                return Err(Refusal::invalid("after", "goes without a group_id").into());
            }
            Some(group) => export_group(app, game_id, group).await?,
            None => export_game(app, game_id, after).await?,
        };
        let groups = exported.lines.into_iter().map(|line| Line::Group(Box::new(line)));
        Ok(ExportGameAnswer {
            lines: head.into_iter().chain(groups).collect(),
            too_large: exported.too_large,
            next: exported.next,
        })
    }
}

/// Takes groups into a game, from lines of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportGroups {
    game_id: GameId,
    /// The file's first line, and then some of those behind it.
    lines: Vec<Value>,
    /// Which line of the file the second one is, so that what is refused can be found: 2, where it is absent.
    first: Option<u32>,
    /// Whether it is only told what would come of it.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize, Default)]
pub struct ImportGroupsAnswer {
    /// How many lines were looked at. The next order goes on behind them.
    read: usize,
    /// How many groups have arrived.
    imported: usize,
    /// How many had arrived before, and were left as they are.
    unchanged: usize,
    /// Lines of which nothing was written, and why.
    refused: Vec<RefusedLine>,
    /// Groups that have another id here.
    group_ids: Vec<GroupIdPair>,
    /// Users who have another id here.
    user_ids: BTreeSet<UserIdPair>,
    /// Lines whose codes were left behind, since they say that they are of a group with another id.
    without_codes: Vec<u32>,
}

#[derive(Serialize)]
struct RefusedLine {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<LineId>,
    error: &'static str,
    reason: String,
}

#[derive(Serialize)]
struct GroupIdPair {
    id: LineId,
    group_id: GroupId,
}

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct UserIdPair {
    id: LineId,
    user_id: UserId,
}

impl Order for ImportGroups {
    type Answer = ImportGroupsAnswer;

    async fn carry_out(self, app: &App) -> Result<ImportGroupsAnswer, Error> {
        let Self { game_id, lines, first, dry_run } = self;
        let mut lines = lines.into_iter();
        let head = lines.next().ok_or(Refusal::invalid("lines", "must have the first one"))?;
        let head: Head = read(head)?;
        if head.guildhall_groups != FORM {
            let problem = "is of another form than this release reads";
            return Err(Refusal::invalid("lines[0]", problem).into());
        }
        insist_on_game(app, game_id).await?;
        let mut answer = ImportGroupsAnswer::default();
        for (number, line) in (first.unwrap_or(2)..).zip(lines) {
            // What is left is for the next order.
            if answer.read > 0 && is_late() {
                break;
            }
            let id = line.get("id").and_then(|id| LineId::deserialize(id).ok());
            let imported = match read::<GroupLine>(line) {
                Ok(line) => {
                    let imported = import_group(app, game_id, &head.from, &line, dry_run).await;
                    imported.map(|imported| (line, imported))
                }
                Err(refusal) => Err(refusal.into()),
            };
            match imported {
                Ok((line, imported)) => answer.note(number, &line, imported),
                Err(Error::Refused(refusal)) => answer.refused.push(RefusedLine {
                    line: number,
                    id,
                    error: refusal.name(),
                    reason: refusal.to_string(),
                }),
                // What is done is done, and the next order begins with this line.
                Err(Error::Busy | Error::OutcomeUnknown) if answer.read > 0 => break,
                Err(error) => return Err(error),
            }
            answer.read += 1;
        }
        Ok(answer)
    }
}

fn read<T: serde::de::DeserializeOwned>(line: Value) -> Result<T, Refusal> {
    serde_path_to_error::deserialize(line)
        .map_err(|error| explain(error.path(), &error.inner().to_string()))
}

impl ImportGroupsAnswer {
    fn note(&mut self, number: u32, line: &GroupLine, imported: Imported) {
        match imported.outcome {
            Outcome::Imported => self.imported += 1,
            Outcome::Unchanged => self.unchanged += 1,
        }
        if line.id.kept() != Some(imported.group) {
            self.group_ids.push(GroupIdPair { id: line.id.clone(), group_id: imported.group });
        }
        let others = imported.users.into_iter().filter(|(id, user)| id.kept() != Some(*user));
        self.user_ids.extend(others.map(|(id, user_id)| UserIdPair { id, user_id }));
        self.without_codes.extend(Some(number).filter(|_| imported.codes_left > 0));
    }
}
