//! What differs between two versions of a column.

use std::collections::BTreeMap;
use std::sync::Arc;

use smalt_vault::Vector;

/// The places below both ends that hold different values.
pub(super) fn changed_places(old: &Vector, new: &Vector) -> Vec<usize> {
    (0..old.len().min(new.len())).filter(|place| !new.same_at(*place, old, *place)).collect()
}

/// Where the value of each of `len` places is, if those of `changed` stand behind them in this order.
pub(super) fn places(len: usize, changed: &BTreeMap<usize, usize>) -> Vec<usize> {
    (0..len).map(|place| changed.get(&place).map_or(place, |at| len + at)).collect()
}

/// How many rows are the same from the start, and how many of the others from the end.
pub(super) fn splice(old: &[Arc<Vector>], new: &[Arc<Vector>], old_len: usize, new_len: usize) -> (usize, usize) {
    let most = old_len.min(new_len);
    let front = |(old, new): (&Arc<Vector>, &Arc<Vector>)| {
        if Arc::ptr_eq(old, new) { most } else { (0..most).find(|at| !new.same_at(*at, old, *at)).unwrap_or(most) }
    };
    let from = old.iter().zip(new).map(front).min().unwrap_or(most);
    let left = most - from;
    let back = |(old, new): (&Arc<Vector>, &Arc<Vector>)| {
        (0..left).find(|at| !new.same_at(new_len - 1 - at, old, old_len - 1 - at)).unwrap_or(left)
    };
    (from, old.iter().zip(new).map(back).min().unwrap_or(left))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn column(values: &[i64]) -> Vec<Arc<Vector>> {
        vec![Arc::new(Vector::Integer(values.to_vec()))]
    }

    #[test]
    fn the_same_rows_at_both_ends_are_found_and_counted_once() {
        for (old, new, expected) in [
            (&[1, 2, 3][..], &[1, 2, 3, 4][..], (3, 0)),
            (&[1, 2, 3], &[1, 3], (1, 1)),
            (&[1, 1, 1], &[1, 1], (2, 0)),
            (&[1, 2, 3], &[1, 9, 3], (1, 1)),
            (&[], &[5], (0, 0)),
            (&[5], &[], (0, 0)),
        ] {
            assert_eq!(splice(&column(old), &column(new), old.len(), new.len()), expected, "{old:?} {new:?}");
        }
    }
}
