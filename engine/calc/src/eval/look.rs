//! Reading other coordinates: stored cells, properties, shifted and mapped items.

use std::sync::Arc;

use smalt_formula::plan::short_window;
use smalt_formula::program::{Along, Kind, Node};
use smalt_model::{DecimalSum, DimensionId, Type};
use smalt_vault::{BLANK_ITEM, Body, Field, Layout, Moves, Projection, Vector, each_vector};

use super::choice::keep_where;
use super::compare::extreme;
use super::rows;
use super::table::Table;
use super::{Scope, Site, Spill, present, to_numbers};
use crate::call::Facts;
use crate::error::CalcError;
use crate::operator::{ExactSums, SMALL};
use crate::run::Run;
use crate::width::Width;

impl Scope {
    /// The cells of an input at some places.
    pub(super) fn input<K: Width>(&self, input: usize, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let cells = self.inputs.get(input).ok_or(CalcError::Internal("a plan's input is missing"))?;
        if site.rows.is_some() {
            // Beside rows stands only what has no dimensions: one cell, the same for every row.
            let one = match (cells.narrow(), cells.wide()) {
                (Some(body), _) => body.probe(&[0]),
                (_, Some(body)) => body.probe(&[0]),
                _ => Vector::blank(cells.ty(), 1),
            };
            return Ok(one.take(&vec![0; site.len]));
        }
        if let (true, Some(body)) = (cells.layout() == site.layout, K::body(cells)) {
            if let Some((from, column)) = site.shared().and_then(|(keys, from)| Some((from, body.column_of(keys)?))) {
                return Ok(column.slice(from, from + site.len).to_vector());
            }
            // Cells of another type have no numbers, not even where there are none.
            if cells.ty() == Type::Number
                && let Some(values) = site.words().and_then(|words| rows::read(words, body))
            {
                return Ok(Vector::Number(values));
            }
            return Ok(body.probe(site.keys()));
        }
        let projection =
            Projection::new(site.layout, cells.layout()).ok_or(CalcError::Internal("an input has a dimension that its place has not"))?;
        Ok(match (cells.narrow(), cells.wide()) {
            (Some(body), _) => body.probe(&projection.apply_all(site.keys())),
            (_, Some(body)) => body.probe(&projection.apply_all(site.keys())),
            _ => Vector::blank(cells.ty(), site.len),
        })
    }

    /// The item of a dimension at each place.
    pub(super) fn current_items<K: Width>(&self, dimension: DimensionId, site: &Site<'_, K>) -> Result<Vec<u32>, CalcError> {
        let field = site.layout.field(dimension).ok_or(CalcError::Internal("a dimension is missing at its place"))?;
        Ok(match site.words() {
            Some(words) => words.items(field),
            None => site.keys().iter().map(|k| k.get(field)).collect(),
        })
    }

    /// A property of the items that an expression gives.
    pub(super) fn property<K: Width>(&self, node: &Node, item: &Node, property: u16, site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let Type::Item(dimension) = item.ty else { return Err(CalcError::Internal("a property of something that is no item")) };
        let Vector::Item(_, items) = self.values(item, site)? else { return Ok(Vector::blank(node.ty, site.len)) };
        let column = self.run.property(dimension, property);
        Ok(column.take(&items.iter().map(|i| if *i == BLANK_ITEM { usize::MAX } else { *i as usize }).collect::<Vec<_>>()))
    }

    /// `x[SELECT: D + offset]`.
    pub(super) fn offset<K: Width>(
        &self,
        input: &Node,
        dimension: DimensionId,
        offset: i64,
        site: &Site<'_, K>,
    ) -> Result<Vector, CalcError> {
        let field = site.layout.field(dimension).ok_or(CalcError::Internal("a dimension is missing at its place"))?;
        let items = self.run.items(dimension);
        if let Some(body) = self.stored(input, site).filter(|_| items.is_natural()) {
            let moves = Moves::along(field, offset, items.capacity());
            let by_words = site.words().zip(moves).and_then(|(words, moves)| rows::moved(words, body, &moves));
            let found = by_words.or_else(|| {
                let (keys, from) = site.shared()?;
                body.numbers_moved(keys, from, site.keys(), field, offset, items.capacity())
            });
            if let Some(values) = found {
                return Ok(Vector::Number(values));
            }
        }
        let order = items.order();
        let moved = |item: u32| -> Option<u32> {
            let place = i64::from(items.position(item)?).checked_add(offset)?;
            order.get(usize::try_from(place).ok()?).copied()
        };
        let target: Vec<u32> = (0..items.capacity()).map(|i| moved(i).unwrap_or(BLANK_ITEM)).collect();
        self.elsewhere(input, site, field, |_, item| target.get(item as usize).copied().unwrap_or(BLANK_ITEM))
    }

