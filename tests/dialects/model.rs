//! A model of what a group is: who is in it with which roles, what is pending and who is blocked; and what can be done.

use std::collections::{BTreeMap, BTreeSet};

pub const ROLES: [&str; 3] = ["admins", "members", "officers"];
pub const USERS: usize = 6;

/// Numbers that look random and are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn role(&mut self) -> &'static str {
        ROLES[self.roll(ROLES.len())]
    }
}

#[derive(Debug, Clone, Copy)]
pub enum Deed {
    Apply,
    /// GameFuse's `join`: at once, or not at all.
    Join,
    /// PlayFab's application beside an invitation.
    ApplyApart,
    /// Into a role, or into whatever is the member role.
    Invite(Option<&'static str>),
    AcceptApplication,
    DropApplication,
    AcceptInvitation,
    DropInvitation,
    Leave,
    /// GameFuse's removal, which blocks.
    Remove,
    /// PlayFab's removal, which does not.
    Expel,
    MakeAdmin,
    AddRole(&'static str),
    TakeRole(&'static str),
    Shift([&'static str; 2]),
    Block,
    Unblock,
    SetAdminRole(&'static str),
    /// Says who gets in: anybody at once, and nobody but the invited.
    Settle {
        open: bool,
        invite_only: bool,
    },
}

/// Who does what to whom, through which dialect. Nobody is the title, which speaks PlayFab where GameFuse needs a user.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub by: Option<usize>,
    pub deed: Deed,
    pub to: usize,
    pub gamefuse: bool,
}

impl Step {
    pub fn roll(dice: &mut Dice) -> Self {
        let by = Some(dice.roll(USERS + 1)).filter(|by| *by < USERS);
        let to = dice.roll(USERS);
        let me = by.unwrap_or(to);
        let (deed, to) = match dice.roll(24) {
            0..=2 => (Deed::Apply, me),
            19 if by.is_some() => (Deed::Join, me),
            19 | 20 => (Deed::ApplyApart, me),
            21 => (Deed::Settle { open: dice.roll(2) == 0, invite_only: dice.roll(3) == 0 }, to),
            22 => (Deed::Settle { open: false, invite_only: false }, to),
            3 => (Deed::Invite(None), to),
            4 => (Deed::Invite(Some(dice.role())), to),
            5 | 6 => (Deed::AcceptApplication, to),
            7 => (Deed::DropApplication, to),
            8 => (Deed::AcceptInvitation, me),
            9 => (Deed::DropInvitation, to),
            10 if by.is_some() => (Deed::Leave, me),
            10 => (Deed::SetAdminRole(dice.role()), to),
            11 => (Deed::Remove, to),
            12 => (Deed::Expel, to),
            13 => (Deed::MakeAdmin, to),
            14 => (Deed::AddRole(dice.role()), to),
            15 => (Deed::TakeRole(dice.role()), to),
            16 => (Deed::Shift([dice.role(), dice.role()]), to),
            17 => (Deed::Block, to),
            _ => (Deed::Unblock, to),
        };
        // Inviting oneself is applying, to GameFuse.
        let is_odd = matches!(deed, Deed::Invite(_)) && by == Some(to);
        Self { by, deed, to, gamefuse: by.is_some() && !is_odd && dice.roll(2) == 0 }
    }
}

pub type Roles = BTreeSet<&'static str>;

#[derive(Debug, Clone)]
pub struct Model {
    admin_role: &'static str,
    open: bool,
    invite_only: bool,
    /// The longest-standing first; none of them where the group is gone.
    pub members: Vec<(usize, Roles)>,
    pub applications: BTreeSet<usize>,
    /// With the role that they give; none is the member role.
    pub invitations: BTreeMap<usize, Option<&'static str>>,
    pub blocks: BTreeSet<usize>,
}

impl Model {
    pub fn new(creator: usize) -> Self {
        Self {
            admin_role: "admins",
            open: false,
            invite_only: false,
            members: vec![(creator, Roles::from(["admins"]))],
            applications: BTreeSet::new(),
            invitations: BTreeMap::new(),
            blocks: BTreeSet::new(),
        }
    }

    fn roles(&self, user: usize) -> Option<Roles> {
        self.members.iter().find(|(member, _)| *member == user).map(|(_, roles)| roles.clone())
    }

    pub fn admins(&self) -> Vec<usize> {
        let admins = self.members.iter().filter(|(_, roles)| roles.contains(self.admin_role));
        admins.map(|(user, _)| *user).collect()
    }

    fn enter(&mut self, user: usize, role: &'static str) -> bool {
        if self.blocks.contains(&user) || self.roles(user).is_some() {
            return false;
        }
        self.members.push((user, Roles::from([role])));
        self.applications.remove(&user);
        self.invitations.remove(&user);
        true
    }

    /// Gives a member these roles; with none of them they are out, and with the last of all the group is. Others have an admin
    /// then, unless it is the title that wants it.
    fn set(&mut self, user: usize, roles: Roles, by_title: bool) -> bool {
        let before = self.members.clone();
        self.members
            .iter_mut()
            .filter(|(member, _)| *member == user)
            .for_each(|m| m.1 = roles.clone());
        self.members.retain(|(_, roles)| !roles.is_empty());
        if self.admins().is_empty() && !self.members.is_empty() && !by_title {
            self.members = before;
            return false;
        }
        true
    }

    fn leave(&mut self, user: usize) -> bool {
        let was_in = self.roles(user).is_some();
        self.members.retain(|(member, _)| *member != user);
        let has_admin = !self.admins().is_empty();
        if let (false, Some((_, heir))) = (has_admin, self.members.first_mut()) {
            heir.insert(self.admin_role);
        }
        was_in
    }

    /// Takes a step and tells whether it succeeds.
    pub fn take(&mut self, Step { by, deed, to, gamefuse }: Step) -> bool {
        let title = by.is_none();
        let own = by == Some(to);
        let admin = by.is_none_or(|me| self.admins().contains(&me));
        let roles = self.roles(to);
        match deed {
            Deed::Apply | Deed::Join | Deed::ApplyApart
                if self.blocks.contains(&to) || roles.is_some() =>
            {
                false
            }
            Deed::Apply | Deed::Join if self.invitations.contains_key(&to) => {
                let role = self.invitations[&to];
                self.enter(to, role.unwrap_or("members"))
            }
            Deed::Apply | Deed::Join if self.open && !self.invite_only => self.enter(to, "members"),
            Deed::Join => false,
            // Who has asked already is told so by GameFuse, and shown what they asked by PlayFab.
            Deed::Apply | Deed::ApplyApart if self.applications.contains(&to) => {
                matches!(deed, Deed::ApplyApart) || !gamefuse
            }
            Deed::Apply | Deed::ApplyApart => !self.invite_only && self.applications.insert(to),
            Deed::Invite(_) if own || !admin => false,
            Deed::Invite(_) if self.blocks.contains(&to) || roles.is_some() => false,
            Deed::Invite(_) if self.applications.contains(&to) => self.enter(to, "members"),
            Deed::Invite(_) if self.invitations.contains_key(&to) => !gamefuse,
            Deed::Invite(role) => {
                self.invitations.insert(to, role.filter(|_| !gamefuse));
                true
            }
            Deed::AcceptApplication => {
                !own && admin && self.applications.contains(&to) && self.enter(to, "members")
            }
            Deed::DropApplication => (own || admin) && self.applications.remove(&to),
            Deed::AcceptInvitation => {
                let role = self.invitations.get(&to).copied();
                role.is_some_and(|role| self.enter(to, role.unwrap_or("members")))
            }
            Deed::DropInvitation => (own || admin) && self.invitations.remove(&to).is_some(),
            Deed::Leave => self.leave(to),
            Deed::Remove | Deed::Expel if own => self.leave(to),
            Deed::Remove => {
                let others_lead = self.admins().iter().any(|admin| *admin != to);
                let out = admin && others_lead && roles.is_some();
                self.members.retain(|(member, _)| !out || *member != to);
                self.blocks.extend(Some(to).filter(|_| out));
                out
            }
            Deed::Expel => admin && roles.is_some() && self.set(to, Roles::new(), title),
            Deed::MakeAdmin => {
                let roles = roles.map(|roles| &roles | &Roles::from([self.admin_role]));
                admin && roles.is_some_and(|roles| self.set(to, roles, title))
            }
            Deed::AddRole(role) => match roles {
                Some(roles) => admin && self.set(to, &roles | &Roles::from([role]), title),
                None => title && self.enter(to, role),
            },
            Deed::TakeRole(role) => match roles.filter(|roles| roles.contains(role)) {
                Some(roles) => (own || admin) && self.set(to, &roles - &Roles::from([role]), title),
                None => false,
            },
            Deed::Shift([origin, destination]) => {
                let roles = roles.filter(|roles| roles.contains(origin));
                let roles = roles.map(|roles| &roles - &Roles::from([origin]));
                let roles = roles.map(|roles| &roles | &Roles::from([destination]));
                admin && roles.is_some_and(|roles| self.set(to, roles, title))
            }
            Deed::Block => {
                self.blocks.extend(Some(to).filter(|_| admin));
                admin
            }
            Deed::Unblock => admin && (self.blocks.remove(&to) || !gamefuse),
            Deed::SetAdminRole(role) => {
                self.admin_role = role;
                true
            }
            Deed::Settle { open, invite_only } => {
                if admin {
                    (self.open, self.invite_only) = (open, invite_only);
                }
                admin
            }
        }
    }
}
