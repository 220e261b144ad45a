//! The presence of one block: which coordinates have a value.

use std::sync::Arc;

use super::key::Key;
use super::words::{Moves, WORD_BITS, Words};
use crate::stamp;

/// A bitmap with ranks costs 12 bytes per 64 coordinates; up to 16 coordinates per cell that is at most 3 bytes a cell, less than
/// an offset, and membership is one look-up. Past that, offsets.
const BITMAP_SPAN_PER_CELL: u64 = 16;

/// Sorted keys of at least one cell, immutable, shared by every metric that has the same cells.
#[derive(Clone, Debug)]
pub struct Keys<K> {
    stamp: u64,
    first: K,
    last: K,
    len: usize,
    repr: Repr<K>,
}

#[derive(Clone, Debug, PartialEq)]
enum Repr<K> {
    /// Bit i of word w stands for `base + 64 w + i`; `ranks[w]` is the number of cells before word w.
    Bitmap { base: K, words: Vec<u64>, ranks: Vec<u32> },
    /// Distances from the first key.
    Offsets(Vec<u32>),
    /// The keys themselves.
    Plain(Vec<K>),
}

impl<K: Key> Keys<K> {
    /// Keys from a strictly ascending, non-empty slice; `None` for an empty one.
    pub fn from_sorted(keys: &[K]) -> Option<Keys<K>> {
        let (&first, &last) = (keys.first()?, keys.last()?);
        let len = keys.len();
        let base = first.prefix(WORD_BITS);
        let repr = match last.since(base) {
            Some(span) if is_dense(span, len) => bitmap(base, span, keys),
            Some(span) if u32::try_from(span).is_ok() => {
                Repr::Offsets(keys.iter().map(|k| k.since(first).and_then(|d| u32::try_from(d).ok()).unwrap_or(u32::MAX)).collect())
            }
            _ => Repr::Plain(keys.to_vec()),
        };
        Some(Keys { stamp: stamp::next(), first, last, len, repr })
    }

    /// The keys of words (bit i of word w stands for `base + 64 w + i`; the lowest six bits of `base` are zero); `None` where none has a bit.
    pub fn from_words(base: K, words: &[u64]) -> Option<Keys<K>> {
        let (start, end) = (words.iter().position(|word| *word != 0)?, words.iter().rposition(|word| *word != 0)?);
        let words = words.get(start..=end)?;
        let base = base.plus(start as u64 * 64)?;
        let first = base.plus(words.first()?.trailing_zeros().into())?;
        let span = (words.len() as u64 - 1) * 64 + u64::from(63 - words.last()?.leading_zeros());
        let len = words.iter().map(|word| word.count_ones() as usize).sum();
        let dense = Keys { stamp: stamp::next(), first, last: base.plus(span)?, len, repr: ranked(base, words.to_vec()) };
        // Few of many coordinates take less room as a list.
        if is_dense(span, len) { Some(dense) } else { Keys::from_sorted(&dense.decode()) }
    }

