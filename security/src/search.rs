//! Whether some cell of the items there are, or every one, is allowed, or no longer allowed: a search with bounded work.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;

use crate::{BLANK, Mask, Region, RegionSet, Shape};

/// At most so many cells are tried, and so many tuples of one region are read.
const TRIES: u64 = 1 << 16;

impl Mask {
    /// Whether it allows some cell whose items are among `items`, which are asked for by position. Where nothing is found in bounded time
    /// the answer is yes: it may come out as nothing all the same.
    pub fn allows_some<I: IntoIterator<Item = u32>>(&self, items: impl Fn(usize) -> I) -> bool {
        match self.shape() {
            Shape::Nothing => return false,
            Shape::Everything => return true,
            Shape::Some => {}
        }
        let positions = self.depends_on().into_iter();
        let mut sets: BTreeMap<usize, RoaringBitmap> =
            positions.map(|position| (position, items(position).into_iter().collect())).collect();
        for clause in self.clauses().must {
            narrow(clause, &mut sets);
        }
        for (position, denied) in self.clauses().deny.iter().filter_map(Region::as_items) {
            if let Some(set) = sets.get_mut(&position) {
                *set -= denied.as_ref();
            }
        }
        any_cell(&sets, |cell| self.allows(cell))
    }

    /// Whether it allows every cell whose items are among `items`, which are asked for by position. Where that is not found out in bounded
    /// time the answer is no.
    pub fn allows_all<I: IntoIterator<Item = u32>>(&self, items: impl Fn(usize) -> I) -> bool {
        match self.shape() {
            Shape::Nothing => return false,
            Shape::Everything => return true,
            Shape::Some => {}
        }
        let among = |regions: &[Region]| -> BTreeMap<usize, RoaringBitmap> {
            let positions = regions.iter().flat_map(|region| region.axes().iter().map(|axis| axis.position));
            positions.map(|position| (position, items(position).into_iter().collect())).collect()
        };
        let clauses = self.clauses();
        // Each clause looks at few positions, so it is asked by itself.
        let fails = |clause: &Vec<Region>| any_cell(&among(clause), |cell| !clause.iter().any(|region| region.contains(cell)));
        let denies = |region: &Region| any_cell(&among(std::slice::from_ref(region)), |cell| region.contains(cell));
        !clauses.must.iter().any(fails) && !clauses.deny.iter().any(denies)
    }

    /// Whether some cell whose items are among `items` is allowed here and not `after`. Where nothing is found in bounded time the answer
    /// is yes if the masks differ.
    pub fn is_narrowed_by<I: IntoIterator<Item = u32>>(&self, after: &Mask, items: impl Fn(usize) -> I) -> bool {
        if self.fingerprint() == after.fingerprint() || after.shape() == Shape::Everything || self.shape() == Shape::Nothing {
            return false;
        }
        let positions = self.depends_on().into_iter().chain(after.depends_on());
        let sets = positions.map(|position| (position, items(position).into_iter().collect())).collect();
        any_cell(&sets, |cell| self.allows(cell) && !after.allows(cell))
    }
}

/// Whether a test holds for some cell with these items; yes as well where there are more cells than can be tried and it held for none of
/// those that were.
fn any_cell(sets: &BTreeMap<usize, RoaringBitmap>, test: impl Fn(&[u32]) -> bool) -> bool {
    let width = sets.keys().next_back().map_or(0, |last| last + 1);
    let space = sets.values().fold(1u64, |space, set| space.saturating_mul(set.len()));
    // No more items than the tries can reach.
    let columns = sets.iter().map(|(position, set)| (*position, set.iter().take(TRIES as usize).collect::<Vec<u32>>()));
    let columns = columns.collect::<Vec<_>>();
    let mut cell = vec![BLANK; width];
    for number in 0..space.min(TRIES) {
        let mut rest = number;
        for (position, column) in &columns {
            let len = (column.len() as u64).max(1);
            if let (Some(slot), Some(item)) = (cell.get_mut(*position), usize::try_from(rest % len).ok().and_then(|at| column.get(at))) {
                *slot = *item;
            }
            rest /= len;
        }
        if test(&cell) {
            return true;
        }
    }
    space > TRIES
}

/// Leaves at each position only items with which some region of the clause can contain the cell.
fn narrow(clause: &[Region], sets: &mut BTreeMap<usize, RoaringBitmap>) {
    for (position, set) in sets.iter_mut() {
        let looks = |region: &Region| region.axes().iter().any(|axis| axis.position == *position);
        if clause.iter().all(looks) {
            *set = clause.iter().fold(RoaringBitmap::new(), |all, region| all | shadow(region, *position, set));
        }
    }
}

/// The items of `set` that some cell of the region has at a position.
fn shadow(region: &Region, position: usize, set: &RoaringBitmap) -> RoaringBitmap {
    match region.set() {
        RegionSet::Items(items) => set & items.as_ref(),
        RegionSet::Tuples { set: tuples, .. } if tuples.len() > TRIES => set.clone(),
        RegionSet::Tuples { .. } => {
            let ends = region.ends();
            let here: Vec<_> = region.axes().iter().zip(&ends).filter(|(axis, _)| axis.position == position).collect();
            set.iter().filter(|item| here.iter().all(|(axis, ends)| ends.contains(axis.end(*item)))).collect()
        }
    }
}
