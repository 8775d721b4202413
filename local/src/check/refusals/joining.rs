//! What speaks against coming into a group, by whichever way.

use super::Refusals;
use crate::check::deed::{Deed, Role};
use crate::check::model::{Model, Moment};

impl Refusals<'_> {
    fn outsider(&mut self) {
        self.when(self.model.is_blocked(self.step.to, self.moment.now), "Blocked");
        self.when(self.model.members.contains_key(&self.step.to), "AlreadyMember");
    }

    fn too_many_pending(&mut self) {
        let past = self.moment.now - self.moment.afterglow;
        let all = self.model.applied.values().chain(self.model.invited.values());
        let count = all.filter(|pending| !pending.is_over(past)).count();
        self.when(count >= self.moment.limits.pending, "TooManyPending");
    }

    pub(super) fn too_many_blocks(&mut self) {
        let Moment { now, limits, afterglow, .. } = self.moment;
        let is_full = self.model.blocks(now - afterglow) >= limits.blocks;
        self.when(is_full && !self.model.is_blocked(self.step.to, *now), "TooManyBlocks");
    }

    pub(super) fn apply(&mut self) {
        let (model, step, now) = (self.model, self.step, self.moment.now);
        self.outsider();
        let is_apart = step.deed == Deed::ApplyApart;
        let invitation = Model::pending(&model.invited, step.to, now).filter(|_| !is_apart);
        if let Some(invitation) = invitation {
            invitation.role.into_iter().for_each(|role| self.no_role(role));
            self.no_place(step.to);
            return self.when(self.is_full(), "GroupFull");
        }
        self.when(model.is_waiting(step.to, now), "TooSoon");
        let is_open = model.is_open && !model.is_invite_only;
        if is_open && !is_apart {
            self.no_place(step.to);
            return self.when(self.is_full(), "GroupFull");
        }
        if matches!(step.deed, Deed::Join | Deed::AutoJoin) {
            self.when(model.is_invite_only, "InviteOnly");
            return self.when(!model.is_invite_only, "NotOpen");
        }
        if Model::pending(&model.applied, step.to, now).is_some() {
            // PlayFab shows what was asked already.
            if !step.gamefuse {
                return;
            }
            self.when(true, "AlreadyApplied");
        }
        self.when(model.is_invite_only, "InviteOnly");
        self.too_many_pending();
    }

    pub(super) fn invite(&mut self, is_admin: bool, role: Option<Role>) {
        let (model, step, now) = (self.model, self.step, self.moment.now);
        self.when(!is_admin, "NotAuthorized");
        self.when(model.is_blocked(step.to, self.moment.now), "Blocked");
        role.into_iter().for_each(|role| self.no_role(role));
        self.when(model.members.contains_key(&step.to), "AlreadyMember");
        if Model::pending(&model.applied, step.to, now).is_some() {
            self.no_place(step.to);
            return self.when(self.is_full(), "GroupFull");
        }
        if Model::pending(&model.invited, step.to, now).is_some() {
            return self.when(step.gamefuse, "AlreadyInvited");
        }
        self.too_many_pending();
    }

    pub(super) fn accept(&mut self, is_admin: bool) {
        let (model, step) = (self.model, self.step);
        let is_invitation = step.deed == Deed::AcceptInvitation;
        self.when(!is_invitation && !is_admin, "NotAuthorized");
        self.when(model.is_blocked(step.to, self.moment.now), "Blocked");
        if let Some(member) = model.members.get(&step.to) {
            // Who accepts by its id what a membership has settled gets what they asked for.
            let connection = model.connections.get(&self.moment.connection);
            let was_pending = connection
                .is_some_and(|it| it.until > self.moment.now || it.until > member.joined_at);
            if step.gamefuse {
                return self.when(!was_pending, "ConnectionNotFound");
            }
            self.when(true, "AlreadyMember");
        }
        self.no_such_pending();
        let of = if is_invitation { &model.invited } else { &model.applied };
        if let Some(pending) = Model::pending(of, step.to, self.moment.now) {
            pending.role.into_iter().for_each(|role| self.no_role(role));
            self.no_place(step.to);
            self.when(self.is_full(), "GroupFull");
        }
    }

    /// Whoever has a code is told nothing else about a group that is gone.
    pub(super) fn redeem(&mut self) {
        let now = self.moment.now;
        let Some(code) = self.model.code(self.moment.code, now) else {
            return self.when(true, "CodeNotFound");
        };
        let code = code.clone();
        self.outsider();
        self.when(!code.is_open, "CodeClosed");
        self.when(code.until.is_some_and(|until| until <= now), "CodeExpired");
        self.when(code.most.is_some_and(|most| code.uses >= u32::from(most)), "CodeUsedUp");
        code.role.into_iter().for_each(|role| self.no_role(role));
        self.no_place(self.step.to);
        self.when(self.is_full(), "GroupFull");
    }

    /// Whether that which the request means is not pending.
    pub(super) fn no_such_pending(&mut self) {
        let (model, step) = (self.model, self.step);
        let is_application = matches!(step.deed, Deed::AcceptApplication | Deed::DropApplication);
        let of = if is_application { &model.applied } else { &model.invited };
        let pending = Model::pending(of, step.to, self.moment.now);
        match step.gamefuse {
            true => {
                let is_meant = |id: u32| id == self.moment.connection;
                let is_there = pending.is_some_and(|pending| is_meant(pending.connection));
                self.when(!is_there, "ConnectionNotFound");
            }
            false if is_application => self.when(pending.is_none(), "ApplicationNotFound"),
            false => self.when(pending.is_none(), "InvitationNotFound"),
        }
    }
}
