//! A call: who asks, when, and whether it is only tried. It is a value, which every operation is given.

use std::sync::OnceLock;

use jiff::Timestamp;

use crate::App;
use crate::auth::caller::Caller;
use crate::auth::codes::InviteCode;
use crate::domain::ids::{CodeId, GameId};
use crate::domain::membership::Connection;
use crate::domain::scene::Context;

/// What the first turn of a call has found out or drawn; the next turns use the same.
#[derive(Default)]
pub struct Found {
    /// What the connection stands for that the call names by its id: the next turns need not look it up to know what to read.
    pub connection: OnceLock<Connection>,
    /// The invite code that it makes, and its id: should an earlier attempt arrive late, its code is there already.
    pub code: OnceLock<(CodeId, InviteCode)>,
}

/// One call, in one of its turns: where something changes under a decision, the call is read and decided again.
#[derive(Clone, Copy)]
pub struct Call<'a, C = Caller> {
    /// What it works with.
    pub app: &'a App,
    /// Who asks.
    pub caller: C,
    /// The time, the same in all turns.
    pub now: Timestamp,
    /// Whether it is only tried: everything is decided as if it were real, and nothing is written.
    pub is_dry_run: bool,
    /// How often it was decided before.
    pub turn: u32,
    /// What its turns have found out or drawn.
    pub found: &'a Found,
}

impl<'a, C> Call<'a, C> {
    /// The first turn of a call that is made now.
    pub fn new(app: &'a App, caller: C, found: &'a Found) -> Self {
        Self { app, caller, now: app.now(), is_dry_run: false, turn: 0, found }
    }

    /// Whether it may be decided on what most likely is so: nothing then says otherwise but a commit.
    pub(crate) fn may_assume(&self) -> bool {
        self.turn == 0 && !self.is_dry_run
    }

    /// The same call, made by somebody else.
    pub fn by<D>(&self, caller: D) -> Call<'a, D> {
        let Self { app, now, is_dry_run, turn, found, .. } = *self;
        Call { app, caller, now, is_dry_run, turn, found }
    }
}

impl Call<'_> {
    /// The caller's game.
    pub fn game(&self) -> GameId {
        self.caller.game()
    }

    /// What decisions are made with.
    pub(crate) fn context(&self) -> Context<'_> {
        Context { actor: self.caller.actor(), now: self.now, limits: &self.app.limits }
    }
}
