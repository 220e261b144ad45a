//! A sum of floats that does not depend on the order of its terms.
//!
//! Every value is cut on one absolute grid of 32-bit digits; a sum keeps the four highest digit places that its largest term can
//! reach and adds digits, as integers, place by place. Which places are kept follows from the largest term alone, and what a term
//! gives to a kept place follows from the term alone, so any order and any grouping give the same digits. What is dropped is below 2^-84
//! of the largest term. The idea is the binned summation of Demmel and Nguyen ("Parallel Reproducible Summation", 2015), with integer bins.

/// An order-independent sum of finite floats, of up to 2^31 terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExactSum {
    /// Digit place of `digits[0]`, plus one; 0 while there was no term.
    base: i32,
    digits: [i64; 4],
}

/// A sum of finite floats from which terms can be taken out again, with the same digits as if they had never been in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountedSum {
    sum: ExactSum,
    /// The number of terms.
    count: u32,
    /// How many of them start at the highest digit place. As long as there is one, the kept places are what they are.
    highest: u32,
}

impl CountedSum {
    /// Adds a finite value; NaN and infinities are left out.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        let Some(term) = Term::of(value) else { return };
        if term.place > self.sum.base {
            self.highest = 0;
        }
        self.sum.add_term(&term);
        self.count += 1;
        self.highest += u32::from(term.place == self.sum.base);
    }

    /// Takes out a value that was added.
    pub fn remove(&mut self, value: f64) {
        let Some(term) = Term::of(value) else { return };
        self.count = self.count.saturating_sub(1);
        self.highest = self.highest.saturating_sub(u32::from(term.place == self.sum.base));
        self.sum.add(-value);
        if self.count == 0 {
            *self = CountedSum::default();
        }
    }

    /// Whether the digits are those of its terms. They are not where the last one of the largest size was taken out: it has to be made anew.
    pub fn is_sound(&self) -> bool {
        self.count == 0 || self.highest > 0
    }

    /// Adds another sum's terms.
    pub fn merge(&mut self, other: &CountedSum) {
        self.highest = match self.sum.base.cmp(&other.sum.base) {
            std::cmp::Ordering::Less => other.highest,
            std::cmp::Ordering::Equal => self.highest + other.highest,
            std::cmp::Ordering::Greater => self.highest,
        };
        self.count += other.count;
        self.sum.merge(&other.sum);
    }

    /// The number of terms.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The sum without what would let terms be taken out of it.
    pub fn sum(&self) -> &ExactSum {
        &self.sum
    }
}

/// The digits of a finite value from the place at which it starts.
struct Term {
    place: i32,
    digits: [i64; 3],
}

impl Term {
    #[inline(always)]
    fn of(value: f64) -> Option<Term> {
        let bits = value.to_bits();
        let exponent = exponent_of(bits);
        if exponent == 0x7ff {
            return None;
        }
        let lowest = exponent.max(1) - 1_075 + BIAS;
        // A zero stands at the lowest place of all.
        // In two halves, since wide shifts are slow.
        let (mantissa, shift) = (mantissa_of(bits), lowest & 31);
        let (low, high) = (mantissa << shift, mantissa >> 1 >> (63 - shift));
        let negative = bits.cast_signed() >> 63;
        let signed = |digit: u64| (digit.cast_signed() ^ negative) - negative;
        Some(Term { place: lowest >> 5, digits: [signed(low & 0xffff_ffff), signed(low >> 32), signed(high)] })
    }
}

#[inline(always)]
fn exponent_of(bits: u64) -> i32 {
    ((bits >> 52) & 0x7ff) as i32
}

#[inline(always)]
fn mantissa_of(bits: u64) -> u64 {
    bits & ((1 << 52) - 1) | u64::from(exponent_of(bits) != 0) << 52
}

/// Added to an exponent so that no place is negative.
const BIAS: i32 = 1_088 + 32;

