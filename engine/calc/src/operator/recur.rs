//! Metrics that refer to one another, solved item by item along one dimension and vectorised over all the others.

mod history;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use smalt_formula::plan::Recurrence;
use smalt_formula::program::{Kind, Node};
use smalt_model::{DimensionId, MetricId, Type, Value};
use smalt_vault::{Builder, Cells, Key, Vector};

use self::history::History;
use super::source::in_order;
use crate::call::Facts;
use crate::error::CalcError;
use crate::physical::{Solved, direct};
use crate::reorder::reorder;
use crate::run::Run;
use crate::width::Width;

/// What is known of a group from before: the cells of all its members, which stay at so many first places along the dimension.
pub(crate) struct Known {
    pub(crate) places: usize,
    pub(crate) cells: HashMap<MetricId, Arc<Cells>>,
}

/// Solves a group. `inputs` are the cells that do not depend on it. Gives each metric's cells in its declared dimensions; what was too large in
/// the inputs counts to the first one.
pub(crate) fn solve(run: &Arc<Run>, recurrence: &Recurrence, inputs: Vec<Arc<Cells>>, known: Option<Known>) -> Result<Solved, CalcError> {
    let dimension = recurrence.dimension;
    let inputs = inputs.into_iter().map(|c| dimension_first(run, dimension, &c)).collect::<Result<Vec<_>, _>>()?;
    let order = run.order(dimension);
    let history = History::default();
    // Each metric's cells at each place along the dimension.
    let mut solved: HashMap<MetricId, Vec<Arc<Cells>>> = HashMap::new();
    let mut too_large: HashMap<MetricId, u64> = HashMap::new();
    let from = known.as_ref().map_or(0, |known| known.places.min(order.len()));
    for (metric, cells) in known.iter().flat_map(|known| &known.cells) {
        let cells = dimension_first(run, dimension, cells)?;
        let steps = order.iter().take(from).map(|item| at_item(&cells, dimension, *item)).collect::<Result<_, _>>()?;
        solved.insert(*metric, steps);
    }
    for place in from..order.len() {
        let mut here: HashMap<MetricId, Arc<Cells>> = HashMap::new();
        for (metric, node) in &recurrence.members {
            let step = Step { run, dimension, order: &order, place, inputs: &inputs, solved: &solved, here: &here, history: &history };
            let cells = step.cells(node, place)?;
            *too_large.entry(*metric).or_default() += run.take_too_large();
            here.insert(*metric, dimension_first(run, dimension, &cells)?);
        }
        for (metric, cells) in here {
            solved.entry(metric).or_default().push(cells);
        }
    }
    recurrence
        .members
        .iter()
        .map(|(metric, node)| {
            let steps = solved.remove(metric).unwrap_or_default();
            let def = run.revision().schema().metric(*metric).ok_or(CalcError::Internal("a metric of a group is gone"))?;
            let cells = together(run, dimension, &order, &steps, &def.dimensions, node.ty)?;
            Ok((*metric, in_order(&def.dimensions, Arc::new(cells), run)?, too_large.remove(metric).unwrap_or(0)))
        })
        .collect()
}

/// The cells with the dimension of the recurrence highest, so that one item's cells are one range.
fn dimension_first(run: &Run, dimension: DimensionId, cells: &Arc<Cells>) -> Result<Arc<Cells>, CalcError> {
    if !cells.layout().dims().contains(&dimension) {
        return Ok(Arc::clone(cells));
    }
    let mut dims = vec![dimension];
    dims.extend(cells.layout().dims().iter().copied().filter(|d| *d != dimension));
    reorder(cells, &run.layout(&dims)?).map(Arc::new)
}

