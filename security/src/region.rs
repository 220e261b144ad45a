//! A region: a set of cells, said over one or some of their coordinates.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use roaring::{RoaringBitmap, RoaringTreemap};

use crate::fingerprint::{Fingerprint, of_map};

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
        self.end(cell.get(self.position).copied().unwrap_or(BLANK))
    }

    /// Where an item at the position leads.
    pub(crate) fn end(&self, item: u32) -> u32 {
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
    /// The content hashes of the axes' maps (0 for none) and of a set of tuples: a region is often only looked at from elsewhere.
    map_prints: Vec<u128>,
    set_print: u128,
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
        let axes = vec![Axis { position, map: None }];
        Region { axes, set: RegionSet::Items(items), map_prints: vec![0], set_print: 0, fingerprint: hash.finish() }
    }

    /// `set_print` is the content hash of `set`, `map_prints` those of the axes' maps (0 for none).
    pub(crate) fn tuples(axes: Vec<Axis>, map_prints: &[u128], radix: Arc<[u32]>, set: Arc<RoaringTreemap>, set_print: u128) -> Region {
        let mut hash = Fingerprint::new("tuples");
        for (axis, print) in axes.iter().zip(map_prints) {
            hash.number(axis.position as u64);
            hash.print(*print);
        }
        hash.print(set_print);
        let set = RegionSet::Tuples { radix, set };
        Region { axes, set, map_prints: map_prints.to_vec(), set_print, fingerprint: hash.finish() }
    }

    /// The cells whose images, position by position, are in it: exactly, without reading its tuples. `image` leads from a position
    /// to an outer one and the map from there; what has no image, [`BLANK`], is in no region. `count`: the items at a position.
    pub(crate) fn pulled(&self, image: impl Fn(usize) -> Option<(usize, Option<Arc<[u32]>>)>, count: impl Fn(usize) -> u32) -> Region {
        match &self.set {
            RegionSet::Items(items) => match self.axes.first().and_then(|axis| image(axis.position)) {
                Some((position, None)) if !items.contains(BLANK) => Region::items(position, Arc::clone(items)),
                Some((position, None)) => Region::items(position, Arc::new(items.iter().filter(|item| *item != BLANK).collect())),
                Some((position, Some(map))) => {
                    let ends = (0u32..).zip(map.iter()).filter(|(_, end)| **end != BLANK && items.contains(**end));
                    Region::items(position, Arc::new(ends.map(|(item, _)| item).collect()))
                }
                None => Region::items(0, Arc::default()),
            },
            RegionSet::Tuples { radix, set } => {
                let mut axes = Vec::with_capacity(self.axes.len());
                let mut prints = Vec::with_capacity(self.axes.len());
                for (axis, print) in self.axes.iter().zip(&self.map_prints) {
                    let Some((position, map)) = image(axis.position) else { return Region::items(0, Arc::default()) };
                    let (map, print) = match (map, &axis.map) {
                        (None, map) => (map.clone(), *print),
                        (Some(map), None) => (Some(Arc::clone(&map)), of_map(&map)),
                        (Some(first), Some(then)) => {
                            let both = first.iter().map(|item| then.get(*item as usize).copied().unwrap_or(BLANK)).collect::<Arc<[u32]>>();
                            (Some(Arc::clone(&both)), of_map(&both))
                        }
                    };
                    axes.push(Axis { position, map });
                    prints.push(print);
                }
                Region::tuples(axes, &prints, Arc::clone(radix), Arc::clone(set), self.set_print).at_one_position(count)
            }
        }
    }

    /// Tuples whose axes are all at one position are items there.
    pub(crate) fn at_one_position(self, count: impl Fn(usize) -> u32) -> Region {
        let [Axis { position, .. }, rest @ ..] = self.axes.as_slice() else { return self };
        if matches!(self.set, RegionSet::Items(_)) || rest.iter().any(|axis| axis.position != *position) {
            return self;
        }
        let position = *position;
        let contains = |item: &u32| self.code(position, *item, &[]).is_some_and(|code| self.holds(code));
        Region::items(position, Arc::new((0..count(position)).filter(contains).collect()))
    }

    /// By axis the items that some tuple has; none for a set of items. It reads every tuple.
    pub(crate) fn ends(&self) -> Vec<RoaringBitmap> {
        let RegionSet::Tuples { radix, set } = &self.set else { return Vec::new() };
        let mut ends = vec![RoaringBitmap::new(); radix.len()];
        for packed in set.iter() {
            let mut rest = packed;
            for (end, radix) in ends.iter_mut().zip(radix.iter()).rev() {
                let radix = u64::from(*radix).max(1);
                end.extend(u32::try_from(rest % radix));
                rest /= radix;
            }
        }
        ends
    }

    /// What an item at a position adds to the number that [`holds`](Region::holds) asks for, 0 where the region does not look at that
    /// position. `None`: no cell with this item is in the region; that is told better with the region's [`ends`](Region::ends).
    pub(crate) fn code(&self, position: usize, item: u32, ends: &[RoaringBitmap]) -> Option<u64> {
        match &self.set {
            RegionSet::Items(items) => {
                let looks = self.axes.iter().any(|axis| axis.position == position);
                (!looks || items.contains(item)).then_some(0)
            }
            RegionSet::Tuples { radix, .. } => {
                let mut code = 0u64;
                for (at, (axis, radix)) in self.axes.iter().zip(radix.iter()).enumerate() {
                    code *= u64::from(*radix);
                    if axis.position == position {
                        let end = axis.end(item);
                        if end >= *radix || ends.get(at).is_some_and(|ends| !ends.contains(end)) {
                            return None;
                        }
                        code += u64::from(end);
                    }
                }
                Some(code)
            }
        }
    }

    /// Bytes held in sets and maps whose addresses are not among the `known` ones, which they join.
    pub(crate) fn bytes(&self, known: &mut HashSet<usize>) -> usize {
        let (address, bytes) = match &self.set {
            RegionSet::Items(items) => (Arc::as_ptr(items).addr(), items.serialized_size()),
            RegionSet::Tuples { set, .. } => (Arc::as_ptr(set).addr(), set.serialized_size()),
        };
        let maps = self.axes.iter().filter_map(|axis| axis.map.as_ref()).filter(|map| known.insert(Arc::as_ptr(map).addr()));
        let maps = maps.map(|map| size_of_val(map.as_ref())).sum::<usize>();
        maps + if known.insert(address) { bytes } else { 0 }
    }

    /// The tuples of its set; 0 for a set of items.
    pub(crate) fn tuple_count(&self) -> u64 {
        match &self.set {
            RegionSet::Items(_) => 0,
            RegionSet::Tuples { set, .. } => set.len(),
        }
    }

    /// Whether a cell is in it whose items' [codes](Region::code), one per position looked at, add up to `sum`.
    pub(crate) fn holds(&self, sum: u64) -> bool {
        match &self.set {
            RegionSet::Items(_) => true,
            RegionSet::Tuples { set, .. } => set.contains(sum),
        }
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
