//! Which group each place goes to.

use std::sync::Arc;

use smalt_formula::program::Node;
use smalt_model::DimensionId;
use smalt_vault::{BLANK_ITEM, Field, Layout, Vector, WORD_BITS};

use crate::error::CalcError;
use crate::eval::{Scope, Site};
use crate::width::Width;

/// A table by item is made where the dimension has at most this many ordinals, or no more than there are values to group.
const SMALL_DIMENSION: u128 = 65_536;

/// How the places of one source go to groups.
pub(super) struct Targets<'a, T> {
    scope: &'a Scope,
    /// Dimensions that stay, and mappings that read one dimension: by its items, what they add to the group's key.
    tables: Vec<(DimensionId, Vec<T>)>,
    /// Dimensions that stay and are too large for a table.
    moved: Vec<(DimensionId, Field)>,
    /// Mappings that read several dimensions, or a large one, or rows.
    mappings: Vec<(Field, &'a Node)>,
}

impl<'a, T: Width> Targets<'a, T> {
    /// For groups under `layout`; `source` is the layout of the places, none for rows.
    pub(super) fn new(
        scope: &'a Scope,
        kept: &[DimensionId],
        mappings: &'a [(DimensionId, Node)],
        layout: &Layout,
        source: Option<&Layout>,
        values: u128,
    ) -> Result<Targets<'a, T>, CalcError> {
        let mut targets = Targets { scope, tables: Vec::new(), moved: Vec::new(), mappings: Vec::new() };
        let small = |d: DimensionId| u128::from(scope.run.items(d).capacity()) <= SMALL_DIMENSION.max(values);
        for dimension in kept {
            let field = layout.field(*dimension).ok_or(CalcError::Internal("a kept dimension is missing"))?;
            if small(*dimension) {
                let items: Vec<u32> = (0..scope.run.items(*dimension).capacity()).collect();
                targets.add(*dimension, field, &items);
            } else {
                targets.moved.push((*dimension, field));
            }
        }
        for (target, mapping) in mappings {
            let field = layout.field(*target).ok_or(CalcError::Internal("a mapping leads to a dimension that is not there"))?;
            match mapping.dims.as_slice() {
                [one] if source.is_some_and(|s| s.field(*one).is_some()) && small(*one) => {
                    let items = by_item(scope, *one, mapping)?;
                    targets.add(*one, field, &items);
                }
                _ => targets.mappings.push((field, mapping)),
            }
        }
        Ok(targets)
    }

    fn add(&mut self, dimension: DimensionId, field: Field, items: &[u32]) {
        let keys = items.iter().map(|item| if *item == BLANK_ITEM { T::HIGHEST } else { T::default().with(field, *item) });
        match self.tables.iter_mut().find(|(d, _)| *d == dimension) {
            Some((_, table)) => table.iter_mut().zip(keys).for_each(|(slot, key)| *slot = slot.both(key)),
            None => self.tables.push((dimension, keys.collect())),
        }
    }

    /// The group of each place; the highest key, which no group has, where it goes nowhere.
    pub(super) fn of<S: Width>(&self, site: &Site<'_, S>) -> Result<Vec<T>, CalcError> {
        let mut keys = vec![T::default(); site.len];
        for (dimension, table) in &self.tables {
            let from = site.layout.field(*dimension).ok_or(CalcError::Internal("a kept dimension is missing"))?;
            for (out, key) in keys.iter_mut().zip(site.keys()) {
                *out = out.both(table.get(key.get(from) as usize).copied().unwrap_or(T::HIGHEST));
            }
        }
        for (dimension, to) in &self.moved {
            let from = site.layout.field(*dimension).ok_or(CalcError::Internal("a kept dimension is missing"))?;
            keys.iter_mut().zip(site.keys()).for_each(|(out, key)| *out = out.both(T::default().with(*to, key.get(from))));
        }
        for (to, mapping) in &self.mappings {
            let Vector::Item(_, items) = self.scope.values(mapping, site)? else {
                return Err(CalcError::Internal("a mapping gives no items"));
            };
            for (out, item) in keys.iter_mut().zip(&items) {
                *out = out.both(if *item == BLANK_ITEM { T::HIGHEST } else { T::default().with(*to, *item) });
            }
        }
        Ok(keys)
    }
}

