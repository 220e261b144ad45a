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
        if !value.is_finite() {
            return;
        }
        let place = place_of(value);
        if place > self.sum.base {
            self.highest = 0;
        }
        self.sum.add(value);
        self.count += 1;
        self.highest += u32::from(place == self.sum.base);
    }

    /// Takes out a value that was added.
    pub fn remove(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.count = self.count.saturating_sub(1);
        self.highest = self.highest.saturating_sub(u32::from(place_of(value) == self.sum.base));
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

/// The digit place at which a term starts.
#[inline(always)]
fn place_of(value: f64) -> i32 {
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32;
    if value == 0.0 { 1 } else { (exponent.max(1) - 1_075 + BIAS) >> 5 }
}

/// Added to an exponent so that no place is negative.
const BIAS: i32 = 1_088 + 32;

impl ExactSum {
    /// Adds a finite value; NaN and infinities are left out.
    #[inline(always)]
    pub fn add(&mut self, value: f64) {
        let bits = value.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as i32;
        let fraction = bits & ((1 << 52) - 1);
        if exponent == 0x7ff {
            return;
        }
        if exponent == 0 && fraction == 0 {
            self.base = self.base.max(1);
            return;
        }
        let mantissa = if exponent == 0 { fraction } else { fraction | (1 << 52) };
        let lowest = exponent.max(1) - 1_075 + BIAS;
        let place = lowest >> 5;
        let shifted = u128::from(mantissa) << (lowest & 31);
        let sign = if (bits >> 63) == 1 { -1 } else { 1 };
        let d = [(shifted as u32) as i64 * sign, ((shifted >> 32) as u32) as i64 * sign, ((shifted >> 64) as u32) as i64 * sign];
        if place > self.base || self.base == 0 {
            self.raise(place);
        }
        let [a, b, c, e] = &mut self.digits;
        match self.base - place {
            0 => {
                *b += d[0];
                *c += d[1];
                *e += d[2];
            }
            1 => {
                *a += d[0];
                *b += d[1];
                *c += d[2];
            }
            2 => {
                *a += d[1];
                *b += d[2];
            }
            3 => *a += d[2],
            _ => {}
        }
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
