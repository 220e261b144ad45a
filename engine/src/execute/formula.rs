//! Formulas of metrics and properties, when they are saved.

use smalt_formula::{Program, parse, uses_security};
use smalt_security::Permission;

use super::Change;
use crate::fault::Done;
use crate::settle;
use crate::statement::ast::Formula;
use crate::work::{Computed, Pending, formula_fault};

/// Refuses what is no formula, and what only those may save who define security. Comes before anything is looked up.
pub(super) fn check_form(change: &Change<'_>, formula: &Formula) -> Done {
    let expr = parse(&formula.text).map_err(|e| formula_fault(formula, &e))?;
    if uses_security(&expr) {
        change.require(Permission::DefineSecurity)?;
    }
    Ok(())
}

/// Keeps a formula for the end of the statement, or of the transaction, when everything that it names must be there.
pub(super) fn save(change: &mut Change<'_>, of: Computed, formula: &Formula) -> Done {
    change.work.pending.retain(|p| p.of != of);
    if !change.deferred {
        // Outside of a transaction nothing can come later: say at once what is wrong.
        let _: Program = settle::compile(change.work, &change.access, of, formula)?;
    }
    change.work.pending.push(Pending { of, formula: formula.clone(), statement: change.number });
    Ok(())
}
