//! Aggregates over stretches of a line, in about log n steps each: a tree whose leaves are the places.
//!
//! Nothing is taken out of a sum again, so that what stands outside of a stretch leaves no trace in it: an [`smalt_vault::ExactSum`] drops the
//! lowest digits of small terms once it has seen a large one.

use std::ops::Range;

/// Up to so many values are taken one after another, which is faster than the tree.
pub(super) const FEW: usize = 64;

/// A tree of aggregates that may be merged in any order and grouping.
pub(super) struct Ranges<T> {
    /// The node `n` has the children `2 n` and `2 n + 1`; the leaves are the last ones.
    nodes: Vec<T>,
    len: usize,
    empty: T,
    merge: fn(&mut T, &T),
}

impl<T: Copy> Ranges<T> {
    /// Over these leaves.
    pub(super) fn new(leaves: impl Iterator<Item = T>, empty: T, merge: fn(&mut T, &T)) -> Ranges<T> {
        let leaves: Vec<T> = leaves.collect();
        let len = leaves.len();
        let mut nodes = vec![empty; len];
        nodes.extend(leaves);
        for at in (1..len).rev() {
            let mut all = empty;
            nodes.iter().skip(2 * at).take(2).for_each(|child| merge(&mut all, child));
            if let Some(slot) = nodes.get_mut(at) {
                *slot = all;
            }
        }
        Ranges { nodes, len, empty, merge }
    }

    /// The aggregate of some leaves.
    pub(super) fn over(&self, places: Range<usize>) -> T {
        let mut all = self.empty;
        for_each_node(self.len, places, |node| {
            if let Some(part) = self.nodes.get(node) {
                (self.merge)(&mut all, part);
            }
        });
        all
    }

    /// Puts something into each of some leaves; from then on only [`Ranges::at`] may be asked.
    pub(super) fn put(&mut self, places: Range<usize>, put: impl Fn(&mut T)) {
        for_each_node(self.len, places, |node| {
            if let Some(part) = self.nodes.get_mut(node) {
                put(part);
            }
        });
    }

    /// All that was put into a leaf.
    pub(super) fn at(&self, place: usize) -> T {
        let mut all = self.empty;
        let mut node = place + self.len;
        while node > 0 {
            if let Some(part) = self.nodes.get(node) {
                (self.merge)(&mut all, part);
            }
            node /= 2;
        }
        all
    }
}

/// What parts that cover stretches come to at each place from the first to the last that one covers.
pub(super) fn met<T: Copy, V: Copy>(
    parts: Vec<(Range<usize>, V)>,
    empty: T,
    merge: fn(&mut T, &T),
    add: fn(&mut T, V),
) -> impl Iterator<Item = (usize, T)> {
    let first = parts.iter().map(|(places, _)| places.start).min().unwrap_or(0);
    let end = parts.iter().map(|(places, _)| places.end).max().unwrap_or(0);
    let mut sums = Ranges::new(std::iter::repeat_n(empty, end.saturating_sub(first)), empty, merge);
    for (places, part) in parts {
        sums.put(places.start - first..places.end.max(places.start) - first, |sum| add(sum, part));
    }
    (first..end).map(move |place| (place, sums.at(place - first)))
}

/// The nodes that together have some leaves, none twice.
fn for_each_node(len: usize, places: Range<usize>, mut visit: impl FnMut(usize)) {
    let (mut from, mut to) = (places.start.min(len) + len, places.end.min(len) + len);
    while from < to {
        if from % 2 == 1 {
            visit(from);
            from += 1;
        }
        if to % 2 == 1 {
            to -= 1;
            visit(to);
        }
        (from, to) = (from / 2, to / 2);
    }
}

#[cfg(test)]
mod tests {
    use smalt_vault::ExactSum;

    use super::*;

    #[test]
    fn a_range_is_the_sum_of_its_leaves_whatever_stands_beside_it() {
        for len in [1usize, 2, 3, 7, 64, 100] {
            // A huge one among small ones: it must not blur those that do not hold it.
            let value = |at: usize| if at == len / 2 { 1e300 } else { 0.1 * (at as f64 + 1.0) };
            let leaf = |at: usize| {
                let mut sum = ExactSum::default();
                sum.add(value(at));
                sum
            };
            let sums = Ranges::new((0..len).map(leaf), ExactSum::default(), ExactSum::merge);
            let most = Ranges::new((0..len).map(value), f64::NEG_INFINITY, |a, b| *a = a.max(*b));
            let mut covered = Ranges::new((0..len).map(|_| ExactSum::default()), ExactSum::default(), ExactSum::merge);
            let mut wanted = vec![ExactSum::default(); len];
            for from in 0..len {
                for to in from + 1..=len {
                    let mut sum = ExactSum::default();
                    (from..to).for_each(|at| sum.add(value(at)));
                    assert_eq!(sums.over(from..to).value().to_bits(), sum.value().to_bits(), "{from}..{to} of {len}");
                    assert_eq!(most.over(from..to), (from..to).map(value).fold(f64::NEG_INFINITY, f64::max));
                    let share = value(from) / to as f64;
                    covered.put(from..to, |sum| sum.add(share));
                    wanted.iter_mut().take(to).skip(from).for_each(|sum| sum.add(share));
                }
            }
            assert!(sums.over(0..0).value() == 0.0 && !sums.over(len..len).seen());
            for (place, wanted) in wanted.iter().enumerate() {
                assert_eq!(covered.at(place).value().to_bits(), wanted.value().to_bits(), "{place} of {len}");
            }
        }
    }
}
