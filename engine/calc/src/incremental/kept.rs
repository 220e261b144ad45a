//! What parts of formulas came to, kept from one recalculation to the next.
//!
//! A total inside of a formula is no metric, so nothing else holds it. Whoever recalculates the formula for a few cells needs it at others too, and
//! to add it up again would cost as much as there are cells.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_formula::program::{Kind, Node};
use smalt_model::{DimensionId, ListId, MetricId, Type};
use smalt_vault::{Cells, CountedSum, Revision};

/// So many cells are kept, those of all versions together: a few hundred megabytes at most, of which versions share what they can.
const MOST_CELLS: u64 = 16 << 20;

/// Cells of parts of formulas, by what they compute and what that reads. Nothing in it can be out of date: a part is found only for the very same
/// cells, items and rows that it was made of. One for all states of an application.
#[derive(Default)]
pub struct Kept {
    parts: Mutex<Parts>,
}

struct Parts {
    cells: Shelf<Cells>,
    /// What sums are made of.
    sums: Shelf<Sums>,
    /// The same of sums that were just added up, by the version of their cells: until these are kept.
    fresh: HashMap<u64, Sums>,
}

/// What is kept of one kind, up to a weight; what was not asked for longest makes room.
struct Shelf<V> {
    held: HashMap<Footing, Held<V>>,
    weight: u64,
    most: u64,
    uses: u64,
}

struct Held<V> {
    value: Arc<V>,
    weight: u64,
    used: u64,
}

/// The groups of a sum, each with what a cell can be exchanged in. Versions share what they have in common.
#[derive(Clone, Default)]
pub(crate) struct Sums {
    /// Ascending, none of them empty.
    chunks: Vec<Arc<Vec<(u128, CountedSum)>>>,
    len: usize,
}

/// As many groups are copied where one is exchanged.
const CHUNK: usize = 256;
/// Sums that nobody came to keep are dropped when they are so many.
const MOST_FRESH: usize = 64;
/// What all sums together may have of groups, at about 64 bytes each.
const MOST_GROUPS: u64 = 2 << 20;

impl Sums {
    /// Ascending groups.
    pub(crate) fn of(groups: impl Iterator<Item = (u128, CountedSum)>) -> Sums {
        let all: Vec<(u128, CountedSum)> = groups.filter(|(_, sum)| sum.count() > 0).collect();
        let chunks = all.chunks(CHUNK).map(|chunk| Arc::new(chunk.to_vec())).collect();
        Sums { chunks, len: all.len() }
    }

    fn chunk_of(&self, group: u128) -> usize {
        self.chunks.partition_point(|chunk| chunk.first().is_some_and(|(first, _)| *first <= group)).saturating_sub(1)
    }

    /// What a group is made of.
    pub(crate) fn get(&self, group: u128) -> CountedSum {
        let chunk = self.chunks.get(self.chunk_of(group)).map_or(&[][..], |chunk| chunk.as_slice());
        let at = chunk.binary_search_by_key(&group, |(key, _)| *key);
        at.ok().and_then(|at| chunk.get(at)).map_or_else(CountedSum::default, |(_, sum)| *sum)
    }

    /// The same with one group exchanged.
    pub(crate) fn set(&mut self, group: u128, sum: CountedSum) {
        let at = self.chunk_of(group);
        let Some(chunk) = self.chunks.get_mut(at) else {
            *self = Sums::of(std::iter::once((group, sum)));
            return;
        };
        let entries = Arc::make_mut(chunk);
        match (entries.binary_search_by_key(&group, |(key, _)| *key), sum.count()) {
            (Ok(place), 0) => {
                entries.remove(place);
                self.len -= 1;
            }
            (Ok(place), _) => entries.iter_mut().skip(place).take(1).for_each(|entry| entry.1 = sum),
            (Err(_), 0) => {}
            (Err(place), _) => {
                entries.insert(place, (group, sum));
                self.len += 1;
            }
        }
        if entries.is_empty() {
            self.chunks.remove(at);
        }
    }
}

/// A part and the versions of all that it reads.
pub(crate) type Footing = (Arc<str>, Vec<u64>);

/// What a part of a formula reads.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads {
    pub(crate) metrics: BTreeSet<MetricId>,
    pub(crate) dimensions: BTreeSet<DimensionId>,
    pub(crate) lists: BTreeSet<ListId>,
}

