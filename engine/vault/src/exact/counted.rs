//! A sum that terms can be taken out of.

use super::grid::place_of;
use super::sum::ExactSum;

/// A sum of finite floats from which terms can be taken out again, with the same digits as if they had never been in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountedSum {
    pub(super) sum: ExactSum,
    /// The number of terms.
    pub(super) count: u32,
    /// How many of them start at the highest digit place. As long as there is one, the kept places are what they are.
    pub(super) highest: u32,
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
