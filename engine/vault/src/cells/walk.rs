//! Walking along sorted keys.

/// The first place from which on no key is below this one. `from` is where the search for the key before ended: keys that ascend are found in
/// a few steps each, wherever they are, and one that goes back is searched for from the start.
///
/// It is the search in growing steps of Bentley and Yao, *An almost optimal algorithm for unbounded searching* (1976).
#[inline]
pub fn place_from<K: Ord>(sorted: &[K], from: usize, key: &K) -> usize {
    let goes_back = from.checked_sub(1).and_then(|before| sorted.get(before)).is_some_and(|before| before >= key);
    let (mut low, mut step) = (if goes_back { 0 } else { from }, 1);
    while sorted.get(low + step - 1).is_some_and(|k| k < key) {
        low += step;
        step *= 2;
    }
    let high = (low + step - 1).min(sorted.len());
    low + sorted.get(low..high).map_or(0, |part| part.partition_point(|k| k < key))
}

#[cfg(test)]
mod tests {
    use super::place_from;

    #[test]
    fn every_key_is_found_from_every_place() {
        for count in 0..40u32 {
            let sorted: Vec<u32> = (0..count).map(|n| n * 2 + 1).collect();
            for from in 0..=sorted.len() {
                for key in 0..=2 * count + 2 {
                    assert_eq!(place_from(&sorted, from, &key), sorted.partition_point(|k| *k < key), "{count} {from} {key}");
                }
            }
        }
    }
}
