//! Formulas of metrics and properties, when they are saved.

use std::sync::Arc;

use smalt_formula::{Code, Program, Renamed, parse, security_call};
use smalt_model::ScenarioId;
use smalt_security::Permission;

use super::Change;
use super::saved::{broken, refuse_renamed};
use super::written::{self, Written};
use crate::fault::Done;
use crate::settle;
use crate::statement::ast::{Formula, Name};
use crate::work::{Computed, Pending, formula_fault};

/// Refuses what is no formula, and what only those may save who define security. Comes before anything is looked up.
pub(super) fn check_form(change: &Change<'_>, formula: &Formula) -> Done {
    let expr = parse(&formula.text).map_err(|e| formula_fault(formula, &e))?;
    if let Some(call) = security_call(&expr) {
        let at = formula.place(call.start);
        change.require(Permission::DefineSecurity).map_err(|fault| fault.code(Code::Permission).at(at))?;
    }
    Ok(())
}

/// Gives something another name. Formulas follow it; one that would no longer mean the same refuses it, and so does a view, whose text stays as it was
/// written.
pub(super) fn rename(change: &mut Change<'_>, to: &Name, what: Renamed<'_>, rename: impl FnOnce(&mut Change<'_>) -> Done) -> Done {
    let schema = Arc::clone(change.work.draft.schema());
    let before = written::all(change.work).into_iter().map(|formula| {
        let (program, called) = (formula.compile(change.work, Some(&change.access)).ok(), formula.called(change));
        (formula, program, called)
    });
    let before: Vec<_> = before.collect();
    rename(change)?;
    let (mut readers, mut followed) = (Vec::new(), Vec::new());
    for (formula, program, called) in before {
        let text = smalt_formula::rename(&formula.text, &schema, what).ok();
        let is_other = text.as_deref().is_some_and(|text| text != formula.text.as_ref());
        let formula = Written { text: text.map_or_else(|| Arc::clone(&formula.text), Arc::from), ..formula };
        let now = formula.compile(change.work, Some(&change.access)).ok();
        match (program, now) {
            (Some(before), now) if !now.as_ref().is_some_and(|now| now.means_the_same(&before)) => readers.push(called),
            (_, now) if is_other => followed.push((formula, now)),
            _ => {}
        }
    }
    let kind = if readers.is_empty() { "view" } else { "formula" };
    readers.extend(broken(&schema, change.work.draft.schema(), &change.seen));
    refuse_renamed(to, kind, readers)?;
    for (formula, program) in followed {
        formula.keep(change.work);
        if let Some(pending) = formula.waiting(change.work) {
            pending.formula.text = formula.text.to_string();
        } else if let Some(program) = program.filter(|_| formula.is_compiled(change.work)) {
            formula.put(change.work, program);
        }
    }
    Ok(())
}

/// Keeps a formula for the end of the statement, or of the transaction, when everything that it names must be there.
pub(super) fn save(change: &mut Change<'_>, of: Computed, formula: &Formula) -> Done {
    let scenario = Some(change.work.active()).filter(|scenario| *scenario != ScenarioId::BASE);
    let pending = Pending { of, scenario, formula: formula.clone(), statement: change.number };
    change.work.pending.retain(|p| (p.of, p.scenario) != (of, scenario));
    if !change.deferred {
        // Outside of a transaction nothing can come later: say at once what is wrong, and first what is not there.
        change.work.check_promises()?;
        let program = settle::compile(change.work, Some(&change.access), of, formula)?;
        let _: Program = settle::turned(change.work, &pending, program)?;
    }
    change.work.pending.push(pending);
    Ok(())
}
