//! What the language has and the engine has not yet: refused by name.

use crate::fault::Fault;
use crate::statement::Statement;
use crate::statement::ast::{Explain, ObjectKind, Show};

/// Whether a statement comes later.
pub(super) fn is_later(statement: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Explain(explain) => matches!(explain, Explain::Value { .. }),
        S::Show(show) => match show {
            Show::All(kind) => !is_there(*kind),
            Show::Revisions | Show::Formula(_) | Show::RoleOf(_) | Show::Audit { .. } => false,
        },
        S::Drop(drop) => !is_there(drop.kind),
        S::CreateTable(_) | S::CreateView(_) | S::AlterView { .. } | S::Comment(_) | S::SetAutocalc(_) | S::Recalculate(_) => true,
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
        | ObjectKind::Group
        | ObjectKind::Scenario
        | ObjectKind::Snapshot => true,
        ObjectKind::Table | ObjectKind::View => false,
    }
}

/// What is said of it.
pub(super) fn refusal(statement: &Statement) -> Fault {
    Fault::not_yet(statement.title())
}
