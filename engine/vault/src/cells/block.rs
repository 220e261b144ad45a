//! One block: keys, values, and a small patch of later edits over them.

use std::sync::Arc;

use super::column::Column;
use super::key::Key;
use super::keys::Keys;
use super::walk::place_from;
use crate::each_vector;
use crate::vector::Vector;

/// A patch is folded in when it passes this share of its block.
const FOLD_SHARE: usize = 16;

/// Keys and their values, one to one.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk<K> {
    /// Where.
    pub keys: Arc<Keys<K>>,
    /// What.
    pub column: Column,
}

impl<K: Key> Chunk<K> {
    /// Ascending keys and their values; `None` where there are none.
    pub fn from_sorted(keys: &[K], values: Vector) -> Option<Chunk<K>> {
        debug_assert!(values.is_full());
        Some(Chunk { keys: Arc::new(Keys::from_sorted(keys)?), column: Column::from_full(values) })
    }

    /// The values of all cells under shared keys; no place is BLANK.
    pub fn under(keys: Arc<Keys<K>>, values: Vector) -> Chunk<K> {
        debug_assert!(values.is_full() && values.len() == keys.len());
        Chunk { keys, column: Column::from_full(values) }
    }
}

/// Sorted edits over a block: a value, or BLANK for a cleared cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Patch<K> {
    pub(super) keys: Vec<K>,
    pub(super) values: Vector,
}

/// An immutable block, shared by revisions and scenarios.
#[derive(Clone, Debug)]
pub struct Block<K> {
    base: Chunk<K>,
    patch: Option<Arc<Patch<K>>>,
    len: usize,
    /// Whether the patch adds or clears cells.
    moves: bool,
}

/// Where two versions of a block differ.
pub(super) enum Difference<K> {
    /// At these keys, ascending.
    Keys(Vec<K>),
    /// At so many of the cells, which have the same keys, by their values.
    Values { count: usize, now: Chunk<K>, then: Column },
}

impl<K: Key> Difference<K> {
    /// The number of cells that differ.
    pub(super) fn count(&self) -> usize {
        match self {
            Difference::Keys(keys) => keys.len(),
            Difference::Values { count, .. } => *count,
        }
    }

    /// Their keys, ascending.
    pub(super) fn into_keys(self) -> Vec<K> {
        match self {
            Difference::Keys(keys) => keys,
            Difference::Values { count: 0, .. } => Vec::new(),
            Difference::Values { now, then, .. } => {
                let keys = now.keys.decode();
                now.column.places_unlike(&then).into_iter().filter_map(|at| keys.get(at).copied()).collect()
            }
        }
    }
}

impl<K: Key> Block<K> {
    pub(super) fn new(chunk: Chunk<K>) -> Block<K> {
        let len = chunk.keys.len();
        Block { base: chunk, patch: None, len, moves: false }
    }

