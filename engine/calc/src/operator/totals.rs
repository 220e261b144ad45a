//! One accumulator per group, dense where the groups are, hashed where they are scattered.

use std::collections::HashMap;

use smalt_model::DecimalSum;
use smalt_vault::{CountedSum, ExactSum, Key};

/// Groups of neighbouring keys share a page, made when the first of them is touched.
pub(super) const PAGE_BITS: u32 = 9;

/// Accumulators by group key.
#[derive(Debug)]
pub(crate) enum Totals<A> {
    /// Pages over the whole key space.
    Paged(Vec<Option<Box<[A]>>>),
    /// By key.
    Hashed(HashMap<u128, A>),
}

/// What a group accumulates.
pub(crate) trait Accumulator: Default + Clone + Send {
    /// Takes in another's values.
    fn merge(&mut self, other: &Self);
    /// Whether it has taken in any value.
    fn seen(&self) -> bool;
}

/// The place of a group on its page.
#[inline]
pub(super) fn slot<K: Key>(key: K) -> usize {
    key.wide() as usize & ((1 << PAGE_BITS) - 1)
}

impl<A: Accumulator> Totals<A> {
    /// For keys of so many bits and about so many values.
    pub(crate) fn new(bits: u32, values: u128) -> Totals<A> {
        if bits <= 36 && (1u128 << bits) <= values.saturating_mul(16).max(1 << 16) {
            let pages = 1usize << bits.saturating_sub(PAGE_BITS);
            Totals::Paged(std::iter::repeat_with(|| None).take(pages).collect())
        } else {
            Totals::Hashed(HashMap::new())
        }
    }

    /// The accumulator of a group.
    #[inline]
    pub(crate) fn at<K: Key>(&mut self, key: K) -> Option<&mut A> {
        match self {
            Totals::Paged(_) => self.page(key)?.get_mut(slot(key)),
            Totals::Hashed(map) => Some(map.entry(key.wide()).or_default()),
        }
    }

    /// The accumulators of all groups whose keys differ from this one in the lowest [`PAGE_BITS`] bits only, by these bits. `None` where groups
    /// are hashed.
    #[inline]
    pub(crate) fn page<K: Key>(&mut self, key: K) -> Option<&mut [A]> {
        match self {
            Totals::Paged(pages) => {
                let page = pages.get_mut(key.wide() as usize >> PAGE_BITS)?;
                Some(page.get_or_insert_with(|| vec![A::default(); 1 << PAGE_BITS].into()))
            }
            Totals::Hashed(_) => None,
        }
    }

    /// Both together.
    pub(crate) fn merge(self, other: Totals<A>) -> Totals<A> {
        match (self, other) {
            (Totals::Paged(mut mine), Totals::Paged(theirs)) => {
                for (a, b) in mine.iter_mut().zip(theirs) {
                    match (a, b) {
                        (_, None) => {}
                        (slot @ None, Some(page)) => *slot = Some(page),
                        (Some(a), Some(b)) => a.iter_mut().zip(b.iter()).filter(|(_, b)| b.seen()).for_each(|(a, b)| a.merge(b)),
                    }
                }
                Totals::Paged(mine)
            }
            (Totals::Hashed(mut mine), Totals::Hashed(theirs)) => {
                for (key, b) in theirs {
                    mine.entry(key).or_default().merge(&b);
                }
                Totals::Hashed(mine)
            }
            // Both sides are made with the same numbers, so they have the same form.
            (mine, _) => mine,
        }
    }

    /// The groups that took in a value, ascending.
    pub(crate) fn finish<K: Key>(self) -> (Vec<K>, Vec<A>) {
        match self {
            Totals::Paged(pages) => {
                let (mut keys, mut out) = (Vec::new(), Vec::new());
                for (page, slots) in pages.into_iter().enumerate() {
                    for (slot, total) in slots.iter().flatten().enumerate().filter(|(_, t)| t.seen()) {
                        keys.push(K::narrow(((page << PAGE_BITS) | slot) as u128));
                        out.push(total.clone());
                    }
                }
                (keys, out)
            }
            Totals::Hashed(map) => {
                let mut all: Vec<(u128, A)> = map.into_iter().filter(|(_, t)| t.seen()).collect();
                all.sort_unstable_by_key(|(key, _)| *key);
                all.into_iter().map(|(key, total)| (K::narrow(key), total)).unzip()
            }
        }
    }
}

impl Accumulator for ExactSum {
    fn merge(&mut self, other: &ExactSum) {
        ExactSum::merge(self, other);
    }
    fn seen(&self) -> bool {
        ExactSum::seen(self)
    }
}

impl Accumulator for CountedSum {
    fn merge(&mut self, other: &CountedSum) {
        CountedSum::merge(self, other);
    }
    fn seen(&self) -> bool {
        self.count() > 0
    }
}

/// Sum and number of values.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mean {
    pub(crate) sum: ExactSum,
    pub(crate) count: u64,
}

impl Mean {
    /// Adds a number.
    pub(crate) fn add(&mut self, value: f64) {
        self.sum.add(value);
        self.count += 1;
    }

    /// Adds some numbers by their sum.
    pub(crate) fn take(&mut self, sum: &CountedSum) {
        self.sum.merge(sum.sum());
        self.count += u64::from(sum.count());
    }
}

impl Accumulator for Mean {
    fn merge(&mut self, other: &Mean) {
        self.sum.merge(&other.sum);
        self.count += other.count;
    }
    fn seen(&self) -> bool {
        self.count > 0
    }
}

impl Accumulator for DecimalSum {
    fn merge(&mut self, other: &DecimalSum) {
        DecimalSum::merge(self, other);
    }
    fn seen(&self) -> bool {
        self.count() > 0
    }
}

impl Accumulator for u64 {
    fn merge(&mut self, other: &u64) {
        *self += other;
    }
    fn seen(&self) -> bool {
        *self > 0
    }
}

/// Smallest or largest float.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound<const LARGEST: bool>(pub(crate) f64);

impl<const LARGEST: bool> Default for Bound<LARGEST> {
    fn default() -> Self {
        Bound(f64::NAN)
    }
}

impl<const LARGEST: bool> Bound<LARGEST> {
    pub(crate) fn add(&mut self, value: f64) {
        // A comparison with NaN, the empty bound, does not hold either way.
        if !(if LARGEST { self.0 >= value } else { self.0 <= value }) {
            self.0 = value;
        }
    }
}

impl<const LARGEST: bool> Accumulator for Bound<LARGEST> {
    fn merge(&mut self, other: &Self) {
        self.add(other.0);
    }
    fn seen(&self) -> bool {
        !self.0.is_nan()
    }
}
