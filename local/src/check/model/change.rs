//! Changes: what becomes of a group in the model by each step that nothing speaks against.

use super::{Attribute, Code, Connection, Effect, Member, Model, Moment, Pending, Roles, effect};
use crate::check::deed::{Deed, Role};
use crate::check::step::{KEYS, Step};

impl Model {
    /// Does a step that nothing speaks against, and tells what it has done; nothing where all is as it should be already.
    pub fn take(&mut self, step: &Step, moment: &Moment<'_>) -> Option<Effect> {
        let before = self.clone();
        let effect = self.change(step, moment)?;
        let is_declined = effect.event == "application.declined";
        let gone = before.members.keys().filter(|user| !self.members.contains_key(user));
        let declined = effect.users.iter().filter(|_| is_declined);
        let waiting: Vec<_> = gone.chain(declined).copied().filter(|_| self.wait > 0).collect();
        self.waits.extend(waiting.into_iter().map(|user| (user, after(moment, self.wait))));
        let effect = self.end_or_go_on(step, before.members.is_empty(), effect);
        let is_set_anyway = matches!(
            step.deed,
            Deed::SetAttribute { .. } | Deed::ModifyAttribute { .. } | Deed::SetAttributes(_)
        );
        if self.is_live && self.profile() != before.profile() {
            self.version += 1;
        }
        (*self != before || is_set_anyway).then_some(effect)
    }

