//! Statements as they were written, checked for their form and for nothing else.
//!
//! No name in here has been looked up. Names keep the letters of the script; they are compared without regard to case.

mod data;
mod model;
mod parts;
mod query;
mod scenario;
mod security;

pub use data::{
    Assignment, ColumnMap, ColumnSource, ColumnTarget, Copy, CopyOptions, CopyTo, Delete, Duplicates, Insert, InsertSource, Unknown, Update,
};
pub use model::{
    AlterDimension, AlterList, AlterMetric, AlterSubset, AlterTable, AlterView, CalendarDate, Comment, CreateCalendar, CreateDimension,
    CreateList, CreateMetric, CreateSubset, CreateTable, CreateView, Drop, Order, Property, TypeName, TypeWord,
};
pub use parts::{Coordinate, Formula, Literal, Name, ObjectKind, PropertyPath, Sql, Text, Value};
pub use query::{Explain, Recalculate, Show};
pub use scenario::{CompareScenarios, Conflict, CreateScenario, MergeScenario, Revision, ScenarioAccess};
pub use security::{
    Agents, AlterApplication, AlterGroup, AlterRole, AlterUser, CreateRole, CreateRule, CreateUser, Grantee, Half, RightsMode, RoleDefault,
    RuleAction, RuleTarget, ScenarioRight, UserKind, UserProperty,
};

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `SELECT`, `WITH`, `VALUES` or a query in brackets.
    Query(Sql),
    /// `EXPLAIN …` in all its forms.
    Explain(Explain),
    /// `EVALUATE formula`
    Evaluate(Formula),
    /// `SHOW …`
    Show(Show),
    /// `DESCRIBE name`
    Describe(Name),
    /// `EXECUTE AS USER 'x' query`
    ExecuteAs {
        /// The person whose eyes are borrowed.
        user: Name,
        /// What they would ask.
        query: Sql,
    },
    /// `VERIFY AUDIT`
    VerifyAudit,

    /// `CREATE DIMENSION …`
    CreateDimension(CreateDimension),
    /// `CREATE SUBSET …`
    CreateSubset(CreateSubset),
    /// `CREATE CALENDAR …`
    CreateCalendar(CreateCalendar),
    /// `CREATE LIST …`
    CreateList(CreateList),
    /// `CREATE METRIC …`
    CreateMetric(CreateMetric),
    /// `CREATE TABLE … OF (…)`
    CreateTable(CreateTable),
    /// `CREATE VIEW … AS query`
    CreateView(CreateView),
    /// `ALTER METRIC …`
    AlterMetric {
        /// The metric.
        metric: Name,
        /// The change.
        change: AlterMetric,
    },
    /// `ALTER DIMENSION …`
    AlterDimension {
        /// The dimension.
        dimension: Name,
        /// The change.
        change: AlterDimension,
    },
    /// `ALTER LIST …`
    AlterList {
        /// The list.
        list: Name,
        /// The change.
        change: AlterList,
    },
    /// `ALTER SUBSET …`
    AlterSubset {
        /// The subset.
        subset: Name,
        /// The change.
        change: AlterSubset,
    },
    /// `ALTER TABLE …`
    AlterTable {
        /// The table.
        table: Name,
        /// The change.
        change: AlterTable,
    },
    /// `ALTER VIEW …`
    AlterView {
        /// The view.
        view: Name,
        /// The change.
        change: AlterView,
    },
    /// `DROP kind name`, of whatever kind
    Drop(Drop),
    /// `COMMENT ON …`
    Comment(Comment),

    /// `COPY … FROM 'file'`
    Copy(Copy),
    /// `COPY (query) TO 'file'`
    CopyTo(CopyTo),
    /// `INSERT INTO …`
    Insert(Insert),
    /// `UPDATE …`
    Update(Update),
    /// `DELETE FROM …`
    Delete(Delete),
    /// `BEGIN`
    Begin,
    /// `COMMIT`
    Commit,
    /// `ROLLBACK`
    Rollback,
    /// `SET autocalc = on | off`
    SetAutocalc(bool),
    /// `RECALCULATE …`
    Recalculate(Recalculate),

    /// `CREATE SCENARIO …`
    CreateScenario(CreateScenario),
    /// `USE SCENARIO name`
    UseScenario(Name),
    /// `ALTER SCENARIO name SET READ ONLY | READ WRITE`
    AlterScenario {
        /// The scenario.
        scenario: Name,
        /// May its cells be changed from now on?
        access: ScenarioAccess,
    },
    /// `COMPARE SCENARIO …`
    CompareScenarios(CompareScenarios),
    /// `MERGE SCENARIO …`
    MergeScenario(MergeScenario),
    /// `REBASE SCENARIO name`
    RebaseScenario(Name),
    /// `REVERT TO REVISION n`
    Revert(Revision),
    /// `CREATE SNAPSHOT name`
    CreateSnapshot(Name),

    /// `CREATE USER …`
    CreateUser(CreateUser),
    /// `ALTER USER …`
    AlterUser {
        /// The user.
        user: Name,
        /// The change.
        change: AlterUser,
    },
    /// `CREATE GROUP name`
    CreateGroup(Name),
    /// `ALTER GROUP …`
    AlterGroup {
        /// The group.
        group: Name,
        /// The change.
        change: AlterGroup,
    },
    /// `CREATE ROLE …`
    CreateRole(CreateRole),
    /// `ALTER ROLE …`
    AlterRole {
        /// The role.
        role: Name,
        /// The change.
        change: AlterRole,
    },
    /// `GRANT ROLE … TO …`
    GrantRole {
        /// The role.
        role: Name,
        /// Who gets it.
        to: Grantee,
    },
    /// `REVOKE ROLE … FROM …`
    RevokeRole {
        /// The role.
        role: Name,
        /// Who loses it.
        from: Grantee,
    },
    /// `GRANT NONE | READ | WRITE ON SCENARIO … TO ROLE …`
    GrantScenario {
        /// What is granted.
        right: ScenarioRight,
        /// On which scenario.
        scenario: Name,
        /// To which role.
        role: Name,
    },
    /// `CREATE RULE …`
    CreateRule(CreateRule),
    /// `ALTER APPLICATION SET …`
    AlterApplication(AlterApplication),
}