    /// The cells that an expression stands for, if it is an input with the dimensions of the places.
    fn stored<K: Width>(&self, node: &Node, site: &Site<'_, K>) -> Option<&Body<K>> {
        let Kind::Input(at) = node.kind else { return None };
        self.inputs.get(at).filter(|cells| cells.layout() == site.layout).and_then(|cells| K::body(cells))
    }

    /// `x[SELECT: D.Property]` with a property of D's own type.
    pub(super) fn at_mapping<K: Width>(
        &self,
        input: &Node,
        dimension: DimensionId,
        mapping: &Node,
        site: &Site<'_, K>,
    ) -> Result<Vector, CalcError> {
        let field = site.layout.field(dimension).ok_or(CalcError::Internal("a dimension is missing at its place"))?;
        let Vector::Item(_, mapped) = self.values(mapping, site)? else { return Ok(Vector::blank(input.ty, site.len)) };
        self.elsewhere(input, site, field, |place, _| mapped.get(place).copied().unwrap_or(BLANK_ITEM))
    }

    /// The values of an expression with one item of each coordinate replaced; BLANK where there is none to go to.
    fn elsewhere<K: Width>(
        &self,
        input: &Node,
        site: &Site<'_, K>,
        field: Field,
        item_at: impl Fn(usize, u32) -> u32,
    ) -> Result<Vector, CalcError> {
        let mut goes = Vec::with_capacity(site.len);
        let keys: Vec<K> = site
            .keys()
            .iter()
            .enumerate()
            .map(|(place, key)| {
                let item = item_at(place, key.get(field));
                goes.push(item != BLANK_ITEM);
                if item == BLANK_ITEM { *key } else { key.clear(field).with(field, item) }
            })
            .collect();
        self.where_it_goes(input, &Site::at(site.layout, &keys), &goes, site.spill)
    }

    /// The values at other places, of which those that do not go are dropped.
    fn where_it_goes<K: Width>(
        &self,
        input: &Node,
        there: &Site<'_, K>,
        goes: &[bool],
        spill: Option<&Spill>,
    ) -> Result<Vector, CalcError> {
        let there = there.telling(spill);
        let values = self.values_where(input, &there, |place| goes.get(place).copied().unwrap_or(false))?;
        Ok(keep_where(values, goes))
    }

    /// `x[BY: mapping]` downward: each place reads `input` at the mapped items.
    pub(super) fn down<K: Width>(&self, input: &Node, mappings: &[(DimensionId, Node)], site: &Site<'_, K>) -> Result<Vector, CalcError> {
        let layout = self.run.layout(&input.dims)?;
        let mut columns: Vec<Option<Vec<u32>>> = vec![None; input.dims.len()];
        for (dimension, mapping) in mappings {
            let at = layout.position(*dimension).ok_or(CalcError::Internal("a mapping leads to a dimension that is not there"))?;
            let Vector::Item(_, items) = self.values(mapping, site)? else { return Ok(Vector::blank(input.ty, site.len)) };
            if let Some(slot) = columns.get_mut(at) {
                *slot = Some(items);
            }
        }
        let mut sources = Vec::new();
        for ((dimension, field), column) in layout.dims().iter().zip(layout.fields()).zip(columns) {
            sources.push((
                *field,
                match column {
                    Some(items) => items,
                    None => self.current_items(*dimension, site)?,
                },
            ));
        }
        if layout.is_wide() {
            self.at_items::<u128>(input, &layout, &sources, site.len, site.spill)
        } else {
            self.at_items::<u64>(input, &layout, &sources, site.len, site.spill)
        }
    }

    fn at_items<K: Width>(
        &self,
        input: &Node,
        layout: &Arc<Layout>,
        sources: &[(Field, Vec<u32>)],
        len: usize,
        spill: Option<&Spill>,
    ) -> Result<Vector, CalcError> {
        let mut goes = vec![true; len];
        let mut keys = vec![K::default(); len];
        for (field, items) in sources {
            for ((key, goes), item) in keys.iter_mut().zip(&mut goes).zip(items) {
                if *item == BLANK_ITEM {
                    *goes = false;
                } else {
                    *key = key.with(*field, *item);
                }
            }
        }
        // A key that misses an item may point at any cell; its value is dropped.
        self.where_it_goes(input, &Site::at(layout, &keys), &goes, spill)
    }

