//! Natural numbers of any size, as far as rounding a ratio of two of them needs it.

use std::cmp::Ordering;

/// A natural number in limbs of 64 bits, the lowest first, none of them zero at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wide(Vec<u64>);

impl From<u128> for Wide {
    fn from(value: u128) -> Wide {
        Wide(vec![low(value), low(value >> 64)]).trimmed()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn low(value: u128) -> u64 {
    value as u64
}

impl Wide {
    /// `low + high * 2^128`.
    pub(crate) fn of_parts(lowest: u128, high: u64) -> Wide {
        Wide(vec![low(lowest), low(lowest >> 64), high]).trimmed()
    }

    /// A power of ten.
    pub(crate) fn ten_to(exponent: u32) -> Wide {
        Wide::from(10).power(exponent)
    }

    fn trimmed(mut self) -> Wide {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    /// The number of bits from the highest one that is set.
    pub(crate) fn bits(&self) -> usize {
        self.0.last().map_or(0, |top| self.0.len() * 64 - top.leading_zeros() as usize)
    }

    pub(crate) fn times(&self, other: &Wide) -> Wide {
        let mut out = vec![0u64; self.0.len() + other.0.len()];
        for (i, a) in self.0.iter().enumerate() {
            let mut carry = 0u128;
            for (slot, b) in out.iter_mut().skip(i).zip(other.0.iter().chain([&0])) {
                let sum = u128::from(*slot) + u128::from(*a) * u128::from(*b) + carry;
                *slot = low(sum);
                carry = sum >> 64;
            }
        }
        Wide(out).trimmed()
    }

    pub(crate) fn power(&self, mut exponent: u32) -> Wide {
        let (mut all, mut square) = (Wide(vec![1]), self.clone());
        while exponent > 0 {
            if exponent & 1 == 1 {
                all = all.times(&square);
            }
            exponent >>= 1;
            if exponent > 0 {
                square = square.times(&square);
            }
        }
        all
    }

    fn bit(&self, at: usize) -> bool {
        self.0.get(at / 64).is_some_and(|limb| (limb >> (at % 64)) & 1 == 1)
    }

    /// Without its lowest bits.
    fn without(&self, bits: usize) -> Wide {
        let limbs: Vec<u64> = self.0.iter().skip(bits / 64).copied().collect();
        let by = bits % 64;
        let shifted = |(i, limb): (usize, &u64)| {
            let above = limbs.get(i + 1).copied().unwrap_or(0);
            if by == 0 { *limb } else { (limb >> by) | (above << (64 - by)) }
        };
        Wide(limbs.iter().enumerate().map(shifted).collect()).trimmed()
    }

    /// Doubled, with a lowest bit.
    fn doubled(&mut self, bit: bool) {
        let mut carry = u64::from(bit);
        for limb in &mut self.0 {
            let above = *limb >> 63;
            *limb = (*limb << 1) | carry;
            carry = above;
        }
        if carry > 0 {
            self.0.push(carry);
        }
    }

    /// Less a number that is not larger.
    fn less(&mut self, other: &Wide) {
        let mut borrow = false;
        for (slot, b) in self.0.iter_mut().zip(other.0.iter().chain(std::iter::repeat(&0))) {
            let (first, one) = slot.overflowing_sub(*b);
            let (second, two) = first.overflowing_sub(u64::from(borrow));
            *slot = second;
            borrow = one || two;
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

impl PartialOrd for Wide {
    fn partial_cmp(&self, other: &Wide) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Wide {
    fn cmp(&self, other: &Wide) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// The whole number that is nearest to a ratio, a half upward; `None` where it has more than 127 bits, or for a ratio to 0.
pub(crate) fn nearest(above: &Wide, below: &Wide) -> Option<u128> {
    let steps = (above.bits() + 1).saturating_sub(below.bits());
    if below.bits() == 0 || steps > 129 {
        return None;
    }
    // The highest bits of what is divided are less than the divisor; the others come bit by bit.
    let mut rest = above.without(steps);
    let mut ratio = 0u128;
    for at in (0..steps).rev() {
        rest.doubled(above.bit(at));
        let holds = rest >= *below;
        if holds {
            rest.less(below);
        }
        if ratio >> 126 != 0 {
            return None;
        }
        ratio = (ratio << 1) | u128::from(holds);
    }
    rest.doubled(false);
    Some(ratio + u128::from(rest >= *below))
}
