//! Formulas of metrics and properties, when they are saved.

use std::sync::Arc;

use smalt_formula::{Code, Program, parse, uses_security};
use smalt_model::ScenarioId;
use smalt_security::Permission;

use super::Change;
use super::saved::{broken, refuse_renamed};
use super::written;
use crate::fault::Done;
use crate::settle;
use crate::statement::ast::{Formula, Name};
use crate::work::{Computed, Pending, Work, formula_fault};

/// Refuses what is no formula, and what only those may save who define security. Comes before anything is looked up.
pub(super) fn check_form(change: &Change<'_>, formula: &Formula) -> Done {
    let expr = parse(&formula.text).map_err(|e| formula_fault(formula, &e))?;
    if uses_security(&expr) {
        change.require(Permission::DefineSecurity).map_err(|fault| fault.code(Code::Permission))?;
    }
    Ok(())
}

/// Gives something another name. Formulas and views stay as they were written, so that one which says the name refuses it.
pub(super) fn rename(change: &mut Change<'_>, name: &Name, rename: impl FnOnce(&mut Change<'_>) -> Done) -> Done {
    let formulas = written::all(change.work);
    let compiled = |work: &Work| -> Vec<Option<Program>> { formulas.iter().map(|formula| formula.compile(work).ok()).collect() };
    let before = compiled(change.work);
    let called: Vec<String> = formulas.iter().map(|formula| formula.called(change)).collect();
    let schema = Arc::clone(change.work.draft.schema());
    rename(change)?;
    let after = compiled(change.work);
    let readers = called.into_iter().zip(before.iter().zip(&after));
    let readers = readers.filter(|(_, (before, after))| before.is_some() && before != after);
    let mut readers: Vec<String> = readers.map(|(called, _)| called).collect();
    let what = if readers.is_empty() { "view" } else { "formula" };
    readers.extend(broken(&schema, change.work.draft.schema(), &change.seen));
    refuse_renamed(name, what, readers)
}

/// Keeps a formula for the end of the statement, or of the transaction, when everything that it names must be there.
pub(super) fn save(change: &mut Change<'_>, of: Computed, formula: &Formula) -> Done {
    let scenario = Some(change.work.active()).filter(|scenario| *scenario != ScenarioId::BASE);
    let pending = Pending { of, scenario, formula: formula.clone(), statement: change.number };
    change.work.pending.retain(|p| (p.of, p.scenario) != (of, scenario));
    if !change.deferred {
        // Outside of a transaction nothing can come later: say at once what is wrong.
        let program = settle::compile(change.work, Some(&change.access), of, formula)?;
        let _: Program = settle::turned(change.work, &pending, program)?;
    }
    change.work.pending.push(pending);
    Ok(())
}
