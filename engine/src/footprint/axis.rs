//! Coordinates of expressions, and looks along them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use roaring::RoaringBitmap;
use smalt_model::{DimensionId, ListId, Type};
use smalt_security::{BLANK, Look};

use super::Reader;

/// One coordinate of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Axis {
    /// An item of a dimension.
    Dimension(DimensionId),
    /// What stands in a column of the row.
    Column(u16),
}

/// A set for each item of a longer dimension would take too much memory; there, all items are read.
pub(super) const MOST_SETS: usize = 4096;

impl Reader<'_> {
    /// All items of a coordinate; `rows` is the list of a column.
    pub(super) fn everything(&self, axis: Axis, rows: Option<ListId>) -> Look {
        let all = |d: DimensionId| self.revision.items(d).order().iter().copied().collect::<RoaringBitmap>();
        let items = match axis {
            Axis::Dimension(dimension) => all(dimension),
            Axis::Column(column) => {
                let def = rows.and_then(|list| self.schema().list(list)).and_then(|list| list.columns.get(usize::from(column)));
                let mut items = match def.map(|column| column.ty) {
                    Some(Type::Item(dimension)) => all(dimension),
                    _ => RoaringBitmap::new(),
                };
                // A row may have nothing there.
                items.insert(BLANK);
                items
            }
        };
        Look::All(Arc::new(items))
    }

    /// From each item of a dimension to those at some places of its order: `places` gives them from the item's own.
    pub(super) fn places(&self, dimension: DimensionId, position: Option<usize>, places: impl Fn(i64) -> Vec<RangeInclusive<i64>>) -> Look {
        let items = self.revision.items(dimension);
        let order = items.order();
        let Some(position) = position.filter(|_| order.len() <= MOST_SETS) else {
            return self.everything(Axis::Dimension(dimension), None);
        };
        let at = |place: i64| usize::try_from(place).ok().and_then(|place| order.get(place)).copied();
        let last = i64::try_from(order.len()).unwrap_or(i64::MAX) - 1;
        let of = |item: u32| {
            let ranges = items.position(item).map(|place| places(i64::from(place))).unwrap_or_default();
            let inside = ranges.into_iter().flat_map(|range| (*range.start()).max(0)..=(*range.end()).min(last));
            Arc::new(inside.filter_map(at).collect::<RoaringBitmap>())
        };
        Look::Sets { position, sets: (0..items.capacity()).map(of).collect() }
    }

    /// From each item of a dimension to the one so many places later; off the end there is none.
    pub(super) fn moved(&self, dimension: DimensionId, offset: i64) -> Arc<[u32]> {
        let items = self.revision.items(dimension);
        let there = |item: u32| {
            let place = i64::from(items.position(item)?).checked_add(offset)?;
            items.order().get(usize::try_from(place).ok()?).copied()
        };
        (0..items.capacity()).map(|item| there(item).unwrap_or(BLANK)).collect()
    }

    /// Every item to itself.
    pub(super) fn itself(&self, dimension: DimensionId) -> Arc<[u32]> {
        (0..self.revision.items(dimension).capacity()).collect()
    }
}
