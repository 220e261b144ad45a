//! An expression at a few of its coordinates, for who asks where a number comes from.
//!
//! The plan is the expression's own, so that what comes out has the bits that a recalculation gives. Only its operators are fenced in: the
//! coordinates that are asked for are followed through the formula down to what each operator takes, as far as items and mappings tell them,
//! and its input becomes an IF over a small set of cells. The set program then walks that set in place of whole metrics. A fence may be too
//! wide, never too narrow: where it is not known what is read, all is.

use std::collections::BTreeMap;
use std::sync::Arc;

use smalt_formula::plan::{lower_simplified, simplified};
use smalt_formula::program::{Function, Kind, Node, Spread};
use smalt_model::{DimensionId, Type, Value};
use smalt_vault::{BLANK_ITEM, Body, Builder, Cells, Key, Layout, Revision, Vector};

use crate::CalcOptions;
use crate::error::CalcError;
use crate::operator::{Source, scope};
use crate::physical::{open_inputs, open_plan};
use crate::run::Run;
use crate::watch::Watch;
use crate::width::Width;

/// A fence of more coordinates than this would cost more than it saves.
const WIDEST_FENCE: usize = 1 << 20;

/// Some coordinates: of each dimension all items, or some. A coordinate is in it if each of its items is.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// Ascending.
    items: BTreeMap<DimensionId, Arc<[u32]>>,
}

impl Region {
    /// All coordinates.
    pub fn everywhere() -> Region {
        Region::default()
    }

    /// One coordinate.
    pub fn at(place: impl IntoIterator<Item = (DimensionId, u32)>) -> Region {
        place.into_iter().fold(Region::everywhere(), |region, (dimension, item)| region.only(dimension, vec![item]))
    }

    /// Of a dimension only these items, and no more of them than before.
    #[must_use]
    pub fn only(mut self, dimension: DimensionId, mut items: Vec<u32>) -> Region {
        if let Some(before) = self.items.get(&dimension) {
            items.retain(|item| before.binary_search(item).is_ok());
        }
        items.sort_unstable();
        items.dedup();
        self.items.insert(dimension, items.into());
        self
    }

    /// With all items of a dimension.
    #[must_use]
    pub fn along(&self, dimension: DimensionId) -> Region {
        let mut region = self.clone();
        region.items.remove(&dimension);
        region
    }

    /// Whether a coordinate of some dimensions is in it.
    pub fn holds(&self, dims: &[DimensionId], items: &[u32]) -> bool {
        let inside = |(dimension, item): (&DimensionId, &u32)| self.of(*dimension).is_none_or(|all| all.binary_search(item).is_ok());
        dims.iter().zip(items).all(inside)
    }

    /// The items of a dimension; `None`: all.
    fn of(&self, dimension: DimensionId) -> Option<&Arc<[u32]>> {
        self.items.get(&dimension)
    }

    fn by(&self, dims: &[DimensionId]) -> Region {
        Region { items: self.items.iter().filter(|(d, _)| dims.contains(d)).map(|(d, items)| (*d, Arc::clone(items))).collect() }
    }
}

/// The cells of an expression in a region, and maybe others around it; in the order of its dimensions or another one.
pub fn within(revision: &Revision, node: &Node, region: &Region, options: &CalcOptions, watch: &Watch) -> Result<Arc<Cells>, CalcError> {
    let run = Arc::new(Run::new(revision.clone(), options.cell_limit).watched(watch, options.cell_limit));
    let node = simplified(node, revision.schema()).map_err(|_| no_plan())?;
    let mut fence = Fence { run: &run, posts: Vec::new() };
    let region = region.by(&node.dims);
    let fenced = fence.narrowed(&node, &region)?;
    let fenced = fence.around(fenced, &region)?;
    let run = Arc::new(run.over_all_items(fence.posts));
    open_plan(&run, &plan(&fenced, &run)?)?.into_cells()
}

/// The value of an expression at one coordinate, which has an item of each of its dimensions and maybe of others.
pub fn value_at(
    revision: &Revision,
    node: &Node,
    place: &BTreeMap<DimensionId, u32>,
    options: &CalcOptions,
    watch: &Watch,
) -> Result<Option<Value>, CalcError> {
    let own = node.dims.iter().filter_map(|d| Some((*d, *place.get(d)?)));
    let cells = within(revision, node, &Region::at(own), options, watch)?;
    let items: Option<Vec<u32>> = cells.layout().dims().iter().map(|d| place.get(d).copied()).collect();
    let items = items.ok_or(CalcError::Internal("a coordinate lacks an item"))?;
    Ok(cells.get(&items))
}