    /// MOVING… with a short constant window: each item of the window is asked for at each place.
    pub(super) fn window<K: Width>(
        &self,
        node: &Node,
        function: Along,
        input: &Node,
        dimension: DimensionId,
        site: &Site<'_, K>,
    ) -> Result<Vector, CalcError> {
        let ty = node.ty;
        let (window, shift) = short_window(node).ok_or(CalcError::Internal("a long window stands where only a value may"))?;
        let at = |offset: i64| if offset == 0 { self.values(input, site) } else { self.offset(input, dimension, offset, site) };
        if let Along::MovingMin | Along::MovingMax = function {
            let position = self.positions(input.ty);
            let mut best = Vector::blank(input.ty, site.len);
            for offset in (shift + 1 - window)..=shift {
                best = extreme(function == Along::MovingMax, best, at(offset)?, position.as_deref());
            }
            return Ok(best);
        }
        let exact = matches!((input.ty, function), (Type::Decimal { .. }, _) | (Type::Integer, Along::MovingSum));
        if exact {
            let mut sums = vec![DecimalSum::default(); site.len];
            for offset in (shift + 1 - window)..=shift {
                let values = at(offset)?;
                for (place, sum) in sums.iter_mut().enumerate() {
                    if let Some(value) = super::exact(&values, place) {
                        sum.add(value.units);
                    }
                }
            }
            return Ok(ExactSums { ty, average: function == Along::MovingAverage }.values(&sums, |place| site.too_large(place)));
        }
        let average = function == Along::MovingAverage;
        if let Some((body, words)) = self.stored(input, site).zip(site.words())
            && self.run.items(dimension).is_natural()
            && let Some(field) = site.layout.field(dimension)
        {
            let along = |offset| Moves::along(field, offset, self.run.items(dimension).capacity());
            let window: Option<Vec<Moves>> = ((shift + 1 - window)..=shift).map(along).collect();
            if let Some(values) = window.and_then(|window| rows::windows(words, body, &window, average)) {
                return Ok(Vector::Number(values));
            }
        }
        // The sums of the numbers times a power of two, and how many there are.
        let sums = |by: f64| -> Result<(Vec<f64>, Vec<f64>), CalcError> {
            let (mut sums, mut count) = (vec![0f64; site.len], vec![0f64; site.len]);
            for offset in (shift + 1 - window)..=shift {
                // Without a branch, since whether a cell is there is as good as random.
                for ((b, n), v) in sums.iter_mut().zip(&mut count).zip(to_numbers(at(offset)?)) {
                    *n += if v.is_nan() { 0.0 } else { 1.0 };
                    *b += if v.is_nan() { 0.0 } else { v * by };
                }
            }
            Ok((sums, count))
        };
        let (mut best, count) = sums(1.0)?;
        let small = if average && best.iter().any(|sum| sum.is_infinite()) { Some(sums(SMALL)?.0) } else { None };
        for (place, (b, n)) in best.iter_mut().zip(&count).enumerate() {
            *b = match small.as_ref().and_then(|small| small.get(place)).filter(|_| b.is_infinite()) {
                // What is too large is the sum, not the average.
                Some(small) => small / n / SMALL,
                // 0 / 0 is no number, as a window without one has none.
                None if average || *n == 0.0 => *b / n,
                None => *b,
            };
        }
        best.iter_mut().filter(|b| !b.is_finite()).for_each(|b| *b = f64::NAN);
        Ok(Vector::Number(best))
    }
}

/// A column of a list's rows.
pub(super) fn row_column<K: Width>(column: u16, ty: Type, site: &Site<'_, K>) -> Vector {
    let Some((rows, from)) = site.rows else { return Vector::blank(ty, site.len) };
    match rows.column(column) {
        Some(values) => values.take(&(from..from + site.len).collect::<Vec<_>>()),
        None => Vector::blank(ty, site.len),
    }
}

/// A narrow part's values gathered at wide places.
pub(super) fn read_table<K: Width>(table: &Table, site: &Site<'_, K>) -> Result<Vector, CalcError> {
    let projection =
        Projection::new(site.layout, &table.layout).ok_or(CalcError::Internal("a table has a dimension that its place has not"))?;
    if let Some(spill) = site.spill.filter(|_| !table.spilled.is_empty()) {
        let keys: Vec<u64> = projection.apply_all(site.keys());
        let spilled = keys.iter().enumerate().filter(|(_, key)| table.spilled.binary_search(key).is_ok());
        spilled.for_each(|(place, _)| spill.tell(place));
    }
    Ok(table.read(&projection, site))
}

/// Every coordinate of a layout, ascending by ordinal.
pub(crate) fn all_keys<K: Width>(run: &Run, layout: &Layout) -> Vec<K> {
    let mut keys = vec![K::default()];
    for (dimension, field) in layout.dims().iter().zip(layout.fields()) {
        let live = run.live(*dimension);
        keys = keys.iter().flat_map(|k| live.iter().map(|i| k.with(*field, *i))).collect();
    }
    keys
}

/// A dense table of values at some keys.
pub(super) fn spread_out(layout: &Arc<Layout>, keys: &[u64], values: &Vector, spill: &Spill) -> Table {
    let slots = 1usize << layout.bits();
    let mut places = vec![usize::MAX; slots];
    for (at, key) in keys.iter().enumerate() {
        if let Some(place) = places.get_mut(*key as usize) {
            *place = at;
        }
    }
    debug_assert_eq!(present(values).len(), each_vector!(values, v => v.len()));
    let mut spilled: Vec<u64> = spill.take().into_iter().filter_map(|place| keys.get(place).copied()).collect();
    spilled.sort_unstable();
    Table { layout: Arc::clone(layout), values: values.take(&places), spilled }
}
