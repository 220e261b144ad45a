//! Brings a change into order: formulas compiled, properties and cells that depend on it computed.

use std::sync::Arc;

use smalt_formula::{Place, Program, Target};
use smalt_model::{DimensionId, MetricDef, Type};
use smalt_security::Access;
use smalt_vault::{Cells, Layout};

use crate::calc;
use crate::fault::{Done, Fault};
use crate::formula::check_reads;
use crate::load::write::find_loops;
use crate::names::SeenItems;
use crate::outcome::Progress;
use crate::statement::ast::Formula;
use crate::work::{Computed, Pending, Work, formula_fault};

/// Whether everything must be right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// The change is about to be published.
    Commit,
    /// A question is asked inside a transaction: what cannot be computed yet stays empty.
    Meanwhile,
}

/// Compiles and calculates what `work` has touched.
pub(crate) fn settle(work: &mut Work, access: &Access, when: When, progress: &mut dyn FnMut(&Progress)) -> Done {
    if when == When::Commit {
        work.check_promises()?;
    }
    let compiled = compile_pending(work, access, when)?;
    lay_out(work)?;
    match calc::order(&work.programs.metrics, work.draft.schema()) {
        Ok(order) => work.programs.order = Some(order),
        Err(_) if when == When::Meanwhile => return Ok(()),
        Err(fault) => return Err(placed(fault, compiled.last())),
    }
    compute_properties(work, access)?;
    lay_out(work)?;
    if let (Some(order), false) = (work.programs.order.clone(), work.touched.is_empty()) {
        let programs = work.programs.metrics.clone();
        calc::recalculate(&mut work.draft, &programs, &order, &work.touched, access, progress).map_err(|(metric, fault)| {
            let of = compiled.iter().find(|p| p.of == Computed::Metric(metric));
            placed(fault, of.or(compiled.last()))
        })?;
        work.touched = crate::work::Touched::default();
    }
    Ok(())
}

/// An error of all formulas together is shown at the last one that came in.
fn placed(fault: Fault, last: Option<&Pending>) -> Fault {
    match last {
        Some(pending) => Fault { statement: fault.statement.or(Some(pending.statement)), ..fault.at(pending.formula.at) },
        None => fault,
    }
}

/// Compiles what waits; gives what was compiled.
fn compile_pending(work: &mut Work, access: &Access, when: When) -> Done<Vec<Pending>> {
    let mut compiled = Vec::new();
    let mut waiting = Vec::new();
    for pending in std::mem::take(&mut work.pending) {
        match compile(work, access, pending.of, &pending.formula) {
            Ok(program) => {
                accept(work, pending.of, program);
                compiled.push(pending);
            }
            Err(_) if when == When::Meanwhile => waiting.push(pending),
            Err(fault) => return Err(Fault { statement: Some(pending.statement), ..fault }),
        }
    }
    work.pending = waiting;
    Ok(compiled)
}

/// Compiles one formula.
pub(crate) fn compile(work: &Work, access: &Access, of: Computed, formula: &Formula) -> Done<Program> {
    let schema = work.draft.schema();
    let place = match of {
        Computed::Metric(id) => match schema.metric(id) {
            Some(def) => metric_place(def),
            None => return Err(Fault::new("the metric of this formula is gone").at(formula.at)),
        },
        Computed::Property(dimension, property) => {
            let ty = schema.dimension(dimension).and_then(|d| d.properties.get(usize::from(property))).map_or(Type::Text, |p| p.ty);
            Place::Property { dimension, ty }
        }
    };
    let items = SeenItems { revision: &work.draft, access: Some(access) };
    let program = smalt_formula::compile(&formula.text, schema, &items, &place).map_err(|e| formula_fault(formula, &e))?;
    check_reads(&program, schema, access).map_err(|fault| fault.at(formula.at))?;
    match calc::missing_part(&program) {
        Some((what, span)) => Err(Fault::new(what).at(formula.place(span.start))),
        None => Ok(program),
    }
}

/// Where a metric's formula stands.
pub(crate) fn metric_place(def: &MetricDef) -> Place {
    Place::Metric(Target { name: Arc::clone(&def.name), id: Some(def.id), ty: def.ty, dims: def.dimensions.clone() })
}

fn accept(work: &mut Work, of: Computed, program: Program) {
    match of {
        Computed::Metric(id) => {
            work.programs.metrics.insert(id, Arc::new(program));
            work.touched.formulas.insert(id);
        }
        Computed::Property(dimension, property) => {
            work.programs.properties.retain(|(d, p, _)| (*d, *p) != (dimension, property));
            work.programs.properties.push((dimension, property, Arc::new(program)));
            work.touched.dimensions.insert(dimension);
        }
    }
}

/// Computes the properties that have a formula and read something that changed.
fn compute_properties(work: &mut Work, access: &Access) -> Done {
    for (dimension, property, program) in work.programs.properties.clone() {
        let reads_changed = program.properties.iter().any(|(d, _)| work.touched.dimensions.contains(d))
            || program.reads.iter().any(|m| work.touched.metrics.contains(m));
        if !(reads_changed || work.touched.dimensions.contains(&dimension)) {
            continue;
        }
        let values = calc::property(&work.draft, &program, dimension)?;
        let items = work.draft.items(dimension);
        if items.property(property).is_some_and(|before| same(before, &values)) {
            continue;
        }
        let mut edit = items.edit();
        edit.set_column(property, values);
        let items = edit.finish();
        if let Some(def) = work.draft.schema().dimension(dimension) {
            let exists = |item: u32| access.items(dimension).allows(&[item]);
            let loops = find_loops(def, &items, |property, item, parent| {
                exists(item) && exists(parent) && access.property(dimension, property).allows(&[item])
            });
            loops.refuse_seen()?;
            loops.refuse_hidden()?;
        }
        work.draft.set_items(dimension, Arc::new(items));
        work.touched.dimensions.insert(dimension);
    }
    Ok(())
}

/// Whether two columns are the same, BLANKs (which are NaN among numbers) included.
fn same(a: &smalt_vault::Vector, b: &smalt_vault::Vector) -> bool {
    a.len() == b.len() && (0..a.len()).all(|i| a.get(i) == b.get(i))
}

/// Gives every metric of a touched dimension cells whose keys have room for all items.
fn lay_out(work: &mut Work) -> Done {
    let touched = |d: &DimensionId| work.touched.dimensions.contains(d);
    let metrics: Vec<_> = work.draft.schema().metrics().filter(|m| m.dimensions.iter().any(touched)).map(Arc::clone).collect();
    for def in metrics {
        ensure_cells(work, &def)?;
    }
    Ok(())
}

/// Gives a metric cells under the layout that its dimensions ask for now.
pub(crate) fn ensure_cells(work: &mut Work, def: &MetricDef) -> Done {
    let layout: Arc<Layout> = work.draft.layout_for(&def.dimensions).map_err(|e| Fault::new(format!("`{}` is too wide: {e}", def.name)))?;
    let cells = match work.draft.cells(def.id) {
        Some(cells) if *cells.layout() == layout => return Ok(()),
        Some(cells) => cells.relayout(&layout).unwrap_or_else(|| Cells::empty(layout, def.ty)),
        None => Cells::empty(layout, def.ty),
    };
    work.draft.set_cells(def.id, Arc::new(cells));
    Ok(())
}