/// The values of an expression along one dimension, the other items those of `place`; by ordinal.
pub fn lines_of(
    revision: &Revision,
    node: &Node,
    dimension: DimensionId,
    place: &BTreeMap<DimensionId, u32>,
    options: &CalcOptions,
    watch: &Watch,
) -> Result<Vector, CalcError> {
    let others = node.dims.iter().filter(|d| **d != dimension).filter_map(|d| Some((*d, *place.get(d)?)));
    let region = Region::at(others);
    let cells = within(revision, node, &region, options, watch)?;
    let mut values = Vector::blank(node.ty, revision.items(dimension).capacity() as usize);
    let along = cells.layout().position(dimension);
    each_cell(&cells, |items, value| {
        if region.holds(cells.layout().dims(), items) {
            match along.and_then(|at| items.get(at)) {
                Some(item) => values.set(*item as usize, Some(&value)),
                // The same for all items.
                None => (0..values.len()).for_each(|item| values.set(item, Some(&value))),
            }
        }
    });
    Ok(values)
}

/// The coordinates of its input that an aggregation takes to one coordinate, and maybe others.
pub fn taken(
    revision: &Revision,
    up: &Node,
    place: &BTreeMap<DimensionId, u32>,
    options: &CalcOptions,
    watch: &Watch,
) -> Result<Region, CalcError> {
    let Kind::Up { mappings, kept, .. } = &up.kind else { return Ok(Region::everywhere()) };
    let run = Arc::new(Run::new(revision.clone(), options.cell_limit).watched(watch, options.cell_limit));
    let simple = |(target, mapping): &(DimensionId, Node)| Ok((*target, simplified(mapping, revision.schema()).map_err(|_| no_plan())?));
    let mappings = mappings.iter().map(simple).collect::<Result<Vec<_>, CalcError>>()?;
    let region = Region::at(up.dims.iter().filter_map(|d| Some((*d, *place.get(d)?))));
    Fence { run: &run, posts: Vec::new() }.taken_by(&mappings, kept, &region)
}

/// The rows of a list that an aggregation takes to one coordinate: their numbers, ascending, with the values that are aggregated.
pub fn rows_to(
    revision: &Revision,
    up: &Node,
    place: &BTreeMap<DimensionId, u32>,
    options: &CalcOptions,
    watch: &Watch,
) -> Result<Vec<(usize, Value)>, CalcError> {
    let run = Arc::new(Run::new(revision.clone(), options.cell_limit).watched(watch, options.cell_limit));
    let up = simplified(up, revision.schema()).map_err(|_| no_plan())?;
    let (node, mut inputs) = open_inputs(&run, &plan(&up, &run)?)?;
    let Kind::Up { mappings, .. } = &node.kind else { return Err(CalcError::Internal("rows are aggregated by BY alone")) };
    if inputs.is_empty() {
        return Err(CalcError::Internal("an operator has no input"));
    }
    let source: Source = inputs.remove(0);
    let scope = scope(&run, inputs, 1)?;
    let none: Arc<Layout> = run.layout(&[])?;
    let found = source.work::<u64, Vec<(usize, Value)>>(&none, Vec::new, |found, piece| {
        let Some((_, from)) = piece.site.rows else { return Err(CalcError::Internal("cells stand where rows are aggregated")) };
        let mut here = vec![true; piece.site.len];
        for (target, mapping) in mappings {
            let wanted = place.get(target).copied().unwrap_or(BLANK_ITEM);
            let Vector::Item(_, items) = scope.values(mapping, &piece.site)? else {
                return Err(CalcError::Internal("a mapping gives no items"));
            };
            here.iter_mut().zip(items).for_each(|(here, item)| *here &= item == wanted && item != BLANK_ITEM);
        }
        let rows = here.into_iter().enumerate().filter(|(_, here)| *here);
        found.extend(rows.filter_map(|(at, _)| Some((from + at, piece.values.get(at)?))));
        Ok(())
    })?;
    let mut rows: Vec<(usize, Value)> = found.into_iter().flatten().collect();
    rows.sort_unstable_by_key(|(row, _)| *row);
    Ok(rows)
}

