//! Statements about people, roles and rules.

use super::parts::{Name, PropertyPath, Value};

/// `CREATE USER 'name' [(property = value, …)] [KIND …]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateUser {
    /// The user's name.
    pub name: Name,
    /// Values of the properties of `User`.
    pub properties: Vec<UserProperty>,
    /// What the user is; a human without the clause.
    pub kind: UserKind,
}

/// `property = value`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserProperty {
    /// The property of `User`.
    pub property: Name,
    /// Its value.
    pub value: Value,
}

/// What a user is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserKind {
    /// `HUMAN`
    #[default]
    Human,
    /// `SERVICE`
    Service,
    /// `AI AGENT`
    AiAgent,
}

/// What `ALTER USER 'name'` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterUser {
    /// `SET property = value, …` or `SET (property = value, …)`; never empty
    Properties(Vec<UserProperty>),
    /// `KIND …`
    Kind(UserKind),
    /// `ACTIVATE`
    Activate,
    /// `DEACTIVATE`
    Deactivate,
    /// `RENAME TO 'name'`
    Rename(Name),
}

/// What `ALTER GROUP name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterGroup {
    /// `ADD USER 'a', 'b'`; never empty
    AddUsers(Vec<Name>),
    /// `DROP USER 'a', 'b'`; never empty
    DropUsers(Vec<Name>),
    /// `RENAME TO name`
    Rename(Name),
}

/// What a role says of cells of which nothing else speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleDefault {
    /// `ALLOWED`
    Allowed,
    /// `UNSPECIFIED`
    Unspecified,
    /// `DENIED`
    Denied,
}

/// What becomes of what AI agents with a role write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agents {
    /// `AGENTS PROPOSE`: it stays in a scenario of their own until a human takes it over.
    Propose,
    /// `AGENTS WRITE`: the same as of others.
    Write,
}

/// `CREATE ROLE name [PERMISSIONS (…)] [READ default] [WRITE default] [AGENTS PROPOSE | WRITE]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRole {
    /// Its name.
    pub name: Name,
    /// Its permissions by name, not yet looked up; empty without the clause.
    pub permissions: Vec<Name>,
    /// The default for reading, where given.
    pub read: Option<RoleDefault>,
    /// The default for writing, where given.
    pub write: Option<RoleDefault>,
    /// What becomes of what AI agents write, where given.
    pub agents: Option<Agents>,
}

/// What `ALTER ROLE name` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlterRole {
    /// `[SET] [PERMISSIONS (…)] [READ default] [WRITE default] [AGENTS PROPOSE | WRITE]`: at least one of them
    Set {
        /// All its permissions from now on.
        permissions: Option<Vec<Name>>,
        /// The default for reading.
        read: Option<RoleDefault>,
        /// The default for writing.
        write: Option<RoleDefault>,
        /// What becomes of what AI agents write.
        agents: Option<Agents>,
    },
    /// `ADD PERMISSIONS (…)`; never empty
    AddPermissions(Vec<Name>),
    /// `DROP PERMISSIONS (…)`; never empty
    DropPermissions(Vec<Name>),
    /// `RENAME TO name`
    Rename(Name),
}

/// Who is given a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grantee {
    /// `USER 'name'`
    User(Name),
    /// `GROUP name`
    Group(Name),
    /// `ALL USERS`
    AllUsers,
}

/// What a role may do with a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioRight {
    /// `NONE`
    None,
    /// `READ`
    Read,
    /// `WRITE`
    Write,
}

impl ScenarioRight {
    /// As a statement writes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            ScenarioRight::None => "NONE",
            ScenarioRight::Read => "READ",
            ScenarioRight::Write => "WRITE",
        }
    }
}

/// `CREATE RULE name APPLY … | IGNORE ROLE DEFAULT …`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateRule {
    /// Its name.
    pub name: Name,
    /// What it does.
    pub action: RuleAction,
    /// Where it does it.
    pub target: RuleTarget,
}

/// `READ`, `WRITE` or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// `READ`
    Read,
    /// `WRITE`
    Write,
    /// `READ, WRITE`
    Both,
}

impl Half {
    /// Does it speak of reading?
    pub fn reads(self) -> bool {
        self != Half::Write
    }

    /// Does it speak of writing?
    pub fn writes(self) -> bool {
        self != Half::Read
    }
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleAction {
    /// `APPLY READ, WRITE OF rights [THROUGH a.b, c.d] TO`
    Apply {
        /// Which half of the rights metric acts.
        half: Half,
        /// The rights metric.
        rights: Name,
        /// The paths that lead to the rights metric's dimensions; each has at least one property.
        through: Vec<PropertyPath>,
    },
    /// `IGNORE ROLE DEFAULT READ, WRITE ON`
    IgnoreDefault {
        /// Which default is ignored.
        half: Half,
    },
}

/// Where a rule acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleTarget {
    /// `Revenue, Cost`; never empty
    Metrics(Vec<Name>),
    /// `ALL METRICS WITH (dimensions)`; empty for all metrics
    AllMetricsWith(Vec<Name>),
    /// `LIST name`
    List(Name),
    /// `PROPERTY Employee.Salary`
    Property {
        /// The dimension.
        dimension: Name,
        /// Its property.
        property: Name,
    },
    /// `ITEMS OF dimension`
    Items(Name),
}

/// `ALTER APPLICATION SET …`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlterApplication {
    /// `ACCESS RIGHTS STRICT | THREE STATE`
    AccessRights(RightsMode),
    /// `INHERITANCE ON | OFF`
    Inheritance(bool),
}

/// What an unset right says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RightsMode {
    /// It says DENIED.
    Strict,
    /// It says nothing.
    ThreeState,
}
