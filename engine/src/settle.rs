//! Brings one scenario of a change into order: formulas compiled, properties and cells that depend on it computed.

use std::collections::BTreeSet;
use std::sync::Arc;

use smalt_formula::{Code, Place, Program, Span, Target};
use smalt_model::{DimensionDef, DimensionId, MetricDef, MetricId, ScenarioId, Type};
use smalt_security::{Access, ScenarioRight};
use smalt_vault::{Cells, Layout, Revision, Vector, shows_metric};

use crate::calc;
use crate::dependency::stages;
use crate::fault::{Done, Fault};
use crate::footprint::of_formula;
use crate::formula::{check_members, check_property, check_reads, check_reset, check_subsets};
use crate::guard::Guarded;
use crate::load::write::{find_loops, without_circles};
use crate::names::SeenItems;
use crate::outcome::Progress;
use crate::reads::{self, Property};
use crate::scenario::reading_input;
use crate::state::Stale;
use crate::statement::ast::Formula;
use crate::subset;
use crate::work::{Calculation, Computed, Pending, Touched, Work, formula_fault, refused};

/// Whether everything must be right now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// The change is about to be published.
    Commit,
    /// A question is asked inside a transaction: what cannot be computed yet stays empty.
    Meanwhile,
}

/// A change that cannot be brought into order, and the formula that is at fault, where one is.
#[derive(Debug)]
pub(crate) struct Unsettled {
    pub(crate) of: Option<Computed>,
    pub(crate) fault: Fault,
}

impl From<Fault> for Unsettled {
    fn from(fault: Fault) -> Unsettled {
        Unsettled { of: None, fault }
    }
}

/// Compiles and calculates what `work` has touched in Base, which is at work, for a person.
pub(crate) fn settle_base(work: &mut Work, access: &Access, when: When, progress: &mut dyn FnMut(&Progress)) -> Done {
    try_settle(work, Some(access), when, progress).map_err(|unsettled| unsettled.fault)
}

/// Compiles and calculates what `work` has touched in the scenario at work, which is not Base: properties and subsets are Base's.
pub(crate) fn settle_branch(work: &mut Work, access: &Access, when: When, progress: &mut dyn FnMut(&Progress)) -> Done {
    let told = |unsettled: Unsettled| unsettled.fault;
    let compiled = compile_pending(work, Some(access), when).map_err(told)?;
    lay_out(work, Some(access))?;
    let is_hidden = work.policy.scenario_right_of(access.principal(), work.active()) == ScenarioRight::None;
    // The loop would tell what formulas of a scenario read whose very name is hidden.
    let looped = |unsettled: Unsettled| if is_hidden { Fault::new("a formula refers to it").code(Code::Loop) } else { unsettled.fault };
    if !put_in_order(work, &compiled, when).map_err(looped)? {
        return forget_computed(work);
    }
    let only = match wanted(work, &compiled) {
        Wanted::All => None,
        Wanted::Only(metrics) => Some(metrics),
        Wanted::Nothing => return Ok(()),
    };
    let done = calculate(work, Some(access), &compiled, only.as_ref(), progress).map(|_| ()).map_err(told);
    note_stale(work);
    done
}

/// Compiles and calculates what `work` has touched in Base. Formulas name the items that `eyes` see; `None`: all, for those that were saved before.
pub(crate) fn try_settle(work: &mut Work, eyes: Option<&Access>, when: When, progress: &mut dyn FnMut(&Progress)) -> Result<(), Unsettled> {
    if when == When::Commit {
        work.check_promises()?;
    }
    let changed = subset::arrange(work, work.touched.dimensions.clone());
    work.touched.dimensions.extend(changed);
    let compiled = compile_pending(work, eyes, when)?;
    if let Some(touched) = work.known.take() {
        work.touched = touched;
    }
    lay_out(work, eyes)?;
    if !put_in_order(work, &compiled, when)? {
        return Ok(forget_computed(work)?);
    }
    let last = compiled.last();
    let stages = match stages(&work.programs, work.draft.schema()) {
        Ok(stages) => stages,
        Err(_) if when == When::Meanwhile => return Ok(forget_computed(work)?),
        Err(found) => {
            let fault = placed(Fault::new(found.message(work.draft.schema())).code(Code::Loop), last);
            return Err(Unsettled { of: Some(Computed::Property(found.property.0, found.property.1)), fault });
        }
    };
    let only = match wanted(work, &compiled) {
        Wanted::All => None,
        Wanted::Only(metrics) => Some(metrics),
        Wanted::Nothing => return Ok(()),
    };
    // All that changed since this began: properties of later stages read it too.
    let mut changed = work.touched.clone();
    let stages = if only.is_some() { vec![Vec::new()] } else { stages.0 };
    for stage in stages {
        for property in stage {
            compute_property(work, eyes, property, &mut changed)?;
        }
        lay_out(work, eyes)?;
        changed.metrics.extend(calculate(work, eyes, &compiled, only.as_ref(), progress)?);
        if only.is_some() {
            note_stale(work);
            return Ok(());
        }
    }
    note_stale(work);
    Ok(())
}

