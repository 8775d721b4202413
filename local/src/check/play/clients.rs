//! Clients: what they know who do the steps, and what they learn from answers.

use super::Stage;
use crate::check::answers::made;
use crate::check::deed::Deed;
use crate::check::history::{Answer, Operation};
use crate::check::request::{Code, Ids, NOTHING};
use crate::check::step::Step;

impl Stage<'_> {
    /// What clients know who do that step.
    pub(super) fn ids(&self, step: &Step) -> Ids {
        let group = self.clients.groups[step.slot].unwrap_or(NOTHING);
        let is_invitation = matches!(step.deed, Deed::AcceptInvitation | Deed::DropInvitation);
        let kind = if is_invitation { "invitation" } else { "application" };
        let user = self.world.users[step.to];
        let connection = self.clients.connections.get(&(group, user, kind));
        let connection = connection.copied().unwrap_or(NOTHING);
        let code = self.clients.codes.get(&group).copied().unwrap_or(Code::NONE);
        let version = self.clients.versions.get(&group).copied().unwrap_or_default();
        Ids { users: self.world.users, group, connection, code, version }
    }

    /// Clients learn which group or code was made, and at which version a group is.
    pub(super) fn learn(&mut self, place: usize, answer: &Answer) {
        let Operation { step, ids, .. } = self.history.operations[place];
        if !matches!(step.deed, Deed::Create { .. }) {
            let version = answer.body["data"]["ProfileVersion"].as_u64();
            let version = version.and_then(|version| version.try_into().ok());
            self.clients.versions.extend(version.map(|version| (ids.group, version)));
        }
        if matches!(step.deed, Deed::CreateCode { .. }) && !step.is_dry_run {
            let id = made(&step, &answer.body);
            let text = answer.body["code"].as_str().unwrap_or_default();
            let code = id.and_then(|id| Code::new(id, text));
            self.clients.codes.extend(code.map(|code| (ids.group, code)));
            return;
        }
        if !matches!(step.deed, Deed::Create { .. }) || step.is_dry_run || answer.status >= 300 {
            return;
        }
        self.clients.groups[step.slot] = made(&step, &answer.body);
    }
}
