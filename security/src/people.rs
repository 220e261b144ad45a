//! Users and groups, as far as the policy knows them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The state of a user. Only an active one holds a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserState {
    /// Invited, not here yet.
    Pending,
    /// As CREATE USER and COPY make them.
    #[default]
    Active,
    /// Shut out; everything else about the user is kept.
    Deactivated,
}

/// What kind of being a user is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum UserKind {
    /// A person.
    #[default]
    Human,
    /// A program.
    Service,
    /// A program that decides by itself; what it does is marked.
    AiAgent,
}

/// What the policy knows of a user; name and attributes are those of the item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Pending, active or deactivated.
    pub state: UserState,
    /// Human, service or AI agent.
    pub kind: UserKind,
    /// The role granted directly, by ordinal.
    pub role: Option<u32>,
}

impl User {
    /// Whether the user may come in.
    pub fn is_active(&self) -> bool {
        self.state == UserState::Active
    }
}

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name, that of its item in the dimension `Group`.
    pub name: String,
    /// The role granted to it, by ordinal.
    pub role: Option<u32>,
    /// The users in it, by ordinal.
    pub members: BTreeSet<u32>,
}

/// Who is given a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grantee {
    /// One user.
    User(u32),
    /// Whoever is in the group.
    Group(u32),
    /// Everybody, like one more group that every user is in.
    AllUsers,
}
