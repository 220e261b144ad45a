//! Brings every metric with a formula up to date with what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::logical_expr::LogicalPlan;
use rayon::prelude::*;
use smalt_formula::plan::{Recurrence, look_back};
use smalt_formula::program::{Kind, Node, Program};
use smalt_model::{DimensionId, ListId, MetricId, Schema, Type};
use smalt_vault::{Cells, Revision, Vector};

use crate::error::CalcError;
use crate::eval::{fills, holds_current_value, is_constant};
use crate::incremental::kept::Kept;
use crate::incremental::region::Region;
use crate::incremental::{Part, Solution, Wave};
use crate::operator::in_order;
use crate::order::{Group, Order};
use crate::physical::{cells_of, plan_of, solve};
use crate::report::{Computed, Extent, Report};
use crate::run::Run;
use crate::shared::Shared;
use crate::watch::Watch;

/// What changed since the metrics were last computed.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Metrics whose cells changed.
    pub metrics: BTreeSet<MetricId>,
    /// Dimensions whose items or properties changed.
    pub dimensions: BTreeSet<DimensionId>,
    /// Lists whose rows changed.
    pub lists: BTreeSet<ListId>,
    /// Metrics whose formulas changed.
    pub formulas: BTreeSet<MetricId>,
    /// The metrics that are asked for: they are computed, with all that they read, and no others. `None`: all.
    pub only: Option<BTreeSet<MetricId>>,
}

impl Changes {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.metrics.is_empty() && self.dimensions.is_empty() && self.lists.is_empty() && self.formulas.is_empty()
    }
}

/// Limits of a calculation.
#[derive(Clone, Copy, Debug)]
pub struct CalcOptions {
    /// The most coordinates that one operator may visit.
    pub cell_limit: u64,
}

impl Default for CalcOptions {
    fn default() -> CalcOptions {
        CalcOptions { cell_limit: 500_000_000 }
    }
}

/// How far a recalculation is.
#[derive(Clone, Copy, Debug)]
pub struct CalcProgress {
    /// The metric that was just computed.
    pub metric: MetricId,
    /// Its place among those that are computed, from 1.
    pub done: usize,
    /// How many are computed.
    pub total: usize,
}

/// The state from which a recalculation goes on.
#[derive(Clone, Copy, Debug)]
pub struct Since<'a> {
    /// The state in which everything was computed last: each metric with a formula is what its formula says.
    pub before: &'a Revision,
    /// Parts of formulas from earlier recalculations.
    pub kept: &'a Arc<Kept>,
}

/// Computes every metric that depends on what changed, in order, and puts its cells into the revision. An error leaves the revision as far as
/// it had come: the caller drops it.
///
/// With `since`, only the cells that differ from those of that state are followed, whatever `changes` says of metrics, and only what they can reach is
/// computed. Formulas that are new, and those that read dimensions or lists that changed, are computed whole. The result has the same bits
/// either way. `watch` may end it.
#[allow(clippy::too_many_arguments, reason = "each is one thing that the host decides")]
pub fn recalculate(
    revision: &mut Revision,
    programs: &BTreeMap<MetricId, Arc<Program>>,
    order: &Order,
    changes: &Changes,
    options: &CalcOptions,
    since: Option<Since<'_>>,
    watch: &Watch,
    progress: &dyn Fn(CalcProgress),
) -> Result<Report, (MetricId, CalcError)> {
    let candidates = dirty(programs, order, changes);
    let schema = Arc::clone(revision.schema());
    let whole: BTreeSet<MetricId> =
        candidates.iter().copied().filter(|m| since.is_none() || programs.get(m).is_none_or(|p| is_whole(*m, p, changes))).collect();
    let mut plans = plans(order, &whole, programs, &schema)?;
    let shared = Arc::new(Shared::of(plans.values()));
    let mut turn = Turn { programs, changes, options, since, watch, wave: Wave::new(revision, changes, since, options.cell_limit) };
    let mut report = Report::default();
    for front in fronts(&order.groups, &candidates, &plans, programs) {
        let done = match front {
            Front::Parts(metrics) => turn.parts(revision, &metrics)?,
            Front::One(Group::Single(metric)) => match plans.remove(metric) {
                Some(plan) => vec![turn.whole(revision, *metric, plan, &shared).map_err(|e| (*metric, e))?],
                None => Vec::new(),
            },
            Front::One(Group::Recurrence(dimension, members)) => {
                let first = members.first().copied().unwrap_or(MetricId(u32::MAX));
                turn.together(revision, *dimension, members).map_err(|e| (first, e))?
            }
        };
        for Done { metric, cells, differs, extent, visited, changed, too_large, took } in done {
            report.metrics.push(Computed { metric, extent, cells: cells.len(), visited, changed, too_large, took });
            progress(CalcProgress { metric, done: report.metrics.len(), total: candidates.len() });
            turn.wave.set(metric, differs);
            revision.set_cells(metric, cells);
        }
    }
    Ok(report)
}