impl Statement {
    /// The words that the statement begins with, as one says them: `CREATE METRIC`. For messages and for the audit.
    pub fn title(&self) -> &'static str {
        match self {
            Statement::Query(_) => "SELECT",
            Statement::Explain(explain) => explain.title(),
            Statement::Evaluate(_) => "EVALUATE",
            Statement::Show(show) => show.title(),
            Statement::Describe(_) => "DESCRIBE",
            Statement::ExecuteAs { .. } => "EXECUTE AS USER",
            Statement::VerifyAudit => "VERIFY AUDIT",
            Statement::CreateDimension(_) => "CREATE DIMENSION",
            Statement::CreateSubset(_) => "CREATE SUBSET",
            Statement::CreateCalendar(_) => "CREATE CALENDAR",
            Statement::CreateList(_) => "CREATE LIST",
            Statement::CreateMetric(_) => "CREATE METRIC",
            Statement::CreateTable(_) => "CREATE TABLE",
            Statement::CreateView(_) => "CREATE VIEW",
            Statement::AlterMetric { .. } => "ALTER METRIC",
            Statement::AlterDimension { .. } => "ALTER DIMENSION",
            Statement::AlterList { .. } => "ALTER LIST",
            Statement::AlterSubset { .. } => "ALTER SUBSET",
            Statement::AlterTable { .. } => "ALTER TABLE",
            Statement::AlterView { .. } => "ALTER VIEW",
            Statement::Drop(drop) => drop.kind.drop_title(),
            Statement::Comment(_) => "COMMENT ON",
            Statement::Copy(_) => "COPY FROM",
            Statement::CopyTo(_) => "COPY TO",
            Statement::Insert(_) => "INSERT",
            Statement::Update(_) => "UPDATE",
            Statement::Delete(_) => "DELETE",
            Statement::Begin => "BEGIN",
            Statement::Commit => "COMMIT",
            Statement::Rollback => "ROLLBACK",
            Statement::SetAutocalc(_) => "SET autocalc",
            Statement::Recalculate(_) => "RECALCULATE",
            Statement::CreateScenario(_) => "CREATE SCENARIO",
            Statement::UseScenario(_) => "USE SCENARIO",
            Statement::AlterScenario { .. } => "ALTER SCENARIO",
            Statement::CompareScenarios(_) => "COMPARE SCENARIO",
            Statement::MergeScenario(_) => "MERGE SCENARIO",
            Statement::RebaseScenario(_) => "REBASE SCENARIO",
            Statement::Revert(_) => "REVERT",
            Statement::CreateSnapshot(_) => "CREATE SNAPSHOT",
            Statement::CreateUser(_) => "CREATE USER",
            Statement::AlterUser { .. } => "ALTER USER",
            Statement::CreateGroup(_) => "CREATE GROUP",
            Statement::AlterGroup { .. } => "ALTER GROUP",
            Statement::CreateRole(_) => "CREATE ROLE",
            Statement::AlterRole { .. } => "ALTER ROLE",
            Statement::GrantRole { .. } => "GRANT ROLE",
            Statement::RevokeRole { .. } => "REVOKE ROLE",
            Statement::GrantScenario { .. } => "GRANT ON SCENARIO",
            Statement::CreateRule(_) => "CREATE RULE",
            Statement::AlterApplication(_) => "ALTER APPLICATION",
        }
    }
}
