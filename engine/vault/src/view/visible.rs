//! The visible cells of a block: one by one, and a word of neighbours at a time.

use super::selection::Selection;
use crate::cells::{Chunk, Key, WORD_BITS};

/// Walks along words. It keeps room for keys that are not stored as words.
#[derive(Debug)]
pub(super) struct VisibleWords<K>(Vec<K>);

impl<K> Default for VisibleWords<K> {
    fn default() -> VisibleWords<K> {
        VisibleWords(Vec::new())
    }
}

impl<K: Key> VisibleWords<K> {
    /// Hands out words in which cells are visible: the head, the bits of these cells, which are neighbours in the block, and the place of the first of
    /// them. Where keys are not stored as words, each cell comes by itself.
    pub(super) fn of(&mut self, chunk: &Chunk<K>, selection: &Selection, mut f: impl FnMut(K, u64, usize)) {
        let len = chunk.keys.len();
        // Of hidden cells not even the keys are read where there are many.
        let is_sparse = selection.is_sparse(len);
        let Some(whole) = chunk.keys.words_at(0, if is_sparse { 0 } else { len }) else {
            return each_key(selection, chunk, &mut self.0, |key, at| {
                let head = key.prefix(WORD_BITS);
                f(head, key.since(head).map_or(0, |low| 1 << (low & 63)), at);
            });
        };
        let mut whole = whole.peekable();
        selection.runs(len, |from, to| {
            if is_sparse {
                let near = chunk.keys.words_at(from, to).into_iter().flatten();
                return near.for_each(|(head, bits, first)| visible(bits, first, from, to, |bits, at| f(head, bits, at)));
            }
            while let Some((head, bits, first)) = whole.peek().copied().filter(|(_, _, first)| *first < to) {
                visible(bits, first, from, to, |bits, at| f(head, bits, at));
                if first + bits.count_ones() as usize > to {
                    break;
                }
                whole.next();
            }
        });
    }
}

/// The keys of a block's visible cells and their places.
pub(super) fn each_key<K: Key>(selection: &Selection, chunk: &Chunk<K>, keys: &mut Vec<K>, mut f: impl FnMut(K, usize)) {
    let len = chunk.keys.len();
    if selection.is_sparse(len) {
        // Of hidden cells not even the keys are read.
        return selection.runs(len, |from, to| {
            chunk.keys.decode_part(from, to, keys);
            keys.iter().zip(from..).for_each(|(key, at)| f(*key, at));
        });
    }
    keys.clear();
    chunk.keys.decode_into(keys);
    selection.runs(len, |from, to| keys.get(from..to).unwrap_or_default().iter().zip(from..).for_each(|(key, at)| f(*key, at)));
}

/// Those bits of a word whose cells are among the places `from..to`, and the place of the first of them; `first` is that of the word's first cell.
#[inline(always)]
fn visible(bits: u64, first: usize, from: usize, to: usize, f: impl FnOnce(u64, usize)) {
    let end = first + bits.count_ones() as usize;
    if from <= first && end <= to {
        return f(bits, first);
    }
    let bits = without_lowest(bits, from.saturating_sub(first));
    let bits = bits & !without_lowest(bits, to.saturating_sub(first.max(from)));
    if bits != 0 {
        f(bits, first.max(from));
    }
}

/// The bits without so many of the lowest.
fn without_lowest(bits: u64, count: usize) -> u64 {
    (0..count.min(64)).fold(bits, |bits, _| bits & bits.wrapping_sub(1))
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn places_become_bits() {
        let bits: u64 = 0b1011_0110_1000_0000_0001;
        let at: Vec<u32> = (0..64).filter(|bit| bits >> bit & 1 == 1).collect();
        for from in 0..20 {
            for to in from + 1..20 {
                let expected: Vec<usize> = (5..5 + at.len()).filter(|place| (from..to).contains(place)).collect();
                let word = expected.iter().fold(0, |word, place| word | 1 << at[place - 5]);
                let mut found = None;
                visible(bits, 5, from, to, |bits, first| found = Some((bits, first)));
                assert_eq!(found, expected.first().map(|first| (word, *first)), "{from}..{to}");
            }
        }
    }
}
