//! What the language has and the engine has not yet: refused by name.

use crate::fault::Fault;
use crate::statement::Statement;
use crate::statement::ast::{AlterMetric, Explain, ObjectKind, Show};

/// Whether a statement comes later.
pub(super) fn is_later(statement: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Explain(explain) => matches!(explain, Explain::Value { .. }),
        S::Show(show) => match show {
            Show::Revisions => true,
            Show::All(kind) => !is_there(*kind),
            Show::Formula(_) | Show::RoleOf(_) | Show::Audit { .. } => false,
        },
        S::Drop(drop) => !is_there(drop.kind),
        S::AlterMetric {
            change: AlterMetric::Formula { scenario: Some(_), .. } | AlterMetric::DropFormula { scenario: Some(_) }, ..
        } => true,
        S::CreateTable(_)
        | S::CreateView(_)
        | S::AlterView { .. }
        | S::Comment(_)
        | S::CreateScenario(_)
        | S::UseScenario(_)
        | S::AlterScenario { .. }
        | S::CompareScenarios(_)
        | S::MergeScenario(_)
        | S::RebaseScenario(_)
        | S::Revert(_)
        | S::CreateSnapshot(_)
        | S::GrantScenario { .. } => true,
        _ => false,
    }
}

fn is_there(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Metric
        | ObjectKind::Dimension
        | ObjectKind::Subset
        | ObjectKind::List
        | ObjectKind::Rule
        | ObjectKind::User
        | ObjectKind::Role
        | ObjectKind::Group => true,
        ObjectKind::Table | ObjectKind::View | ObjectKind::Scenario | ObjectKind::Snapshot => false,
    }
}

/// What is said of it.
pub(super) fn refusal(statement: &Statement) -> Fault {
    let title = match statement {
        Statement::AlterMetric { .. } => "ALTER METRIC … IN SCENARIO",
        other => other.title(),
    };
    Fault::not_yet(title)
}