/// The steps' cells as one set.
fn together(
    run: &Run,
    dimension: DimensionId,
    order: &[u32],
    steps: &[Arc<Cells>],
    dims: &[DimensionId],
    ty: Type,
) -> Result<Cells, CalcError> {
    fn append<K: Width>(layout: &Arc<smalt_vault::Layout>, steps: &[(u32, &Arc<Cells>)], ty: Type) -> Cells {
        let mut builder = Builder::<K>::new(Arc::clone(layout), ty);
        for body in steps.iter().filter_map(|(_, c)| K::body(c)) {
            for chunk in (0..body.block_count()).filter_map(|i| body.chunk(i)) {
                builder.push_chunk(chunk);
            }
        }
        K::cells(builder.finish())
    }
    let mut first = vec![dimension];
    first.extend(dims.iter().copied().filter(|d| *d != dimension));
    let layout = run.layout(&first)?;
    let mut steps = order
        .iter()
        .copied()
        .zip(steps)
        .map(|(item, cells)| Ok((item, reorder(cells, &layout).map(Arc::new)?)))
        .collect::<Result<Vec<(u32, Arc<Cells>)>, CalcError>>()?;
    // The dimension is the highest field: the steps follow one another by ordinal.
    steps.sort_by_key(|(item, _)| *item);
    let steps: Vec<(u32, &Arc<Cells>)> = steps.iter().map(|(i, c)| (*i, c)).collect();
    Ok(if layout.is_wide() { append::<u128>(&layout, &steps, ty) } else { append::<u64>(&layout, &steps, ty) })
}

/// One metric at one item, the place of which along the dimension is `place`. Everything at earlier places is solved.
struct Step<'a> {
    run: &'a Run,
    dimension: DimensionId,
    order: &'a [u32],
    place: usize,
    inputs: &'a [Arc<Cells>],
    solved: &'a HashMap<MetricId, Vec<Arc<Cells>>>,
    here: &'a HashMap<MetricId, Arc<Cells>>,
    history: &'a History,
}

impl Step<'_> {
    /// The cells of an expression at a place. What it reads of the group is at the step's own place at the latest.
    fn cells(&self, node: &Node, at: usize) -> Result<Arc<Cells>, CalcError> {
        if let Kind::Metric(metric) = &node.kind {
            return self.metric(*metric, Some(at));
        }
        let mut externals = Vec::new();
        let seen = self.seen(node, at, &mut externals)?;
        direct(&Arc::new(self.run.step(self.dimension, self.item(at)?, externals)), &seen)
    }

    /// The expression as it is at a place: what it reads of the group and of its inputs becomes cells from outside.
    fn seen(&self, node: &Node, at: usize, externals: &mut Vec<Arc<Cells>>) -> Result<Node, CalcError> {
        let item = self.item(at)?;
        let cells = match &node.kind {
            Kind::Input(input) => {
                let cells = self.inputs.get(*input).ok_or(CalcError::Internal("an input of a group is missing"))?;
                at_item(cells, self.dimension, item)?
            }
            Kind::Metric(metric) => self.metric(*metric, Some(at))?,
            Kind::PreviousOf { metric, back, .. } => match back.as_deref().map(|back| (back, back.integer())) {
                None => self.earlier(*metric, at, 1)?,
                Some((_, Some(places))) => self.earlier(*metric, at, places)?,
                Some((back, None)) => return self.gathered(node, *metric, back, at, externals),
            },
            Kind::Offset { input, dimension, offset } if *dimension == self.dimension => {
                let there = i64::try_from(at).ok().and_then(|at| usize::try_from(at.checked_add(*offset)?).ok());
                match there.filter(|there| *there < self.order.len()) {
                    // It may be a later place, from which the expression looks back again.
                    Some(there) => moved(&self.cells(input, there)?, self.dimension, item)?,
                    None => Arc::new(Cells::empty(self.run.layout(&input.dims)?, input.ty)),
                }
            }
            Kind::Along { dimension, .. } if *dimension == self.dimension => self.along(node, at)?,
            _ => return node.rebuild(&mut |part| self.seen(part, at, externals)),
        };
        externals.push(cells);
        Ok(Node { kind: Kind::Input(externals.len() - 1), ..node.clone() })
    }

    /// PREVIOUSOF with a computed number of places: for each number that comes up, the cells so many places earlier.
    fn gathered(&self, node: &Node, metric: MetricId, back: &Node, at: usize, externals: &mut Vec<Arc<Cells>>) -> Result<Node, CalcError> {
        let back = self.seen(back, at, externals)?;
        let run = Arc::new(self.run.step(self.dimension, self.item(at)?, externals.clone()));
        let (_, values) = direct(&run, &back)?.entries();
        let distinct: BTreeSet<i64> = match values {
            Vector::Integer(v) => v.into_iter().filter(|n| usize::try_from(*n).is_ok_and(|n| (1..=at).contains(&n))).collect(),
            _ => return Err(CalcError::Internal("a number of places is no integer")),
        };
        let mut cases = Vec::with_capacity(distinct.len());
        for places in distinct {
            externals.push(self.earlier(metric, at, places)?);
            let wanted = Node { kind: Kind::Constant(Value::Integer(places)), ty: Type::Integer, dims: Vec::new(), ..node.clone() };
            cases.push((wanted, Node { kind: Kind::Input(externals.len() - 1), ..node.clone() }));
        }
        Ok(Node { kind: Kind::Switch { value: Box::new(back), cases, otherwise: None }, ..node.clone() })
    }

    /// A metric's cells so many places earlier, moved to the item from which they are seen; none for less than one place.
    fn earlier(&self, metric: MetricId, at: usize, places: i64) -> Result<Arc<Cells>, CalcError> {
        let there = usize::try_from(places).ok().filter(|n| *n >= 1).and_then(|n| at.checked_sub(n));
        moved(&self.metric(metric, there)?, self.dimension, self.item(at)?)
    }

    /// A metric's cells at a place; none off the start.
    fn metric(&self, metric: MetricId, at: Option<usize>) -> Result<Arc<Cells>, CalcError> {
        if at.is_some_and(|at| at > self.place) {
            return Err(CalcError::Internal("a group reads a later item"));
        }
        let found = at.and_then(|at| match self.solved.get(&metric).and_then(|steps| steps.get(at)) {
            Some(cells) => Some(cells),
            None => self.here.get(&metric).filter(|_| at == self.place),
        });
        if let Some(cells) = found {
            return Ok(Arc::clone(cells));
        }
        let def = self.run.revision().schema().metric(metric).ok_or(CalcError::Internal("a metric of a group is gone"))?;
        let mut dims = vec![self.dimension];
        dims.extend(def.dimensions.iter().copied().filter(|d| *d != self.dimension));
        Ok(Arc::new(Cells::empty(self.run.layout(&dims)?, def.ty)))
    }

    fn item(&self, at: usize) -> Result<u32, CalcError> {
        self.order.get(at).copied().ok_or(CalcError::Internal("a step past the last item"))
    }
}

