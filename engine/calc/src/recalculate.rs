//! Brings every metric with a formula up to date with what changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::logical_expr::LogicalPlan;
use smalt_formula::plan::{Recurrence, look_back};
use smalt_formula::program::{Kind, Node, Program};
use smalt_model::{DimensionId, ListId, MetricId, Schema, Type};
use smalt_vault::{Cells, Revision, Vector};

use crate::error::CalcError;
use crate::eval::{fills, holds_current_value, is_constant};
use crate::operator::in_order;
use crate::order::{Group, Order};
use crate::physical::{cells_of, plan_of, solve};
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

/// What a recalculation did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The metrics that were computed, in order, with their cells and the time that each took; metrics that are solved together share it.
    pub metrics: Vec<(MetricId, u64, Duration)>,
    /// How many results were too large for their type, and so are BLANK, in the metrics that were computed where there were any: cells, and
    /// sums and products that cells are made of.
    pub too_large: BTreeMap<MetricId, u64>,
}

/// Computes every metric that depends on what changed, in order, and puts its cells into the revision. An error leaves the revision as far as
/// it had come: the caller drops it.
pub fn recalculate(
    revision: &mut Revision,
    programs: &BTreeMap<MetricId, Arc<Program>>,
    order: &Order,
    changes: &Changes,
    options: &CalcOptions,
    progress: &dyn Fn(CalcProgress),
) -> Result<Report, (MetricId, CalcError)> {
    let dirty = dirty(programs, order, changes);
    let mut report = Report::default();
    let schema = Arc::clone(revision.schema());
    let mut plans = plans(order, &dirty, programs, &schema)?;
    let shared = Arc::new(Shared::of(plans.values()));
    for group in &order.groups {
        let start = Instant::now();
        let computed = match group {
            Group::Single(metric) if dirty.contains(metric) => {
                let Some(plan) = plans.remove(metric) else { continue };
                let run = Arc::new(Run::sharing(revision.clone(), options.cell_limit, Arc::clone(&shared)));
                let cells = metric_cells(&run, *metric, plan).map_err(|e| (*metric, e))?;
                vec![(*metric, cells, run.take_too_large())]
            }
            Group::Recurrence(dimension, members) if members.iter().any(|m| dirty.contains(m)) => {
                let run = Arc::new(Run::new(revision.clone(), options.cell_limit));
                let first = members.first().copied().unwrap_or(MetricId(u32::MAX));
                let (recurrence, inputs) = split(*dimension, members, programs);
                solve(&run, recurrence, &inputs).map_err(|e| (first, e))?
            }
            Group::Single(_) | Group::Recurrence(..) => continue,
        };
        let took = start.elapsed();
        for (metric, cells, too_large) in computed {
            report.metrics.push((metric, cells.len(), took));
            if too_large > 0 {
                report.too_large.insert(metric, too_large);
            }
            progress(CalcProgress { metric, done: report.metrics.len(), total: dirty.len() });
            revision.set_cells(metric, cells);
        }
    }
    Ok(report)
}

/// The plans of the metrics that are computed by themselves.
fn plans(
    order: &Order,
    dirty: &BTreeSet<MetricId>,
    programs: &BTreeMap<MetricId, Arc<Program>>,
    schema: &Schema,
) -> Result<BTreeMap<MetricId, LogicalPlan>, (MetricId, CalcError)> {
    let alone = order.groups.iter().filter_map(|group| match group {
        Group::Single(metric) if dirty.contains(metric) => Some((*metric, programs.get(metric)?)),
        _ => None,
    });
    alone.map(|(metric, program)| Ok((metric, plan_of(&program.root, schema).map_err(|e| (metric, e))?))).collect()
}

fn metric_cells(run: &Arc<Run>, metric: MetricId, plan: LogicalPlan) -> Result<Arc<Cells>, CalcError> {
    let def = run.revision().schema().metric(metric).ok_or(CalcError::Internal("a metric with a formula is gone"))?;
    in_order(&def.dimensions, cells_of(run, plan)?, run)
}

/// The metrics to compute: those that read, directly or through others, something that changed.
fn dirty(programs: &BTreeMap<MetricId, Arc<Program>>, order: &Order, changes: &Changes) -> BTreeSet<MetricId> {
    let mut changed: BTreeSet<MetricId> = changes.metrics.clone();
    let mut dirty = BTreeSet::new();
    let touched = |metric: &MetricId, changed: &BTreeSet<MetricId>| {
        programs.get(metric).is_some_and(|p| {
            changes.formulas.contains(metric)
                || p.metrics().any(|m| changed.contains(&m))
                || p.lists.iter().any(|l| changes.lists.contains(l))
                || p.root.any(&|n| n.dims.iter().any(|d| changes.dimensions.contains(d)) || of_changed(n.ty, changes))
        })
    };
    for group in &order.groups {
        let members: Vec<MetricId> = match group {
            Group::Single(metric) => vec![*metric],
            Group::Recurrence(_, members) => members.clone(),
        };
        if members.iter().any(|m| touched(m, &changed)) {
            changed.extend(&members);
            dirty.extend(members);
        }
    }
    dirty
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

/// The values of an expression over one dimension, or none, by ordinal of the dimension's items.
pub fn by_item(revision: &Revision, root: &Node, dimension: DimensionId, options: &CalcOptions) -> Result<Vector, CalcError> {
    let run = Arc::new(Run::new(revision.clone(), options.cell_limit));
    let cells = cells_of(&run, plan_of(root, revision.schema())?)?;
    let mut values = Vector::blank(root.ty, run.items(dimension).capacity() as usize);
    let (keys, found) = cells.entries();
    for (at, key) in keys.iter().enumerate() {
        let item = cells.layout().unpack(*key).first().copied().unwrap_or(u32::MAX);
        values.set(item as usize, found.get(at).as_ref());
    }
    Ok(values)
}
