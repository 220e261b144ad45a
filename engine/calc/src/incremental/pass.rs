//! Computing a part of a formula's cells, operator by operator from the top: each asks its inputs for what it reads.

use std::collections::HashMap;
use std::sync::Arc;

use smalt_formula::plan::{short_window, stands_alone};
use smalt_formula::program::{Kind, Node};
use smalt_model::MetricId;
use smalt_vault::{Builder, Cells, Changed, Revision, Vector};

use super::kept::Kept;
use super::mapped::backward;
use super::patch::{inside, patched, picked};
use super::region::Region;
use super::standing::Standing;
use super::step::{Step, by_node, same_group, steering, touched, wanted};
use super::stretch::Stretches;
use crate::error::CalcError;
use crate::eval::Scope;
use crate::operator::{Cellwise, Source, in_order, open, open_over};
use crate::reorder::reorder;
use crate::run::Run;
use crate::width::Width;

/// A part of this many coordinates is always computed by itself.
const ALWAYS_A_PART: u128 = 4_096;
/// A larger one only where it is at most this share of the cells that there are: to look cells up costs more than to walk along them.
const SHARE_OF_A_PART: u128 = 8;
/// The same where most of the cells would stand as they were.
const SHARE_BESIDE_STANDING: u128 = 64;
/// Of cells that were computed anew, the changed ones are listed up to this share: what reads more of them is better off with the region that was
/// computed, whose coordinates stand together.
const SHARE_OF_CHANGES: u64 = 64;

/// One metric's turn in a recalculation.
pub(super) struct Pass<'a> {
    pub(super) run: Arc<Run>,
    /// The state in which everything was computed last.
    pub(super) before: &'a Revision,
    pub(super) kept: &'a Kept,
    /// Where the cells of metrics have changed since; those that are not in it have not.
    pub(super) changed: &'a HashMap<MetricId, Region>,
}

/// Cells as they are now, and where they differ from those before.
pub(super) struct Renewed {
    pub(super) cells: Arc<Cells>,
    pub(super) changed: Region,
    /// How many differ, where that was told.
    pub(super) count: Option<u64>,
    /// Whether all were computed.
    pub(super) is_whole: bool,
}

/// Cells that were computed anew beside those before. `dirty` is where they may differ.
pub(super) fn reconciled(run: &Run, all: &Cells, base: &Arc<Cells>, dirty: &Region) -> Renewed {
    let most = usize::try_from(base.len().max(all.len()) / SHARE_OF_CHANGES).unwrap_or(usize::MAX).max(ALWAYS_A_PART as usize);
    let (cells, Changed { count, keys }) = all.clone().reconciled(base, most);
    let changed = keys.map_or_else(|| dirty.clone(), |keys| Region::of_keys(run, cells.layout(), keys));
    Renewed { cells, changed, count, is_whole: true }
}

/// Cells with those inside a region computed anew.
pub(super) fn renewed(run: &Run, base: &Arc<Cells>, region: &Region, part: &Cells) -> Result<Renewed, CalcError> {
    let (cells, keys) = patched(run, base, region, part)?;
    let count = Some(keys.len() as u64);
    Ok(Renewed { cells, changed: Region::of_keys(run, base.layout(), keys), count, is_whole: false })
}

/// Whether computing so many coordinates by themselves beats computing all.
pub(super) fn pays(coordinates: u128, cells: u64) -> bool {
    is_few(coordinates, cells, SHARE_OF_A_PART)
}

fn is_few(coordinates: u128, cells: u64, share: u128) -> bool {
    coordinates <= ALWAYS_A_PART.max(u128::from(cells) / share)
}

/// Whether an operator makes much into little, so that its cells are worth keeping.
pub(crate) fn is_kept(node: &Node) -> bool {
    matches!(node.kind, Kind::Up { .. } | Kind::Whole(..) | Kind::CountBlank(_))
}