    /// The stamp of the keys of all its cells, `None` where a patch makes them others.
    pub(super) fn keys_stamp(&self) -> Option<u64> {
        (!self.moves).then(|| self.base.keys.stamp())
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether edits cleared all its cells.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether later edits stand over it.
    pub(super) fn is_patched(&self) -> bool {
        self.patch.is_some()
    }

    /// The lowest key that the block may hold.
    pub(super) fn first(&self) -> K {
        match self.patch.as_ref().and_then(|p| p.keys.first()) {
            Some(key) => self.base.keys.first().min(*key),
            None => self.base.keys.first(),
        }
    }

    /// The keys under the patch: the same allocation in all versions of the block until the patch is folded in.
    pub(super) fn stored_keys(&self) -> &Arc<Keys<K>> {
        &self.base.keys
    }

    /// How this block differs from another version of it. `None`: the two do not stand for the same keys, and nothing is told.
    pub(super) fn differs_from(&self, before: &Block<K>) -> Option<Difference<K>> {
        if Arc::ptr_eq(&self.base.keys, &before.base.keys) && self.base.column.is_same_buffer(&before.base.column) {
            let patched = |block: &Block<K>| block.patch.as_ref().map_or_else(Vec::new, |p| p.keys.clone());
            let mut keys = patched(self);
            keys.extend(patched(before));
            keys.sort_unstable();
            keys.dedup();
            let read = |block: &Block<K>| {
                let mut values = Vector::blank(self.base.column.ty(), 0);
                block.probe(&keys, &mut Vec::new(), &mut values);
                values
            };
            let (now, then) = (read(self), read(before));
            let differing = keys.iter().enumerate().filter(|(at, _)| !now.same_at(*at, &then, *at)).map(|(_, key)| *key);
            return Some(Difference::Keys(differing.collect()));
        }
        let (now, then) = (self.chunk()?, before.chunk()?);
        let is_same = Arc::ptr_eq(&now.keys, &then.keys) || now.keys == then.keys;
        is_same.then(|| Difference::Values { count: now.column.count_unlike(&then.column), now, then: then.column })
    }

    /// The cells of the block under their patch; `None` when there are none. Without a patch nothing is copied; a patch that only
    /// changes values leaves the keys shared.
    pub fn chunk(&self) -> Option<Chunk<K>> {
        let Some(patch) = &self.patch else { return Some(self.base.clone()) };
        let mut ranks = Vec::new();
        self.base.keys.ranks_of(&patch.keys, &mut ranks);
        if let Some(chunk) = self.with_values(patch, &ranks) {
            return Some(chunk);
        }
        let (keys, values) = self.merged(patch);
        Some(Chunk { keys: Arc::new(Keys::from_sorted(&keys)?), column: Column::from_full(values) })
    }

    /// The block's own cells with the values of a patch, whose keys have these ranks; `None` where it adds cells or clears some.
    fn with_values(&self, patch: &Patch<K>, ranks: &[u32]) -> Option<Chunk<K>> {
        if ranks.iter().enumerate().any(|(i, rank)| *rank == u32::MAX || patch.values.is_blank(i)) {
            return None;
        }
        let mut values = self.base.column.to_vector();
        for (i, rank) in ranks.iter().enumerate() {
            overwrite(&mut values, *rank as usize, &patch.values, i);
        }
        Some(Chunk { keys: Arc::clone(&self.base.keys), column: Column::from_full(values) })
    }

    /// The cells with `from <= key`, and `key < to` where there is a `to`, under their patch; `None` when there are none. Only these are put
    /// together, however large the block is: the rights of one person are a few cells of a block that many share.
    pub(super) fn range(&self, from: K, to: Option<K>) -> Option<Chunk<K>> {
        let all = self.base.keys.len();
        let (low, high) = (self.base.keys.below(from), to.map_or(all, |to| self.base.keys.below(to)));
        let is_whole = low == 0 && high == all;
        let edits = self.patch.as_ref().map_or(0..0, |patch| {
            let below = |key: K| patch.keys.partition_point(|k| *k < key);
            below(from)..to.map_or(patch.keys.len(), below)
        });
        let Some(patch) = self.patch.as_ref().filter(|_| !edits.is_empty()) else {
            return match is_whole {
                true => Some(self.base.clone()),
                false if low < high => Some(Chunk { keys: self.base.keys.slice(low, high)?, column: self.base.column.slice(low, high) }),
                false => None,
            };
        };
        if is_whole && edits.len() == patch.keys.len() {
            return self.chunk();
        }
        let keys = if low < high { self.base.keys.slice(low, high).map_or_else(Vec::new, |keys| keys.decode()) } else { Vec::new() };
        let values = if keys.is_empty() { Vector::blank(self.base.column.ty(), 0) } else { self.base.column.slice(low, high).to_vector() };
        let edited = patch.values.part(edits.start, edits.end);
        let merged = overlay(&keys, &values, patch.keys.get(edits)?, &edited);
        let (keys, values) = without_blanks(merged.keys, merged.values);
        Chunk::from_sorted(&keys, values)
    }

    /// Looks ascending keys up, appending a value or BLANK for each.
    pub(super) fn probe(&self, keys: &[K], scratch: &mut Vec<u32>, out: &mut Vector) {
        let start = out.len();
        scratch.clear();
        self.base.keys.ranks_of(keys, scratch);
        self.base.column.gather(scratch, out);
        if let Some(patch) = &self.patch {
            let mut at = 0;
            for (i, key) in keys.iter().enumerate() {
                at = place_from(&patch.keys, at, key);
                if patch.keys.get(at) == Some(key) {
                    overwrite(out, start + i, &patch.values, at);
                }
            }
        }
    }

    /// The block with more edits over it (ascending keys, none twice). `Err` gives the merged cells when the patch has grown too large.
    pub(super) fn patched(&self, keys: &[K], values: &Vector) -> Result<Block<K>, (Vec<K>, Vector)> {
        let patch = match &self.patch {
            None => Patch { keys: keys.to_vec(), values: values.clone() },
            Some(old) => overlay(&old.keys, &old.values, keys, values),
        };
        let mut ranks = Vec::new();
        self.base.keys.ranks_of(&patch.keys, &mut ranks);
        if patch.keys.len() * FOLD_SHARE > self.base.keys.len() {
            // What other metrics share of the block are its keys: they stay where they can.
            return self.with_values(&patch, &ranks).map(Block::new).ok_or_else(|| self.merged(&patch));
        }
        let (mut len, mut moves) = (self.base.keys.len(), false);
        for (i, rank) in ranks.iter().enumerate() {
            match (*rank == u32::MAX, patch.values.is_blank(i)) {
                (true, false) => len += 1,
                (false, true) => len -= 1,
                _ => continue,
            }
            moves = true;
        }
        Ok(Block { base: self.base.clone(), patch: Some(Arc::new(patch)), len, moves })
    }

    fn merged(&self, patch: &Patch<K>) -> (Vec<K>, Vector) {
        let all = overlay(&self.base.keys.decode(), &self.base.column.to_vector(), &patch.keys, &patch.values);
        without_blanks(all.keys, all.values)
    }
}

/// The union of two sorted sets of edits; where both have a key, the upper one's value stands.
fn overlay<K: Key>(lower_keys: &[K], lower: &Vector, upper_keys: &[K], upper: &Vector) -> Patch<K> {
    let mut keys = Vec::with_capacity(lower_keys.len() + upper_keys.len());
    let mut from_lower = Vec::with_capacity(keys.capacity());
    let (mut l, mut u) = (0, 0);
    loop {
        match (lower_keys.get(l), upper_keys.get(u)) {
            (Some(a), Some(b)) if a < b => {
                keys.push(*a);
                from_lower.push(l);
                l += 1;
            }
            (a, Some(b)) => {
                if a == Some(b) {
                    l += 1;
                }
                keys.push(*b);
                from_lower.push(lower_keys.len() + u);
                u += 1;
            }
            (Some(a), None) => {
                keys.push(*a);
                from_lower.push(l);
                l += 1;
            }
            (None, None) => break,
        }
    }
    let mut both = lower.clone();
    both.append(upper);
    Patch { keys, values: both.take(&from_lower) }
}

/// Drops the blank places of a chunk.
pub(super) fn without_blanks<K: Key>(keys: Vec<K>, values: Vector) -> (Vec<K>, Vector) {
    if values.is_full() {
        return (keys, values);
    }
    let keep: Vec<usize> = (0..keys.len()).filter(|i| !values.is_blank(*i)).collect();
    let kept = keep.iter().filter_map(|i| keys.get(*i).copied()).collect();
    (kept, values.take(&keep))
}

fn overwrite(target: &mut Vector, at: usize, source: &Vector, from: usize) {
    fn put<T: Clone>(target: &mut [T], at: usize, source: &[T], from: usize) {
        if let (Some(slot), Some(value)) = (target.get_mut(at), source.get(from)) {
            *slot = value.clone();
        }
    }
    match (target, source) {
        (Vector::Number(t), Vector::Number(s)) => put(t, at, s, from),
        (Vector::Integer(t), Vector::Integer(s)) => put(t, at, s, from),
        (Vector::Decimal(d, t), Vector::Decimal(e, s)) if d == e => put(t, at, s, from),
        (Vector::Text(t), Vector::Text(s)) => put(t, at, s, from),
        (Vector::Boolean(t), Vector::Boolean(s)) | (Vector::Rights(t), Vector::Rights(s)) => put(t, at, s, from),
        (Vector::Date(t), Vector::Date(s)) => put(t, at, s, from),
        (Vector::Item(_, t), Vector::Item(_, s)) => put(t, at, s, from),
        (target, source) => each_vector!(target, v => debug_assert!(v.len() > at || source.len() > from)),
    }
}
