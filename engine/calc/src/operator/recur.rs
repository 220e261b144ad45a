//! Metrics that refer to one another, solved item by item along one dimension and vectorised over all the others.

use std::collections::HashMap;
use std::sync::Arc;

use smalt_formula::plan::Recurrence;
use smalt_formula::program::{Kind, Node};
use smalt_model::{DimensionId, MetricId, Type};
use smalt_vault::{Builder, Cells, Key, Vector};

use super::line::constant;
use super::source::in_order;
use crate::call::Facts;
use crate::error::CalcError;
use crate::physical::direct;
use crate::reorder::reorder;
use crate::run::Run;
use crate::width::Width;

/// Solves a group. `inputs` are the cells that do not depend on it. Gives each metric's cells in its declared dimensions.
pub(crate) fn solve(run: &Arc<Run>, recurrence: &Recurrence, inputs: Vec<Arc<Cells>>) -> Result<Vec<(MetricId, Arc<Cells>)>, CalcError> {
    let dimension = recurrence.dimension;
    let inputs = inputs.into_iter().map(|c| dimension_first(run, dimension, &c)).collect::<Result<Vec<_>, _>>()?;
    let order = run.order(dimension);
    // Each metric's cells at each place along the dimension.
    let mut solved: HashMap<MetricId, Vec<Arc<Cells>>> = HashMap::new();
    for (place, item) in order.iter().enumerate() {
        let mut here: HashMap<MetricId, Arc<Cells>> = HashMap::new();
        for (metric, node) in &recurrence.members {
            let mut step =
                Step { run, dimension, item: *item, place, inputs: &inputs, solved: &solved, here: &here, externals: Vec::new() };
            let at = step.at(node)?;
            let externals = std::mem::take(&mut step.externals);
            let step_run = Arc::new(run.step(dimension, *item, externals));
            let cells = direct(&step_run, &at)?;
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
            Ok((*metric, in_order(&def.dimensions, Arc::new(cells), run)?))
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

/// One metric at one item.
struct Step<'a> {
    run: &'a Run,
    dimension: DimensionId,
    item: u32,
    place: usize,
    inputs: &'a [Arc<Cells>],
    solved: &'a HashMap<MetricId, Vec<Arc<Cells>>>,
    here: &'a HashMap<MetricId, Arc<Cells>>,
    externals: Vec<Arc<Cells>>,
}

impl Step<'_> {
    /// The expression at this item: what it reads of the group and of its inputs becomes cells from outside.
    fn at(&mut self, node: &Node) -> Result<Node, CalcError> {
        let earlier = |metric: &MetricId, back: i64, this: &Self| -> Result<Arc<Cells>, CalcError> {
            let found = usize::try_from(back)
                .ok()
                .filter(|b| *b >= 1)
                .and_then(|b| this.place.checked_sub(b))
                .and_then(|p| this.solved.get(metric)?.get(p).map(Arc::clone));
            match found {
                Some(cells) => moved(&cells, this.dimension, this.item),
                None => this.nothing(metric),
            }
        };
        let cells = match &node.kind {
            Kind::Input(input) => {
                let cells = self.inputs.get(*input).ok_or(CalcError::Internal("an input of a group is missing"))?;
                at_item(cells, self.dimension, self.item)?
            }
            Kind::Metric(metric) => match self.here.get(metric) {
                Some(cells) => Arc::clone(cells),
                None => self.nothing(metric)?,
            },
            Kind::PreviousOf { metric, back, .. } => {
                let back = match back {
                    None => 1,
                    Some(back) => constant(Some(&Some(back.as_ref().clone())), None).unwrap_or(0),
                };
                earlier(metric, back, self)?
            }
            Kind::Offset { input, dimension, offset } if *dimension == self.dimension => match &input.kind {
                Kind::Metric(metric) => earlier(metric, -*offset, self)?,
                _ => return Err(CalcError::Internal("a group reads across its dimension")),
            },
            _ => return node.rebuild(&mut |part| self.at(part)),
        };
        self.externals.push(cells);
        Ok(Node { kind: Kind::Input(self.externals.len() - 1), ..node.clone() })
    }

    fn nothing(&self, metric: &MetricId) -> Result<Arc<Cells>, CalcError> {
        let def = self.run.revision().schema().metric(*metric).ok_or(CalcError::Internal("a metric of a group is gone"))?;
        let mut dims = vec![self.dimension];
        dims.extend(def.dimensions.iter().copied().filter(|d| *d != self.dimension));
        Ok(Arc::new(Cells::empty(self.run.layout(&dims)?, def.ty)))
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
                values.append(&chunk.column.to_vector());
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
