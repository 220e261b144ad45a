//! Formulas of metrics and properties, when they are saved.

use std::sync::Arc;

use smalt_formula::{Code, Program, parse, uses_security};
use smalt_model::{PropertyDef, ScenarioId, Schema};
use smalt_security::Permission;

use super::Change;
use super::saved::{broken, refuse_renamed};
use crate::fault::Done;
use crate::settle;
use crate::statement::Place;
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
    let before = compiled(change.work);
    let schema = Arc::clone(change.work.draft.schema());
    rename(change)?;
    let after = compiled(change.work);
    let readers = before.iter().zip(&after).filter(|((_, before), (_, after))| before.is_some() && before != after);
    let mut readers: Vec<String> = readers.map(|((of, _), _)| format!("the formula of `{}`", of.name(&schema))).collect();
    let what = if readers.is_empty() { "view" } else { "formula" };
    readers.extend(broken(&schema, change.work.draft.schema(), &change.seen));
    refuse_renamed(name, what, readers)
}

/// What every formula comes to as it is written, as far as it can be compiled now.
fn compiled(work: &Work) -> Vec<(Computed, Option<Program>)> {
    let compile = |(of, text): (Computed, Arc<str>)| {
        let formula = Formula { text: text.to_string(), at: Place::START };
        (of, settle::compile(work, None, of, &formula).ok())
    };
    // Those of one scenario as well: they are compiled by the same definitions.
    let own = work.scenarios.own_formulas().map(|(_, metric, own)| (Computed::Metric(metric), Arc::clone(&own.text)));
    texts(work.draft.schema()).into_iter().chain(own).map(compile).collect()
}

/// Every formula as it is written.
pub(super) fn texts(schema: &Schema) -> Vec<(Computed, Arc<str>)> {
    let metrics = schema.metrics().filter_map(|m| Some((Computed::Metric(m.id), m.formula.as_ref()?)));
    let properties = schema.dimensions().flat_map(|d| {
        let of = |(index, p): (u16, &'_ PropertyDef)| Some((Computed::Property(d.id, index), Arc::clone(p.formula.as_ref()?)));
        (0u16..).zip(&d.properties).filter_map(of).collect::<Vec<_>>()
    });
    metrics.map(|(of, text)| (of, Arc::clone(text))).chain(properties).collect()
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
