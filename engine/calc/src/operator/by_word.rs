//! Totals of the numbers of words, whose groups are found once a word.

use smalt_vault::{CountedSum, OfLine, Words, WordsByLine, bits_of};

use super::target::ByWord;
use super::totals::{Accumulator, PAGE_BITS, Totals, slot};
use crate::width::Width;

/// Adds the numbers of pieces of words to totals.
pub(super) struct WordTotals<'a, T, A, F> {
    pub(super) by_word: &'a ByWord<'a, T>,
    pub(super) totals: &'a mut Totals<A>,
    /// Gives a total a number.
    pub(super) add: F,
    /// Gives a total the sum of some numbers, if that is all that it is made of.
    pub(super) take: Option<fn(&mut A, &CountedSum)>,
}

impl<T: Width, A: Accumulator, F: Fn(&mut A, f64)> WordTotals<'_, T, A, F> {
    /// Adds a piece; what is NaN is no number.
    pub(super) fn add<S: Width>(&mut self, words: &Words<'_, S>, values: &[f64]) {
        let on_a_page = self.by_word.steps.iter().all(|step| *step == T::HIGHEST || step.wide() < 1 << PAGE_BITS);
        let lines = words.iter().map(|word| (self.by_word.line(word.head), word.bits, word.from)).filter(|(line, ..)| *line != T::HIGHEST);
        let Some(take) = self.take else {
            for (line, bits, from) in lines {
                self.word(line, bits, values.get(from..).unwrap_or_default(), on_a_page);
            }
            return;
        };
        let mut by_line = WordsByLine::default();
        lines.for_each(|(line, bits, from)| by_line.push(line, bits, from));
        by_line.finish(values, |line, part| match part {
            OfLine::Sum(bit, sum) => self.one(line, bit, |total| take(total, sum)),
            OfLine::Word(bits, numbers) => self.word(line, bits, numbers, on_a_page),
        });
    }

    fn one(&mut self, line: T, bit: u32, f: impl FnOnce(&mut A)) {
        let step = self.by_word.step(bit);
        if step != T::HIGHEST
            && let Some(total) = self.totals.at(line.both(step))
        {
            f(total);
        }
    }

    /// Adds the numbers of one word.
    fn word(&mut self, line: T, bits: u64, numbers: &[f64], on_a_page: bool) {
        let steps = bits_of(bits).map(|bit| self.by_word.step(bit)).zip(numbers);
        let steps = steps.filter(|(step, number)| *step != T::HIGHEST && !number.is_nan());
        match self.totals.page(line).filter(|_| on_a_page) {
            Some(page) => {
                for (step, number) in steps {
                    if let Some(total) = page.get_mut(slot(line.both(step))) {
                        (self.add)(total, *number);
                    }
                }
            }
            None => {
                for (step, number) in steps {
                    if let Some(total) = self.totals.at(line.both(step)) {
                        (self.add)(total, *number);
                    }
                }
            }
        }
    }
}
