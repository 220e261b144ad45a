//! What is added up per group.

use crate::exact::{CountedSum, ExactSum};

/// What to compute; the number of cells always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The sum.
    pub sum: bool,
    /// The lowest value.
    pub min: bool,
    /// The highest value.
    pub max: bool,
    /// The number of cells.
    pub count: bool,
}

/// The total of one group: only what is wanted, so that many groups stay in the cache.
pub(super) trait Total: Clone + Default + Send {
    /// Whether it looks at values.
    const VALUES: bool;
    /// Adds a cell.
    fn add(&mut self, value: f64);
    /// Adds so many cells; their values, if it looks at values.
    fn add_all(&mut self, values: &[f64], _count: usize) {
        values.iter().for_each(|value| self.add(*value));
    }
    /// Takes the sum of some cells instead of the cells, if that is all that it looks at.
    const TAKE: Option<fn(&mut Self, &CountedSum)> = None;
    /// Adds what another one has.
    fn merge(&mut self, other: &Self);
    /// The number of cells.
    fn count(&self) -> u64;
    /// The sum.
    fn sum(&self) -> f64 {
        0.0
    }
    /// The lowest and the highest value.
    fn ends(&self) -> (f64, f64) {
        (f64::NAN, f64::NAN)
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count(u64);

impl Total for Count {
    const VALUES: bool = false;
    #[inline(always)]
    fn add(&mut self, _: f64) {
        self.0 += 1;
    }
    fn add_all(&mut self, _: &[f64], count: usize) {
        self.0 += count as u64;
    }
    fn merge(&mut self, other: &Count) {
        self.0 += other.0;
    }
    fn count(&self) -> u64 {
        self.0
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    sum: ExactSum,
    count: Count,
}

impl Total for Sum {
    const VALUES: bool = true;
    const TAKE: Option<fn(&mut Sum, &CountedSum)> = Some(|total, sum| {
        total.sum.merge(sum.sum());
        total.count.0 += u64::from(sum.count());
    });
    #[inline(always)]
    fn add(&mut self, value: f64) {
        self.sum.add(value);
        self.count.add(value);
    }
    fn add_all(&mut self, values: &[f64], count: usize) {
        self.sum.add_all(values);
        self.count.add_all(values, count);
    }
    fn merge(&mut self, other: &Sum) {
        self.sum.merge(&other.sum);
        self.count.merge(&other.count);
    }
    fn count(&self) -> u64 {
        self.count.count()
    }
    fn sum(&self) -> f64 {
        self.sum.value()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    low: f64,
    high: f64,
    count: Count,
}

impl Default for Ends {
    fn default() -> Ends {
        Ends { low: f64::INFINITY, high: f64::NEG_INFINITY, count: Count(0) }
    }
}

impl Total for Ends {
    const VALUES: bool = true;
    #[inline(always)]
    fn add(&mut self, value: f64) {
        self.low = lower(self.low, value);
        self.high = higher(self.high, value);
        self.count.add(value);
    }
    fn merge(&mut self, other: &Ends) {
        self.low = lower(self.low, other.low);
        self.high = higher(self.high, other.high);
        self.count.merge(&other.count);
    }
    fn count(&self) -> u64 {
        self.count.count()
    }
    fn ends(&self) -> (f64, f64) {
        (self.low, self.high)
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SumAndEnds {
    sum: ExactSum,
    ends: Ends,
}

impl Total for SumAndEnds {
    const VALUES: bool = true;
    #[inline(always)]
    fn add(&mut self, value: f64) {
        self.sum.add(value);
        self.ends.add(value);
    }
    fn merge(&mut self, other: &SumAndEnds) {
        self.sum.merge(&other.sum);
        self.ends.merge(&other.ends);
    }
    fn count(&self) -> u64 {
        self.ends.count()
    }
    fn sum(&self) -> f64 {
        self.sum.value()
    }
    fn ends(&self) -> (f64, f64) {
        self.ends.ends()
    }
}

/// The lower one; -0 is below 0, so that the order of the cells does not show.
#[inline(always)]
fn lower(a: f64, b: f64) -> f64 {
    if b < a || (b == a && b.is_sign_negative()) { b } else { a }
}

#[inline(always)]
fn higher(a: f64, b: f64) -> f64 {
    if b > a || (b == a && b.is_sign_positive()) { b } else { a }
}
