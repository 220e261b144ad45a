//! A sum that does not depend on the order of its terms.

use smalt_lanes::widest;

use super::grid::{BIAS, PLACES, carriers, carriers_from, carry, digits, digits_of, exponent_of, place_of, place_of_exponent};

/// Fewer values are added one by one.
const FEW: usize = 8;

/// An order-independent sum of finite floats, of up to 2^31 terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExactSum {
    /// The highest place that the lowest bit of a term stands at, which is that of `digits[1]`; 0 while there was no term.
    pub(super) base: i32,
    /// The lowest place first.
    pub(super) digits: [i64; PLACES],
}

impl ExactSum {
    /// Adds a finite value; NaN and infinities are left out.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        if let Some(place) = place_of(value) {
            self.add_at(place, value);
        }
    }

    /// Adds a value whose lowest bit stands at a place.
    #[inline(always)]
    pub(super) fn add_at(&mut self, place: i32, value: f64) {
        if place > self.base {
            self.raise(place);
        }
        // Terms of one sum are mostly of one or two sizes: such a term has all its digits at three places.
        let below = self.base - place;
        if below > 1 || !(2..=63).contains(&place) {
            return self.add_small(value);
        }
        let [a, b, c, d] = &mut self.digits;
        let (low, middle, high) = if below == 0 { (b, c, d) } else { (a, b, c) };
        let [top, next, last] = carriers_from(place + 2);
        let carried = value + top;
        *high += carried.to_bits().wrapping_sub(top.to_bits()).cast_signed();
        let rest = value - (carried - top);
        let carried = rest + next;
        *middle += carried.to_bits().wrapping_sub(next.to_bits()).cast_signed();
        let rest = rest - (carried - next);
        *low += (rest + last).to_bits().wrapping_sub(last.to_bits()).cast_signed();
    }

    /// Adds a term of which only a part may be at the kept places, or that no carrier reaches.
    #[cold]
    fn add_small(&mut self, value: f64) {
        if value != 0.0 {
            self.add_digits(digits_of(self.base, value));
        }
    }

    fn add_digits(&mut self, digits: [i64; PLACES]) {
        for (mine, theirs) in self.digits.iter_mut().zip(digits) {
            *mine += theirs;
        }
    }

    /// Adds several values, with the digits of adding them one by one.
    pub fn add_all(&mut self, values: &[f64]) {
        let together = if values.len() < FEW {
            None
        } else {
            widest(
                #[inline(always)]
                || side_by_side(self.base, values),
            )
        };
        match together {
            Some(sum) => self.merge(&sum),
            None => values.iter().for_each(|value| self.add(*value)),
        }
    }

    /// Whether it has taken in a term, a zero too.
    pub fn seen(&self) -> bool {
        self.base != 0
    }

    /// Adds another sum's terms.
    #[inline]
    pub fn merge(&mut self, other: &ExactSum) {
        if other.base == self.base { self.add_digits(other.digits) } else { self.merge_apart(*other) }
    }

    /// Adds a sum with other places.
    fn merge_apart(&mut self, mut other: ExactSum) {
        if other.base == 0 {
            return;
        }
        if other.base > self.base {
            self.raise(other.base);
        } else {
            other.raise(self.base);
        }
        self.add_digits(other.digits);
    }

    /// Makes `place` the highest place that a term may start at, dropping what falls below.
    #[cold]
    fn raise(&mut self, place: i32) {
        if self.base != 0 {
            let by = usize::try_from(place - self.base).unwrap_or(0);
            let old = self.digits;
            self.digits = std::array::from_fn(|i| old.get(i + by).copied().unwrap_or(0));
        }
        self.base = place;
    }

    /// The sum, rounded once to the nearest float (ties to even); may be infinite.
    pub fn value(&self) -> f64 {
        self.scaled(0)
    }

    /// The sum divided by the number of its terms. The sum alone may be beyond all floats, the mean of floats never is.
    pub fn mean(&self, count: u64) -> f64 {
        // More bits than a count has.
        const BITS: i32 = 64;
        let (sum, count) = (self.value(), count as f64);
        if sum.is_finite() {
            return sum / count;
        }
        scale(self.scaled(-BITS) / count, BITS).clamp(-f64::MAX, f64::MAX)
    }

    /// The sum times a power of two, rounded once.
    fn scaled(&self, by: i32) -> f64 {
        if self.base == 0 {
            return 0.0;
        }
        let [a, b, c, d] = self.digits.map(i128::from);
        let low = a + (b << 32);
        let mut high = c + (d << 32) + (low >> 64);
        let mut rest = low as u64;
        let negative = high < 0;
        if negative {
            high = if rest == 0 { -high } else { -high - 1 };
            rest = rest.wrapping_neg();
        }
        let high = high.unsigned_abs();
        // digits[0] stands one place below the base.
        let mut exponent = 32 * (self.base - 1) - BIAS;
        let magnitude = if high >> 64 == 0 {
            ((high << 64) | u128::from(rest)) as f64
        } else {
            let over = 64 - high.leading_zeros().cast_signed();
            exponent += over;
            let sticky = u128::from(rest & ((1u64 << over) - 1) != 0);
            ((high << (64 - over)) | u128::from(rest >> over) | sticky) as f64
        };
        let value = scale(magnitude, exponent + by);
        if negative { -value } else { value }
    }
}

/// `value * 2^exponent` in steps that neither overflow nor underflow early.
fn scale(mut value: f64, mut exponent: i32) -> f64 {
    while exponent > 1_000 {
        value *= 2f64.powi(1_000);
        exponent -= 1_000;
    }
    while exponent < -1_000 {
        value *= 2f64.powi(-1_000);
        exponent += 1_000;
    }
    value * 2f64.powi(exponent)
}

/// The sum of some values, all of them written at the places that the largest of them needs, or a sum with this base. `None` where they have to be
/// added one by one: one is not finite, or no carrier reaches them.
#[inline(always)]
fn side_by_side(base: i32, values: &[f64]) -> Option<ExactSum> {
    let exponent = values.iter().fold(0, |highest, value| exponent_of(*value).max(highest));
    let base = place_of_exponent(exponent)?.max(base);
    let carriers = carriers(base)?;
    let [mut a, mut b, mut c, mut d] = [0; PLACES];
    for value in values {
        carry(*value, carriers, [&mut a, &mut b, &mut c, &mut d]);
    }
    Some(ExactSum { base, digits: digits([a, b, c, d], carriers, values.len() as u64) })
}
