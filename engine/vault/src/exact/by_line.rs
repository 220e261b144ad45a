//! Numbers of words on their way to sums: those of one line are added up side by side, however the lines take turns.

use smalt_lanes::{AHEAD, soon};

use super::counted::CountedSum;
use super::panel::Panel;

/// With fewer words of a line, their numbers are added one by one.
const FEW_WORDS: usize = 3;

/// Words of a piece with the line that each is on: what the cells of a line have in common is the first part of where they go.
#[derive(Debug)]
pub struct WordsByLine<L> {
    /// The line, the bits, and where the numbers begin.
    words: Vec<(L, u64, usize)>,
    panel: Panel,
}

impl<L> Default for WordsByLine<L> {
    fn default() -> WordsByLine<L> {
        WordsByLine { words: Vec::new(), panel: Panel::default() }
    }
}

impl<L: Copy + Ord> WordsByLine<L> {
    /// Adds a word: its line, its bits, and the place of the number of the first of them.
    pub fn push(&mut self, line: L, bits: u64, from: usize) {
        self.words.push((line, bits, from));
    }

    /// Hands out what the words come to, line by line, and has none afterwards: of lines with many words the sum of each bit, of the others each word.
    pub fn finish(&mut self, numbers: &[f64], mut f: impl FnMut(L, OfLine<'_>)) {
        if !self.words.is_sorted_by_key(|(line, ..)| *line) {
            self.words.sort_unstable_by_key(|(line, _, from)| (*line, *from));
        }
        let of = |(_, bits, from): &(L, u64, usize)| numbers.get(*from..*from + bits.count_ones() as usize).unwrap_or_default();
        let mut at = 0;
        for words in self.words.chunk_by(|(a, ..), (b, ..)| a == b) {
            let Some((line, ..)) = words.first() else { continue };
            for word in words {
                // They do not follow one another in memory where lines take turns, or words were left out.
                at += 1;
                self.words.get(at + AHEAD).into_iter().for_each(|next| soon(of(next)));
                let ((_, bits, _), numbers) = (word, of(word));
                if words.len() < FEW_WORDS {
                    f(*line, OfLine::Word(*bits, numbers));
                } else {
                    self.panel.push(*bits, numbers, |bit, sum| f(*line, OfLine::Sum(bit, sum)));
                }
            }
            self.panel.sums(|bit, sum| f(*line, OfLine::Sum(bit, sum)));
        }
        self.words.clear();
    }
}

/// A part of what a line comes to.
#[derive(Debug)]
pub enum OfLine<'a> {
    /// The sum of some of its numbers at a bit; what is not finite is left out.
    Sum(u32, &'a CountedSum),
    /// The bits of a word and their numbers.
    Word(u64, &'a [f64]),
}

/// The bits that are set in a word, ascending.
pub fn bits_of(mut word: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros());
        word &= word.wrapping_sub(1);
        bit
    })
}