impl Pass<'_> {
    /// Finds out where the operators' cells may have changed, from the leaves up, and brings those that are kept up to date: what came to the
    /// same as before ends there.
    pub(super) fn prepare(&self, step: &mut Step, is_root: bool) -> Result<(), CalcError> {
        for input in &mut step.inputs {
            self.prepare(input, false)?;
        }
        if let Kind::Metric(metric) = step.node.kind {
            step.dirty = self.changed.get(&metric).cloned().unwrap_or_default();
            step.cells = Some(self.run.metric(metric)?);
            step.before = self.before.cells(metric);
            return Ok(());
        }
        if !step.inputs.iter().all(Step::is_clean) {
            step.dirty = touched(step, &self.steered(step)?)?.onto(&self.run, &step.node.dims);
        }
        if is_root || !is_kept(&step.node) { Ok(()) } else { self.bring_up(step) }
    }

    /// Brings the cells of a kept operator up to date, if they are there.
    fn bring_up(&self, step: &mut Step) -> Result<(), CalcError> {
        let Some(identity) = &step.identity else { return Ok(()) };
        let now = step.reads.footing(identity, self.run.revision());
        if step.is_clean()
            && let Some(cells) = self.kept.get(&now)
        {
            step.cells = Some(cells);
            return Ok(());
        }
        let Some(base) = self.kept.get(&step.reads.footing(identity, self.before)) else { return Ok(()) };
        if *base.layout() != self.run.layout(base.layout().dims())? {
            return Ok(());
        }
        if step.is_clean() {
            self.kept.put(now, &base);
            step.cells = Some(base);
            return Ok(());
        }
        let too_large = self.run.too_large();
        let renewed = self.renewed(step, &base)?;
        if self.run.too_large() == too_large {
            self.kept.put(now, &renewed.cells);
        }
        step.cells = Some(renewed.cells);
        step.before = Some(base);
        step.dirty = renewed.changed;
        Ok(())
    }

    /// An operator's cells brought up to date from those before, under their layout.
    pub(super) fn renewed(&self, step: &Step, base: &Arc<Cells>) -> Result<Renewed, CalcError> {
        let layout = base.layout();
        if let Some(renewed) = self.exchanged(step, base)? {
            return Ok(renewed);
        }
        let standing = Standing::new(base, &step.dirty).filter(|_| step.cells.is_none() && !is_kept(&step.node));
        let share = if standing.is_some() { SHARE_BESIDE_STANDING } else { SHARE_OF_A_PART };
        if is_few(step.dirty.size(&self.run, layout.dims()), base.len(), share) {
            let part = reorder(&*self.restricted(step, &step.dirty)?, layout)?;
            return renewed(&self.run, base, &step.dirty, &part);
        }
        let is_whole = standing.is_none();
        let all = match standing {
            Some(standing) => open_over(&self.run, &step.node, self.opened_inputs(step)?, Some(standing))?.into_cells()?,
            None => self.whole(step)?,
        };
        let all = in_order(layout.dims(), all, &self.run)?;
        Ok(Renewed { is_whole, ..reconciled(&self.run, &all, base, &step.dirty) })
    }

    /// All cells of an operator.
    pub(super) fn whole(&self, step: &Step) -> Result<Arc<Cells>, CalcError> {
        if let Some(cells) = &step.cells {
            return Ok(Arc::clone(cells));
        }
        let too_large = self.run.too_large();
        let cells = self.opened(step)?.into_cells()?;
        if let Some(identity) = step.identity.as_ref().filter(|_| is_kept(&step.node) && self.run.too_large() == too_large) {
            self.kept.put(step.reads.footing(identity, self.run.revision()), &cells);
        }
        Ok(cells)
    }

    fn opened(&self, step: &Step) -> Result<Source, CalcError> {
        open(&self.run, &step.node, self.opened_inputs(step)?)
    }

    fn opened_inputs(&self, step: &Step) -> Result<Vec<Source>, CalcError> {
        step.inputs.iter().map(|input| self.source(input, None)).collect()
    }

    /// An operator as the source of another: at least its cells in a region.
    pub(super) fn source(&self, step: &Step, region: Option<&Region>) -> Result<Source, CalcError> {
        let Some(region) = region.filter(|region| !region.is_everything()) else {
            return match step.cells {
                None if !is_kept(&step.node) => self.opened(step),
                _ => self.whole(step).map(Source::Stored),
            };
        };
        if let Some(cells) = &step.cells {
            let size = region.size(&self.run, cells.layout().dims());
            if !pays(size, cells.len()) {
                return Ok(Source::Stored(Arc::clone(cells)));
            }
            let node = Node { kind: Kind::Input(0), ..step.node.as_ref().clone() };
            let scope = Scope::at_few(&self.run, vec![Arc::clone(cells)], size);
            return Cellwise::within(scope, Arc::new(node), region).map(Source::Cellwise);
        }
        if step.node.rows.is_some() {
            return self.opened(step);
        }
        if stands_alone(&step.node) { self.restricted(step, region).map(Source::Stored) } else { self.cellwise(step, region) }
    }

    /// An operator's cells in a region, and no others.
    pub(super) fn restricted(&self, step: &Step, region: &Region) -> Result<Arc<Cells>, CalcError> {
        let run = &self.run;
        if let Some(cells) = &step.cells {
            let (keys, values) = picked(run, cells, region);
            return Ok(Arc::new(cells_of(cells, keys, values)));
        }
        let first = || step.inputs.first().ok_or(CalcError::Internal("an operator has no input"));
        let inputs = match &step.node.kind {
            Kind::Up { input, mappings, .. } => {
                let scope = self.steered(step)?;
                let from = match input.rows {
                    Some(_) => Region::everything(run),
                    None => backward(&scope, region, &by_node(mappings))?,
                };
                self.sources(step, &scope, &from, |_| Ok(()))?
            }
            Kind::Whole(..) | Kind::CountBlank(_) | Kind::CountAll(_) => return self.whole(step),
            Kind::Along { dimension, order, args, .. } if short_window(&step.node).is_none() => {
                let scope = self.steered(step)?;
                let lines = match Stretches::of(&step.node, &scope)? {
                    Some(stretches) => stretches.whole(run, region),
                    None => region.lines(run, *dimension),
                };
                self.sources(step, &scope, &lines, |by_input| {
                    order.iter().map(AsRef::as_ref).chain(args.iter().flatten()).try_for_each(|arg| wanted(arg, &lines, &scope, by_input))
                })?
            }
            Kind::Rollup { dimension, weight, .. } => {
                let scope = self.steered(step)?;
                let lines = region.lines(run, *dimension);
                self.sources(step, &scope, &lines, |by_input| weight.iter().try_for_each(|arg| wanted(arg, &lines, &scope, by_input)))?
            }
            Kind::Rank { group, .. } => {
                let scope = self.steered(step)?;
                let groups = same_group(&scope, region, group.as_deref())?;
                self.sources(step, &scope, &groups, |by_input| group.iter().try_for_each(|arg| wanted(arg, &groups, &scope, by_input)))?
            }
            Kind::Convert { from, to, .. } => vec![self.source(first()?, Some(&region.renamed(run, *to, *from)))?],
            Kind::Input(_) | Kind::Previous { .. } | Kind::PreviousOf { .. } => return self.whole(step),
            _ => return self.cellwise(step, region)?.into_cells(),
        };
        let cells = open(run, &step.node, inputs)?.into_cells()?;
        inside(run, cells, region)
    }

    /// The inputs of an operator that moves cells: of the first one what is in `from`, of the others what its arguments want. `scope` has those
    /// that steer it.
    fn sources(
        &self,
        step: &Step,
        scope: &Scope,
        from: &Region,
        wants: impl FnOnce(&mut [Region]) -> Result<(), CalcError>,
    ) -> Result<Vec<Source>, CalcError> {
        let mut by_input = vec![Region::nothing(); step.inputs.len()];
        let steered = steering(&step.node);
        wants(&mut by_input)?;
        step.inputs
            .iter()
            .enumerate()
            .map(|(at, input)| match (by_input.get(at), scope.inputs.get(at)) {
                _ if at == 0 => self.source(input, Some(from)),
                (_, Some(whole)) if steered.contains(&at) => Ok(Source::Stored(Arc::clone(whole))),
                (Some(wanted), _) => self.needed(input, wanted).map(Source::Stored),
                (None, _) => self.whole(input).map(Source::Stored),
            })
            .collect()
    }

    /// A fused expression at the coordinates of a region.
    fn cellwise(&self, step: &Step, region: &Region) -> Result<Source, CalcError> {
        let mut by_input = vec![Region::nothing(); step.inputs.len()];
        if step.inputs.iter().any(|input| input.cells.is_none()) {
            wanted(&step.node, region, &self.steered(step)?, &mut by_input)?;
        }
        let cells = step.inputs.iter().zip(&by_input).map(|(input, wanted)| self.needed(input, wanted)).collect::<Result<Vec<_>, _>>()?;
        let scope = Scope::at_few(&self.run, cells, region.size(&self.run, &step.node.dims));
        Cellwise::within(scope, Arc::clone(&step.node), region).map(Source::Cellwise)
    }

    /// At least the cells of an input in a region.
    fn needed(&self, input: &Step, region: &Region) -> Result<Arc<Cells>, CalcError> {
        match &input.cells {
            Some(cells) => Ok(Arc::clone(cells)),
            None if region.is_everything() => self.whole(input),
            None => self.restricted(input, region),
        }
    }

    /// The surroundings in which an operator's mappings are evaluated.
    pub(super) fn steered(&self, step: &Step) -> Result<Scope, CalcError> {
        let steering = steering(&step.node);
        let cells = step
            .inputs
            .iter()
            .enumerate()
            .map(|(at, input)| match steering.contains(&at) {
                true => self.whole(input),
                false => Ok(Arc::new(Cells::empty(self.run.layout(&[])?, input.node.ty))),
            })
            .collect::<Result<Vec<_>, CalcError>>()?;
        Ok(Scope::at_few(&self.run, cells, ALWAYS_A_PART))
    }
}

/// Cells under the layout of others.
fn cells_of(like: &Cells, keys: Vec<u128>, values: Vector) -> Cells {
    fn of<K: Width>(like: &Cells, keys: Vec<u128>, values: Vector) -> Cells {
        let mut builder = Builder::<K>::new(Arc::clone(like.layout()), like.ty());
        builder.push_plain(keys.into_iter().map(K::narrow).collect(), values);
        K::cells(builder.finish())
    }
    if like.layout().is_wide() { of::<u128>(like, keys, values) } else { of::<u64>(like, keys, values) }
}
