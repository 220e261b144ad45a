//! A formula's operators with what is known of each: where its cells may have changed, and the cells themselves where they are at hand.

use std::sync::Arc;

use datafusion::logical_expr::LogicalPlan;
use smalt_formula::plan::short_window;
use smalt_formula::program::{Function, Kind, Node, Spread};
use smalt_vault::Cells;

use super::kept::Reads;
use super::mapped::{Mapping, backward, forward};
use super::region::Region;
use super::stretch::Stretches;
use crate::error::CalcError;
use crate::eval::Scope;
use crate::physical::operator_of;
use crate::run::Run;

/// One operator over its inputs.
pub(crate) struct Step {
    pub(crate) node: Arc<Node>,
    pub(crate) identity: Option<Arc<str>>,
    pub(crate) inputs: Vec<Step>,
    /// What it and its inputs read.
    pub(crate) reads: Reads,
    /// Where its cells may have changed.
    pub(crate) dirty: Region,
    /// All its cells as they are now, where they are at hand.
    pub(crate) cells: Option<Arc<Cells>>,
    /// All its cells as they were before, where those are at hand too.
    pub(crate) before: Option<Arc<Cells>>,
}

impl Step {
    /// The operators of a plan, of which nothing is known yet.
    pub(crate) fn of(plan: &LogicalPlan) -> Result<Step, CalcError> {
        let (cells, inputs) = operator_of(plan)?;
        let inputs = inputs.into_iter().map(Step::of).collect::<Result<Vec<_>, _>>()?;
        let mut reads = Reads::default();
        reads.add(cells.node());
        inputs.iter().for_each(|input| reads.unite(&input.reads));
        let (node, identity) = (Arc::clone(cells.node()), cells.identity().map(Arc::clone));
        Ok(Step { node, identity, inputs, reads, dirty: Region::nothing(), cells: None, before: None })
    }

    /// Whether any of the operators can have changed.
    pub(crate) fn is_clean(&self) -> bool {
        self.dirty.is_nothing()
    }
}

/// Where the cells of an operator may have changed, seen from where those of its inputs have. `scope` has the inputs that its mappings read.
pub(super) fn touched(step: &Step, scope: &Scope) -> Result<Region, CalcError> {
    let run = &scope.run;
    let look = Look { step, scope };
    match &step.node.kind {
        Kind::Up { input, mappings, kept, .. } => {
            let from = look.touched(input)?;
            let mut all = if input.rows.is_some() && !from.is_nothing() {
                Region::everything(run)
            } else {
                forward(scope, &from, kept, &by_node(mappings))?
            };
            for (_, mapping) in mappings {
                // Cells may leave any group and come to any other.
                let moved = look.touched(mapping)?;
                all.unite(run, if input.rows.is_some() && !moved.is_nothing() { Region::everything(run) } else { moved.onto(run, kept) });
            }
            Ok(all)
        }
        Kind::Whole(_, input) | Kind::CountBlank(input) => {
            Ok(if look.touched(input)?.is_nothing() { Region::nothing() } else { Region::everything(run) })
        }
        Kind::CountAll(_) => Ok(Region::nothing()),
        Kind::Along { dimension, .. } if short_window(&step.node).is_none() => {
            let from = look.parts(&step.node)?;
            Ok(match Stretches::of(&step.node, scope)? {
                Some(stretches) => stretches.reached(run, &from),
                None => from.lines(run, *dimension),
            })
        }
        Kind::Rollup { dimension, .. } => Ok(look.parts(&step.node)?.lines(run, *dimension)),
        Kind::Rank { group, .. } => {
            let from = look.parts(&step.node)?;
            let group = group.as_deref();
            if from.is_nothing() {
                return Ok(from);
            }
            // A cell that changes its group leaves another one behind.
            let moves = group.map(|group| look.touched(group)).transpose()?.is_some_and(|region| !region.is_nothing());
            if moves { Ok(Region::everything(run)) } else { same_group(scope, &from, group) }
        }
        Kind::Convert { input, from, to } => Ok(look.touched(input)?.renamed(run, *from, *to)),
        _ => look.touched(&step.node),
    }
}

/// All coordinates whose group is that of one in the region.
pub(super) fn same_group(scope: &Scope, region: &Region, group: Option<&Node>) -> Result<Region, CalcError> {
    let Some(group) = group else { return Ok(Region::everything(&scope.run)) };
    match &group.kind {
        Kind::Current(dimension) => Ok(region.onto(&scope.run, &[*dimension])),
        _ => match group.ty {
            // There and back again.
            smalt_model::Type::Item(target) if !group.dims.contains(&target) => {
                let there = forward(scope, region, &[], &[(target, group)])?;
                backward(scope, &there, &[(target, group)])
            }
            _ => Ok(Region::everything(&scope.run)),
        },
    }
}

pub(super) fn by_node(mappings: &[(smalt_model::DimensionId, Node)]) -> Vec<Mapping<'_>> {
    mappings.iter().map(|(target, mapping)| (*target, mapping)).collect()
}

/// An expression of an operator as it is looked through.
struct Look<'a> {
    step: &'a Step,
    scope: &'a Scope,
}

