//! CREATE METRIC and ALTER METRIC.

use std::sync::Arc;

use smalt_formula::Renamed;
use smalt_model::{Block, MetricDef, Type};
use smalt_security::{Shape, Target};
use smalt_vault::Cells;

use super::subset::rights_by_subset;
use super::{Change, formula, scenario};
use crate::fault::{Done, Fault};
use crate::formula::is_ruled;
use crate::load::write::{NOT_YOUR_CELLS, Refused};
use crate::look;
use crate::settle;
use crate::sight::sees_all_cells;
use crate::statement::ast::{AlterMetric, CreateMetric, Formula, Name};
use crate::work::Computed;

pub(super) fn create(change: &mut Change<'_>, create: &CreateMetric) -> Done<String> {
    if let Some(formula) = &create.formula {
        formula::check_form(change, formula)?;
    }
    look::free(change.work.draft.schema(), &create.name)?;
    let ty = change.work.type_of(&create.ty, change.number)?;
    let mut dimensions = Vec::new();
    for name in &create.dimensions {
        let id = change.work.dimension_named(name, change.number)?;
        if dimensions.contains(&id) {
            return Err(Fault::new(format!("`{}` is named twice", name.text)).at(name.at));
        }
        let schema = change.work.draft.schema();
        let subset = schema.dimension(id).filter(|_| ty == Type::Rights).and_then(|def| schema.dimension(def.parent?));
        if let Some(parent) = subset {
            return Err(rights_by_subset(&create.name.text, parent).at(name.at));
        }
        dimensions.push(id);
    }
    let id = change.work.draft.schema().next_metric();
    let text = create.formula.as_ref().map(|f| Arc::from(f.text.as_str()));
    let def = MetricDef { id, name: Arc::from(create.name.text.as_str()), ty, dimensions, formula: text };
    look::free(change.work.draft.schema(), &create.name)?;
    change.work.draft.schema_mut().put_metric(def.clone());
    settle::ensure_cells(&mut change.work.draft, &def).map_err(|fault| fault.at(create.name.at))?;
    change.work.touched.metrics.insert(id);
    if let Some(formula) = &create.formula {
        formula::save(change, Computed::Metric(id), formula)?;
    }
    Ok(format!("metric `{}` created", create.name.text))
}

pub(super) fn alter(change: &mut Change<'_>, metric: &Name, to: &AlterMetric) -> Done<String> {
    if let AlterMetric::Formula { formula, .. } = to {
        formula::check_form(change, formula)?;
    }
    let def = look::metric(&change.seen, metric)?;
    change.allow(def.ty == Type::Rights || change.guarded().metric(def.id))?;
    match to {
        AlterMetric::Formula { scenario: Some(scenario), formula } => scenario::set_formula(change, &def, scenario, formula),
        AlterMetric::DropFormula { scenario: Some(scenario) } => scenario::drop_formula(change, &def, metric, scenario),
        AlterMetric::Formula { scenario: None, formula } => set_formula(change, &def, formula),
        AlterMetric::DropFormula { scenario: None } => drop_formula(change, &def, metric),
        AlterMetric::Rename(name) => rename(change, &def, name),
    }
}

fn set_formula(change: &mut Change<'_>, def: &MetricDef, formula: &Formula) -> Done<String> {
    if def.formula.is_none() {
        check_overwritten(change, def)?;
    }
    let changed = MetricDef { formula: Some(Arc::from(formula.text.as_str())), ..def.clone() };
    change.work.draft.schema_mut().put_metric(changed);
    change.work.draft.drop_parked(def.id);
    // The old formula reads other metrics than the new one may; it counts no more, and neither does what it has computed.
    change.work.programs.metrics.remove(&def.id);
    settle::forget_cells(change.work, def)?;
    formula::save(change, Computed::Metric(def.id), formula)?;
    Ok(format!("formula of `{}` set", def.name))
}

/// A formula puts what it computes in the place of what is there, hidden or not: where a rule closes some of that to its author, it may not be overwritten.
/// What a role says of all blocks does not matter, since who configures blocks may drop this one.
fn check_overwritten(change: &Change<'_>, def: &MetricDef) -> Done {
    let items = def.dimensions.iter().map(|dimension| Target::Items(change.work.draft.schema().whole(*dimension)));
    if !items.chain([Target::Metric(def.id)]).any(|target| is_ruled(change.work, &target)) {
        return Ok(());
    }
    if !sees_all_cells(&change.access, def.id) {
        return Err(Fault::denied(NOT_YOUR_CELLS));
    }
    let writing = change.access.writing(def.id);
    let cells = change.work.draft.cells(def.id).filter(|_| writing.shape() != Shape::Everything);
    let refused = |cells: &Cells| cells.entries().0.into_iter().filter(|key| !writing.allows(&cells.layout().unpack(*key))).count();
    let all = cells.map_or(0, |cells| refused(&cells)) as u64;
    // All of them may be read.
    Refused { all, readable: all }.verdict()
}

fn drop_formula(change: &mut Change<'_>, def: &MetricDef, name: &Name) -> Done<String> {
    if def.formula.is_none() {
        return Err(Fault::new(format!("`{}` has no formula", def.name)).at(name.at));
    }
    scenario::keep_elsewhere(change, def)?;
    change.work.draft.schema_mut().put_metric(MetricDef { formula: None, ..def.clone() });
    change.work.programs.metrics.remove(&def.id);
    // Formulas that are a scenario's own stay.
    change.work.pending.retain(|p| (p.of, p.scenario) != (Computed::Metric(def.id), None));
    change.work.touched.metrics.insert(def.id);
    Ok(format!("formula of `{}` dropped; its values stay as input", def.name))
}

fn rename(change: &mut Change<'_>, def: &MetricDef, name: &Name) -> Done<String> {
    if change.work.draft.schema().find(&name.text) != Some(Block::Metric(def.id)) {
        look::free(change.work.draft.schema(), name)?;
    }
    let renamed = Renamed::Block { from: &def.name, to: &name.text };
    formula::rename(change, name, renamed, |change| {
        change.work.draft.schema_mut().put_metric(MetricDef { name: Arc::from(name.text.as_str()), ..def.clone() });
        Ok(())
    })?;
    Ok(format!("metric `{}` renamed to `{}`", def.name, name.text))
}