/// Hands out every cell, block by block: its items in the order of the cells' own dimensions, and its value.
pub fn each_cell(cells: &Cells, mut each: impl FnMut(&[u32], Value)) {
    fn walk<K: Key>(body: &Body<K>, each: &mut impl FnMut(&[u32], Value)) {
        for chunk in (0..body.block_count()).filter_map(|block| body.chunk(block)) {
            for (at, key) in chunk.keys.decode().into_iter().enumerate() {
                if let Some(value) = chunk.column.get(at) {
                    each(&body.layout().unpack(key), value);
                }
            }
        }
    }
    if let Some(body) = cells.narrow() {
        walk(body, &mut each);
    } else if let Some(body) = cells.wide() {
        walk(body, &mut each);
    }
}

fn plan(node: &Node, run: &Run) -> Result<datafusion::logical_expr::LogicalPlan, CalcError> {
    lower_simplified(node, run.revision().schema()).map_err(|_| no_plan())
}

fn no_plan() -> CalcError {
    CalcError::Internal("an expression has no plan")
}

/// Puts fences around what operators take.
struct Fence<'a> {
    run: &'a Arc<Run>,
    /// The cells, all of them TRUE, that stand for [`Kind::Input`].
    posts: Vec<Arc<Cells>>,
}

impl Fence<'_> {
    /// An expression that is the same in a region, and anything outside of it.
    fn narrowed(&mut self, node: &Node, region: &Region) -> Result<Node, CalcError> {
        if region.items.is_empty() || node.rows.is_some() {
            return Ok(node.clone());
        }
        match &node.kind {
            Kind::Up { mappings, kept, .. } => {
                let inside = self.taken_by(mappings, kept, region)?;
                self.fenced(node, &inside)
            }
            Kind::Along { dimension, .. } | Kind::Rollup { dimension, .. } => self.fenced(node, &region.along(*dimension)),
            Kind::Convert { from, to, .. } => {
                let inside = match region.of(*to) {
                    Some(items) => region.along(*to).only(*from, items.to_vec()),
                    None => region.clone(),
                };
                self.fenced(node, &inside)
            }
            Kind::Offset { dimension, offset, .. } => {
                let there = self.moved(*dimension, *offset, region);
                node.rebuild(&mut |part| self.narrowed(part, &there.by(&part.dims)))
            }
            Kind::AtMapping { dimension, .. } => {
                let mut inside = Some(region.along(*dimension));
                node.rebuild(&mut |part| self.narrowed(part, &inside.take().as_ref().unwrap_or(region).by(&part.dims)))
            }
            Kind::Down { input, mappings, spread: Spread::Constant } => {
                let mut inside = Some(self.read_by(input, mappings, region)?);
                node.rebuild(&mut |part| self.narrowed(part, &inside.take().as_ref().unwrap_or(region).by(&part.dims)))
            }
            // What reads more than its own coordinate, and does not say of what.
            Kind::Rank { .. }
            | Kind::Whole(..)
            | Kind::CountAll(_)
            | Kind::CountBlank(_)
            | Kind::Down { .. }
            | Kind::ParentOffset { .. }
            | Kind::Previous { .. }
            | Kind::PreviousOf { .. }
            | Kind::Add { spread: Spread::SplitOn(_), .. }
            | Kind::Call(Function::NetworkDays, _) => Ok(node.clone()),
            _ => node.rebuild(&mut |part| self.narrowed(part, &region.by(&part.dims))),
        }
    }

    /// An operator whose input, its first part, is asked for in a region only.
    fn fenced(&mut self, node: &Node, inside: &Region) -> Result<Node, CalcError> {
        let mut is_input = true;
        node.rebuild(&mut |part| {
            if !std::mem::take(&mut is_input) || part.rows.is_some() {
                return Ok(part.clone());
            }
            let inside = inside.by(&part.dims);
            let part = self.narrowed(part, &inside)?;
            self.around(part, &inside)
        })
    }

    /// An expression in a region, BLANK around it.
    fn around(&mut self, node: Node, region: &Region) -> Result<Node, CalcError> {
        let mut sides: Vec<(DimensionId, &[u32])> = region.items.iter().map(|(d, items)| (*d, items.as_ref())).collect();
        sides.sort_by_key(|(_, items)| items.len());
        let mut size = 1usize;
        sides.retain(|(_, items)| {
            let larger = size.saturating_mul(items.len());
            let fits = larger <= WIDEST_FENCE;
            size = if fits { larger } else { size };
            fits
        });
        let dims: Vec<DimensionId> = node.dims.iter().copied().filter(|d| sides.iter().any(|(side, _)| side == d)).collect();
        if dims.is_empty() || node.rows.is_some() {
            return Ok(node);
        }
        let layout = self.run.layout(&dims)?;
        self.posts.push(Arc::new(if layout.is_wide() { posts::<u128>(&layout, &sides) } else { posts::<u64>(&layout, &sides) }));
        let (ty, all, span) = (node.ty, node.dims.clone(), node.span);
        let test = Node { kind: Kind::Input(self.posts.len() - 1), ty: Type::Boolean, dims, rows: None, span };
        Ok(Node { kind: Kind::If { test: Box::new(test), then: Box::new(node), otherwise: None }, ty, dims: all, rows: None, span })
    }

    /// What an aggregation takes to a region.
    fn taken_by(&self, mappings: &[(DimensionId, Node)], kept: &[DimensionId], region: &Region) -> Result<Region, CalcError> {
        let mut inside = region.by(kept);
        for (target, mapping) in mappings {
            if let (Some(wanted), [source], None) = (region.of(*target), mapping.dims.as_slice(), mapping.rows) {
                let to = self.by_item(mapping, *source)?;
                let from = (0u32..).zip(to).filter(|(_, item)| wanted.binary_search(item).is_ok()).map(|(from, _)| from);
                inside = inside.only(*source, from.collect());
            }
        }
        Ok(inside)
    }

    /// Where a region reads what is copied to it.
    fn read_by(&self, input: &Node, mappings: &[(DimensionId, Node)], region: &Region) -> Result<Region, CalcError> {
        let mut inside = region.by(&input.dims);
        for (target, mapping) in mappings {
            inside = inside.along(*target);
            inside = match (&mapping.kind, mapping.dims.as_slice()) {
                (Kind::Constant(Value::Item(_, item)), _) => inside.only(*target, vec![*item]),
                (_, [source]) => match region.of(*source) {
                    Some(items) => {
                        let to = self.by_item(mapping, *source)?;
                        let ends = items.iter().filter_map(|item| to.get(*item as usize)).copied().filter(|item| *item != BLANK_ITEM);
                        inside.only(*target, ends.collect())
                    }
                    None => inside,
                },
                _ => inside,
            };
        }
        Ok(inside)
    }

    /// A region so many items later along a dimension.
    fn moved(&self, dimension: DimensionId, offset: i64, region: &Region) -> Region {
        let Some(items) = region.of(dimension) else { return region.clone() };
        let all = self.run.items(dimension);
        let there = |item: &u32| {
            let place = i64::from(all.position(*item)?).checked_add(offset)?;
            all.order().get(usize::try_from(place).ok()?).copied()
        };
        region.along(dimension).only(dimension, items.iter().filter_map(there).collect())
    }

    /// Where a mapping by one dimension leads, by ordinal.
    fn by_item(&self, mapping: &Node, dimension: DimensionId) -> Result<Vec<u32>, CalcError> {
        let cells = open_plan(self.run, &plan(mapping, self.run)?)?.into_cells()?;
        let mut to = vec![BLANK_ITEM; self.run.items(dimension).capacity() as usize];
        each_cell(&cells, |items, value| {
            if let (Some(item), Value::Item(_, end)) = (items.first(), value)
                && let Some(slot) = to.get_mut(*item as usize)
            {
                *slot = end;
            }
        });
        Ok(to)
    }
}

/// TRUE at all combinations of some items.
fn posts<K: Width>(layout: &Arc<Layout>, sides: &[(DimensionId, &[u32])]) -> Cells {
    let mut keys = vec![K::default()];
    for (dimension, field) in layout.dims().iter().zip(layout.fields()) {
        let items = sides.iter().find(|(d, _)| d == dimension).map_or(&[][..], |(_, items)| *items);
        keys = keys.iter().flat_map(|key| items.iter().map(|item| key.with(*field, *item))).collect();
    }
    let mut builder = Builder::<K>::new(Arc::clone(layout), Type::Boolean);
    let values = Vector::Boolean(vec![1; keys.len()]);
    builder.push_plain(keys, values);
    K::cells(builder.finish())
}