impl Look<'_> {
    fn run(&self) -> &Run {
        &self.scope.run
    }

    /// Where an expression's parts may have changed.
    fn parts(&self, node: &Node) -> Result<Region, CalcError> {
        let mut all = Region::nothing();
        for part in node.children() {
            all.unite(self.run(), self.touched(part)?);
        }
        Ok(all)
    }

    /// Where an expression may have changed.
    fn touched(&self, node: &Node) -> Result<Region, CalcError> {
        let run = self.run();
        match &node.kind {
            Kind::Input(input) => Ok(self.step.inputs.get(*input).map_or_else(|| Region::everything(run), |i| i.dirty.clone())),
            Kind::Offset { input, dimension, offset } => Ok(self.touched(input)?.moved(run, *dimension, offset.saturating_neg())),
            Kind::AtMapping { input, dimension, mapping } => {
                let mut all = self.read_through(input, &[(*dimension, mapping.as_ref())])?;
                all.unite(run, self.touched(mapping)?);
                Ok(all)
            }
            Kind::Down { input, mappings, spread: Spread::Constant } => {
                let mut all = self.read_through(input, &by_node(mappings))?;
                for (_, mapping) in mappings {
                    all.unite(run, self.touched(mapping)?);
                }
                Ok(all)
            }
            Kind::Along { input, dimension, .. } => match short_window(node) {
                Some((window, offset)) => {
                    let (from, mut all) = (self.touched(input)?, Region::nothing());
                    for places in offset + 1 - window..=offset {
                        all.unite(run, from.moved(run, *dimension, places.saturating_neg()));
                    }
                    Ok(all)
                }
                None => Ok(self.parts(node)?.lines(run, *dimension)),
            },
            // The last two arguments are by day, whatever the place.
            Kind::Call(Function::NetworkDays, args) => {
                let mut all = Region::nothing();
                for (at, arg) in args.iter().enumerate() {
                    let touched = self.touched(arg)?;
                    all.unite(run, if at < 2 || touched.is_nothing() { touched } else { Region::everything(run) });
                }
                Ok(all)
            }
            _ => self.parts(node),
        }
    }

    /// Where an expression is read through mappings at cells that may have changed.
    fn read_through(&self, input: &Node, mappings: &[Mapping<'_>]) -> Result<Region, CalcError> {
        let from = self.touched(input)?;
        if from.is_nothing() { Ok(from) } else { backward(self.scope, &from, mappings) }
    }
}

/// What of an operator's inputs is read to compute an expression at the coordinates of a region, by input.
pub(super) fn wanted(node: &Node, region: &Region, scope: &Scope, by_input: &mut [Region]) -> Result<(), CalcError> {
    let run = &scope.run;
    let region = &region.onto(run, &node.dims);
    let mut each = |part: &Node, region: &Region| wanted(part, region, scope, by_input);
    match &node.kind {
        Kind::Input(input) => {
            if let Some(wanted) = by_input.get_mut(*input) {
                wanted.unite(run, region.clone());
            }
            Ok(())
        }
        Kind::Offset { input, dimension, offset } => each(input, &region.moved(run, *dimension, *offset)),
        Kind::AtMapping { input, dimension, mapping } => {
            each(mapping, region)?;
            let kept: Vec<_> = input.dims.iter().copied().filter(|d| d != dimension).collect();
            each(input, &forward(scope, region, &kept, &[(*dimension, mapping.as_ref())])?)
        }
        Kind::Down { input, mappings, .. } => {
            for (_, mapping) in mappings {
                each(mapping, region)?;
            }
            let kept: Vec<_> = input.dims.iter().copied().filter(|d| !mappings.iter().any(|(target, _)| target == d)).collect();
            each(input, &forward(scope, region, &kept, &by_node(mappings))?)
        }
        Kind::Along { input, dimension, .. } => match short_window(node) {
            Some((window, offset)) => {
                let mut all = Region::nothing();
                for places in offset + 1 - window..=offset {
                    all.unite(run, region.moved(run, *dimension, places));
                }
                each(input, &all)
            }
            None => node.children().into_iter().try_for_each(|part| each(part, &region.lines(run, *dimension))),
        },
        Kind::Call(Function::NetworkDays, args) => args.iter().enumerate().try_for_each(|(at, arg)| match at {
            0 | 1 => each(arg, region),
            _ => each(arg, &Region::everything(run)),
        }),
        _ => node.children().into_iter().try_for_each(|part| each(part, region)),
    }
}

/// The inputs of an operator that its mappings read: they decide where cells go.
pub(super) fn steering(node: &Node) -> Vec<usize> {
    fn inputs(node: &Node, found: &mut Vec<usize>) {
        if let Kind::Input(input) = node.kind {
            found.push(input);
        }
        node.children().into_iter().for_each(|child| inputs(child, found));
    }
    fn look(node: &Node, found: &mut Vec<usize>) {
        match &node.kind {
            Kind::Up { mappings, .. } | Kind::Down { mappings, .. } => mappings.iter().for_each(|(_, mapping)| inputs(mapping, found)),
            Kind::AtMapping { mapping, .. } => inputs(mapping, found),
            Kind::Rank { group: Some(group), .. } => inputs(group, found),
            _ => {}
        }
        node.children().into_iter().for_each(|child| look(child, found));
    }
    let mut found = Vec::new();
    look(node, &mut found);
    found.sort_unstable();
    found.dedup();
    found
}
