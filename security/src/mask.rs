//! The mask: which cells of one block a person may read, or write.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::Region;
use crate::fingerprint::Fingerprint;

/// Whether a mask hides at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No cell is allowed.
    Nothing,
    /// Every cell is, also of items that come later.
    Everything,
    /// It depends on the cell. It may still come out as nothing or all over the cells there are.
    Some,
}

/// The cells of a block that are allowed, as a normal form over sets of items. Made by [`Access`](crate::Access) only.
///
/// A cell is allowed if every clause of `must` has a region that contains it, and no region of `deny` does. So a mask without
/// clauses allows everything, and one with an empty clause nothing.
pub struct Mask {
    must: Vec<Vec<Region>>,
    deny: Vec<Region>,
    fingerprint: u128,
}

/// The normal form of a mask, to be resolved against blocks of cells.
#[derive(Clone, Copy)]
pub struct Clauses<'a> {
    /// Each clause is a union: at least one of its regions must contain the cell. An empty one contains no cell.
    pub must: &'a [Vec<Region>],
    /// None of these may contain the cell.
    pub deny: &'a [Region],
}

impl Mask {
    /// Whether it hides nothing, everything or something. `Nothing` and `Everything` are certain.
    pub fn shape(&self) -> Shape {
        if self.must.iter().any(Vec::is_empty) {
            Shape::Nothing
        } else if self.must.is_empty() && self.deny.is_empty() {
            Shape::Everything
        } else {
            Shape::Some
        }
    }

    /// Whether one cell is allowed. `cell`: its items in the metric's declared order of dimensions; for a list one per column,
    /// [`BLANK`](crate::BLANK) where the column is empty, anything where it holds no items.
    pub fn allows(&self, cell: &[u32]) -> bool {
        self.must.iter().all(|clause| clause.iter().any(|region| region.contains(cell)))
            && !self.deny.iter().any(|region| region.contains(cell))
    }

    /// The normal form.
    pub fn clauses(&self) -> Clauses<'_> {
        Clauses { must: &self.must, deny: &self.deny }
    }

    /// The coordinates that the answer depends on, sorted; all others are free.
    pub fn depends_on(&self) -> Vec<usize> {
        let regions = self.must.iter().flatten().chain(&self.deny);
        let mut positions = regions.flat_map(|region| region.axes().iter().map(|axis| axis.position)).collect::<Vec<_>>();
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// A content hash: masks made of the same sets have the same one, so people with the same rights can share what is made from
    /// them. Equal fingerprints allow the same cells.
    pub fn fingerprint(&self) -> u128 {
        self.fingerprint
    }

    /// Bytes held in sets whose addresses are not among the `known` ones, which they join.
    pub(crate) fn bytes(&self, known: &mut HashSet<usize>) -> usize {
        self.must.iter().flatten().chain(&self.deny).map(|region| size_of::<Region>() + region.bytes(known)).sum()
    }

    /// The allowed items of a mask over one coordinate, out of `0..count`.
    pub(crate) fn to_items(&self, count: u32) -> RoaringBitmap {
        let mut items: RoaringBitmap = (0..count).collect();
        if self.must.iter().flatten().chain(&self.deny).any(|region| region.as_items().is_none()) {
            return items.iter().filter(|&item| self.allows(&[item])).collect();
        }
        let union = |regions: &[Region]| {
            regions.iter().filter_map(Region::as_items).fold(RoaringBitmap::new(), |all, (_, items)| all | items.as_ref())
        };
        for clause in &self.must {
            items &= union(clause);
        }
        items -= union(&self.deny);
        items
    }
}

// A mask says in a log only that it is one.
impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mask").finish_non_exhaustive()
    }
}

impl fmt::Debug for Clauses<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clauses").finish_non_exhaustive()
    }
}

/// Collects clauses and brings them into the normal form.
#[derive(Default)]
pub(crate) struct MaskBuilder {
    must: Vec<Vec<Region>>,
    deny: Vec<Region>,
    /// By fingerprint: a formula reads many things under the same rights.
    whole: BTreeMap<u128, Arc<Mask>>,
}

impl MaskBuilder {
    /// At least one of these must contain the cell; none given: nothing is allowed.
    pub(crate) fn must(&mut self, any_of: Vec<Region>) {
        self.must.push(any_of);
    }

    /// Nothing is allowed.
    pub(crate) fn nothing(&mut self) {
        self.must.push(Vec::new());
    }