/// What is computed at the same time.
enum Front<'a> {
    /// Metrics none of which reads another: of each a part.
    Parts(Vec<MetricId>),
    /// A metric that is computed whole, or metrics that are solved together, by itself.
    One(&'a Group),
}

/// The groups that have a candidate, in order.
fn fronts<'a>(
    groups: &'a [Group],
    candidates: &BTreeSet<MetricId>,
    whole: &BTreeMap<MetricId, LogicalPlan>,
    programs: &BTreeMap<MetricId, Arc<Program>>,
) -> Vec<Front<'a>> {
    let mut fronts = Vec::new();
    let mut open: Vec<MetricId> = Vec::new();
    for group in groups {
        match group {
            Group::Single(metric) if !candidates.contains(metric) => {}
            Group::Recurrence(_, members) if !members.iter().any(|metric| candidates.contains(metric)) => {}
            Group::Single(metric) if !whole.contains_key(metric) => {
                // What reads it through others comes behind these, which end the front.
                if programs.get(metric).is_some_and(|program| program.metrics().any(|read| open.contains(&read))) {
                    fronts.push(Front::Parts(std::mem::take(&mut open)));
                }
                open.push(*metric);
            }
            group => {
                fronts.push(Front::Parts(std::mem::take(&mut open)));
                fronts.push(Front::One(group));
            }
        }
    }
    fronts.push(Front::Parts(open));
    fronts
}

/// A metric that was computed.
struct Done {
    metric: MetricId,
    cells: Arc<Cells>,
    /// Where they may differ from those before.
    differs: Region,
    extent: Extent,
    visited: u64,
    changed: Option<u64>,
    too_large: u64,
    took: Duration,
}

/// Metrics take their turns.
struct Turn<'a> {
    programs: &'a BTreeMap<MetricId, Arc<Program>>,
    changes: &'a Changes,
    options: &'a CalcOptions,
    since: Option<Since<'a>>,
    watch: &'a Watch,
    wave: Wave<'a>,
}

impl Turn<'_> {
    fn run(&self, revision: &Revision, shared: &Arc<Shared>) -> Arc<Run> {
        let kept = self.since.map(|since| Arc::clone(since.kept));
        Arc::new(Run::sharing(revision.clone(), self.options.cell_limit, Arc::clone(shared)).watched(self.watch, 0).keeping(kept))
    }

    /// All cells of a metric.
    fn whole(&self, revision: &Revision, metric: MetricId, plan: LogicalPlan, shared: &Arc<Shared>) -> Result<Done, CalcError> {
        let (start, run) = (Instant::now(), self.run(revision, shared));
        let cells = metric_cells(&run, metric, plan)?;
        Ok(self.done(&run, metric, cells, run.take_too_large(), start))
    }

    /// A metric that was computed whole, beside what it was before.
    fn done(&self, run: &Run, metric: MetricId, cells: Arc<Cells>, too_large: u64, start: Instant) -> Done {
        let (cells, differs, changed) = self.wave.reconcile(run, metric, cells);
        Done { metric, cells, differs, extent: Extent::Whole, visited: run.visited(), changed, too_large, took: start.elapsed() }
    }

    /// What the wave reaches of some metrics, none of which reads another, at the same time. Of several errors that of the first one is told.
    fn parts(&self, revision: &Revision, metrics: &[MetricId]) -> Result<Vec<Done>, (MetricId, CalcError)> {
        let one = |metric: &MetricId| self.part(revision, *metric).map_err(|e| (*metric, e));
        let is_large = |metric: &MetricId| self.programs.get(metric).is_some_and(|program| self.wave.floods(program));
        let done: Vec<_> = match metrics.iter().any(is_large) {
            // They use all threads anyhow, and the memory of one at a time is enough.
            true => metrics.iter().map(one).collect(),
            false => metrics.par_iter().with_max_len(1).map(one).collect(),
        };
        done.into_iter().filter_map(Result::transpose).collect()
    }

    /// What the wave reaches of a metric; nothing, where it ended before.
    fn part(&self, revision: &Revision, metric: MetricId) -> Result<Option<Done>, CalcError> {
        let Some(program) = self.programs.get(&metric) else { return Ok(None) };
        if !self.wave.reaches(program) {
            return Ok(None);
        }
        let (start, run) = (Instant::now(), self.run(revision, &Arc::default()));
        let plan = plan_of(&program.root, revision.schema())?;
        let Some(Part { cells, changed, extent, count }) = self.wave.part(&run, metric, &plan)? else {
            let cells = metric_cells(&run, metric, plan)?;
            return Ok(Some(self.done(&run, metric, cells, run.take_too_large(), start)));
        };
        let (visited, too_large) = (run.visited(), run.take_too_large());
        Ok(Some(Done { metric, cells, differs: changed, extent, visited, changed: count, too_large, took: start.elapsed() }))
    }

    /// Metrics that are solved together.
    fn together(&self, revision: &Revision, dimension: DimensionId, members: &[MetricId]) -> Result<Vec<Done>, CalcError> {
        let programs = members.iter().filter_map(|m| Some((*m, self.programs.get(m)?)));
        let is_whole = self.since.is_none() || programs.clone().any(|(m, p)| is_whole(m, p, self.changes));
        if !is_whole && !programs.clone().any(|(_, p)| self.wave.reaches(p)) {
            return Ok(Vec::new());
        }
        let (recurrence, inputs) = split(dimension, members, self.programs);
        let (start, run) = (Instant::now(), self.run(revision, &Arc::default()));
        if is_whole {
            let solved = solve(&run, recurrence, &inputs)?;
            return Ok(solved.into_iter().map(|(metric, cells, too_large)| self.done(&run, metric, cells, too_large, start)).collect());
        }
        let solved = self.wave.solve(&run, &recurrence, &inputs)?;
        let took = start.elapsed();
        let one = |Solution { metric, cells, changed, too_large }: Solution| match changed {
            None => self.done(&run, metric, cells, too_large, start),
            Some(Part { cells, changed, extent, count }) => {
                Done { metric, cells, differs: changed, extent, visited: run.visited(), changed: count, too_large, took }
            }
        };
        Ok(solved.into_iter().map(one).collect())
    }
}