    /// The keys in pieces of whole words with about `most` of them, where they are stored as words.
    pub fn in_words(&self, most: usize) -> Option<impl Iterator<Item = Words<'_, K>>> {
        let Repr::Bitmap { base, words, ranks } = &self.repr else { return None };
        let mut next = 0;
        Some(std::iter::from_fn(move || {
            let (start, from) = (next, *ranks.get(next)? as usize);
            let end = ranks.partition_point(|rank| (*rank as usize) < from + most);
            next = end.max(start + 1);
            Some(Words::new(base.plus(start as u64 * 64)?, words.get(start..next)?, start, from))
        }))
    }

    /// The words with the keys at the places `from..to`, and maybe some before and after. `None` where keys are stored as a list.
    pub fn words_over(&self, from: usize, to: usize) -> Option<Words<'_, K>> {
        let Repr::Bitmap { base, words, ranks } = &self.repr else { return None };
        let start = ranks.partition_point(|rank| *rank as usize <= from).saturating_sub(1);
        let end = ranks.partition_point(|rank| (*rank as usize) < to).max(start);
        Some(Words::new(base.plus(start as u64 * 64)?, words.get(start..end)?, start, *ranks.get(start)? as usize))
    }

    /// The words that keys are stored as, and the key of bit 0 of the first; `None` where they are stored as a list.
    pub fn as_words(&self) -> Option<(K, &[u64])> {
        match &self.repr {
            Repr::Bitmap { base, words, .. } => Some((*base, words)),
            _ => None,
        }
    }

    /// The words that have keys at the places `from..to`, ascending: their heads, the bits of all their keys, and the place of the first one. `None` where
    /// keys are stored as a list.
    pub fn words_at(&self, from: usize, to: usize) -> Option<impl Iterator<Item = (K, u64, usize)>> {
        let Repr::Bitmap { base, words, ranks } = &self.repr else { return None };
        let first = if from == 0 { 0 } else { ranks.partition_point(|rank| *rank as usize <= from).saturating_sub(1) };
        let all = (first as u64 * 64..).step_by(64).zip(words.get(first..)?.iter().zip(ranks.get(first..)?));
        let full = all.filter(|(_, (word, _))| **word != 0).take_while(move |(_, (_, rank))| (**rank as usize) < to);
        Some(full.filter_map(|(distance, (word, rank))| Some((base.plus(distance)?, *word, *rank as usize))))
    }

    /// The bits of the word that begins at `head`, and the place of the first of its keys. `None` where keys are stored as a list.
    pub(super) fn word(&self, head: K) -> Option<(u64, usize)> {
        let Repr::Bitmap { base, words, ranks } = &self.repr else { return None };
        let at = head.since(*base).map(|distance| (distance >> WORD_BITS) as usize);
        Some(at.and_then(|at| Some((*words.get(at)?, *ranks.get(at)? as usize))).unwrap_or((0, 0)))
    }

    /// The keys that look at these along `moves`. `None` where keys are stored as a list, or nothing looks at them.
    pub fn looked_at(&self, moves: &Moves) -> Option<Keys<K>> {
        let (base, words) = self.as_words()?;
        Keys::from_words(base, &words.iter().map(|word| moves.back(*word)).collect::<Vec<_>>())
    }

    /// A number that no other keys in this process have: what was found out about them needs not be found out again.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Never: keys without cells are not made.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The lowest key.
    pub fn first(&self) -> K {
        self.first
    }

    /// The highest key.
    pub fn last(&self) -> K {
        self.last
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        match &self.repr {
            Repr::Bitmap { words, ranks, .. } => words.len() * 8 + ranks.len() * 4,
            Repr::Offsets(offsets) => offsets.len() * 4,
            Repr::Plain(keys) => keys.len() * size_of::<K>(),
        }
    }

    /// All keys, ascending.
    pub fn decode(&self) -> Vec<K> {
        let mut out = Vec::new();
        self.decode_into(&mut out);
        out
    }

    /// Appends all keys, ascending.
    pub fn decode_into(&self, out: &mut Vec<K>) {
        out.reserve(self.len);
        match &self.repr {
            Repr::Bitmap { base, words, .. } => {
                for (word_base, mut bits) in (0u64..).step_by(64).zip(words.iter().copied()) {
                    let Some(start) = base.plus(word_base) else { break };
                    while bits != 0 {
                        // A key of the block is below its last key, so the sum cannot pass the end.
                        out.push(start.plus(u64::from(bits.trailing_zeros())).unwrap_or(start));
                        bits &= bits - 1;
                    }
                }
            }
            Repr::Offsets(offsets) => out.extend(offsets.iter().map(|o| self.first.plus(u64::from(*o)).unwrap_or(self.last))),
            Repr::Plain(keys) => out.extend_from_slice(keys),
        }
    }

    /// Puts the keys at the places `from..to` in place of what `out` holds.
    pub fn decode_part(&self, from: usize, to: usize, out: &mut Vec<K>) {
        out.clear();
        let to = to.min(self.len);
        let wanted = to.saturating_sub(from);
        out.reserve(wanted + 64);
        match &self.repr {
            Repr::Bitmap { base, words, ranks } => {
                let start = ranks.partition_point(|r| *r as usize <= from).saturating_sub(1);
                let mut skip = from.saturating_sub(ranks.get(start).map_or(0, |r| *r as usize));
                for (word_base, mut bits) in (start as u64 * 64..).step_by(64).zip(words.iter().skip(start).copied()) {
                    if out.len() >= wanted {
                        break;
                    }
                    while skip > 0 && bits != 0 {
                        bits &= bits - 1;
                        skip -= 1;
                    }
                    let Some(start) = base.plus(word_base) else { break };
                    while bits != 0 {
                        out.push(start.plus(u64::from(bits.trailing_zeros())).unwrap_or(start));
                        bits &= bits - 1;
                    }
                }
                out.truncate(wanted);
            }
            Repr::Offsets(offsets) => {
                let part = offsets.get(from..to).unwrap_or_default();
                out.extend(part.iter().map(|o| self.first.plus(u64::from(*o)).unwrap_or(self.last)));
            }
            Repr::Plain(keys) => out.extend_from_slice(keys.get(from..to).unwrap_or_default()),
        }
    }

    /// The place of a key among the keys, `None` where there is no cell.
    #[inline]
    pub fn rank(&self, key: K) -> Option<usize> {
        match &self.repr {
            Repr::Bitmap { base, words, ranks } => {
                let offset = key.since(*base)?;
                let at = usize::try_from(offset >> 6).ok()?;
                let (word, rank) = (words.get(at)?, ranks.get(at)?);
                let bit = offset & 63;
                ((word >> bit) & 1 == 1).then(|| *rank as usize + (word & ((1u64 << bit) - 1)).count_ones() as usize)
            }
            Repr::Offsets(offsets) => {
                let offset = u32::try_from(key.since(self.first)?).ok()?;
                offsets.binary_search(&offset).ok()
            }
            Repr::Plain(keys) => keys.binary_search(&key).ok(),
        }
    }

    /// The number of keys below `key`.
    pub fn below(&self, key: K) -> usize {
        if key <= self.first {
            return 0;
        }
        if key > self.last {
            return self.len;
        }
        match &self.repr {
            Repr::Bitmap { base, words, ranks } => {
                let Some(offset) = key.since(*base) else { return 0 };
                let at = usize::try_from(offset >> 6).unwrap_or(usize::MAX);
                match (words.get(at), ranks.get(at)) {
                    (Some(word), Some(rank)) => *rank as usize + (word & ((1u64 << (offset & 63)) - 1)).count_ones() as usize,
                    _ => self.len,
                }
            }
            Repr::Offsets(offsets) => {
                let offset = key.since(self.first).and_then(|d| u32::try_from(d).ok()).unwrap_or(u32::MAX);
                offsets.partition_point(|o| *o < offset)
            }
            Repr::Plain(keys) => keys.partition_point(|k| *k < key),
        }
    }

    /// Looks many keys up: the rank of each, `u32::MAX` where there is no cell. Fastest for ascending keys.
    pub fn ranks_of(&self, probe: &[K], out: &mut Vec<u32>) {
        out.reserve(probe.len());
        if let Repr::Bitmap { base, words, ranks } = &self.repr {
            out.extend(probe.iter().map(|key| {
                let Some(offset) = key.since(*base) else { return u32::MAX };
                let at = (offset >> 6) as usize;
                let (Some(word), Some(rank)) = (words.get(at), ranks.get(at)) else { return u32::MAX };
                let below = rank + (word & ((1u64 << (offset & 63)) - 1)).count_ones();
                if (word >> (offset & 63)) & 1 == 1 { below } else { u32::MAX }
            }));
            return;
        }
        out.extend(probe.iter().map(|key| self.rank(*key).and_then(|r| u32::try_from(r).ok()).unwrap_or(u32::MAX)));
    }

    /// The keys at the places `from..to`.
    pub fn slice(self: &Arc<Keys<K>>, from: usize, to: usize) -> Option<Arc<Keys<K>>> {
        if from == 0 && to >= self.len {
            return Some(Arc::clone(self));
        }
        let mut part = Vec::new();
        self.decode_part(from, to, &mut part);
        Keys::from_sorted(&part).map(Arc::new)
    }
}

impl<K: PartialEq> PartialEq for Keys<K> {
    fn eq(&self, other: &Keys<K>) -> bool {
        (self.len, &self.first, &self.last, &self.repr) == (other.len, &other.first, &other.last, &other.repr)
    }
}

/// Whether words take less room for so many keys over a span than offsets.
fn is_dense(span: u64, len: usize) -> bool {
    span < BITMAP_SPAN_PER_CELL.saturating_mul(len as u64) + 64
}

fn bitmap<K: Key>(base: K, span: u64, keys: &[K]) -> Repr<K> {
    let count = usize::try_from(span / 64).unwrap_or(0) + 1;
    let mut words = vec![0u64; count];
    for key in keys {
        let offset = key.since(base).unwrap_or(0);
        if let Some(word) = words.get_mut((offset >> 6) as usize) {
            *word |= 1 << (offset & 63);
        }
    }
    ranked(base, words)
}

fn ranked<K>(base: K, words: Vec<u64>) -> Repr<K> {
    let mut before = 0u32;
    let ranks = words
        .iter()
        .map(|w| {
            let rank = before;
            before += w.count_ones();
            rank
        })
        .collect();
    Repr::Bitmap { base, words, ranks }
}