/// The cells at one item of the highest dimension; all of them if they do not have it.
fn at_item(cells: &Arc<Cells>, dimension: DimensionId, item: u32) -> Result<Arc<Cells>, CalcError> {
    fn of<K: Width>(cells: &Arc<Cells>, field: smalt_vault::Field, item: u32) -> Arc<Cells> {
        let mut builder = Builder::<K>::new(Arc::clone(cells.layout()), cells.ty());
        let from = K::default().with(field, item);
        let to = (u64::from(item) < field.mask()).then(|| K::default().with(field, item + 1));
        if let Some(chunk) = K::body(cells).and_then(|body| body.range(from, to)) {
            builder.push_chunk(chunk);
        }
        Arc::new(K::cells(builder.finish()))
    }
    match cells.layout().field(dimension) {
        None => Ok(Arc::clone(cells)),
        Some(field) if cells.layout().is_wide() => Ok(of::<u128>(cells, field, item)),
        Some(field) => Ok(of::<u64>(cells, field, item)),
    }
}

/// One item's cells at another item of the highest dimension.
fn moved(cells: &Arc<Cells>, dimension: DimensionId, item: u32) -> Result<Arc<Cells>, CalcError> {
    fn of<K: Width>(cells: &Arc<Cells>, field: smalt_vault::Field, item: u32) -> Arc<Cells> {
        let mut keys: Vec<K> = Vec::new();
        let mut values = Vector::blank(cells.ty(), 0);
        if let Some(body) = K::body(cells) {
            for chunk in (0..body.block_count()).filter_map(|i| body.chunk(i)) {
                keys.extend(chunk.keys.decode().into_iter().map(|k| Key::clear(k, field).with(field, item)));
                chunk.column.append_to(&mut values);
            }
        }
        let mut builder = Builder::new(Arc::clone(cells.layout()), cells.ty());
        builder.push_plain(keys, values);
        Arc::new(K::cells(builder.finish()))
    }
    match cells.layout().field(dimension) {
        None => Err(CalcError::Internal("a metric of a group lacks the group's dimension")),
        Some(field) if cells.layout().is_wide() => Ok(of::<u128>(cells, field, item)),
        Some(field) => Ok(of::<u64>(cells, field, item)),
    }
}
