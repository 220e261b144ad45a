//! The wave of a recalculation: which cells of which metrics differ from the state before, as far as it has come.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use smalt_formula::plan::Recurrence;
use smalt_formula::program::{Node, Program};
use smalt_model::{DimensionId, MetricId};
use smalt_vault::{Cells, Revision};

use super::pass::{Pass, pays, reconciled, renewed};
use super::patch::inside;
use super::region::Region;
use super::step::Step;
use crate::error::CalcError;
use crate::operator::recur::{self, Known};
use crate::physical::plan_of;
use crate::reach::{stays_at_its_item, stays_on_its_line};
use crate::recalculate::{Changes, Since};
use crate::report::Extent;
use crate::run::Run;

/// Where the cells of metrics differ from those before. A metric that is not in it is as it was.
pub(crate) struct Wave<'a> {
    since: Option<Since<'a>>,
    changed: HashMap<MetricId, Region>,
}

/// A metric that was brought up to date.
pub(crate) struct Part {
    pub(crate) cells: Arc<Cells>,
    pub(crate) changed: Region,
    pub(crate) extent: Extent,
    pub(crate) count: Option<u64>,
}

/// Of the cells of an input, up to this share is listed where they differ; past that, all of them may.
const SHARE_OF_EDITS: u64 = 4;
/// So many are always listed.
const ALWAYS_LISTED: usize = 4_096;

