//! Which permission a statement needs (security.md §2), told from its form alone, before any of its names is looked up.

use smalt_model::same_name;
use smalt_security::{Permission as P, Permissions};

use crate::fault::{Done, Fault};
use crate::statement::Statement;
use crate::statement::ast::{Explain, ObjectKind, Show, TypeWord};

/// What is needed: all of some, or one of some (which one depends on what a name turns out to be).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    All(Vec<P>),
    OneOf(Vec<P>),
}

/// Refuses what `held` does not allow, with the first permission that is missing.
pub(crate) fn check(statement: &Statement, held: Permissions) -> Done {
    let missing = match needs(statement) {
        Needs::All(all) => [P::DisplayApplication].into_iter().chain(all).find(|p| !held.contains(*p)),
        Needs::OneOf(some) if !held.contains(P::DisplayApplication) || some.is_empty() => {
            Some(P::DisplayApplication).filter(|p| !held.contains(*p))
        }
        Needs::OneOf(some) => {
            if some.iter().any(|p| held.contains(*p)) {
                None
            } else {
                some.first().copied()
            }
        }
    };
    missing.map_or(Ok(()), |p| Err(Fault::missing(p)))
}

fn needs(statement: &Statement) -> Needs {
    use Statement as S;
    let all = |permissions: &[P]| Needs::All(permissions.to_vec());
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
        S::Insert(insert) if is_system(&insert.target.text) => all(&[P::ManageListItems, P::DefineSecurity]),
        S::Update(update) if is_system(&update.target.text) => all(&[P::ManageListItems, P::DefineSecurity]),
        S::Delete(delete) if is_system(&delete.target.text) => all(&[P::ManageListItems, P::DefineSecurity]),
        S::Insert(_) | S::Update(_) | S::Delete(_) => Needs::OneOf(vec![P::OpenBoards, P::ManageListItems]),

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

/// Whether a name is that of a system dimension, which holds people or roles.
pub(crate) fn is_system(name: &str) -> bool {
    ["User", "Role", "Group"].into_iter().any(|system| same_name(system, name))
}
