//! Sums by bit over many words: their numbers are written below one another, and columns are added up side by side.

use smalt_lanes::widest;

use super::counted::CountedSum;
use super::grid::{PLACES, carriers, carry, digits, exponent_of, lowest_at, place_of, place_of_exponent};
use super::sum::ExactSum;

/// The words whose numbers are kept before they are added: 16 KB of numbers, which stay in a first-level cache.
const ROWS: usize = 32;
/// The numbers of a word, by bit.
const WIDTH: usize = 64;
/// Columns that are added up at once.
const PART: usize = 32;

/// Sums of the numbers of words with 64 bits each, by bit.
#[derive(Debug)]
pub(super) struct Panel {
    /// Words that are not added yet, one below the other; NaN where one has no number.
    rows: [[f64; WIDTH]; ROWS],
    len: usize,
    parts: [Columns; WIDTH / PART],
    /// No bit from here on has a number.
    end: usize,
}

/// Columns that are added up. The largest number of each starts at one place, or it has only zeros.
#[derive(Clone, Copy, Debug)]
struct Columns {
    /// The place.
    base: i32,
    words: u64,
    /// The bits of what carries the numbers, the highest place first.
    carried: [[u64; PART]; PLACES],
    counts: [u32; PART],
    /// How many numbers of each start at the place.
    highest: [u32; PART],
}

const NO_COLUMNS: Columns = Columns { base: 0, words: 0, carried: [[0; PART]; PLACES], counts: [0; PART], highest: [0; PART] };

impl Default for Panel {
    fn default() -> Panel {
        Panel { rows: [[f64::NAN; WIDTH]; ROWS], len: 0, parts: [NO_COLUMNS; WIDTH / PART], end: 0 }
    }
}

impl Panel {
    /// Adds the numbers of a word, one for each of its bits. Hands out sums of words before that cannot be added up any further.
    pub(super) fn push(&mut self, bits: u64, values: &[f64], f: impl FnMut(u32, &CountedSum)) {
        if self.len == ROWS {
            self.settle(f);
        }
        let Some(row) = self.rows.get_mut(self.len) else { return };
        row.fill(f64::NAN);
        let (mut left, mut values) = (bits, values);
        // Run by run, of which there are few.
        while left != 0 {
            let from = left.trailing_zeros();
            let len = (left >> from).trailing_ones();
            let Some((run, rest)) = values.split_at_checked(len as usize) else { break };
            row.iter_mut().skip(from as usize).zip(run).for_each(|(slot, value)| *slot = *value);
            values = rest;
            left = left.checked_shr(from + len).and_then(|high| high.checked_shl(from + len)).unwrap_or(0);
        }
        self.end = self.end.max(WIDTH - bits.leading_zeros() as usize);
        self.len += 1;
    }

    /// Hands out what is left: a sum of each bit that has a number, with the digits of adding its numbers one by one. What is not finite is left out.
    /// Nothing is in it afterwards.
    pub(super) fn sums(&mut self, mut f: impl FnMut(u32, &CountedSum)) {
        if self.len > 0 {
            self.settle(&mut f);
        }
        for (from, part) in (0..self.end).step_by(PART).zip(&mut self.parts) {
            part.hand_out(from, &mut f);
        }
        self.end = 0;
    }

    /// Adds the rows to the columns.
    fn settle(&mut self, mut f: impl FnMut(u32, &CountedSum)) {
        let rows = self.rows.get(..self.len).unwrap_or_default();
        for (from, columns) in (0..self.end).step_by(PART).zip(&mut self.parts) {
            match widest(
                #[inline(always)]
                || common_place(rows, from),
            )
            .and_then(|base| Some((base, carriers(base)?)))
            {
                Some((base, carriers)) => {
                    if base != columns.base {
                        columns.hand_out(from, &mut f);
                        columns.base = base;
                    }
                    widest(
                        #[inline(always)]
                        || columns.add(rows, from, carriers),
                    );
                }
                None => {
                    for (at, bit) in (0..WIDTH).zip(0u32..).skip(from).take(PART) {
                        let mut sum = CountedSum::default();
                        rows.iter().filter_map(|row| row.get(at)).for_each(|value| sum.add(*value));
                        if sum.count() > 0 {
                            f(bit, &sum);
                        }
                    }
                }
            }
        }
        self.len = 0;
    }
}

/// The part of a row behind some bit.
#[inline(always)]
fn part(row: &[f64; WIDTH], from: usize) -> &[f64; PART] {
    row.get(from..).and_then(|row| row.first_chunk()).unwrap_or(&[f64::NAN; PART])
}

/// The place that the largest number of each column starts at, where it is the same for all but for columns of zeros.
#[inline(always)]
fn common_place(rows: &[[f64; WIDTH]], from: usize) -> Option<i32> {
    // Zero for those without a number, and for zeros.
    let mut exponents = [0; PART];
    for row in rows {
        for (exponent, value) in exponents.iter_mut().zip(part(row, from)) {
            let size = value.abs();
            let own = if size > 0.0 && size <= f64::MAX { exponent_of(size).max(1) } else { 0 };
            *exponent = own.max(*exponent);
        }
    }
    let highest = exponents.into_iter().fold(0, i32::max);
    let place = place_of_exponent(highest)?;
    let is_other = |exponent: i32| exponent != 0 && place_of_exponent(exponent) != Some(place);
    (!exponents.into_iter().fold(false, |other, exponent| other | is_other(exponent))).then_some(place)
}

impl Columns {
    #[inline(always)]
    fn add(&mut self, rows: &[[f64; WIDTH]], from: usize, carriers: [f64; PLACES]) {
        let lowest = lowest_at(self.base);
        let [a, b, c, d] = &mut self.carried;
        for row in rows {
            let carried = a.iter_mut().zip(&mut *b).zip(&mut *c).zip(&mut *d);
            let counts = self.counts.iter_mut().zip(&mut self.highest);
            for ((value, (((a, b), c), d)), (count, highest)) in part(row, from).iter().zip(carried).zip(counts) {
                let is_number = value.abs() <= f64::MAX;
                *count += u32::from(is_number);
                let value = if is_number { *value } else { 0.0 };
                *highest += u32::from(value.abs() >= lowest);
                carry(value, carriers, [a, b, c, d]);
            }
        }
        self.words += rows.len() as u64;
    }

    /// The sums of the columns, which are empty afterwards.
    fn hand_out(&mut self, from: usize, mut f: impl FnMut(u32, &CountedSum)) {
        let Some(carriers) = carriers(self.base).filter(|_| self.words > 0) else { return };
        let Columns { base, carried: [a, b, c, d], counts, highest, words } = self;
        for ((((((a, b), c), d), count), highest), bit) in a.iter().zip(b).zip(c).zip(d).zip(counts).zip(highest).zip((0u32..).skip(from)) {
            if *count > 0 {
                let digits = digits([*a, *b, *c, *d], carriers, *words);
                let (base, highest) = if *highest > 0 { (*base, *highest) } else { (place_of(0.0).unwrap_or(0), *count) };
                f(bit, &CountedSum { sum: ExactSum { base, digits }, count: *count, highest });
            }
        }
        *self = NO_COLUMNS;
    }
}