/// Finds the order of calculation; gives whether there is one.
fn put_in_order(work: &mut Work, compiled: &[Pending], when: When) -> Result<bool, Unsettled> {
    let last = compiled.last();
    let saved = compiled.iter().rev().find_map(|p| match p.of {
        Computed::Metric(id) => Some(id),
        Computed::Property(..) => None,
    });
    match calc::order(&work.programs.metrics, work.draft.schema(), saved) {
        Ok(order) => work.programs.order = Some(order),
        Err(_) if when == When::Meanwhile => return Ok(false),
        Err(error) => {
            let is_last = |metric| last.is_some_and(|p| p.of == Computed::Metric(metric));
            let own = calc::first_step(&error, &work.programs.metrics).filter(|(metric, _)| is_last(*metric)).map(|(_, span)| span);
            let fault = Fault::new(error.message(work.draft.schema())).code(Code::Loop);
            return Err(Unsettled { of: last.map(|p| p.of), fault: placed_at(fault, last, own) });
        }
    }
    Ok(true)
}

/// What is to be computed now.
enum Wanted {
    All,
    /// These metrics, and what they read.
    Only(BTreeSet<MetricId>),
    /// Nothing: it stays out of date.
    Nothing,
}

/// What a change asks to be computed of the scenario at work.
fn wanted(work: &mut Work, compiled: &[Pending]) -> Wanted {
    match std::mem::take(&mut work.calculation) {
        Calculation::Later if is_put_off(work, compiled) => {
            work.calculation = Calculation::Later;
            note_stale(work);
            Wanted::Nothing
        }
        Calculation::Only(metrics) if is_put_off(work, compiled) => Wanted::Only(metrics),
        Calculation::FromScratch(_) => {
            touch_all(work);
            Wanted::All
        }
        put_off => {
            if let Calculation::Later = put_off {
                work.calculation = put_off;
            }
            Wanted::All
        }
    }
}