impl ExactSum {
    /// Adds a finite value; NaN and infinities are left out.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        if let Some(term) = Term::of(value) {
            self.add_term(&term);
        }
    }

    #[inline(always)]
    fn add_term(&mut self, term: &Term) {
        if term.place > self.base {
            self.raise(term.place);
        }
        let [low, middle, high] = term.digits;
        let [a, b, c, d] = &mut self.digits;
        // Terms of one sum are mostly of one or two sizes.
        if term.place == self.base {
            *b += low;
            *c += middle;
            *d += high;
        } else if term.place + 1 == self.base {
            *a += low;
            *b += middle;
            *c += high;
        } else {
            self.add_small(term);
        }
    }

    /// Adds a term of which only a part is above the lowest kept place.
    #[cold]
    fn add_small(&mut self, term: &Term) {
        let [_, middle, high] = term.digits;
        let [a, b, ..] = &mut self.digits;
        match self.base - term.place {
            2 => {
                *a += middle;
                *b += high;
            }
            3 => *a += high,
            _ => {}
        }
    }

    /// Adds several values, with the digits of adding them one by one.
    pub fn add_all(&mut self, values: &[f64]) {
        let Some(highest) = values.iter().map(|value| exponent_of(value.to_bits())).max() else { return };
        if highest == 0x7ff {
            return values.iter().for_each(|value| self.add(*value));
        }
        let place = (highest.max(1) - 1_075 + BIAS) >> 5;
        if place > self.base {
            self.raise(place);
        }
        // No term is above the kept places now: all are written on the same grid, and the digits stay in registers.
        match values.iter().all(|value| value.is_sign_positive()) {
            true => self.add_below::<false>(values),
            false => self.add_below::<true>(values),
        }
    }

    /// Adds values of which none starts above the kept places.
    fn add_below<const SIGNED: bool>(&mut self, values: &[f64]) {
        let lowest = 32 * (self.base - 1);
        let [mut a, mut b, mut c, mut d] = self.digits;
        for value in values {
            let bits = value.to_bits();
            let shift = exponent_of(bits).max(1) - 1_075 + BIAS - lowest;
            let mantissa = mantissa_of(bits);
            // In two halves, since wide shifts are slow.
            let (low, high) = match shift {
                0.. => (mantissa << shift, mantissa >> 1 >> (63 - shift)),
                _ => (mantissa.checked_shr(shift.unsigned_abs()).unwrap_or(0), 0),
            };
            let negative = if SIGNED { bits.cast_signed() >> 63 } else { 0 };
            let signed = |digit: u64| ((digit & 0xffff_ffff).cast_signed() ^ negative) - negative;
            a += signed(low);
            b += signed(low >> 32);
            c += signed(high);
            d += signed(high >> 32);
        }
        self.digits = [a, b, c, d];
    }

    /// Whether it has taken in a term, a zero too.
    pub fn seen(&self) -> bool {
        self.base != 0
    }

    /// Adds another sum's terms.
    pub fn merge(&mut self, other: &ExactSum) {
        if other.base == 0 {
            return;
        }
        let mut other = *other;
        if other.base > self.base {
            self.raise(other.base);
        } else {
            other.raise(self.base);
        }
        for (mine, theirs) in self.digits.iter_mut().zip(other.digits) {
            *mine += theirs;
        }
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
        let value = scale(magnitude, exponent);
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

#[cfg(test)]
mod tests {
    use super::{CountedSum, ExactSum};

    fn sum(values: &[f64]) -> f64 {
        let mut sum = ExactSum::default();
        values.iter().for_each(|v| sum.add(*v));
        sum.value()
    }

    struct Random(u64);

    impl Random {
        fn next(&mut self) -> u64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0
        }
    }

    #[test]
    fn single_values_come_back_to_the_bit() {
        let mut random = Random(7);
        for _ in 0..200_000 {
            let value = f64::from_bits(random.next());
            if value.is_normal() {
                assert_eq!(sum(&[value]).to_bits(), value.to_bits(), "{value:e}");
            }
        }
        for value in [0.0, 1.0, -1.0, f64::MIN_POSITIVE, f64::MAX, -f64::MAX, 5e-324, 0.1] {
            assert_eq!(sum(&[value]), value);
            for other in [0.0, f64::NAN, f64::INFINITY, -5e-324, 1e300, -3.0] {
                let (mut at_once, mut one_by_one) = (ExactSum::default(), ExactSum::default());
                at_once.add_all(&[value, other]);
                [value, other].iter().for_each(|v| one_by_one.add(*v));
                assert_eq!(at_once, one_by_one);
            }
        }
    }

    #[test]
    fn order_and_grouping_change_no_bit() {
        let mut random = Random(11);
        for round in 0..300 {
            let spread = [1, 40, 300, 2_000][round % 4];
            let mut values: Vec<f64> = (0..500)
                .map(|_| {
                    let scale = (random.next() % spread) as i32 - (spread as i32) / 2;
                    (random.next() as i64 as f64) * 2f64.powi(scale.clamp(-1_000, 900))
                })
                .collect();
            let forward = sum(&values);
            let mut at_once = ExactSum::default();
            values.chunks(1 + round % 90).for_each(|some| at_once.add_all(some));
            let mut one_by_one = ExactSum::default();
            values.iter().for_each(|v| one_by_one.add(*v));
            assert_eq!(at_once, one_by_one);
            let mut parts = [ExactSum::default(); 7];
            for (i, value) in values.iter().enumerate() {
                if let Some(part) = parts.get_mut(i % 7) {
                    part.add(*value);
                }
            }
            let mut merged = ExactSum::default();
            parts.iter().rev().for_each(|p| merged.merge(p));
            values.sort_by(f64::total_cmp);
            let sorted = sum(&values);
            values.reverse();
            assert_eq!(forward.to_bits(), sorted.to_bits());
            assert_eq!(forward.to_bits(), sum(&values).to_bits());
            assert_eq!(forward.to_bits(), merged.value().to_bits());
        }
    }

    #[test]
    fn sums_of_integers_and_of_cancelling_terms_are_exact() {
        assert_eq!(sum(&[1e16, 1.0, -1e16]), 1.0);
        assert_eq!(sum(&[0.1; 10]), 1.0);
        assert_eq!(sum(&[-0.1; 10]), -1.0);
        assert_eq!(sum(&[3.0, -3.0]), 0.0);
        let many: Vec<f64> = (0..100_000).map(|i| f64::from(i) - 50_000.0).collect();
        assert_eq!(sum(&many), -50_000.0);
        assert_eq!(sum(&[f64::MAX, f64::MAX]), f64::INFINITY);
    }

    #[test]
    fn what_is_taken_out_was_never_there() {
        let mut state = 7u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let (mut kept, mut anew) = (0, 0);
        for _ in 0..2_000 {
            let mut terms: Vec<f64> = Vec::new();
            let mut sum = CountedSum::default();
            for _ in 0..40 {
                if random() % 3 > 0 || terms.is_empty() {
                    let size = [1.0, 1e-12, 1e9, 1e30, -1.0, 0.0, -1e12, 5e-324][random() as usize % 8];
                    let term = size * (random() % 1_000) as f64;
                    terms.push(term);
                    sum.add(term);
                } else {
                    let term = terms.swap_remove(random() as usize % terms.len());
                    sum.remove(term);
                    if sum.is_sound() {
                        kept += 1;
                    } else {
                        anew += 1;
                        sum = CountedSum::default();
                        terms.iter().for_each(|term| sum.add(*term));
                    }
                }
                let mut plain = ExactSum::default();
                let mut parts = [CountedSum::default(); 2];
                for (at, term) in terms.iter().enumerate() {
                    plain.add(*term);
                    parts[at % 2].add(*term);
                }
                let [mut both, other] = parts;
                both.merge(&other);
                assert_eq!((sum, *sum.sum(), sum.count() as usize), (both, plain, terms.len()));
            }
        }
        assert!(kept > 10_000 && anew > 100, "{kept} kept, {anew} made anew");
    }
}
