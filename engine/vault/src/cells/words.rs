//! Coordinates by words: 64 neighbours at a time, as the keys of a dense block are stored.
//!
//! What a loop over cells needs of their coordinates is mostly the same for all cells of a word: which line they are on, which row of a table they
//! read, which group they belong to. So it is found once a word, and a cell is left with its bit in the word.

use super::body::Body;
use super::column::Column;
use super::key::Key;
use super::keys::Keys;
use super::layout::Field;
use super::project::Projection;
use crate::vector::Vector;

/// The bits of a key that a word stands for.
pub const WORD_BITS: u32 = 6;
/// The coordinates of a word.
const WIDTH: usize = 1 << WORD_BITS;
/// The slot of a [`Row`] in which there is never a value.
const NOWHERE: u8 = WIDTH as u8;

/// Neighbouring coordinates of a block: bit i of a word stands for the coordinate i behind the head of the word.
#[derive(Debug)]
pub struct Words<'a, K> {
    /// The head of the first word: a key whose lowest bits, those of a word, are zero.
    base: K,
    bits: &'a [u64],
    /// The place of the first word among those of the block.
    first: usize,
    /// The place of the first coordinate among those of the block.
    from: usize,
    /// The bit of each coordinate in its word.
    lows: Vec<u8>,
}

/// One word of some coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a, K> {
    /// The key of its bit 0.
    pub head: K,
    /// Which of its bits stand for coordinates.
    pub bits: u64,
    /// The bits of its coordinates, ascending.
    pub lows: &'a [u8],
    /// Where its first coordinate stands among those of the piece.
    pub from: usize,
}

impl<'a, K: Key> Words<'a, K> {
    pub(super) fn new(base: K, bits: &'a [u64], first: usize, from: usize) -> Words<'a, K> {
        Words { base, bits, first, from, lows: lows_of(bits) }
    }

    /// The number of coordinates.
    pub fn len(&self) -> usize {
        self.lows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lows.is_empty()
    }

    /// The place of the first word among those of the block.
    pub fn first_word(&self) -> usize {
        self.first
    }

    /// The place of the first coordinate among those of the block.
    pub fn from(&self) -> usize {
        self.from
    }

    /// The first and the last coordinate.
    pub fn ends(&self) -> Option<(K, K)> {
        let key = |at: usize, low: u32| self.base.plus(at as u64 * WIDTH as u64 + u64::from(low));
        let first = self.bits.iter().position(|bits| *bits != 0)?;
        let last = self.bits.iter().rposition(|bits| *bits != 0)?;
        Some((key(first, self.bits.get(first)?.trailing_zeros())?, key(last, 63 - self.bits.get(last)?.leading_zeros())?))
    }

    /// The words that have coordinates, in order.
    pub fn iter(&self) -> impl Iterator<Item = Word<'_, K>> {
        let mut at = 0;
        (0u64..).step_by(WIDTH).zip(self.bits).filter_map(move |(distance, bits)| {
            let from = at;
            at += bits.count_ones() as usize;
            let lows = self.lows.get(from..at).filter(|lows| !lows.is_empty())?;
            Some(Word { head: self.base.plus(distance)?, bits: *bits, lows, from })
        })
    }

    /// The values of a table at the coordinates: its slots are numbered by what a projection makes of a key. `blank` is the value of
    /// slots that it has not.
    pub fn read<T: Clone>(&self, projection: &Projection, table: &[T], blank: &T) -> Vec<T> {
        let steps = projection.steps::<K>();
        let straight = steps.iter().zip(0u64..).all(|(step, low)| *step == low);
        let level = steps.iter().all(|step| *step == 0);
        let mut out = Vec::with_capacity(self.len());
        for word in self.iter() {
            let start: u64 = projection.apply(word.head);
            let row = table.get(start as usize..).unwrap_or_default();
            match (level, row.first_chunk::<WIDTH>()) {
                (true, _) => out.extend(std::iter::repeat_n(row.first().unwrap_or(blank), word.lows.len()).cloned()),
                (false, Some(row)) if straight => out.extend(word.lows.iter().map(|low| pick(row, *low).clone())),
                _ => {
                    let slot = |low: &u8| table.get((start | pick(&steps, *low)) as usize).unwrap_or(blank).clone();
                    out.extend(word.lows.iter().map(slot));
                }
            }
        }
        out
    }

