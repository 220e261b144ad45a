//! A mask made ready to be asked many times: sets of items as bit tables, sets of tuples flat where they fit.

use std::sync::Arc;

use roaring::{RoaringBitmap, RoaringTreemap};
use smalt_security::{Axis, Mask, Region, RegionSet, Shape};

/// Tuples over a space of at most this many coordinates (16 MB of bits) are laid out flat.
const FLAT_TUPLES: u64 = 1 << 27;
/// A set of tuples is laid out flat only where it has at least one in so many: else the layout costs more than the questions.
const FLAT_SHARE: u64 = 4_096;
/// Items up to this ordinal stand in the table, others are looked up.
const TABLE_ITEMS: u32 = 1 << 24;
/// No tuple; it stays what it is when more is added.
const OUTSIDE: u64 = u64::MAX;

/// Whether a cell of items is allowed, by position.
#[derive(Debug)]
pub(super) struct Sieve {
    never: bool,
    must: Vec<Vec<Part>>,
    deny: Vec<Part>,
}

/// One region.
enum Part {
    Items(ItemSet),
    Tuples { axes: Vec<(usize, Vec<u64>)>, set: TupleSet },
}

enum TupleSet {
    Flat(Vec<u64>),
    Tree(Arc<RoaringTreemap>),
}

// What a region holds is nobody's business in a log.
impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").finish_non_exhaustive()
    }
}

/// A set of items at one position.
#[derive(Clone)]
pub(super) struct ItemSet {
    position: usize,
    table: Vec<u64>,
    items: Arc<RoaringBitmap>,
}

impl ItemSet {
    pub(super) fn new(position: usize, items: Arc<RoaringBitmap>) -> ItemSet {
        let last = items.range(..TABLE_ITEMS).next_back();
        let mut table = vec![0u64; last.map_or(0, |last| last as usize / 64 + 1)];
        for item in items.range(..TABLE_ITEMS) {
            if let Some(word) = table.get_mut(item as usize / 64) {
                *word |= 1 << (item & 63);
            }
        }
        ItemSet { position, table, items }
    }

    #[inline]
    pub(super) fn contains(&self, item: u32) -> bool {
        match self.table.get(item as usize / 64) {
            Some(word) => (word >> (item & 63)) & 1 == 1,
            None => item >= TABLE_ITEMS && self.items.contains(item),
        }
    }
}

impl std::fmt::Debug for ItemSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ItemSet").field("position", &self.position).finish_non_exhaustive()
    }
}

impl Sieve {
    /// A mask, where position `p` holds items below `capacity(p)`.
    pub(super) fn new(mask: &Mask, capacity: impl Fn(usize) -> u32) -> Sieve {
        let clauses = mask.clauses();
        let parts = |regions: &[Region]| regions.iter().map(|region| Part::new(region, &capacity)).collect::<Vec<_>>();
        // What looks at one coordinate is asked first: it is the cheapest.
        let mut must: Vec<Vec<Part>> = clauses.must.iter().map(|clause| parts(clause)).collect();
        must.sort_by_key(|clause| clause.iter().map(Part::effort).sum::<usize>());
        Sieve { never: mask.shape() == Shape::Nothing, must, deny: parts(clauses.deny) }
    }

    /// Only these items at a position, on top of what it is already.
    pub(super) fn and_items(&mut self, position: usize, items: Arc<RoaringBitmap>) {
        self.never |= items.is_empty();
        self.must.insert(0, vec![Part::Items(ItemSet::new(position, items))]);
    }

    /// Whether nothing is allowed.
    pub(super) fn is_never(&self) -> bool {
        self.never
    }

    /// Whether everything is.
    pub(super) fn is_always(&self) -> bool {
        !self.never && self.must.is_empty() && self.deny.is_empty()
    }

    /// Whether the cell with these items is allowed.
    #[inline]
    pub(super) fn allows(&self, item: impl Fn(usize) -> u32) -> bool {
        !self.never
            && self.must.iter().all(|clause| clause.iter().any(|part| part.contains(&item)))
            && !self.deny.iter().any(|part| part.contains(&item))
    }