/// Computes the metrics of the scenario at work that depend on what is touched, and gives those that came out different.
fn calculate(
    work: &mut Work,
    eyes: Option<&Access>,
    compiled: &[Pending],
    only: Option<&BTreeSet<MetricId>>,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Vec<MetricId>, Unsettled> {
    let (Some(order), false) = (work.programs.order.clone(), work.touched.is_empty()) else { return Ok(Vec::new()) };
    let programs = work.programs.clone();
    let before = Arc::clone(&work.settled);
    let asked = calc::Asked { touched: &work.touched, only, before: &before, watch: &work.watch };
    let done = calc::recalculate(&mut work.draft, &programs, &order, &asked, eyes, progress);
    let report = done.map_err(|(metric, fault)| {
        let of = Computed::Metric(metric);
        Unsettled { of: Some(of), fault: placed(fault, compiled.iter().find(|p| p.of == of).or(compiled.last())) }
    })?;
    count_too_large(work, &report);
    let different = report.metrics.iter().filter(|computed| computed.changed != Some(0)).map(|computed| computed.metric).collect();
    let scenario = work.active();
    work.computed.extend(report.metrics.into_iter().map(|computed| (scenario, computed)));
    if only.is_none() {
        work.touched = Touched::default();
        work.settled = work.draft.state();
    }
    Ok(different)
}

/// Whether the calculation of a change can be put off. Where formulas, items or properties changed it cannot: what a formula reads is worked out from
/// them, and a number of before would be shown to those who may see what it is made of now. Nor where rights depend on what was written.
fn is_put_off(work: &Work, compiled: &[Pending]) -> bool {
    let touched = &work.touched;
    if !(compiled.is_empty() && touched.formulas.is_empty() && touched.dimensions.is_empty()) {
        return false;
    }
    let guarded = Guarded::of(work.draft.schema(), &work.policy, &work.programs);
    !(touched.metrics.iter().any(|metric| guarded.metric(*metric)) || touched.lists.iter().any(|list| guarded.list(*list)))
}

/// Writes down what is out of date now.
fn note_stale(work: &mut Work) {
    let stale = || Arc::new(Stale { touched: work.touched.clone(), settled: Arc::clone(&work.settled) });
    work.programs.stale = (!work.touched.is_empty()).then(stale);
}

/// Takes every formula for new, and forgets what earlier calculations left.
fn touch_all(work: &mut Work) {
    work.programs.kept = Arc::default();
    work.touched.formulas.extend(work.programs.metrics.keys());
    work.touched.dimensions.extend(work.programs.properties.iter().map(|(dimension, ..)| *dimension));
}

/// Notes what a calculation found too large, of what it computed: an earlier one of the same change may have been of cells that are mended since.
fn count_too_large(work: &mut Work, report: &calc::Report) {
    work.too_large.retain(|metric, _| !report.metrics.iter().any(|computed| computed.metric == *metric));
    let counted = report.metrics.iter().filter(|computed| computed.too_large > 0);
    work.too_large.extend(counted.map(|computed| (computed.metric, computed.too_large)));
}

/// An error of all formulas together is shown at the last one that came in.
fn placed(fault: Fault, last: Option<&Pending>) -> Fault {
    placed_at(fault, last, None)
}

/// The same at a part of its formula, where one is known.
fn placed_at(fault: Fault, last: Option<&Pending>, part: Option<Span>) -> Fault {
    match last {
        Some(pending) => {
            let part = part.unwrap_or(Span { start: 0, end: pending.formula.text.len() });
            let fault = fault.at(pending.formula.place(part.start)).shows(&pending.formula.text, part);
            Fault { statement: fault.statement.or(Some(pending.statement)), ..fault }
        }
        None => fault,
    }
}

/// Compiles what waits; gives what was compiled.
fn compile_pending(work: &mut Work, eyes: Option<&Access>, when: When) -> Result<Vec<Pending>, Unsettled> {
    let mut compiled = Vec::new();
    let mut waiting = Vec::new();
    for pending in std::mem::take(&mut work.pending) {
        if pending.scenario.unwrap_or(ScenarioId::BASE) != work.active() {
            waiting.push(pending);
            continue;
        }
        match compile(work, eyes, pending.of, &pending.formula).and_then(|program| turned(work, &pending, program)) {
            Ok(program) => {
                accept(work, pending.of, pending.scenario, program);
                compiled.push(pending);
            }
            Err(_) if when == When::Meanwhile => waiting.push(pending),
            Err(fault) => {
                let fault = Fault { statement: Some(pending.statement), ..fault };
                return Err(Unsettled { of: Some(pending.of), fault });
            }
        }
    }
    work.pending = waiting;
    if let Some(access) = eyes {
        let changed: Vec<Computed> = compiled.iter().map(|pending| pending.of).collect();
        check_subsets(work, &changed, access).map_err(|fault| {
            let last = compiled.last();
            Unsettled { of: last.map(|p| p.of), fault: placed(fault, last) }
        })?;
    }
    Ok(compiled)
}

/// Compiles one formula, whose items are those that `eyes` see; `None`: all.
pub(crate) fn compile(work: &Work, eyes: Option<&Access>, of: Computed, formula: &Formula) -> Done<Program> {
    let schema = work.draft.schema();
    let condition_of = match of {
        Computed::Property(subset, 0) => schema.dimension(subset).and_then(|def| def.parent),
        _ => None,
    };
    let place = match (of, condition_of) {
        (_, Some(parent)) => Place::Subset(parent),
        (Computed::Metric(id), None) => match schema.metric(id) {
            Some(def) => metric_place(def),
            None => return Err(Fault::new("the metric of this formula is gone").at(formula.at)),
        },
        (Computed::Property(dimension, property), None) => {
            let ty = schema.dimension(dimension).and_then(|d| d.properties.get(usize::from(property))).map_or(Type::Text, |p| p.ty);
            Place::Property { dimension, ty }
        }
    };
    let items = SeenItems { revision: &work.draft, access: eyes };
    let program = smalt_formula::compile(&formula.text, schema, &items, &place).map_err(|e| formula_fault(formula, &e))?;
    if let Some(access) = eyes {
        check_reads(&program, schema, access).map_err(|fault| fault.at(formula.at))?;
        match place {
            Place::Subset(_) => check_members(work, &program, access).map_err(|fault| fault.at(formula.at))?,
            Place::Property { .. } => check_property(&program, schema, access).map_err(|fault| fault.at(formula.at))?,
            Place::Metric(_) => {
                if let Computed::Metric(metric) = of {
                    check_reset(work, metric, &program, access).map_err(|fault| fault.at(formula.at))?;
                }
            }
            Place::Free => {}
        }
    }
    match calc::wrong_part(&program) {
        Some(part) => Err(refused(formula, part)),
        None => Ok(program),
    }
}

/// Where a metric's formula stands.
pub(crate) fn metric_place(def: &MetricDef) -> Place {
    Place::Metric(Target { name: Arc::clone(&def.name), id: Some(def.id), ty: def.ty, dims: def.dimensions.clone() })
}

/// The formula of one scenario alone as it is computed there: the metric's own name means its input.
pub(crate) fn turned(work: &Work, pending: &Pending, program: Program) -> Done<Program> {
    let (Computed::Metric(id), Some(_)) = (pending.of, pending.scenario) else { return Ok(program) };
    let has_input = work.draft.cells(id.input()).is_some();
    if !has_input && program.metrics().any(|metric| metric == id) {
        let name = pending.of.name(work.draft.schema());
        return Err(Fault::new(format!("`{name}` is computed, so it has no input that its own name could mean here"))
            .at(pending.formula.at)
            .help("write its formula out, with what is to be different"));
    }
    Ok(reading_input(program, id))
}

fn accept(work: &mut Work, of: Computed, scenario: Option<ScenarioId>, program: Program) {
    match of {
        Computed::Metric(id) => {
            let program = Arc::new(program);
            if let Some(scenario) = scenario {
                work.scenarios.change(scenario, |scenario| {
                    if let Some(own) = scenario.formulas.get_mut(&id) {
                        own.program = Some(Arc::clone(&program));
                    }
                });
            }
            work.programs.metrics.insert(id, program);
            work.touched.formulas.insert(id);
        }
        Computed::Property(dimension, property) => {
            work.programs.properties.retain(|(d, p, _)| (*d, *p) != (dimension, property));
            work.programs.properties.push((dimension, property, Arc::new(program)));
            work.touched.dimensions.insert(dimension);
        }
    }
}

/// Computes a property with a formula, if it reads something that changed.
fn compute_property(
    work: &mut Work,
    eyes: Option<&Access>,
    (dimension, property): Property,
    changed: &mut Touched,
) -> Result<(), Unsettled> {
    let Some(program) = work.programs.property(dimension, property).map(Arc::clone) else { return Ok(()) };
    let reads_changed = program.properties.iter().any(|(d, _)| changed.dimensions.contains(d))
        || reads::dimensions(&program).iter().any(|d| changed.dimensions.contains(d))
        || program.lists.iter().any(|list| changed.lists.contains(list))
        || program.metrics().any(|m| changed.metrics.contains(&m) || changed.formulas.contains(&m));
    if !(reads_changed || changed.dimensions.contains(&dimension)) {
        return Ok(());
    }
    let failed = |fault| Unsettled { of: Some(Computed::Property(dimension, property)), fault };
    let def = work.draft.schema().dimension(dimension).map(Arc::clone);
    let limits = work.programs.limits;
    if let (0, Some(def)) = (property, &def)
        && let Some(parent) = def.parent
    {
        let condition = calc::property(&work.draft, &program, parent, &limits, &work.watch).map_err(failed)?;
        let with_it = subset::set_members(work, def, &condition)?;
        note(work, changed, with_it);
        return Ok(());
    }
    let mut values = calc::property(&work.draft, &program, dimension, &limits, &work.watch).map_err(failed)?;
    if let Some(def) = def.as_ref().filter(|def| def.properties.get(usize::from(property)).is_some_and(|p| p.ty == Type::Item(def.id))) {
        if let Some(access) = eyes.filter(|_| !work.had_formula((dimension, property), &program)) {
            refuse_loop(work, access, def, (property, &program), &values).map_err(failed)?;
        }
        values = without_circles(values);
    }
    let items = work.draft.items(dimension);
    if items.property(property).is_some_and(|before| same(before, &values)) {
        return Ok(());
    }
    let mut edit = items.edit();
    edit.set_column(property, values);
    work.draft.set_items(dimension, Arc::new(edit.finish()));
    let mut with_it = subset::arrange(work, [dimension]);
    with_it.insert(dimension);
    note(work, changed, with_it);
    Ok(())
}

/// Refuses a new formula of a property whose links go in a circle, where its author may read all that the formula reads for each of them: else the
/// refusal would tell of what they do not see, and that there is a circle is told by nothing.
fn refuse_loop(work: &Work, access: &Access, def: &DimensionDef, (property, program): (u16, &Program), values: &Vector) -> Done {
    let mut edit = work.draft.items(def.id).edit();
    edit.set_column(property, values.clone());
    let items = edit.finish();
    if find_loops(def, &items, |_, _, _| true).is_none() {
        return Ok(());
    }
    // The rights of before the change know nothing of formulas that came with it, those of now nothing of rights that are still to be computed.
    let now = work.access(access.principal());
    let read = of_formula(&work.draft, &work.programs, program);
    let masks = [access, now.as_ref()].map(|access| (access.items(def.id), access.reading_formula(&[def.id], &read)));
    let sees = |item: u32, parent: u32| {
        masks.iter().all(|(items, formula)| items.allows(&[item]) && items.allows(&[parent]) && formula.allows(&[item]))
    };
    find_loops(def, &items, |of, item, parent| of == property && sees(item, parent)).refuse_seen()
}

/// Notes dimensions that changed, for the metrics and for the properties that are still to come.
fn note(work: &mut Work, changed: &mut Touched, dimensions: BTreeSet<DimensionId>) {
    changed.metrics.extend(&work.touched.metrics);
    work.touched.dimensions.extend(&dimensions);
    changed.dimensions.extend(dimensions);
}

/// Whether two columns are the same, BLANKs (which are NaN among numbers) included.
fn same(a: &Vector, b: &Vector) -> bool {
    a.len() == b.len() && (0..a.len()).all(|i| a.get(i) == b.get(i))
}

/// Takes out the cells of a metric whose formula goes or is exchanged. Who may read them was told by what that formula reads, so that they may not
/// outlive it; what depends on them is out of date.
pub(crate) fn forget_cells(work: &mut Work, metric: &MetricDef) -> Done {
    work.draft.drop_cells(metric.id);
    ensure_cells(&mut work.draft, metric)?;
    work.touched.metrics.insert(metric.id);
    work.touched.formulas.insert(metric.id);
    Ok(())
}

/// Takes out all that the formulas of the scenario at work have computed, where they cannot be computed: they stand in a loop, which may be gone when
/// the transaction ends. What is there was computed by formulas of before, and those of now tell who may read it.
fn forget_computed(work: &mut Work) -> Done {
    let schema = Arc::clone(work.draft.schema());
    for metric in work.programs.metrics.keys().filter_map(|metric| schema.metric(*metric)).cloned().collect::<Vec<_>>() {
        forget_cells(work, &metric)?;
    }
    if work.active() == ScenarioId::BASE {
        let properties: Vec<Property> = work.programs.properties.iter().map(|(dimension, property, _)| (*dimension, *property)).collect();
        let changed = subset::forget_properties(&mut work.draft, properties);
        let arranged = subset::arrange(work, changed.clone());
        work.touched.dimensions.extend(changed.into_iter().chain(arranged));
        lay_out(work, None)?;
    }
    touch_all(work);
    Ok(())
}

/// Gives every metric of a touched dimension cells whose keys have room for all items.
fn lay_out(work: &mut Work, eyes: Option<&Access>) -> Done {
    let touched = |d: &DimensionId| work.touched.dimensions.contains(d);
    let metrics: Vec<_> = work.draft.schema().metrics().filter(|m| m.dimensions.iter().any(touched)).map(Arc::clone).collect();
    for def in metrics {
        let shown = eyes.is_none_or(|access| shows_metric(&work.draft, access, def.id));
        ensure_cells(&mut work.draft, &def)
            .map_err(|fault| if shown { fault } else { Fault::new("what depends on this would be too wide") })?;
    }
    Ok(())
}

/// Gives a metric cells under the layout that its dimensions ask for now.
pub(crate) fn ensure_cells(revision: &mut Revision, def: &MetricDef) -> Done {
    let layout: Arc<Layout> = revision.layout_for(&def.dimensions).map_err(|e| Fault::new(format!("`{}` is too wide: {e}", def.name)))?;
    let in_layout = |cells: &Cells| cells.relayout(&layout).unwrap_or_else(|| Cells::empty(Arc::clone(&layout), def.ty));
    match revision.cells(def.id) {
        Some(cells) if *cells.layout() == layout => {}
        Some(cells) => revision.set_cells(def.id, Arc::new(in_layout(&cells))),
        None => revision.set_cells(def.id, Arc::new(Cells::empty(Arc::clone(&layout), def.ty))),
    }
    if let Some(cells) = revision.cells(def.id.input()).filter(|cells| *cells.layout() != layout) {
        revision.set_cells(def.id.input(), Arc::new(in_layout(&cells)));
    }
    Ok(())
}