/// Whether nothing is known of which cells of a formula stay: it is new, or reads dimensions or lists that changed.
fn is_whole(metric: MetricId, program: &Program, changes: &Changes) -> bool {
    changes.formulas.contains(&metric)
        || program.lists.iter().any(|l| changes.lists.contains(l))
        || program.root.any(&|n| n.dims.iter().any(|d| changes.dimensions.contains(d)) || of_changed(n.ty, changes))
}

/// The plans of the metrics that are computed whole and by themselves.
fn plans(
    order: &Order,
    whole: &BTreeSet<MetricId>,
    programs: &BTreeMap<MetricId, Arc<Program>>,
    schema: &Schema,
) -> Result<BTreeMap<MetricId, LogicalPlan>, (MetricId, CalcError)> {
    let alone = order.groups.iter().filter_map(|group| match group {
        Group::Single(metric) if whole.contains(metric) => Some((*metric, programs.get(metric)?)),
        _ => None,
    });
    alone.map(|(metric, program)| Ok((metric, plan_of(&program.root, schema).map_err(|e| (metric, e))?))).collect()
}

fn metric_cells(run: &Arc<Run>, metric: MetricId, plan: LogicalPlan) -> Result<Arc<Cells>, CalcError> {
    let def = run.revision().schema().metric(metric).ok_or(CalcError::Internal("a metric with a formula is gone"))?;
    in_order(&def.dimensions, cells_of(run, plan)?, run)
}

/// The metrics that may have to be computed: those that read, directly or through others, something that changed.
fn dirty(programs: &BTreeMap<MetricId, Arc<Program>>, order: &Order, changes: &Changes) -> BTreeSet<MetricId> {
    let mut changed: BTreeSet<MetricId> = changes.metrics.clone();
    let mut dirty = BTreeSet::new();
    let touched = |metric: &MetricId, changed: &BTreeSet<MetricId>| {
        programs.get(metric).is_some_and(|p| p.metrics().any(|m| changed.contains(&m)) || is_whole(*metric, p, changes))
    };
    let asked = changes.only.as_ref().map(|only| read_by(only, programs));
    for group in &order.groups {
        let members: Vec<MetricId> = match group {
            Group::Single(metric) => vec![*metric],
            Group::Recurrence(_, members) => members.clone(),
        };
        if members.iter().any(|m| touched(m, &changed)) {
            changed.extend(&members);
            dirty.extend(members.into_iter().filter(|m| asked.as_ref().is_none_or(|asked| asked.contains(m))));
        }
    }
    dirty
}

