//! What the items at one position come to in an aggregation.

use std::collections::BTreeMap;

use crate::cells::{Field, Key, WORD_BITS};

/// No group: far above all sums of steps, of which there are at most 127.
pub(super) const SKIP: u32 = 1 << 24;
/// No group, among wide numbers: it stays what it is when more is added.
pub(super) const SKIP_WIDE: u128 = u128::MAX;

/// The axes and filters at one position come to one table. The tuple of codes that an item has in these axes is its *kind*; a group
/// is a kind for each position, and its number is the sum of their strides.
pub(super) struct Kinds {
    pub(super) field: Field,
    /// By item the number of its kind; `None`: its cells are left out.
    of: Vec<Option<u32>>,
    /// The codes of each kind, ascending.
    tuples: Vec<Vec<u32>>,
    /// What a step to the next kind adds to the number of a group.
    pub(super) stride: u128,
}

impl Kinds {
    /// `code` gives an item's codes, `None` where the item is filtered out.
    pub(super) fn new(field: Field, capacity: u32, codes: impl Fn(u32) -> Option<Vec<u32>>) -> Kinds {
        let mut numbers: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let tuples: Vec<Option<Vec<u32>>> = (0..capacity).map(codes).collect();
        for tuple in tuples.iter().flatten() {
            if !numbers.contains_key(tuple) {
                numbers.insert(tuple.clone(), 0);
            }
        }
        numbers.values_mut().zip(0u32..).for_each(|(number, rank)| *number = rank);
        let of = tuples.iter().map(|tuple| tuple.as_ref().and_then(|t| numbers.get(t).copied())).collect();
        Kinds { field, of, tuples: numbers.into_keys().collect(), stride: 1 }
    }

    /// The number of kinds, at least 1.
    pub(super) fn len(&self) -> u128 {
        self.tuples.len().max(1) as u128
    }

    /// By item what it adds to the number of a group, [`SKIP`] for none. For groups whose numbers are below `SKIP`.
    pub(super) fn steps(&self) -> Vec<u32> {
        self.wide_steps().into_iter().map(|step| u32::try_from(step).map_or(SKIP, |s| s.min(SKIP))).collect()
    }

    /// By item what it adds to the number of a group, [`SKIP_WIDE`] for none.
    pub(super) fn wide_steps(&self) -> Vec<u128> {
        self.of.iter().map(|kind| kind.map_or(SKIP_WIDE, |kind| u128::from(kind) * self.stride)).collect()
    }

    /// Whether all items in `low..=high` are left out.
    pub(super) fn none_within(&self, low: u32, high: u32) -> bool {
        let end = (high as usize).saturating_add(1).min(self.of.len());
        self.of.get(low as usize..end).unwrap_or_default().iter().all(Option::is_none)
    }

    /// The codes of a group's kind here.
    pub(super) fn codes(&self, group: u128) -> &[u32] {
        // Most groups have small numbers, and narrow divisions are many times faster.
        let kind = match (u64::try_from(group), u64::try_from(self.stride)) {
            (Ok(group), Ok(stride)) => group / stride % self.tuples.len().max(1) as u64,
            _ => u64::try_from(group / self.stride % self.len()).unwrap_or(u64::MAX),
        };
        usize::try_from(kind).ok().and_then(|kind| self.tuples.get(kind)).map_or(&[], Vec::as_slice)
    }
}

/// What the item of a key adds.
#[inline(always)]
pub(super) fn step<K: Key>(key: K, table: &(Field, Vec<u32>)) -> u32 {
    table.1.get(key.get(table.0) as usize).copied().unwrap_or(SKIP)
}

/// What the item of a key adds to a wide number.
#[inline(always)]
pub(super) fn wide_step<K: Key>(key: K, table: &(Field, Vec<u128>)) -> u128 {
    table.1.get(key.get(table.0) as usize).copied().unwrap_or(SKIP_WIDE)
}

/// What the cells of one word add, where each dimension has all its bits either above those of a word or among them.
pub(super) struct ByWord<'a> {
    lines: Vec<&'a (Field, Vec<u32>)>,
    /// What each bit adds.
    pub(super) steps: [u32; 1 << WORD_BITS],
    /// Whether no bit adds anything, so that all cells of a word are in one group.
    pub(super) is_level: bool,
}

impl<'a> ByWord<'a> {
    pub(super) fn new(tables: &'a [(Field, Vec<u32>)]) -> Option<ByWord<'a>> {
        let (lines, near): (Vec<_>, Vec<_>) = tables.iter().partition(|(field, _)| field.shift >= WORD_BITS);
        if near.iter().any(|(field, _)| field.shift + field.bits > WORD_BITS) {
            return None;
        }
        let steps = std::array::from_fn(|low| near.iter().map(|table| step(low as u64, table)).sum());
        Some(ByWord { lines, steps, is_level: near.is_empty() })
    }

    /// What the head of a word adds.
    #[inline(always)]
    pub(super) fn line<K: Key>(&self, head: K) -> u32 {
        self.lines.iter().map(|table| step(head, table)).sum()
    }
}
