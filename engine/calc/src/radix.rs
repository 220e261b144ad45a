//! Packed coordinates put in order digit by digit: a coordinate has few bits, and as many passes as those need beat comparing.
//!
//! It is the radix sort from the lowest digit on, with counted places, of Knuth, *The Art of Computer Programming* 3, section 5.2.5.

use rayon::slice::ParallelSliceMut;

use crate::width::Width;

/// Bits of a digit at most: the counts of its values stay in the nearest cache.
const DIGIT_BITS: u32 = 11;
/// Fewer things than this are compared.
const FEW: usize = 1_024;
/// More digits than this are compared.
const MOST_DIGITS: u32 = 8;

/// Sorts things by keys of which only the lowest `bits` bits are ever set. Things of one key end in any order.
pub(crate) fn sort_by_key<T: Copy + Send, K: Width>(things: &mut Vec<T>, bits: u32, key: impl Fn(&T) -> K + Sync) {
    let digits = bits.div_ceil(DIGIT_BITS).max(1);
    if things.len() < FEW || digits > MOST_DIGITS {
        return things.par_sort_unstable_by_key(key);
    }
    let width = bits.div_ceil(digits).max(1);
    let mask = (1u128 << width) - 1;
    let mut other = things.clone();
    for digit in 0..digits {
        let value = |thing: &T| (key(thing).wide() >> (digit * width) & mask) as usize;
        let mut places = vec![0usize; 1 << width];
        for thing in things.iter() {
            if let Some(count) = places.get_mut(value(thing)) {
                *count += 1;
            }
        }
        if places.contains(&things.len()) {
            // All have the same digit here.
            continue;
        }
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        for thing in things.iter() {
            let Some(place) = places.get_mut(value(thing)) else { continue };
            if let Some(slot) = other.get_mut(*place) {
                *slot = *thing;
            }
            *place += 1;
        }
        std::mem::swap(things, &mut other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_comparing_does() {
        let mut state = 7u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 11
        };
        for bits in [1, 5, 11, 12, 26, 33, 53] {
            for count in [0, 1, FEW - 1, FEW, 5_000] {
                let keys: Vec<u64> = (0..count).map(|_| next() & ((1 << bits) - 1)).collect();
                let mut sorted = keys.clone();
                sorted.sort_unstable();
                let mut found = keys.clone();
                sort_by_key(&mut found, bits, |key| *key);
                assert_eq!(found, sorted, "{bits} {count}");
                let mut wide: Vec<(u128, usize)> = keys.iter().map(|key| u128::from(*key) << 60 | 1).zip(0..).collect();
                sort_by_key(&mut wide, bits + 60, |(key, _)| *key);
                assert!(wide.iter().map(|(key, _)| *key >> 60).eq(sorted.iter().map(|key| u128::from(*key))), "{bits} {count}");
                assert!(wide.iter().all(|(key, at)| keys.get(*at).map(|key| u128::from(*key)) == Some(*key >> 60)), "each with its own");
            }
        }
    }
}
