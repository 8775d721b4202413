//! People: the game is made, and everybody let in, before the play begins.

use serde_json::Value;

use super::Stage;
use super::tasks::Work;
use crate::ServerError;
use crate::check::step::USERS;
use crate::check::world::Future;

impl Stage<'_> {
    /// Makes the game and lets everybody in.
    pub(super) async fn people(&mut self) -> Result<(), ServerError> {
        let game = self.make(self.world.make_game()).await?;
        self.world.game = game["game_id"].as_i64().unwrap_or_default().try_into()?;
        game["secret_key"].as_str().unwrap_or_default().clone_into(&mut self.world.secret_key);
        self.world.webhook = self.make(self.world.make_webhook()).await?;
        let mut users = [0; USERS];
        for (person, id) in users.iter_mut().enumerate() {
            let login = self.make(self.world.log_in(person)).await?;
            let hex = login["data"]["EntityToken"]["Entity"]["Id"].as_str().unwrap_or_default();
            *id = u32::from_str_radix(hex, 16).map_err(|_| format!("nobody logs in: {login}"))?;
        }
        users.sort_unstable();
        self.world.users = users;
        self.log.clear();
        Ok(())
    }

    async fn make(&mut self, future: Future) -> Result<Value, ServerError> {
        self.begin(Work::Making, future);
        loop {
            self.settle();
            if let Some(made) = self.made.take() {
                return made;
            }
            match self.waiting.pop() {
                Some(call) => {
                    self.carrier.carry(call);
                }
                None => self.pass(1).await,
            }
        }
    }
}
