//! Which permissions a statement needs (security.md §2), told from its form alone, before any of its names is looked up.

use smalt_model::same_name;
use smalt_security::{Permission as P, Permissions};

use crate::fault::{Done, Fault};
use crate::statement::Statement;
use crate::statement::ast::{Explain, InsertSource, ObjectKind, Show, Sql, TypeWord};

/// What is needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Needs {
    /// All of these.
    all: Vec<P>,
    /// And one of these, where there are any: which one depends on what a name turns out to be.
    one_of: Vec<P>,
}

impl Needs {
    fn all(permissions: &[P]) -> Needs {
        Needs { all: permissions.to_vec(), one_of: Vec::new() }
    }

    fn and(mut self, permission: P) -> Needs {
        if !self.all.contains(&permission) {
            self.all.push(permission);
        }
        self
    }

    /// The first that is missing of those that are held.
    fn missing(&self, held: Permissions) -> Option<P> {
        let missing = std::iter::once(P::DisplayApplication).chain(self.all.iter().copied()).find(|p| !held.contains(*p));
        let has_one = self.one_of.is_empty() || self.one_of.iter().any(|p| held.contains(*p));
        missing.or_else(|| self.one_of.first().copied().filter(|_| !has_one))
    }
}

/// Refuses what `held` does not allow, with the first permission that is missing.
pub(crate) fn check(statement: &Statement, held: Permissions) -> Done {
    let mut needs = needs(statement);
    if queries(statement).into_iter().any(Sql::looks_back) {
        needs = needs.and(P::ViewUpdates);
    }
    needs.missing(held).map_or(Ok(()), |p| Err(Fault::missing(p)))
}

/// The queries that the one who asks puts to the application.
fn queries(statement: &Statement) -> Vec<&Sql> {
    match statement {
        Statement::Query(sql) | Statement::Explain(Explain::Query { query: sql, .. }) => vec![sql],
        Statement::CopyTo(copy) => vec![&copy.query],
        Statement::CreateView(view) => vec![&view.query],
        Statement::Insert(insert) => match &insert.source {
            InsertSource::Query(sql) => vec![sql],
            InsertSource::Values(_) => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn needs(statement: &Statement) -> Needs {
    use Statement as S;
    let all = Needs::all;
    match statement {
        S::Query(_) | S::CompareScenarios(_) => all(&[P::OpenBoards]),
        S::Explain(Explain::Query { .. } | Explain::Value { .. }) => all(&[P::OpenBoards]),
        S::Explain(Explain::Formula(_)) => all(&[P::ConfigureBlocks]),
        S::Explain(Explain::Access { .. } | Explain::Leaks(_)) => all(&[P::DefineSecurity]),
        S::Evaluate(_) => all(&[P::UsePlayground]),
        S::Show(Show::Formula(_)) => all(&[P::ConfigureBlocks]),
        S::Show(Show::All(ObjectKind::Rule)) => all(&[P::DefineSecurity]),
        S::Show(Show::Revisions | Show::Audit { .. }) | S::VerifyAudit => all(&[P::ViewUpdates]),
        S::Show(_) | S::Describe(_) | S::Begin | S::Commit | S::Rollback | S::UseScenario(_) => all(&[]),
        S::ExecuteAs { .. } => all(&[P::DefineSecurity]),

        S::CreateMetric(create) if create.ty.word == TypeWord::Rights => all(&[P::ConfigureBlocks, P::DefineSecurity]),
        S::AlterDimension { dimension, .. } if is_system(&dimension.text) => all(&[P::ConfigureBlocks, P::DefineSecurity]),
        S::CreateDimension(_)
        | S::CreateSubset(_)
        | S::CreateList(_)
        | S::CreateMetric(_)
        | S::CreateTable(_)
        | S::AlterMetric { .. }
        | S::AlterDimension { .. }
        | S::AlterList { .. }
        | S::AlterSubset { .. }
        | S::AlterTable { .. }
        | S::SetAutocalc(_)
        | S::Recalculate(_)
        | S::Revert(_) => all(&[P::ConfigureBlocks]),
        S::CreateCalendar(_) => all(&[P::ConfigureCalendars]),
        S::Comment(comment) => match comment.kind {
            ObjectKind::View => all(&[P::ConfigureViews]),
            ObjectKind::Rule | ObjectKind::User | ObjectKind::Role | ObjectKind::Group => all(&[P::DefineSecurity]),
            ObjectKind::Scenario | ObjectKind::Snapshot => all(&[P::CreateScenarios]),
            _ => all(&[P::ConfigureBlocks]),
        },
        S::CreateView(_) | S::AlterView { .. } => all(&[P::ConfigureViews]),
        S::Drop(drop) => match drop.kind {
            ObjectKind::View => all(&[P::ConfigureViews]),
            ObjectKind::Rule | ObjectKind::User | ObjectKind::Role | ObjectKind::Group => all(&[P::DefineSecurity]),
            ObjectKind::Scenario => all(&[P::DeleteScenarios]),
            ObjectKind::Snapshot => all(&[P::CreateScenarios]),
            ObjectKind::Metric | ObjectKind::Dimension | ObjectKind::Subset | ObjectKind::List | ObjectKind::Table => {
                all(&[P::ConfigureBlocks])
            }
        },

        S::Copy(copy) if is_system(&copy.target.text) => all(&[P::ImportData, P::DefineSecurity]),
        S::Copy(_) => all(&[P::ImportData]),
        S::CopyTo(_) => all(&[P::OpenBoards, P::ExportData]),
        S::Insert(insert) => match &insert.source {
            InsertSource::Query(_) => write(&insert.target.text).and(P::OpenBoards),
            InsertSource::Values(_) => write(&insert.target.text),
        },
        S::Update(update) => {
            let parts = update.assignments.iter().map(|assignment| &assignment.value).chain(&update.filter);
            asking(write(&update.target.text), parts)
        }
        S::Delete(delete) => asking(write(&delete.target.text), &delete.filter),

        S::CreateScenario(_) | S::AlterScenario { .. } | S::MergeScenario(_) | S::RebaseScenario(_) | S::CreateSnapshot(_) => {
            all(&[P::CreateScenarios])
        }
        S::CreateUser(_)
        | S::AlterUser { .. }
        | S::CreateGroup(_)
        | S::AlterGroup { .. }
        | S::CreateRole(_)
        | S::AlterRole { .. }
        | S::GrantRole { .. }
        | S::RevokeRole { .. }
        | S::GrantScenario { .. }
        | S::CreateRule(_)
        | S::AlterApplication(_) => all(&[P::DefineSecurity]),
    }
}

/// What changes cells or items. Which of the two it is, only the name tells: [`crate::execute`] asks for the right one of both.
fn write(target: &str) -> Needs {
    if is_system(target) {
        return Needs::all(&[P::ManageListItems, P::DefineSecurity]);
    }
    Needs { all: Vec::new(), one_of: vec![P::OpenBoards, P::ManageListItems] }
}

/// With what a query in one of the expressions needs.
fn asking<'a>(needs: Needs, expressions: impl IntoIterator<Item = &'a Sql>) -> Needs {
    if expressions.into_iter().any(Sql::has_query) { needs.and(P::OpenBoards) } else { needs }
}

/// Whether a name is that of a system dimension, which holds people or roles.
pub(crate) fn is_system(name: &str) -> bool {
    ["User", "Role", "Group"].into_iter().any(|system| same_name(system, name))
}