/// The groups of the cells of one word: what its line gives to them, and what each bit adds.
pub(super) struct ByWord<'a, T> {
    lines: Lines<'a, T>,
    pub(super) steps: [T; 1 << WORD_BITS],
}

/// What some dimensions give to the group.
struct Lines<'a, T>(Vec<(Field, Line<'a, T>)>);

/// What a dimension gives to the group.
enum Line<'a, T> {
    Table(&'a [T]),
    Moved(Field),
}

impl<T: Width> ByWord<'_, T> {
    /// What a bit adds; the highest key where its cell goes nowhere.
    pub(super) fn step(&self, bit: u32) -> T {
        self.steps.get(bit as usize).copied().unwrap_or(T::HIGHEST)
    }

    /// The group of all cells of a word, but for their steps; the highest key where they go nowhere.
    pub(super) fn line<S: Width>(&self, head: S) -> T {
        self.lines.of(head)
    }
}

impl<T: Width> Lines<'_, T> {
    fn of<S: Width>(&self, key: S) -> T {
        self.0.iter().fold(T::default(), |group, (field, line)| {
            let item = key.get(*field);
            group.both(match line {
                Line::Table(table) => table.get(item as usize).copied().unwrap_or(T::HIGHEST),
                Line::Moved(to) => T::default().with(*to, item),
            })
        })
    }
}

impl<T: Width> Targets<'_, T> {
    /// Where the first dimension of the places alone says to which item of the result's first dimension they go, and to nothing else: its field, and
    /// the groups of its items.
    pub(super) fn leading(&self, source: &Layout, groups: &Layout) -> Option<(Field, &[T])> {
        let (first, field, top) = (source.dims().first()?, source.fields().first()?, groups.fields().first()?);
        let (_, table) = self.tables.iter().find(|(dimension, _)| dimension == first)?;
        let is_leading = |target: &T| *target == T::HIGHEST || target.clear(*top) == T::default();
        (self.mappings.is_empty() && table.iter().all(is_leading)).then_some((*field, table.as_slice()))
    }

    /// The same for words of cells of a layout, where each dimension has all its bits either above those of a word or among them.
    pub(super) fn by_word(&self, layout: &Layout) -> Option<ByWord<'_, T>> {
        if !self.mappings.is_empty() {
            return None;
        }
        let mut by_word = ByWord { lines: Lines(Vec::new()), steps: [T::default(); 1 << WORD_BITS] };
        let tables = self.tables.iter().map(|(dimension, table)| (dimension, Line::Table(table)));
        for (dimension, line) in tables.chain(self.moved.iter().map(|(dimension, to)| (dimension, Line::Moved(*to)))) {
            let field = layout.field(*dimension)?;
            if field.shift >= WORD_BITS {
                by_word.lines.0.push((field, line));
            } else if field.shift + field.bits <= WORD_BITS {
                let one = Lines(vec![(field, line)]);
                for (step, low) in by_word.steps.iter_mut().zip(0u64..) {
                    *step = step.both(one.of(low));
                }
            } else {
                return None;
            }
        }
        Some(by_word)
    }
}

/// A mapping that reads one dimension, by the ordinals of its items; BLANK for those that take no part.
fn by_item(scope: &Scope, dimension: DimensionId, mapping: &Node) -> Result<Vec<u32>, CalcError> {
    let layout: Arc<Layout> = scope.run.layout(&[dimension])?;
    let field = layout.field(dimension).ok_or(CalcError::Internal("a dimension is missing in its own layout"))?;
    let live = scope.run.live(dimension);
    let keys: Vec<u64> = live.iter().map(|item| smalt_vault::Key::with(0, field, *item)).collect();
    let Vector::Item(_, found) = scope.values(mapping, &Site::at(&layout, &keys))? else {
        return Err(CalcError::Internal("a mapping gives no items"));
    };
    let mut items = vec![BLANK_ITEM; scope.run.items(dimension).capacity() as usize];
    for (item, to) in live.iter().zip(found) {
        if let Some(slot) = items.get_mut(*item as usize) {
            *slot = to;
        }
    }
    Ok(items)
}
