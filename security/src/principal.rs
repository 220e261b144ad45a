//! Who asks, and which role that comes to.

use std::fmt;

use smalt_model::SystemDimension;

use crate::policy::Policy;
use crate::role::{Word, roles};
use crate::rule::Half;
use crate::{Permission, Permissions};

/// Who asks. There is no anonymous principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A user: the ordinal of the item in the dimension `User`.
    User(u32),
    /// The application's owner. Holds Admin always; an unset word says nothing to the owner even under STRICT, and a role default
    /// is never ignored. A FALSE still denies.
    Owner {
        /// The owner's line in `User`, where there is one: its words and its groups' words count.
        user: Option<u32>,
    },
}

impl Principal {
    /// Whether this is the owner.
    pub fn is_owner(&self) -> bool {
        matches!(self, Principal::Owner { .. })
    }

    /// The item in the dimension `User`.
    pub fn user(&self) -> Option<u32> {
        match *self {
            Principal::User(user) => Some(user),
            Principal::Owner { user } => user,
        }
    }
}

/// A way that leads to a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// The application's owner holds Admin.
    Owner,
    /// Granted to the user.
    Direct,
    /// Granted to a group of the user.
    Group(u32),
    /// Granted to all users.
    AllUsers,
}

/// A line of `SHOW ROLE OF`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The way.
    pub way: Way,
    /// The role that it leads to.
    pub role: u32,
    /// Whether it counts; a group's role does not where a direct one stands.
    pub counts: bool,
    text: String,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The role that a person comes to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveRole {
    /// What the person may do.
    pub permissions: Permissions,
    /// The default for reading.
    pub read: Word,
    /// The default for writing.
    pub write: Word,
    /// The roles it is made of, by ordinal: sorted, none twice. A rights metric by Role speaks for each of them.
    pub roles: Vec<u32>,
    /// How it came about, every way there is.
    pub how: Vec<Step>,
}

impl EffectiveRole {
    /// The default of one half.
    pub fn default_word(&self, half: Half) -> Word {
        match half {
            Half::Read => self.read,
            Half::Write => self.write,
        }
    }

    /// Whether the person holds `permission`.
    pub fn permits(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }
}

impl Policy {
    /// The role of a principal, `None` for who has none and so can do nothing: no grant, or a state other than active.
    pub fn role_of(&self, principal: &Principal) -> Option<EffectiveRole> {
        match *principal {
            Principal::User(user) => self.effective_role(user),
            Principal::Owner { .. } => self.combine(vec![(Way::Owner, roles::ADMIN)]),
        }
    }

    /// The role of a user. A direct one wins. Else every role of a group of the user, and the one granted to all users, which is
    /// like the role of one more group that everybody is in: permissions are the intersection, each default the most restrictive.
    pub fn effective_role(&self, user: u32) -> Option<EffectiveRole> {
        let person = self.user(user).filter(|person| person.is_active())?;
        let direct = person.role.map(|role| (Way::Direct, role));
        let of_groups = self.groups_of(user).filter_map(|(id, group)| group.role.map(|role| (Way::Group(id), role)));
        let of_all = self.all_users_role().map(|role| (Way::AllUsers, role));
        self.combine(direct.into_iter().chain(of_groups).chain(of_all).collect())
    }

    /// The lines of a system dimension that are the person's own: the words of a rights metric by it are for them.
    pub(crate) fn lines_of(&self, who: &Principal, role: Option<&EffectiveRole>, of: SystemDimension) -> Vec<u32> {
        match of {
            SystemDimension::User => who.user().into_iter().collect(),
            SystemDimension::Role => role.map_or_else(Vec::new, |role| role.roles.clone()),
            SystemDimension::Group => who.user().into_iter().flat_map(|user| self.groups_of(user)).map(|(group, _)| group).collect(),
        }
    }

    /// `ways` in order; a direct one comes first and makes the others not count.
    fn combine(&self, ways: Vec<(Way, u32)>) -> Option<EffectiveRole> {
        let direct = ways.iter().any(|(way, _)| *way == Way::Direct);
        let mut whole: Option<EffectiveRole> = None;
        let mut how = Vec::new();
        for (way, id) in ways {
            // A role that is gone grants nothing at all, so nothing else may fill its place.
            let role = self.role(id)?;
            let counts = !direct || way == Way::Direct;
            let text = self.describe(way, &role.name, counts);
            how.push(Step { way, role: id, counts, text });
            if !counts {
                continue;
            }
            let so_far = whole.get_or_insert_with(|| EffectiveRole {
                permissions: role.permissions,
                read: role.read,
                write: role.write,
                roles: Vec::new(),
                how: Vec::new(),
            });
            so_far.permissions = so_far.permissions.intersection(role.permissions);
            so_far.read = so_far.read.min(role.read);
            so_far.write = so_far.write.min(role.write);
            so_far.roles.push(id);
        }
        let mut whole = whole?;
        whole.roles.sort_unstable();
        whole.roles.dedup();
        whole.how = how;
        Some(whole)
    }

    fn describe(&self, way: Way, role: &str, counts: bool) -> String {
        let from = match way {
            Way::Owner => "held by the application's owner".to_owned(),
            Way::Direct => "granted directly".to_owned(),
            Way::Group(id) => format!("through the group `{}`", self.group(id).map_or("", |group| group.name.as_str())),
            Way::AllUsers => "granted to all users".to_owned(),
        };
        let rest = if counts { "" } else { ", replaced by the direct role" };
        format!("`{role}` {from}{rest}")
    }
}