    /// The ordinal in a field of each coordinate.
    pub fn items(&self, field: Field) -> Vec<u32> {
        let steps: [u32; WIDTH] = std::array::from_fn(|low| K::narrow(low as u128).get(field));
        let mut out = Vec::with_capacity(self.len());
        for word in self.iter() {
            let start = word.head.get(field);
            out.extend(word.lows.iter().map(|low| start | pick(&steps, *low)));
        }
        out
    }

    /// Hands each word to `f` with the numbers that other cells of the same dimensions have around it. `None` where those cells are no numbers, or
    /// are too scattered to be found that way; `f` may have been called already.
    pub fn with_rows(&self, cells: &Body<K>, mut f: impl FnMut(Word<'_, K>, &Row)) -> Option<()> {
        let mut near = Near { cells, next: None, found: Vec::new() };
        let mut row = Row::empty();
        for word in self.iter() {
            near.row(word.head, &mut row)?;
            f(word, &row);
        }
        Some(())
    }

    /// Adds which of the coordinates have a value, a word each, and puts these values behind `out`.
    pub fn keep_full(&self, values: &Vector, kept: &mut Vec<u64>, out: &mut Vector) {
        let mut at = 0;
        for bits in self.bits {
            let to = at + bits.count_ones() as usize;
            let lows = self.lows.get(at..to).unwrap_or_default();
            let there = |(place, low): (usize, &u8)| u64::from(!values.is_blank(place)) << low;
            kept.push(match values {
                Vector::Number(v) => {
                    let values = v.get(at..to).unwrap_or_default();
                    lows.iter().zip(values).fold(0, |word, (low, v)| word | (u64::from(!v.is_nan()) << low))
                }
                _ => (at..to).zip(lows).map(there).fold(0, |word, bit| word | bit),
            });
            at = to;
        }
        let nothing = vec![(); values.len()];
        out.append_full(values, &nothing, &mut Vec::new());
    }
}

/// The numbers of one word's coordinates by their bits, NaN where there is no cell.
#[derive(Debug)]
pub struct Row([f64; 2 * WIDTH]);

/// For each bit of a word the slot of the [`Row`] from which it reads.
#[derive(Clone, Debug)]
pub struct Moves {
    slots: [u8; WIDTH],
    /// How many bits away that is.
    by: i64,
    /// The bits that read from a bit of the word.
    inside: u64,
}

impl Row {
    fn empty() -> Row {
        Row([f64::NAN; 2 * WIDTH])
    }

    /// The number at which a bit looks; NaN where it looks at nothing.
    #[inline(always)]
    pub fn at(&self, low: u8, moves: &Moves) -> f64 {
        // A slot is below the length, so that no check is left of the look-up.
        self.0.get(usize::from(pick(&moves.slots, low) & (2 * NOWHERE - 1))).copied().unwrap_or(f64::NAN)
    }
}

impl Moves {
    /// Looking `by` items away along the field of the last dimension, which has `count` items. `None` where that leads to other words.
    pub fn along(field: Field, by: i64, count: u32) -> Option<Moves> {
        if field.shift != 0 || field.bits > WORD_BITS {
            return None;
        }
        let items = 0..i64::from(count);
        let of = |low: usize| -> u8 {
            let item = low as i64 & field.mask() as i64;
            let target = item.checked_add(by).filter(|target| items.contains(&item) && items.contains(target));
            target.and_then(|target| u8::try_from(low as i64 - item + target).ok()).unwrap_or(NOWHERE)
        };
        let slots: [u8; WIDTH] = std::array::from_fn(of);
        let inside = slots.iter().zip(0u32..).filter(|(slot, _)| **slot != NOWHERE).fold(0, |bits, (_, low)| bits | 1 << low);
        Some(Moves { slots, by, inside })
    }

