//! A sum of floats that does not depend on the order of its terms.
//!
//! Every value is written on one absolute grid whose units are 2^32 apart: rounded to the nearest unit of a place, the rest to the nearest
//! unit of the next lower one, and so on. A sum keeps the four highest places that its largest term can reach and adds these digits, as
//! integers, place by place. Which places are kept follows from the largest term alone, and what a term gives to a kept place follows
//! from the term alone, so any order and any grouping give the same digits. What is dropped is below 2^-84 of the largest term. The
//! idea is the binned summation of Demmel and Nguyen ("Parallel Reproducible Summation", 2015), with integer bins.
//!
//! Rounding to a unit is one addition: the sum of a value and one and a half times 2^52 units has the units as its lowest bits.

/// How many places a sum keeps.
const PLACES: usize = 4;
/// Values that are written on the grid side by side.
const LANES: usize = 8;
/// Added to an exponent so that no place is negative.
const BIAS: i32 = 1_088 + 32;
/// Bits between two places.
const APART: i32 = 32;

/// An order-independent sum of finite floats, of up to 2^31 terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExactSum {
    /// The highest place that the lowest bit of a term stands at, which is that of `digits[1]`; 0 while there was no term.
    base: i32,
    /// The lowest place first.
    digits: [i64; PLACES],
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
        let Some(place) = place_of(value) else { return };
        if place > self.sum.base {
            self.highest = 0;
        }
        self.sum.add_at(place, value);
        self.count += 1;
        self.highest += u32::from(place == self.sum.base);
    }

    /// Takes out a value that was added.
    pub fn remove(&mut self, value: f64) {
        let Some(place) = place_of(value) else { return };
        self.count = self.count.saturating_sub(1);
        self.highest = self.highest.saturating_sub(u32::from(place == self.sum.base));
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

/// The place of the lowest bit that a finite value can have. A zero stands at the lowest place of all.
#[inline(always)]
fn place_of(value: f64) -> Option<i32> {
    match exponent_of(value) {
        0x7ff => None,
        exponent => Some((exponent.max(1) - 1_075 + BIAS) / APART),
    }
}

#[inline(always)]
fn exponent_of(value: f64) -> i32 {
    ((value.to_bits() >> 52) & 0x7ff) as i32
}

/// One and a half times 2^52 units of each kept place, the highest first, where these are floats and their units are too.
#[inline(always)]
fn carriers(base: i32) -> Option<[f64; PLACES]> {
    // From a lowest unit of 2^-1056 to a highest of 2^960.
    (3..=63).contains(&base).then(|| carriers_from(base + 2))
}

/// One and a half times 2^52 units of each of some places, from the highest of them down.
#[inline(always)]
fn carriers_from<const N: usize>(highest: i32) -> [f64; N] {
    let bits = u64::from((APART * highest - BIAS + 52 + 1_023).unsigned_abs()) << 52 | 1 << 51;
    std::array::from_fn(|below| f64::from_bits(bits - ((below as u64 * APART as u64) << 52)))
}

/// A value's digits at the kept places, the lowest first, whatever these are: in whole numbers, which is slower than by carriers.
#[cold]
fn digits_of(base: i32, value: f64) -> [i64; PLACES] {
    let exponent = exponent_of(value);
    let mantissa = value.to_bits() & ((1 << 52) - 1) | u64::from(exponent != 0) << 52;
    let mantissa = if value.is_sign_negative() { -i128::from(mantissa) } else { i128::from(mantissa) };
    let lowest = exponent.max(1) - 1_075 + BIAS;
    // To the nearest unit, ties to even.
    let rounded = |place: i32| {
        let by = lowest - APART * place;
        match by.unsigned_abs() {
            by_bits if by >= 0 => mantissa << by_bits,
            by_bits @ 1..=63 => {
                let (whole, half) = (mantissa >> by_bits, 1 << (by_bits - 1));
                let rest = mantissa - (whole << by_bits);
                whole + i128::from(rest > half || rest == half && whole & 1 == 1)
            }
            _ => 0,
        }
    };
    let highest = base + 2;
    std::array::from_fn(|at| {
        let place = base - 1 + at as i32;
        let above = if place < highest { rounded(place + 1) << APART } else { 0 };
        (rounded(place) - above) as i64
    })
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
    fn add_at(&mut self, place: i32, value: f64) {
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
        if values.len() < LANES {
            return values.iter().for_each(|value| self.add(*value));
        }
        let (chunks, rest) = values.as_chunks::<LANES>();
        let (mut largest, mut odd) = ([0.0; LANES], [0.0; LANES]);
        for chunk in chunks {
            for ((value, largest), odd) in chunk.iter().zip(&mut largest).zip(&mut odd) {
                *largest = if value.abs() > *largest { value.abs() } else { *largest };
                // Zero, but for what is not finite.
                *odd += value * 0.0;
            }
        }
        let highest = largest.iter().chain(rest).filter_map(|value| place_of(*value)).max();
        let finite = odd.iter().chain(rest).all(|value| value.is_finite());
        let Some(place) = highest.filter(|_| finite) else {
            return values.iter().for_each(|value| self.add(*value));
        };
        if place > self.base {
            self.raise(place);
        }
        let Some(carriers) = carriers(self.base) else { return values.iter().for_each(|value| self.add(*value)) };
        // No term is above the kept places now: all are written on the same grid. What the carriers themselves give is taken out at the end.
        let mut carried = [[0u64; LANES]; PLACES];
        for chunk in chunks {
            carry(*chunk, &carriers, &mut carried);
        }
        let (mut last, mut count) = ([0.0; LANES], values.len() - rest.len());
        if !rest.is_empty() {
            last.iter_mut().zip(rest).for_each(|(slot, value)| *slot = *value);
            carry(last, &carriers, &mut carried);
            count += LANES;
        }
        for ((digit, carried), carrier) in self.digits.iter_mut().rev().zip(carried).zip(carriers) {
            let all = carried.iter().fold(0u64, |sum, bits| sum.wrapping_add(*bits));
            *digit += all.wrapping_sub(carrier.to_bits().wrapping_mul(count as u64)).cast_signed();
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

/// Adds the bits of what carries each value's digits.
#[inline(always)]
fn carry(mut values: [f64; LANES], carriers: &[f64; PLACES], carried: &mut [[u64; LANES]; PLACES]) {
    for (carrier, carried) in carriers.iter().zip(carried) {
        for (value, bits) in values.iter_mut().zip(carried) {
            let sum = *value + carrier;
            *bits = bits.wrapping_add(sum.to_bits());
            *value -= sum - carrier;
        }
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
    use super::{BIAS, CountedSum, ExactSum, carriers, digits_of, place_of};

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
    fn carriers_write_the_digits_of_whole_numbers() {
        let mut random = Random(13);
        let (mut wide, mut ties) = (0, 0);
        for _ in 0..200_000 {
            let base = 3 + (random.next() % 61) as i32;
            assert!(carriers(base).is_some());
            // Around half a unit of a kept place, where rounding is decided, and anywhere below the highest one.
            let unit = 2f64.powi(32 * (base - 1 + (random.next() % 4) as i32) - BIAS);
            let value = match random.next() % 3 {
                0 => unit * 0.5 * (random.next() % 9) as f64,
                1 => -unit * ((random.next() % 5) as f64 + 0.5) * (1.0 + f64::EPSILON),
                _ => f64::from_bits(random.next()),
            };
            let Some(place) = place_of(value).filter(|place| *place <= base) else { continue };
            wide += usize::from(place == base);
            ties += usize::from((value / unit).fract().abs() == 0.5);
            let mut sum = ExactSum { base, ..ExactSum::default() };
            sum.add(value);
            assert_eq!(sum.digits, digits_of(base, value), "{value:e} at {base}");
        }
        assert!(wide > 1_000 && ties > 1_000, "{wide} {ties}");
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