impl Reads {
    /// Adds what an expression reads by itself: not what its inputs do.
    pub(crate) fn add(&mut self, node: &Node) {
        match &node.kind {
            Kind::Metric(metric) | Kind::PreviousOf { metric, .. } => {
                self.metrics.insert(*metric);
            }
            Kind::Column(list, _) => {
                self.lists.insert(*list);
            }
            Kind::Convert { from, to, .. } => {
                self.dimensions.extend([*from, *to]);
            }
            Kind::Add { added, .. } => self.dimensions.extend(added),
            _ => {}
        }
        self.lists.extend(node.rows);
        self.dimensions.extend(&node.dims);
        if let Type::Item(dimension) = node.ty {
            self.dimensions.insert(dimension);
        }
        node.children().into_iter().for_each(|child| self.add(child));
    }

    pub(crate) fn unite(&mut self, other: &Reads) {
        self.metrics.extend(&other.metrics);
        self.dimensions.extend(&other.dimensions);
        self.lists.extend(&other.lists);
    }

    /// The versions of all of it in a revision.
    pub(crate) fn footing(&self, identity: &Arc<str>, revision: &Revision) -> Footing {
        let metrics = self.metrics.iter().map(|m| revision.cells(*m).map_or(0, |cells| cells.stamp()));
        let dimensions = self.dimensions.iter().map(|d| revision.items(*d).stamp());
        let lists = self.lists.iter().map(|l| revision.rows(*l).map_or(0, |rows| rows.stamp()));
        (Arc::clone(identity), metrics.chain(dimensions).chain(lists).collect())
    }
}

impl Kept {
    pub(crate) fn get(&self, footing: &Footing) -> Option<Arc<Cells>> {
        self.parts.lock().cells.get(footing)
    }

    /// Takes what the cells of a sum were just made of, which are about to be kept.
    pub(crate) fn put_fresh(&self, cells: &Cells, sums: Sums) {
        let mut parts = self.parts.lock();
        if parts.fresh.len() >= MOST_FRESH {
            parts.fresh.clear();
        }
        parts.fresh.insert(cells.stamp(), sums);
    }

    /// Keeps what the cells of a sum are made of.
    pub(crate) fn put_sums(&self, footing: Footing, sums: Sums) {
        self.parts.lock().put_sums(footing, sums);
    }

    /// What the cells of a sum are made of.
    pub(crate) fn sums(&self, footing: &Footing) -> Option<Arc<Sums>> {
        self.parts.lock().sums.get(footing)
    }

    /// Keeps the cells of a part.
    pub(crate) fn put(&self, footing: Footing, cells: &Arc<Cells>) {
        let mut parts = self.parts.lock();
        if let Some(sums) = parts.fresh.remove(&cells.stamp()) {
            parts.put_sums(footing.clone(), sums);
        }
        // A part without any cell takes room too.
        parts.cells.put(footing, Arc::clone(cells), cells.len() + 1_000);
    }
}

impl Default for Parts {
    fn default() -> Parts {
        Parts { cells: Shelf::holding(MOST_CELLS), sums: Shelf::holding(MOST_GROUPS), fresh: HashMap::new() }
    }
}

impl Parts {
    fn put_sums(&mut self, footing: Footing, sums: Sums) {
        let weight = sums.len as u64 + 16;
        self.sums.put(footing, Arc::new(sums), weight);
    }
}

impl<V> Shelf<V> {
    /// An empty one that holds up to this weight.
    fn holding(most: u64) -> Shelf<V> {
        Shelf { held: HashMap::new(), weight: 0, most, uses: 0 }
    }

    fn get(&mut self, footing: &Footing) -> Option<Arc<V>> {
        self.uses += 1;
        let held = self.held.get_mut(footing)?;
        held.used = self.uses;
        Some(Arc::clone(&held.value))
    }

    fn put(&mut self, footing: Footing, value: Arc<V>, weight: u64) {
        self.uses += 1;
        self.weight += weight;
        if let Some(before) = self.held.insert(footing, Held { value, weight, used: self.uses }) {
            self.weight -= before.weight;
        }
        while self.weight > self.most {
            let oldest = self.held.iter().min_by_key(|(_, held)| held.used).map(|(footing, _)| footing.clone());
            match oldest.and_then(|oldest| self.held.remove(&oldest)) {
                Some(gone) => self.weight -= gone.weight,
                None => return,
            }
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}
