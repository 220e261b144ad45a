//! A region: a set of cells, said over one or some of their coordinates.

use std::fmt;
use std::sync::Arc;

use roaring::{RoaringBitmap, RoaringTreemap};

use crate::fingerprint::Fingerprint;

/// The ordinal that stands for BLANK: at the end of a path, and for an empty dimension column of a list's row.
pub const BLANK: u32 = u32::MAX;

/// One coordinate that a region looks at.
#[derive(Clone)]
pub struct Axis {
    /// Which coordinate: the place among the metric's declared dimensions, or the list's columns.
    pub position: usize,
    /// From the item there to the item that the set speaks of, [`BLANK`] where there is none. `None`: the item itself.
    pub map: Option<Arc<[u32]>>,
}

impl Axis {
    /// The item of a cell that the set speaks of, [`BLANK`] if there is none.
    pub fn item(&self, cell: &[u32]) -> u32 {
        let item = cell.get(self.position).copied().unwrap_or(BLANK);
        match &self.map {
            None => item,
            Some(map) => map.get(item as usize).copied().unwrap_or(BLANK),
        }
    }
}

/// The set behind a region's axes.
#[derive(Clone)]
pub enum RegionSet {
    /// One axis without a map: these items. In the masks of lists it holds [`BLANK`] where an empty column is in the region.
    Items(Arc<RoaringBitmap>),
    /// Several axes: these tuples, packed with the first axis as the most significant: `(a * radix[1] + b) * radix[2] + c`.
    Tuples {
        /// Per axis the number of items; an item at or above it (BLANK is) is in no tuple.
        radix: Arc<[u32]>,
        /// The packed tuples.
        set: Arc<RoaringTreemap>,
    },
}

/// A set of cells. Many regions share one set.
#[derive(Clone)]
pub struct Region {
    axes: Vec<Axis>,
    set: RegionSet,
    fingerprint: u128,
}

impl Region {
    /// The coordinates it looks at: one for [`RegionSet::Items`], as many as `radix` for [`RegionSet::Tuples`]. A position may come
    /// twice, with different maps.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The set.
    pub fn set(&self) -> &RegionSet {
        &self.set
    }

    /// Whether a cell is in it: all its coordinates in order.
    pub fn contains(&self, cell: &[u32]) -> bool {
        match &self.set {
            RegionSet::Items(items) => self.axes.first().is_some_and(|axis| items.contains(axis.item(cell))),
            RegionSet::Tuples { radix, set } => {
                let mut packed = 0u64;
                for (axis, &radix) in self.axes.iter().zip(radix.iter()) {
                    let item = axis.item(cell);
                    if item >= radix {
                        return false;
                    }
                    packed = packed * u64::from(radix) + u64::from(item);
                }
                set.contains(packed)
            }
        }
    }

    pub(crate) fn items(position: usize, items: Arc<RoaringBitmap>) -> Region {
        let mut hash = Fingerprint::new("items");
        hash.number(position as u64);
        hash.runs(items.iter().map(u64::from));
        Region { axes: vec![Axis { position, map: None }], set: RegionSet::Items(items), fingerprint: hash.finish() }
    }

    /// `set_print` is the content hash of `set`, `map_prints` those of the axes' maps (0 for none).
    pub(crate) fn tuples(axes: Vec<Axis>, map_prints: &[u128], radix: Arc<[u32]>, set: Arc<RoaringTreemap>, set_print: u128) -> Region {
        let mut hash = Fingerprint::new("tuples");
        for (axis, print) in axes.iter().zip(map_prints) {
            hash.number(axis.position as u64);
            hash.print(*print);
        }
        hash.print(set_print);
        Region { axes, set: RegionSet::Tuples { radix, set }, fingerprint: hash.finish() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match &self.set {
            RegionSet::Items(items) => items.is_empty(),
            RegionSet::Tuples { set, .. } => set.is_empty(),
        }
    }

    /// Position and items where it is said over one coordinate.
    pub(crate) fn as_items(&self) -> Option<(usize, &Arc<RoaringBitmap>)> {
        match (&self.set, self.axes.as_slice()) {
            (RegionSet::Items(items), [axis]) => Some((axis.position, items)),
            _ => None,
        }
    }

    pub(crate) fn fingerprint(&self) -> u128 {
        self.fingerprint
    }
}

// What a region holds is nobody's business in a log.
impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Region").finish_non_exhaustive()
    }
}

impl fmt::Debug for RegionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegionSet").finish_non_exhaustive()
    }
}

impl fmt::Debug for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Axis").field("position", &self.position).finish_non_exhaustive()
    }
}