    /// The cell may not be in it.
    pub(crate) fn deny(&mut self, region: Region) {
        self.deny.push(region);
    }

    /// Another mask must allow the cell as well.
    pub(crate) fn all(&mut self, mask: &Arc<Mask>) {
        if mask.shape() != Shape::Everything {
            self.whole.insert(mask.fingerprint, Arc::clone(mask));
        }
    }

    /// As [`finish`](MaskBuilder::finish); what is one mask already stays that one.
    pub(crate) fn share(mut self) -> Arc<Mask> {
        if let Some(nothing) = self.whole.values().find(|mask| mask.shape() == Shape::Nothing) {
            return Arc::clone(nothing);
        }
        match self.whole.pop_first() {
            Some((_, mask)) if self.whole.is_empty() && self.must.is_empty() && self.deny.is_empty() => mask,
            Some((print, mask)) => {
                self.whole.insert(print, mask);
                Arc::new(self.finish())
            }
            None => Arc::new(self.finish()),
        }
    }

    pub(crate) fn finish(mut self) -> Mask {
        for mask in self.whole.values() {
            self.must.extend(mask.must.iter().cloned());
            self.deny.extend(mask.deny.iter().cloned());
        }
        let deny = union(self.deny);
        let mut alone: BTreeMap<usize, Region> = BTreeMap::new();
        let mut must = Vec::new();
        for clause in self.must {
            let clause = union(clause);
            match clause.as_slice() {
                [] => return Mask::nothing(),
                [region] => match region.as_items() {
                    Some((position, _)) => meet(&mut alone, position, region, |one, other| one & other),
                    None => must.push(clause),
                },
                _ => must.push(clause),
            }
        }
        // What is denied item by item comes off what must be there item by item, so that two ways to say it end as one.
        let mut denied = Vec::new();
        for region in deny {
            match region.as_items().and_then(|(position, items)| Some((alone.get_mut(&position)?, position, items))) {
                Some((there, position, items)) => {
                    let left = there.as_items().map(|(_, there)| there.as_ref() - items.as_ref());
                    *there = Region::items(position, Arc::new(left.unwrap_or_default()));
                }
                None => denied.push(region),
            }
        }
        for region in alone.into_values() {
            if region.is_empty() {
                return Mask::nothing();
            }
            must.push(vec![region]);
        }
        Mask::sealed(must, denied)
    }
}

impl Mask {
    /// No cell is allowed.
    pub(crate) fn nothing() -> Mask {
        Mask::sealed(vec![Vec::new()], Vec::new())
    }

    /// Sorts, drops doubles and seals. `must` and `deny` are unions already.
    fn sealed(mut must: Vec<Vec<Region>>, deny: Vec<Region>) -> Mask {
        let print = |clause: &[Region]| {
            let mut hash = Fingerprint::new("clause");
            clause.iter().for_each(|region| hash.print(region.fingerprint()));
            hash.finish()
        };
        must.sort_by_key(|clause| print(clause));
        must.dedup_by_key(|clause| print(clause));
        let mut hash = Fingerprint::new("mask");
        hash.number(must.len() as u64);
        must.iter().for_each(|clause| hash.print(print(clause)));
        hash.print(print(&deny));
        Mask { must, deny, fingerprint: hash.finish() }
    }
}

/// Puts a region of items to the one at its position. Equal ones stay what they are: their content is not hashed again.
fn meet(
    by_position: &mut BTreeMap<usize, Region>,
    position: usize,
    region: &Region,
    how: impl Fn(&RoaringBitmap, &RoaringBitmap) -> RoaringBitmap,
) {
    let there = by_position.entry(position).or_insert_with(|| region.clone());
    if there.fingerprint() != region.fingerprint()
        && let (Some((_, one)), Some((_, other))) = (there.as_items(), region.as_items())
    {
        *there = Region::items(position, Arc::new(how(one, other)));
    }
}

/// The same union with no empty region, one region of items per position, sorted and none twice.
fn union(regions: Vec<Region>) -> Vec<Region> {
    let mut by_position: BTreeMap<usize, Region> = BTreeMap::new();
    let mut rest = Vec::new();
    for region in regions.into_iter().filter(|region| !region.is_empty()) {
        match region.as_items() {
            Some((position, _)) => meet(&mut by_position, position, &region, |one, other| one | other),
            None => rest.push(region),
        }
    }
    rest.extend(by_position.into_values());
    rest.sort_by_key(Region::fingerprint);
    rest.dedup_by_key(|region| region.fingerprint());
    rest
}
