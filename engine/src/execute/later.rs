//! What the language has and the engine has not yet: refused by name.

use crate::fault::Fault;
use crate::statement::Statement;
use crate::statement::ast::{ObjectKind, Show};

/// Whether a statement comes later.
pub(super) fn is_later(statement: &Statement) -> bool {
    use Statement as S;
    match statement {
        S::Show(show) => match show {
            Show::All(kind) => !is_there(*kind),
            Show::Calendars | Show::Revisions | Show::Formula(_) | Show::RoleOf(_) | Show::Audit { .. } => false,
        },
        S::Drop(drop) => !is_there(drop.kind),
        _ => false,
    }
}

fn is_there(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Metric
        | ObjectKind::Dimension
        | ObjectKind::Subset
        | ObjectKind::List
        | ObjectKind::Table
        | ObjectKind::View
        | ObjectKind::Rule
        | ObjectKind::User
        | ObjectKind::Role
        | ObjectKind::Group
        | ObjectKind::Scenario
        | ObjectKind::Snapshot => true,
    }
}

/// What is said of it.
pub(super) fn refusal(statement: &Statement) -> Fault {
    Fault::not_yet(statement.title())
}