    fn change(&mut self, step: &Step, moment: &Moment<'_>) -> Option<Effect> {
        let (to, now) = (step.to, moment.now);
        if self.is_other_version(moment) {
            return None;
        }
        Some(match step.deed {
            Deed::Apply | Deed::Join | Deed::AutoJoin | Deed::ApplyApart => {
                return self.apply(step, moment);
            }
            Deed::Invite(role) => return self.invite(to, role, moment),
            Deed::AcceptApplication => return self.accept(to, false, moment),
            Deed::AcceptInvitation => return self.accept(to, true, moment),
            Deed::DropApplication => {
                let gone = self.applied.remove(&to)?;
                self.connections.remove(&gone.connection);
                let own = step.by == Some(to);
                effect(if own { "application.cancelled" } else { "application.declined" }, [to])
            }
            Deed::DropInvitation => {
                let gone = self.invited.remove(&to)?;
                self.connections.remove(&gone.connection);
                let own = step.by == Some(to);
                effect(if own { "invitation.declined" } else { "invitation.cancelled" }, [to])
            }
            Deed::Leave => self.leave(to),
            Deed::Remove | Deed::Spare | Deed::Expel if step.is_about_oneself() => self.leave(to),
            Deed::Remove => {
                self.members.remove(&to);
                self.blocked.insert(to, None);
                effect("member.removed", [to])
            }
            Deed::Spare => {
                self.members.remove(&to);
                effect("member.removed", [to])
            }
            Deed::ShutOut(hours) => {
                self.blocked.insert(to, hours.map(|hours| after(moment, hours)));
                let was_member = self.members.remove(&to).is_some();
                effect(if was_member { "member.removed" } else { "block.created" }, [to])
            }
            Deed::Expel => self.change_roles(step, |_| Roles::new()),
            Deed::MakeAdmin => {
                let admin_role = Roles::from([self.admin_role]);
                self.change_roles(step, |roles| roles | &admin_role)
            }
            Deed::RemoveAdmin => {
                if !self.is_admin(to) {
                    return None;
                }
                let (admin_role, member_role) = (Roles::from([self.admin_role]), self.member_role);
                self.change_roles(step, |roles| match roles - &admin_role {
                    left if left.is_empty() => Roles::from([member_role]),
                    left => left,
                })
            }
            Deed::AddRole(role) => {
                let is_new = |user: &usize| !self.members.contains_key(user);
                let new: Vec<_> = step.people().filter(is_new).collect();
                let added = self.change_roles(step, |roles| roles | &Roles::from([role]));
                new.iter().for_each(|user| self.enter(*user, role, now));
                if new.is_empty() { added } else { effect("member.joined", step.people()) }
            }
            Deed::TakeRole(role) => self.change_roles(step, |roles| roles - &Roles::from([role])),
            Deed::Shift([origin, destination]) => self.change_roles(step, |roles| {
                &(roles - &Roles::from([origin])) | &Roles::from([destination])
            }),
            Deed::Block => {
                self.blocked.insert(to, None);
                effect("block.created", [to])
            }
            // What is over needs no lifting.
            Deed::Unblock if !self.is_blocked(to, now) => return None,
            Deed::Unblock => {
                self.blocked.remove(&to);
                effect("block.lifted", [to])
            }
            Deed::CreateRole(role, name) => {
                self.roles.insert(role, name);
                effect("role.created", [])
            }
            Deed::RenameRole(role, name) => {
                self.roles.insert(role, name);
                effect("role.updated", [])
            }
            Deed::DeleteRole(role) => {
                self.roles.remove(role);
                for member in self.members.values_mut().filter(|it| it.roles.contains(role)) {
                    member.roles.remove(role);
                    if member.roles.is_empty() {
                        member.roles.insert(self.member_role);
                    }
                }
                effect("role.deleted", [])
            }
            Deed::SetAdminRole(role) => {
                self.admin_role = role;
                effect("group.updated", [])
            }
            Deed::SetMemberRole(role) => {
                self.member_role = role;
                effect("group.updated", [])
            }
            Deed::Settle { open, invite_only, wait } => {
                (self.is_open, self.is_invite_only, self.wait) = (open, invite_only, wait);
                effect("group.updated", [])
            }
            Deed::Resize(size) => {
                self.size = size;
                effect("group.updated", [])
            }
            Deed::Reserve(is_reserved) => {
                self.is_reserved = is_reserved;
                effect("group.updated", [])
            }
            Deed::Describe { words, listed } => {
                (self.words, self.is_listed) = (words, listed);
                effect("group.updated", [])
            }
            Deed::Rename(name) => {
                self.claims_name |= moment.limits.unique_names && self.name != name;
                self.name = name.to_owned();
                effect("group.updated", [])
            }
            Deed::SetAttribute { key, value, open, public } => {
                let creator = self.attributes.get(key).map(|it| it.creator).or(step.by)?;
                let attribute = Attribute {
                    creator,
                    value: value.to_string(),
                    is_protected: !open,
                    is_public: public,
                };
                self.attributes.insert(key, attribute);
                effect("attribute.set", [])
            }
            Deed::ModifyAttribute { key, value } => {
                self.attributes.get_mut(key)?.value = value.to_string();
                effect("attribute.set", [])
            }
            Deed::SetAttributes(value) => {
                for key in KEYS {
                    let new = Attribute {
                        creator: step.by?,
                        value: String::new(),
                        is_protected: true,
                        is_public: false,
                    };
                    self.attributes.entry(key).or_insert(new).value = value.to_string();
                }
                effect("attribute.set", [])
            }
            Deed::DeleteAttribute(key) => {
                self.attributes.remove(key);
                effect("attribute.deleted", [])
            }
            Deed::CreateCode { uses, hours, role } => {
                let until = hours.map(|hours| (now + i64::from(hours) * 3_600_000) / 1000 * 1000);
                let code = Code { uses: 0, most: uses, until, role, is_open: true };
                self.codes.insert(moment.drawn, code);
                effect("code.created", [])
            }
            Deed::SetCode(open) => {
                self.codes.get_mut(&moment.code)?.is_open = open;
                effect("code.changed", [])
            }
            Deed::DeleteCode => {
                self.codes.remove(&moment.code);
                effect("code.changed", [])
            }
            Deed::Redeem => {
                let code = self.codes.get_mut(&moment.code)?;
                code.uses += 1;
                let role = code.role.unwrap_or(self.member_role);
                self.enter(to, role, now);
                self.connections.insert(moment.drawn, Connection { until: until(moment) });
                let effect = effect("member.joined", [to]);
                Effect { connected: Some(("accepted", moment.drawn)), ..effect }
            }
            Deed::Delete => {
                self.end();
                effect("group.deleted", [])
            }
            Deed::Create { .. }
            | Deed::Read
            | Deed::ReadProfile
            | Deed::ReadRoles
            | Deed::ReadMember(_)
            | Deed::ReadApplications
            | Deed::ReadInvitations
            | Deed::ReadBlocks
            | Deed::ReadBlock
            | Deed::ReadCodes
            | Deed::ReadAttributes
            | Deed::ReadHistory
            | Deed::ReadOwn
            | Deed::ReadOpportunities
            | Deed::ReadDirectory
            | Deed::Repair
            | Deed::Wait(_) => return None,
        })
    }

    /// The group ends with its last member, unless the title takes them out.
    fn end_or_go_on(&mut self, step: &Step, was_empty: bool, effect: Effect) -> Effect {
        if !self.is_live {
            return effect;
        }
        if self.members.is_empty() && !was_empty && step.by.is_some() {
            self.end();
            return Effect { event: "group.dissolved", ..effect };
        }
        self.is_orphaned = self.admins().is_empty() && (step.by.is_none() || self.is_orphaned);
        effect
    }

