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
        if let (Selection::Bits(visible), false) = (selection, is_sparse) {
            return whole.for_each(|(head, bits, first)| {
                let count = bits.count_ones();
                of_word(bits, first, part(visible, first, count), count, |bits, at| f(head, bits, at));
            });
        }
        let mut whole = whole.peekable();
        selection.runs(len, |from, to| {
            if is_sparse {
                let near = chunk.keys.words_at(from, to).into_iter().flatten();
                return near.for_each(|(head, bits, first)| visible(bits, first, from, to, |bits, at| f(head, bits, at)));
            }
            while let Some((head, bits, first)) = whole.peek().copied().filter(|(_, _, first)| *first < to) {
                let end = first + bits.count_ones() as usize;
                if end > from {
                    visible(bits, first, from, to, |bits, at| f(head, bits, at));
                }
                if end > to {
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

/// The bits `from..from + count` of some words, of which there are 64 at most.
#[inline(always)]
fn part(words: &[u64], from: usize, count: u32) -> u64 {
    let (at, low) = (from >> 6, (from & 63) as u32);
    let word = |at: usize| words.get(at).copied().unwrap_or(0);
    let above = word(at + 1).checked_shl(64 - low).unwrap_or(0);
    (word(at) >> low | above) & (u64::MAX >> (64 - count.clamp(1, 64)))
}

/// The visible bits of a word by neighbours, with the place of the first of them. Bit i of `shown` is for the word's cell i, of which there are so
/// many; the first one's place is `first`.
#[inline(always)]
fn of_word(bits: u64, first: usize, mut shown: u64, count: u32, mut f: impl FnMut(u64, usize)) {
    if shown == 0 {
        return;
    }
    if shown.count_ones() == count {
        return f(bits, first);
    }
    let mut from = 0;
    while shown != 0 {
        let hidden = shown.trailing_zeros();
        let run = (shown >> hidden).trailing_ones();
        from += hidden as usize;
        visible(bits, first, first + from, first + from + run as usize, &mut f);
        from += run as usize;
        shown = shown.checked_shr(hidden + run).unwrap_or(0);
    }
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
    use super::{of_word, part, visible};

    #[test]
    fn bits_are_cut_out_of_words() {
        let words = [0xf0f0_1234_5678_9abc_u64, 0x0123_4567_89ab_cdef, 0x8000_0000_0000_0001];
        let bit = |at: usize| words.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1);
        for from in 0..192 {
            for count in 1..=64usize {
                let expected = (0..count).fold(0u64, |all, at| all | u64::from(bit(from + at)) << at);
                assert_eq!(part(&words, from, count as u32), expected, "{from} {count}");
            }
        }
    }

    #[test]
    fn a_word_is_shown_in_neighbours() {
        let bits: u64 = 1 << 63 | 0b1011_0110_1000_0000_0001;
        let at: Vec<u32> = (0..64).filter(|bit| bits >> bit & 1 == 1).collect();
        for shown in 0..1u64 << at.len() {
            let (mut found, mut places) = (0, Vec::new());
            of_word(bits, 5, shown, at.len() as u32, |part, first| {
                assert!(places.last().is_none_or(|last| last + 1 < first), "neighbours come at once");
                places.extend(first..first + part.count_ones() as usize);
                found |= part;
            });
            let expected: Vec<usize> = (0..at.len()).filter(|cell| shown >> cell & 1 == 1).collect();
            assert_eq!(found, expected.iter().fold(0, |word, cell| word | 1 << at[*cell]), "{shown:b}");
            assert_eq!(places, expected.iter().map(|cell| cell + 5).collect::<Vec<_>>());
        }
    }

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