    /// Looking at the same coordinate.
    pub fn none() -> Moves {
        Moves { slots: std::array::from_fn(|low| low as u8), by: 0, inside: u64::MAX }
    }

    /// The bits that look at those of a word.
    pub(super) fn back(&self, word: u64) -> u64 {
        let distance = u32::try_from(self.by.unsigned_abs()).unwrap_or(u32::MAX);
        let moved = if self.by < 0 { word.checked_shl(distance) } else { word.checked_shr(distance) };
        moved.unwrap_or(0) & self.inside
    }
}

/// Walks along the blocks of some cells.
struct Near<'a, K> {
    cells: &'a Body<K>,
    /// The first block that may reach the word that comes next.
    next: Option<usize>,
    found: Vec<(usize, std::sync::Arc<Keys<K>>, arrow_buffer::ScalarBuffer<f64>)>,
}

impl<K: Key> Near<'_, K> {
    /// Puts the numbers of a word into a row. Words come ascending.
    fn row(&mut self, head: K, row: &mut Row) -> Option<()> {
        row.0.iter_mut().take(WIDTH).for_each(|slot| *slot = f64::NAN);
        let last = head.plus(WIDTH as u64 - 1)?;
        let firsts = self.cells.cuts();
        let mut block = self.next.unwrap_or_else(|| firsts.partition_point(|first| *first <= head).saturating_sub(1));
        while firsts.get(block + 1).is_some_and(|next| *next <= head) {
            block += 1;
        }
        self.next = Some(block);
        while firsts.get(block).is_some_and(|first| *first <= last) {
            let at = match self.found.iter().position(|(of, ..)| *of == block) {
                Some(at) => at,
                None => {
                    self.found.retain(|(of, ..)| *of + 1 >= block);
                    match self.cells.chunk(block) {
                        Some(chunk) => match chunk.column {
                            Column::Number(numbers) => self.found.push((block, chunk.keys, numbers)),
                            _ => return None,
                        },
                        // Edits cleared it.
                        None => {
                            block += 1;
                            continue;
                        }
                    }
                    self.found.len() - 1
                }
            };
            let (_, keys, numbers) = self.found.get(at)?;
            let (mut bits, rank) = keys.word(head)?;
            for number in numbers.get(rank..).unwrap_or_default() {
                if bits == 0 {
                    break;
                }
                if let Some(slot) = row.0.get_mut(bits.trailing_zeros() as usize) {
                    *slot = *number;
                }
                bits &= bits - 1;
            }
            block += 1;
        }
        Some(())
    }
}

/// The value of a bit of a word.
#[inline(always)]
fn pick<T>(row: &[T; WIDTH], low: u8) -> &T {
    // The index is below the length, so that no check is left of the look-up.
    &row[usize::from(low) & (WIDTH - 1)]
}

/// The bits of each byte that are set, ascending, a byte each.
const SET: [u64; 256] = {
    let mut table = [0u64; 256];
    let mut byte = 0;
    while byte < 256 {
        let (mut bit, mut at) = (0, 0);
        while bit < 8 {
            if byte >> bit & 1 == 1 {
                table[byte] |= bit << (8 * at);
                at += 1;
            }
            bit += 1;
        }
        byte += 1;
    }
    table
};

/// The bit of each coordinate in its word.
fn lows_of(bits: &[u64]) -> Vec<u8> {
    let count: usize = bits.iter().map(|word| word.count_ones() as usize).sum();
    // Eight at a time are written, whether or not as many are there.
    let mut out = vec![0u8; count + 8];
    let mut at = 0;
    for word in bits {
        for (byte, base) in word.to_le_bytes().into_iter().zip((0u64..).step_by(8)) {
            let Some(set) = SET.get(usize::from(byte)) else { continue };
            if let Some(slot) = out.get_mut(at..at + 8) {
                slot.copy_from_slice(&(set + base * 0x0101_0101_0101_0101).to_le_bytes());
            }
            at += byte.count_ones() as usize;
        }
    }
    out.truncate(count);
    out
}