    /// The positions that are looked at.
    pub(super) fn positions(&self) -> Vec<usize> {
        let mut positions = Vec::new();
        for part in self.must.iter().flatten().chain(&self.deny) {
            match part {
                Part::Items(set) => positions.push(set.position),
                Part::Tuples { axes, .. } => positions.extend(axes.iter().map(|(position, _)| *position)),
            }
        }
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// Whether no cell whose item at `position` is in `low..=high` can be allowed.
    pub(super) fn never_within(&self, position: usize, low: u32, high: u32) -> bool {
        self.must.iter().any(|clause| match clause.as_slice() {
            [Part::Items(set)] => set.position == position && set.items.range_cardinality(low..=high) == 0,
            _ => false,
        })
    }
}

impl Part {
    fn new(region: &Region, capacity: &impl Fn(usize) -> u32) -> Part {
        match region.set() {
            RegionSet::Items(items) => {
                let position = region.axes().first().map_or(usize::MAX, |axis| axis.position);
                Part::Items(ItemSet::new(position, Arc::clone(items)))
            }
            RegionSet::Tuples { radix, set } => {
                let mut strides = vec![1u64; radix.len()];
                for at in (1..radix.len()).rev() {
                    let below = strides.get(at).copied().unwrap_or(1).saturating_mul(u64::from(radix.get(at).copied().unwrap_or(1)));
                    if let Some(stride) = strides.get_mut(at - 1) {
                        *stride = below;
                    }
                }
                let axes = region.axes().iter().zip(radix.iter().zip(&strides));
                let axes = axes.map(|(axis, (radix, stride))| (axis.position, packed(axis, *radix, *stride, capacity(axis.position))));
                let space = radix.iter().fold(1u128, |all, r| all.saturating_mul(u128::from(*r)));
                let flat = space <= u128::from(FLAT_TUPLES) && space <= u128::from(set.len().saturating_mul(FLAT_SHARE).max(1 << 16));
                Part::Tuples {
                    axes: axes.collect(),
                    set: if flat { TupleSet::flat(space as u64, set) } else { TupleSet::Tree(Arc::clone(set)) },
                }
            }
        }
    }

    fn effort(&self) -> usize {
        match self {
            Part::Items(_) => 1,
            Part::Tuples { axes, .. } => 1 + axes.len(),
        }
    }

    #[inline]
    fn contains(&self, item: &impl Fn(usize) -> u32) -> bool {
        match self {
            Part::Items(set) => set.contains(item(set.position)),
            Part::Tuples { axes, set } => {
                let mut at = 0u64;
                for (position, table) in axes {
                    at = at.saturating_add(table.get(item(*position) as usize).copied().unwrap_or(OUTSIDE));
                }
                at != OUTSIDE && set.contains(at)
            }
        }
    }
}

/// What each item of an axis adds to a packed tuple; [`OUTSIDE`] where there is no tuple.
fn packed(axis: &Axis, radix: u32, stride: u64, capacity: u32) -> Vec<u64> {
    let of = |item: u32| {
        let end = match &axis.map {
            None => item,
            Some(map) => map.get(item as usize).copied().unwrap_or(u32::MAX),
        };
        if end < radix { u64::from(end).saturating_mul(stride) } else { OUTSIDE }
    };
    (0..capacity).map(of).collect()
}

impl TupleSet {
    fn flat(space: u64, set: &RoaringTreemap) -> TupleSet {
        let mut words = vec![0u64; (space as usize).div_ceil(64)];
        for tuple in set.iter() {
            if let Some(word) = words.get_mut(tuple as usize / 64) {
                *word |= 1 << (tuple & 63);
            }
        }
        TupleSet::Flat(words)
    }

    #[inline]
    fn contains(&self, at: u64) -> bool {
        match self {
            TupleSet::Flat(words) => words.get(at as usize / 64).is_some_and(|word| (word >> (at & 63)) & 1 == 1),
            TupleSet::Tree(set) => set.contains(at),
        }
    }
}