    /// Nothing is left then but what GameFuse knows by ids.
    fn end(&mut self) {
        let connections = std::mem::take(&mut self.connections);
        *self = Self { connections, ..Self::default() };
    }

    fn apply(&mut self, step: &Step, moment: &Moment<'_>) -> Option<Effect> {
        let (user, now) = (step.to, moment.now);
        let is_apart = step.deed == Deed::ApplyApart;
        if !is_apart && Self::pending(&self.invited, user, now).is_some() {
            return self.accept(user, true, moment);
        }
        if !is_apart && self.is_open && !self.is_invite_only {
            self.enter(user, self.member_role, now);
            self.connections.insert(moment.drawn, Connection { until: until(moment) });
            let effect = effect("member.joined", [user]);
            return Some(Effect { connected: Some(("accepted", moment.drawn)), ..effect });
        }
        if Self::pending(&self.applied, user, now).is_some() {
            return None;
        }
        self.waits.remove(&user);
        let pending = self.await_answer(None, moment);
        self.applied.insert(user, Pending { message: step.message(), ..pending });
        Some(awaited("application.created", user, moment))
    }

    fn invite(&mut self, user: usize, role: Option<Role>, moment: &Moment<'_>) -> Option<Effect> {
        if Self::pending(&self.applied, user, moment.now).is_some() {
            return self.accept(user, false, moment);
        }
        if Self::pending(&self.invited, user, moment.now).is_some() {
            return None;
        }
        self.waits.remove(&user);
        let pending = self.await_answer(role, moment);
        self.invited.insert(user, pending);
        Some(awaited("invitation.created", user, moment))
    }

    fn await_answer(&mut self, role: Option<Role>, moment: &Moment<'_>) -> Pending {
        self.connections.insert(moment.drawn, Connection { until: until(moment) });
        Pending { connection: moment.drawn, until: until(moment), role, message: None }
    }

    fn accept(&mut self, user: usize, is_invitation: bool, moment: &Moment<'_>) -> Option<Effect> {
        let of = if is_invitation { &self.invited } else { &self.applied };
        // Who is a member already, by what the request names, is told so.
        let pending = Self::pending(of, user, moment.now)?.clone();
        let role = pending.role.filter(|_| is_invitation);
        self.enter(user, role.unwrap_or(self.member_role), moment.now);
        let effect = effect("member.joined", [user]);
        Some(Effect { connected: Some(("accepted", pending.connection)), ..effect })
    }

    /// Makes somebody a member; what was pending is settled, and what kept them out is over.
    fn enter(&mut self, user: usize, role: Role, now: i64) {
        self.members.insert(user, Member { roles: Roles::from([role]), joined_at: now });
        self.applied.remove(&user);
        self.invited.remove(&user);
        self.blocked.remove(&user);
        self.waits.remove(&user);
    }

    /// The last admin hands over to the member who has been there longest.
    fn leave(&mut self, user: usize) -> Effect {
        let hands_over = self.admins() == [user];
        self.members.remove(&user);
        let heir = self.by_seniority().first().copied().filter(|_| hands_over);
        if let Some(heir) = heir.and_then(|heir| self.members.get_mut(&heir)) {
            heir.roles.insert(self.admin_role);
        }
        effect("member.left", [user])
    }

    /// Gives those members other roles whom the step is about; who holds none then is out.
    fn change_roles(&mut self, step: &Step, change: impl Fn(&Roles) -> Roles) -> Effect {
        let mut stay = false;
        for user in step.people() {
            let Some(member) = self.members.get_mut(&user) else { continue };
            member.roles = change(&member.roles);
            stay |= !member.roles.is_empty();
        }
        self.members.retain(|_, member| !member.roles.is_empty());
        let event = match (stay, step.is_about_oneself()) {
            (true, _) => "member.roles_changed",
            (false, true) => "member.left",
            (false, false) => "member.removed",
        };
        effect(event, step.people())
    }
}

/// When what becomes pending now is over: on the second.
fn until(moment: &Moment<'_>) -> i64 {
    (moment.now + moment.limits.lifetime) / 1000 * 1000
}

/// When something is over that lasts so many hours.
fn after(moment: &Moment<'_>, hours: u8) -> i64 {
    (moment.now + i64::from(hours) * 3_600_000) / 1000 * 1000
}

fn awaited(event: &'static str, user: usize, moment: &Moment<'_>) -> Effect {
    Effect { connected: Some(("pending", moment.drawn)), ..effect(event, [user]) }
}
