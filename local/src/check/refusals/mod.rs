//! Refusals: everything that speaks against a step in the model, what is told first first. A caller whose reads were torn may be
//! told another of them, as long as it was so.

mod joining;

use crate::check::deed::{Deed, Role};
use crate::check::model::{Model, Moment};
use crate::check::step::{KEYS, Step};

/// Everything that speaks against it.
pub fn refusals(model: &Model, step: &Step, moment: &Moment<'_>) -> Vec<&'static str> {
    let mut found = Refusals { model, step, moment, names: Vec::new() };
    found.collect();
    found.names
}

struct Refusals<'a> {
    model: &'a Model,
    step: &'a Step,
    moment: &'a Moment<'a>,
    names: Vec<&'static str>,
}

impl Refusals<'_> {
    fn when(&mut self, holds: bool, name: &'static str) {
        if holds && !self.names.contains(&name) {
            self.names.push(name);
        }
    }

    fn collect(&mut self) {
        let (model, step) = (self.model, self.step);
        let (to, now) = (step.to, self.moment.now);
        let own = step.is_about_oneself();
        let is_member = step.by.is_none_or(|me| model.members.contains_key(&me));
        let is_admin = step.by.is_none_or(|me| model.is_admin(me));
        if let Deed::Create { name, .. } = step.deed {
            let claims = self.moment.limits.unique_names || !step.gamefuse;
            self.when(claims && self.moment.names.contains(name), "GroupNameTaken");
            return step.by.into_iter().for_each(|creator| self.no_place(creator));
        }
        if step.deed.reads_own() || step.deed == Deed::ReadDirectory {
            return;
        }
        if step.gamefuse && self.is_about_a_connection() {
            let connection = model.connections.get(&self.moment.connection);
            let is_known = connection.is_some_and(|connection| connection.is_known(now));
            self.when(!is_known, "ConnectionNotFound");
        }
        self.when(matches!(step.deed, Deed::ShutOut(_)) && own, "InvalidParameter");
        self.when(step.deed == Deed::AcceptApplication && own, "NotAuthorized");
        if step.deed == Deed::Redeem {
            return self.redeem();
        }
        self.when(!model.is_live, "GroupNotFound");
        match step.deed {
            Deed::Apply | Deed::Join | Deed::AutoJoin | Deed::ApplyApart => self.apply(),
            Deed::Invite(role) => self.invite(is_admin, role),
            Deed::AcceptApplication | Deed::AcceptInvitation => self.accept(is_admin),
            Deed::DropApplication | Deed::DropInvitation => {
                self.when(!own && !is_admin, "NotAuthorized");
                self.no_such_pending();
            }
            Deed::Leave => self.no_member(to),
            Deed::Remove | Deed::Spare | Deed::Expel if own => self.no_member(to),
            Deed::Remove => {
                self.when(!is_admin, "NotAuthorized");
                self.no_member(to);
                self.when(model.admins() == [to], "LastAdmin");
                self.too_many_blocks();
            }
            Deed::Spare => {
                self.when(!is_admin, "NotAuthorized");
                self.no_member(to);
                self.when(model.admins() == [to], "LastAdmin");
            }
            Deed::Expel => {
                self.when(!is_admin, "NotAuthorized");
                step.people().for_each(|user| self.no_member(user));
                self.last_admin();
            }
            Deed::MakeAdmin => {
                self.when(!is_admin, "NotAuthorized");
                self.no_member(to);
            }
            Deed::RemoveAdmin => {
                self.when(!is_admin, "NotAuthorized");
                self.no_member(to);
                let is_for_all = model.admin_role == model.member_role && model.is_admin(to);
                self.when(model.admins() == [to] || is_for_all, "LastAdmin");
            }
            Deed::AddRole(role) => {
                self.when(!is_admin, "NotAuthorized");
                self.no_role(role);
                let is_new = |user: &usize| !model.members.contains_key(user);
                for user in step.people().filter(is_new) {
                    self.when(step.by.is_some(), "NotAuthorized");
                    self.when(model.is_blocked(user, now), "Blocked");
                    self.no_place(user);
                }
                let new = step.people().filter(is_new).count();
                self.when(new > 0 && model.members.len() + new > model.size as usize, "GroupFull");
            }
            Deed::TakeRole(role) => {
                self.when(own && !is_member, "NotMember");
                self.when(!own && !is_admin, "NotAuthorized");
                self.no_role(role);
                self.no_holder(role);
                self.last_admin();
            }
            Deed::Shift([origin, destination]) => {
                self.when(!is_admin, "NotAuthorized");
                self.no_role(origin);
                self.no_role(destination);
                self.no_holder(origin);
                self.last_admin();
            }
            Deed::Block => {
                self.when(!is_admin, "NotAuthorized");
                self.too_many_blocks();
            }
            Deed::ShutOut(_) => {
                self.when(!is_admin, "NotAuthorized");
                self.when(model.admins() == [to], "LastAdmin");
                self.too_many_blocks();
            }
            Deed::Unblock => {
                self.when(!is_admin, "NotAuthorized");
                // PlayFab has no error for it.
                self.when(step.gamefuse && !model.is_blocked(to, now), "BlockNotFound");
            }
            Deed::CreateRole(role, name) => {
                self.when(!is_admin, "NotAuthorized");
                self.when(model.roles.contains_key(role), "RoleIdTaken");
                self.role_name_taken(role, name);
            }
            Deed::DeleteRole(role) => {
                self.when(!is_admin, "NotAuthorized");
                self.no_role(role);
                self.when(model.admin_role == role, "RoleIsAdminRole");
                self.when(model.member_role == role, "RoleIsMemberRole");
            }
            Deed::Settle { .. }
            | Deed::Reserve(_)
            | Deed::Describe { .. }
            | Deed::Delete
            | Deed::ReadApplications
            | Deed::ReadInvitations
            | Deed::ReadCodes
            | Deed::ReadBlocks => self.when(!is_admin, "NotAuthorized"),
            Deed::ReadBlock => {
                self.when(!is_admin, "NotAuthorized");
                self.when(!model.is_blocked(to, now), "BlockNotFound");
            }
            Deed::Resize(size) => {
                self.when(!is_admin, "NotAuthorized");
                self.when((size as usize) < model.members.len(), "SizeBelowMembers");
            }
            Deed::Rename(name) => {
                self.when(!is_admin, "NotAuthorized");
                if self.is_at_version() {
                    self.name_taken(name);
                }
            }
            Deed::RenameRole(role, name) => {
                self.when(!is_admin, "NotAuthorized");
                if self.is_at_version() {
                    self.no_role(role);
                    self.role_name_taken(role, name);
                }
            }
            Deed::SetAdminRole(role) => {
                self.when(step.by.is_some(), "NotAuthorized");
                if self.is_at_version() {
                    self.no_role(role);
                }
            }
            Deed::SetMemberRole(role) => {
                self.when(!is_admin, "NotAuthorized");
                if self.is_at_version() {
                    self.no_role(role);
                }
            }
            Deed::SetAttribute { key, open, public, .. } => {
                let is_public = model.attributes.get(key).is_some_and(|it| it.is_public);
                let may_publish = public == is_public || is_admin;
                let may = is_member && self.may_set(key, Some(open)) && may_publish;
                self.when(!may, "NotAuthorized");
            }
            Deed::ModifyAttribute { key, .. } => {
                self.when(!is_member, "NotAuthorized");
                self.when(!model.attributes.contains_key(key), "AttributeNotFound");
                self.when(!self.may_set(key, None), "NotAuthorized");
            }
            Deed::SetAttributes(_) => {
                let may = is_member && KEYS.into_iter().all(|key| self.may_set(key, None));
                self.when(!may, "NotAuthorized");
            }
            Deed::DeleteAttribute(key) => {
                self.when(!is_member, "NotAuthorized");
                let attribute = model.attributes.get(key);
                self.when(attribute.is_none(), "AttributeNotFound");
                let is_creator = attribute.is_some_and(|it| step.by == Some(it.creator));
                self.when(!is_admin && !is_creator, "NotAuthorized");
            }
            Deed::CreateCode { role, .. } => {
                self.when(!is_admin, "NotAuthorized");
                role.into_iter().for_each(|role| self.no_role(role));
                let known = model.codes.values().filter(|code| code.is_known(self.moment.now));
                self.when(known.count() >= self.moment.limits.codes, "TooManyCodes");
            }
            Deed::SetCode(_) | Deed::DeleteCode => {
                self.when(!is_admin, "NotAuthorized");
                let code = model.code(self.moment.code, self.moment.now);
                self.when(code.is_none(), "CodeNotFound");
            }
            Deed::ReadMember(role) => {
                self.when(!is_member, "NotAuthorized");
                role.into_iter().for_each(|role| self.no_role(role));
            }
            Deed::ReadRoles | Deed::ReadAttributes | Deed::ReadHistory => {
                self.when(!is_member, "NotAuthorized");
            }
            Deed::Create { .. }
            | Deed::Redeem
            | Deed::Read
            | Deed::ReadProfile
            | Deed::ReadOwn
            | Deed::ReadOpportunities
            | Deed::ReadDirectory
            | Deed::Repair
            | Deed::Wait(_) => {}
        }
    }

    /// At another version than the expected one nothing is changed, and nothing speaks against that.
    fn is_at_version(&self) -> bool {
        !self.model.is_other_version(self.moment)
    }

    fn name_taken(&mut self, name: &str) {
        let claims = self.model.claims_name || self.moment.limits.unique_names;
        let is_taken = self.model.name != name && self.moment.names.contains(name);
        self.when(claims && is_taken, "GroupNameTaken");
    }

    fn is_about_a_connection(&self) -> bool {
        matches!(
            self.step.deed,
            Deed::AcceptApplication
                | Deed::DropApplication
                | Deed::AcceptInvitation
                | Deed::DropInvitation
        )
    }

    fn is_full(&self) -> bool {
        self.model.members.len() >= self.model.size as usize
    }

    /// Whether the user is in as many groups as a player may be in.
    fn no_place(&mut self, user: usize) {
        self.when(self.moment.busy.contains(&user), "TooManyGroups");
    }

    fn no_member(&mut self, user: usize) {
        self.when(!self.model.members.contains_key(&user), "NotMember");
    }

    fn no_role(&mut self, role: Role) {
        self.when(!self.model.roles.contains_key(role), "RoleNotFound");
    }

    /// Whether another role is called that, in whatever case.
    fn role_name_taken(&mut self, role: Role, name: &str) {
        let mut others = self.model.roles.iter().filter(|(other, _)| **other != role);
        self.when(others.any(|(_, taken)| taken.eq_ignore_ascii_case(name)), "RoleNameTaken");
    }

    /// Whether one of those whom the step is about is no member, or does not hold the role.
    fn no_holder(&mut self, role: Role) {
        for user in self.step.people() {
            self.no_member(user);
            let member = self.model.members.get(&user);
            self.when(member.is_some_and(|member| !member.roles.contains(role)), "RoleNotHeld");
        }
    }

    /// Whether others would stay without an admin after the step; the title may want that.
    fn last_admin(&mut self) {
        let mut after = self.model.clone();
        after.take(self.step, self.moment);
        let was_admin = self.step.people().any(|user| self.model.is_admin(user));
        let is_last = was_admin && after.admins().is_empty() && !after.members.is_empty();
        self.when(is_last && self.step.by.is_some(), "LastAdmin");
    }

    /// Whether the caller may set that attribute so; its creator, and admins once the creator is gone, say who else may. Where that
    /// is not said, it stays as it is.
    fn may_set(&self, key: &str, open: Option<bool>) -> bool {
        let (model, Some(me)) = (self.model, self.step.by) else { return false };
        let is_admin = model.is_admin(me);
        let is_free = is_admin || !model.is_reserved;
        let Some(attribute) = model.attributes.get(key) else { return is_free };
        let is_gone = !model.members.contains_key(&attribute.creator);
        let is_owner = me == attribute.creator || is_admin && is_gone;
        let changes_protection = open == Some(attribute.is_protected);
        is_owner || is_free && !attribute.is_protected && !changes_protection
    }
}
