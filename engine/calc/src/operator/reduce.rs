//! A group's values to one.

use std::sync::Arc;

use smalt_model::{Decimal, Value, format_date, format_number};
use smalt_vault::ExactSum;

use crate::run::Run;

/// The text of a value (formulas.md §1).
pub(super) fn as_text(value: &Value, run: &Run) -> Arc<str> {
    match value {
        Value::Text(t) => Arc::clone(t),
        Value::Number(x) => format_number(*x).into(),
        Value::Integer(x) => x.to_string().into(),
        Value::Decimal(digits, units) => Decimal { units: *units, scale: digits.scale }.to_string().into(),
        Value::Boolean(b) => if *b { "TRUE" } else { "FALSE" }.into(),
        Value::Date(d) => format_date(*d).into(),
        Value::Item(d, i) => run.items(*d).name(*i).map_or_else(|| "".into(), Arc::clone),
        Value::Rights(r) => r.to_string().into(),
    }
}

/// The middle one of ascending numbers, between the two middle ones where their number is even.
pub(super) fn median(sorted: &[f64]) -> Option<f64> {
    let (low, high) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    finite(f64::midpoint(*low, *high))
}

/// The standard deviation, of a sample or of the whole. Sums are exact, so the order of the numbers changes no bit.
pub(super) fn deviation(numbers: &[f64], sample: bool) -> Option<f64> {
    let count = numbers.len() as f64;
    let divisor = if sample { count - 1.0 } else { count };
    if divisor < 1.0 {
        return None;
    }
    // Of numbers so large that their differences would not be floats a quarter is as good.
    if numbers.iter().any(|v| v.abs() > f64::MAX / 4.0) {
        let quarters: Vec<f64> = numbers.iter().map(|v| v / 4.0).collect();
        return deviation(&quarters, sample).and_then(|quarter| finite(quarter * 4.0));
    }
    let mean = mean(numbers);
    let size = scale(numbers.iter().map(|v| v - mean));
    let squares = exact(numbers.iter().map(|v| ((v - mean) / size) * ((v - mean) / size)));
    finite((squares / divisor).sqrt() * size)
}

/// The mean of numbers, which lies between them: where all are equal it is that number, whatever a sum is rounded to.
pub(super) fn mean(numbers: &[f64]) -> f64 {
    let (low, high) = numbers.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(*v), high.max(*v)));
    let mut sum = ExactSum::default();
    sum.add_all(numbers);
    sum.mean(numbers.len() as u64).clamp(low, high)
}

/// The power of two by which numbers can be divided, without a rounding, so that their squares neither vanish nor grow too large.
pub(super) fn scale(numbers: impl Iterator<Item = f64>) -> f64 {
    let largest = numbers.fold(0.0, |largest: f64, v| largest.max(v.abs()));
    let power = f64::from_bits(largest.to_bits() & (0x7ff << 52));
    if power.is_normal() { power } else { 1.0 }
}

fn exact(values: impl Iterator<Item = f64>) -> f64 {
    let mut sum = ExactSum::default();
    values.for_each(|v| sum.add(v));
    sum.value()
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_deviations() {
        assert_eq!(median(&[1.0, 2.0, 3.0, 10.0]), Some(2.5));
        assert_eq!((median(&[7.0]), median(&[])), (Some(7.0), None));
        assert_eq!((deviation(&[5.0], true), deviation(&[5.0], false)), (None, Some(0.0)));
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(deviation(&values, false), Some(2.0));
        for far in [1e200, 1e-200, 1e300] {
            assert_eq!(deviation(&[far, 3.0 * far], false).map(|d| (d / far * 1e9).round()), Some(1e9), "{far}");
        }
        let large = [1.7e308, 1.7e308, 1.1e308, -1.5e308];
        let small: Vec<f64> = large.iter().map(|v| v / 16.0).collect();
        assert_eq!(deviation(&large, false), deviation(&small, false).map(|d| d * 16.0));
        for equal in [0.1, 1e15 + 0.3, 1e308, f64::MIN_POSITIVE / 3.0] {
            assert_eq!(deviation(&[equal; 3], true), Some(0.0), "{equal}");
        }
        assert!((deviation(&values, true).unwrap_or(0.0) - (32.0f64 / 7.0).sqrt()).abs() < 1e-15);
    }
}