/// Some metrics and all that their formulas read, directly or through others.
fn read_by(metrics: &BTreeSet<MetricId>, programs: &BTreeMap<MetricId, Arc<Program>>) -> BTreeSet<MetricId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<MetricId> = metrics.iter().copied().collect();
    while let Some(metric) = open.pop() {
        if found.insert(metric) {
            open.extend(programs.get(&metric).into_iter().flat_map(|program| program.metrics()));
        }
    }
    found
}

fn of_changed(ty: Type, changes: &Changes) -> bool {
    matches!(ty, Type::Item(d) if changes.dimensions.contains(&d))
}

/// A group's formulas, with what does not depend on the group taken out as inputs.
fn split(dimension: DimensionId, members: &[MetricId], programs: &BTreeMap<MetricId, Arc<Program>>) -> (Recurrence, Vec<Node>) {
    let mut inputs = Vec::new();
    let members = members
        .iter()
        .filter_map(|own| {
            let group = Solved { own: *own, dimension, members };
            Some((*own, group.take_out(&programs.get(own)?.root, &mut inputs)))
        })
        .collect();
    (Recurrence { dimension, members }, inputs)
}

/// What is solved together, seen from one of its metrics.
struct Solved<'a> {
    own: MetricId,
    dimension: DimensionId,
    members: &'a [MetricId],
}

impl Solved<'_> {
    /// Whether a node reads the group.
    fn reads_group(&self, node: &Node) -> bool {
        match &node.kind {
            Kind::Metric(metric) | Kind::PreviousOf { metric, .. } => self.members.contains(metric),
            Kind::Previous { .. } => true,
            _ => false,
        }
    }

    fn take_out(&self, node: &Node, inputs: &mut Vec<Node>) -> Node {
        let node = match &node.kind {
            Kind::Current(_) | Kind::CurrentValue => return node.clone(),
            Kind::Metric(metric) if self.members.contains(metric) => return node.clone(),
            Kind::Previous { dimension, back } => {
                &Node { kind: Kind::PreviousOf { metric: self.own, dimension: *dimension, back: back.clone() }, ..node.clone() }
            }
            _ => node,
        };
        let node = match &node.kind {
            // Along another dimension it moves cells of the same item.
            Kind::PreviousOf { dimension, .. } if *dimension != self.dimension => &look_back(node),
            _ => node,
        };
        if is_constant(node) {
            return node.clone();
        }
        // A part that fills cells keeps its form, by which a chain of OR knows that it does. Rows of a list are cells only behind their BY, and the
        // value of a filter further out is known only there.
        let is_whole = node.rows.is_none() && !holds_current_value(node);
        if is_whole && !fills(node) && !node.any(&|n| self.reads_group(n)) {
            inputs.push(node.clone());
            return Node { kind: Kind::Input(inputs.len() - 1), ..node.clone() };
        }
        let rebuilt: Result<Node, std::convert::Infallible> = node.rebuild(&mut |part| Ok(self.take_out(part, inputs)));
        match rebuilt {
            Ok(node) => node,
            Err(never) => match never {},
        }
    }
}

/// The cells of a formula that is not saved; in the order of its dimensions. Its operators may make as many cells together as one of a saved
/// formula may visit coordinates, and `watch` may end it.
pub fn evaluate(
    revision: &Revision,
    program: &Program,
    options: &CalcOptions,
    watch: &Watch,
) -> Result<(Vec<DimensionId>, Arc<Cells>), CalcError> {
    let run = Arc::new(Run::new(revision.clone(), options.cell_limit).watched(watch, options.cell_limit));
    let cells = in_order(&program.root.dims, cells_of(&run, plan_of(&program.root, revision.schema())?)?, &run)?;
    Ok((program.root.dims.clone(), cells))
}

/// The values of an expression over one dimension, or none, by ordinal of the dimension's items. `watch` may end it.
pub fn by_item(
    revision: &Revision,
    root: &Node,
    dimension: DimensionId,
    options: &CalcOptions,
    watch: &Watch,
) -> Result<Vector, CalcError> {
    let run = Arc::new(Run::new(revision.clone(), options.cell_limit).watched(watch, 0));
    let cells = cells_of(&run, plan_of(root, revision.schema())?)?;
    let mut values = Vector::blank(root.ty, run.items(dimension).capacity() as usize);
    let (keys, found) = cells.entries();
    for (at, key) in keys.iter().enumerate() {
        let item = cells.layout().unpack(*key).first().copied().unwrap_or(u32::MAX);
        values.set(item as usize, found.get(at).as_ref());
    }
    Ok(values)
}