impl<'a> Wave<'a> {
    /// The wave at its start: the metrics of which somebody wrote cells. One that came to the same as before is what it was before, so that
    /// nothing that was made of it counts as out of date.
    pub(crate) fn new(revision: &mut Revision, changes: &Changes, since: Option<Since<'a>>, cell_limit: u64) -> Wave<'a> {
        let run = Run::new(revision.clone(), cell_limit);
        let mut wave = Wave { since, changed: HashMap::new() };
        for metric in &changes.metrics {
            let then = since.and_then(|since| since.before.cells(*metric));
            let region = match (then, revision.cells(*metric)) {
                (Some(then), Some(now)) => {
                    let most = usize::try_from(now.len() / SHARE_OF_EDITS).unwrap_or(usize::MAX).max(ALWAYS_LISTED);
                    match now.changed_from(&then, most) {
                        Some(keys) if keys.is_empty() => {
                            revision.set_cells(*metric, then);
                            Region::nothing()
                        }
                        Some(keys) => Region::of_keys(&run, now.layout(), keys),
                        None => Region::everything(&run),
                    }
                }
                (None, Some(now)) if now.is_empty() => Region::nothing(),
                (None, None) => Region::nothing(),
                _ => Region::everything(&run),
            };
            wave.set(*metric, region);
        }
        wave
    }

    /// Takes note of where a metric differs.
    pub(crate) fn set(&mut self, metric: MetricId, changed: Region) {
        if changed.is_nothing() {
            self.changed.remove(&metric);
        } else {
            self.changed.insert(metric, changed);
        }
    }

    /// Whether a formula reads a metric that differs.
    pub(crate) fn reaches(&self, program: &Program) -> bool {
        program.metrics().any(|metric| self.changed.contains_key(&metric))
    }

    /// Whether any cell of a metric that a formula reads may differ.
    pub(crate) fn floods(&self, program: &Program) -> bool {
        program.metrics().any(|metric| self.changed.get(&metric).is_some_and(Region::is_everything))
    }

    /// A metric that was computed whole, beside what it was: the cells, with what is the same shared, where they may differ, and how many do.
    pub(crate) fn reconcile(&self, run: &Run, metric: MetricId, cells: Arc<Cells>) -> (Arc<Cells>, Region, Option<u64>) {
        let before = self.since.and_then(|since| since.before.cells(metric)).filter(|before| !before.is_empty() || cells.is_empty());
        let Some(before) = before else {
            let differs = if cells.is_empty() { Region::nothing() } else { Region::everything(run) };
            return (cells, differs, None);
        };
        let renewed = reconciled(run, &cells, &before, &Region::everything(run));
        (renewed.cells, renewed.changed, renewed.count)
    }

    /// What the wave reaches of a metric, computed. `None` where the cells before are not at hand, so that it has to be computed whole.
    pub(crate) fn part(&self, run: &Arc<Run>, metric: MetricId, plan: &LogicalPlan) -> Result<Option<Part>, CalcError> {
        let Some(since) = self.since else { return Ok(None) };
        let Some(base) = since.before.cells(metric) else { return Ok(None) };
        let def = run.revision().schema().metric(metric).ok_or(CalcError::Internal("a metric with a formula is gone"))?;
        if *base.layout() != run.layout(&def.dimensions)? {
            return Ok(None);
        }
        let pass = self.pass(run, since);
        let mut step = Step::of(plan)?;
        pass.prepare(&mut step, true)?;
        if step.is_clean() {
            return Ok(Some(Part { cells: base, changed: Region::nothing(), extent: Extent::Part, count: Some(0) }));
        }
        let renewed = pass.renewed(&step, &base)?;
        let extent = if renewed.is_whole { Extent::Whole } else { Extent::Part };
        Ok(Some(Part { cells: renewed.cells, changed: renewed.changed, extent, count: renewed.count }))
    }

    fn pass<'p>(&'p self, run: &Arc<Run>, since: Since<'p>) -> Pass<'p> {
        Pass { run: Arc::clone(run), before: since.before, kept: since.kept, changed: &self.changed }
    }

    /// Metrics that are solved together: on the lines and from the first item on that the wave reaches, where that can be told.
    pub(crate) fn solve(&self, run: &Arc<Run>, recurrence: &Recurrence, inputs: &[Node]) -> Result<Vec<Solution>, CalcError> {
        let Some(since) = self.since else { return Err(CalcError::Internal("a wave without a beginning")) };
        let (pass, dimension) = (self.pass(run, since), recurrence.dimension);
        let (mut steps, mut touched) = (Vec::with_capacity(inputs.len()), Region::nothing());
        for input in inputs {
            let mut step = Step::of(&plan_of(input, run.revision().schema())?)?;
            pass.prepare(&mut step, false)?;
            touched.unite(run, step.dirty.clone());
            steps.push(step);
        }
        let Some(bases) = bases(run, since, recurrence) else {
            let cells = steps.iter().map(|step| pass.whole(step)).collect::<Result<Vec<_>, _>>()?;
            let solved = recur::solve(run, recurrence, cells, None)?;
            return Ok(solved
                .into_iter()
                .map(|(metric, cells, lost)| Solution { metric, cells, changed: None, too_large: lost })
                .collect());
        };
        if touched.is_nothing() {
            return Ok(Vec::new());
        }
        let lines = touched.lines(run, dimension);
        let is_part = recurrence.members.iter().all(|(_, node)| stays_on_its_line(node, dimension))
            && bases.values().all(|base| pays(lines.onto(run, base.layout().dims()).size(run, base.layout().dims()), base.len()));
        let seen = |cells: &Arc<Cells>| if is_part { inside(run, Arc::clone(cells), &lines) } else { Ok(Arc::clone(cells)) };
        let cells = steps
            .iter()
            .map(|step| if is_part { pass.restricted(step, &lines.onto(run, &step.node.dims)) } else { pass.whole(step) })
            .collect::<Result<Vec<_>, _>>()?;
        let known = match first_place(run, dimension, &touched) {
            Some(places) if recurrence.members.iter().all(|(_, node)| stays_at_its_item(node, dimension)) => {
                let cells = bases.iter().map(|(metric, base)| Ok((*metric, seen(base)?))).collect::<Result<_, CalcError>>()?;
                Some(Known { places, cells })
            }
            _ => None,
        };
        let solved = recur::solve(run, recurrence, cells, known)?;
        let mut solutions = Vec::with_capacity(solved.len());
        for (metric, cells, too_large) in solved {
            let Some(base) = bases.get(&metric) else { return Err(CalcError::Internal("a metric of a group is gone")) };
            let renewed = if is_part {
                let region = lines.onto(run, base.layout().dims());
                renewed(run, base, &region, &*inside(run, cells, &region)?)?
            } else {
                reconciled(run, &cells, base, &Region::everything(run))
            };
            let extent = if is_part { Extent::Part } else { Extent::Whole };
            let part = Part { cells: Arc::clone(&renewed.cells), changed: renewed.changed, extent, count: renewed.count };
            solutions.push(Solution { metric, cells: renewed.cells, changed: Some(part), too_large });
        }
        Ok(solutions)
    }
}

/// A metric of a group as it was solved.
pub(crate) struct Solution {
    pub(crate) metric: MetricId,
    pub(crate) cells: Arc<Cells>,
    /// Beside what it was before, where that is known.
    pub(crate) changed: Option<Part>,
    pub(crate) too_large: u64,
}

/// The cells before of all members of a group; `None` where those of one are not at hand.
fn bases(run: &Run, since: Since<'_>, recurrence: &Recurrence) -> Option<HashMap<MetricId, Arc<Cells>>> {
    let base = |metric: MetricId| {
        let before = since.before.cells(metric)?;
        (*before.layout() == run.layout(before.layout().dims()).ok()?).then_some((metric, before))
    };
    recurrence.members.iter().map(|(metric, _)| base(*metric)).collect()
}

/// How many places along a dimension lie before the first one that a region has. `None`: it has all of them.
fn first_place(run: &Run, dimension: DimensionId, region: &Region) -> Option<usize> {
    let items = run.items(dimension);
    let mut first = items.len();
    for part in region.parts() {
        let field = part.layout.field(dimension)?;
        let places = part.keys.iter().filter_map(|key| items.position(smalt_vault::Key::get(*key, field)));
        first = places.map(|place| place as usize).fold(first, usize::min);
    }
    Some(first)
}
