//! An order: what an operator asks for. It is decoded strictly, carried out and answered, and the log tells about it by ids,
//! with what the operator says of it in `by`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::domain::ids::{GameId, GroupId, UserId};
use shared::store::meter::{note_caller, note_group, note_operator};
use shared::{App, Error, Refusal};

use crate::explain::explain;
use crate::http::BoxFuture;

/// One kind of order. Its fields are what the event has to say; none besides them is taken, but for `by`.
pub trait Order: DeserializeOwned + Send {
    /// What is answered.
    type Answer: Serialize;

    /// Does what is asked.
    fn carry_out(self, app: &App) -> impl Future<Output = Result<Self::Answer, Error>> + Send;
}

/// Carries out an order of that kind.
pub fn handle<O: Order>(app: &App, event: Value) -> BoxFuture<'_, Result<Value, Error>> {
    Box::pin(async move {
        let order: O = read(event)?;
        let answer = order.carry_out(app).await?;
        serde_json::to_value(answer).map_err(Error::internal)
    })
}

/// Whom and what most orders name.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    game_id: Option<GameId>,
    group_id: Option<GroupId>,
    user_id: Option<UserId>,
}

fn read<O: Order>(mut event: Value) -> Result<O, Refusal> {
    let fields = event.as_object_mut();
    let fields = fields.ok_or_else(|| Refusal::invalid("The event", "must be an object"))?;
    if let Some(by) = fields.remove("by") {
        note_operator(words(&by)?);
    }
    // Noted before the order is understood, so that the log tells of those too that are not.
    let named = Named::deserialize(&event).unwrap_or_default();
    if let Some(game) = named.game_id {
        note_caller(game, named.user_id);
    }
    if let Some(group) = named.group_id {
        note_group(group);
    }
    serde_path_to_error::deserialize(event)
        .map_err(|error| explain(error.path(), &error.inner().to_string()))
}

/// The most characters of `by`.
const WORDS: usize = 100;

/// Who asks, and why, in a form that a log may hold: the number of a ticket, or a login's name, and no address.
fn words(by: &Value) -> Result<String, Refusal> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._:/#-".contains(letter);
    let by = by.as_str().filter(|by| (1..=WORDS).contains(&by.len()) && by.chars().all(is_plain));
    let problem = "must be 1 to 100 letters, digits and . _ : / # -";
    by.map(str::to_owned).ok_or_else(|| Refusal::invalid("by", problem))
}
