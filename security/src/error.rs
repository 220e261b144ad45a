//! Why a change of the policy is refused.

use std::error::Error;
use std::fmt;

use crate::Permission;

/// A refused change of the policy: what is wrong and what to do. Only holders of Define Application security get to see one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    fault: Fault,
}

impl PolicyError {
    /// What is wrong.
    pub fn message(&self) -> String {
        self.fault.message()
    }

    /// What to do, where something can be said.
    pub fn help(&self) -> Option<String> {
        self.fault.help()
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())?;
        match self.help() {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl Error for PolicyError {}

impl From<Fault> for PolicyError {
    fn from(fault: Fault) -> PolicyError {
        PolicyError { fault }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    UnknownPermission { name: String },
    EmptyName { what: &'static str },
    NameTaken { what: &'static str, name: String },
    UserExists,
    NoUser,
    NoRole,
    NoGroup,
    NoRule { name: String },
    NotAMember { group: String },
    NotGranted { role: String },
    AdminIsFixed,
    RoleInUse { users: usize, groups: Vec<String>, everybody: bool },
    NotRights { metric: String },
    NoPrincipal { metric: String, found: usize },
    NoTarget,
    TargetGone,
    NameProperty { dimension: String },
    BrokenPath { path: String },
    PathNotToADimension { path: String },
    PathLeadsElsewhere { path: String, end: String, rights: String },
    PathUnused { path: String, start: String },
    Unreached { target: String, dimension: String, rights: String, hint: Option<String> },
}

impl Fault {
    fn message(&self) -> String {
        match self {
            Fault::UnknownPermission { name } => format!("`{name}` is no permission"),
            Fault::EmptyName { what } => format!("a {what} needs a name"),
            Fault::NameTaken { what, name } => format!("there is a {what} `{name}` already"),
            Fault::UserExists => "this user exists already".to_owned(),
            Fault::NoUser => "there is no such user".to_owned(),
            Fault::NoRole => "there is no such role".to_owned(),
            Fault::NoGroup => "there is no such group".to_owned(),
            Fault::NoRule { name } => format!("there is no rule `{name}`"),
            Fault::NotAMember { group } => format!("this user is not in the group `{group}`"),
            Fault::NotGranted { role } => format!("the role `{role}` is not granted there"),
            Fault::AdminIsFixed => "the role `Admin` can be neither altered nor dropped".to_owned(),
            Fault::RoleInUse { users, groups, everybody } => {
                let mut holders = groups.iter().map(|group| format!("the group `{group}`")).collect::<Vec<_>>();
                if *everybody {
                    holders.push("all users".to_owned());
                }
                match users {
                    0 => {}
                    1 => holders.push("1 user".to_owned()),
                    n => holders.push(format!("{n} users")),
                }
                format!("the role is granted to {}", holders.join(", "))
            }
            Fault::NotRights { metric } => format!("`{metric}` is no rights metric: its type is not ACCESS RIGHTS"),
            Fault::NoPrincipal { metric, found: 0 } => format!("`{metric}` has none of the dimensions `User`, `Role` and `Group`"),
            Fault::NoPrincipal { metric, .. } => format!("`{metric}` has more than one of the dimensions `User`, `Role` and `Group`"),
            Fault::NoTarget => "the rule names nothing that it protects".to_owned(),
            Fault::TargetGone => "the rule names a block or a property that does not exist".to_owned(),
            Fault::NameProperty { .. } => "the name of an item is seen with the item".to_owned(),
            Fault::BrokenPath { path } => format!("the path that starts with `{path}` follows a property that does not exist"),
            Fault::PathNotToADimension { path } => format!("the path `{path}` does not lead to items of a dimension"),
            Fault::PathLeadsElsewhere { path, end, rights } => {
                format!("the path `{path}` leads to `{end}`, which is no further dimension of `{rights}`")
            }
            Fault::PathUnused { path, start } => format!("the path `{path}` starts at `{start}`, which nothing named in TO has"),
            Fault::Unreached { target, dimension, rights, .. } => {
                format!("`{target}` has not the dimension `{dimension}` of `{rights}`, neither directly nor THROUGH a path")
            }
        }
    }

    fn help(&self) -> Option<String> {
        match self {
            Fault::UnknownPermission { .. } => {
                let names = Permission::ALL.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>();
                Some(format!("the permissions are {}", names.join(", ")))
            }
            Fault::RoleInUse { .. } => Some("revoke it there first".to_owned()),
            Fault::NoPrincipal { .. } => Some("a rights metric that a rule applies has exactly one of them".to_owned()),
            Fault::NotRights { .. } => Some("create one: `CREATE METRIC … ACCESS RIGHTS BY (User, …)`".to_owned()),
            Fault::NameProperty { dimension } => Some(format!("use `TO ITEMS OF {dimension}`")),
            Fault::NoTarget => Some("name it after TO or ON".to_owned()),
            Fault::PathNotToADimension { .. } => Some("each property of a path must hold items".to_owned()),
            Fault::PathUnused { .. } => Some("leave the path out".to_owned()),
            Fault::Unreached { hint: Some(hint), .. } => Some(format!("add `THROUGH {hint}`")),
            Fault::Unreached { target, dimension, .. } => {
                Some(format!("add a property that leads from a dimension of `{target}` to `{dimension}`, or another target"))
            }
            _ => None,
        }
    }
}
