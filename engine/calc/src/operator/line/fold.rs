//! Functions that make one value of each line: IRR, XNPV, XIRR, CORREL, PERCENTILE. The line's dimension is gone from the result.

use std::sync::Arc;

use smalt_formula::program::Along;
use smalt_vault::{Cells, Layout, Projection, Vector};

use super::args::{Asked, Plan};
use super::walk::Ways;
use super::walked::{Member, Walked, each_line};
use super::{Line, as_numbers, rate};
use crate::error::CalcError;
use crate::feed::Places;
use crate::operator::reduce::{mean, scale};
use crate::operator::stretch::{Stretch, by_stretch, last_field, put_together};
use crate::width::Width;

/// The days of the year by which XNPV and XIRR count.
const DAYS_OF_YEAR: f64 = 365.0;

/// Whether a function gives one value for a line.
pub(super) fn loses_its_dimension(function: Along) -> bool {
    matches!(function, Along::Irr | Along::Xnpv | Along::Xirr | Along::Correl | Along::Percentile)
}

/// One value for each line, without the line's dimension. The cells have that last.
pub(super) fn fold<K: Width>(cells: &Cells, line: &Line<'_>) -> Result<Cells, CalcError> {
    let layout = cells.layout();
    let field = last_field(layout)?;
    let ways = Ways::new(line)?;
    let plan = Plan::new(line.scope, line.dimension, layout, &ways, line.args, Asked::AtCells)?;
    let pieces: Vec<(Vec<K>, Vec<f64>)> = by_stretch(cells, |mut stretch: Stretch<K>| {
        let (mut heads, mut values) = (Vec::new(), Vec::new());
        let (numbers, _) = as_numbers(stretch.take_values(), line);
        each_line(stretch.keys(), field, &plan, &ways, |walked| {
            let members = walked.members(stretch.keys(), field, |cell| numbers.get(cell).copied());
            if let Some(value) = of_line(line.function, &members, walked).filter(|v| v.is_finite()) {
                heads.push(walked.head);
                values.push(value);
            }
            Ok(())
        })?;
        Ok((heads, values))
    })?;
    let left: Vec<_> = layout.dims().iter().copied().filter(|d| *d != line.dimension).collect();
    let target = line.scope.run.layout(&left)?;
    let projection = Projection::new(layout, &target).ok_or(CalcError::Internal("a line leaves a dimension that it lacks"))?;
    Ok(if target.is_wide() {
        put::<K, u128>(pieces, &projection, &target, line)
    } else {
        put::<K, u64>(pieces, &projection, &target, line)
    })
}

fn put<K: Width, T: Width>(pieces: Vec<(Vec<K>, Vec<f64>)>, projection: &Projection, target: &Arc<Layout>, line: &Line<'_>) -> Cells {
    let pieces = pieces.into_iter().map(|(heads, values)| (Places::Listed(projection.apply_all(&heads)), Vector::Number(values)));
    put_together::<T>(target, line.ty, pieces)
}

/// The value of one line; `None` or what is not finite is BLANK.
fn of_line<K: Width>(function: Along, members: &[Member<f64>], line: &Walked<'_, K>) -> Option<f64> {
    let number = |member: &Member<f64>| line.args.number(0, line.at_cell(member));
    match function {
        Along::Irr => {
            let flows: Vec<(f64, f64)> = members.iter().map(|m| (f64::from(m.place), m.value)).collect();
            rate::rate(&flows)
        }
        Along::Xnpv => rate::worth_of(number(members.first()?)?, &dated(members, line, 1)),
        Along::Xirr => rate::rate(&dated(members, line, 0)),
        Along::Correl => {
            let pairs: Vec<(f64, f64)> = members.iter().filter_map(|m| Some((m.value, number(m)?))).collect();
            correlation(&pairs)
        }
        Along::Percentile => {
            let share = number(members.first()?)?;
            let mut values: Vec<f64> = members.iter().map(|m| m.value).collect();
            values.sort_unstable_by(f64::total_cmp);
            percentile(&values, share)
        }
        _ => None,
    }
}

/// Payments by years since the first of those that have a date.
fn dated<K: Width>(members: &[Member<f64>], line: &Walked<'_, K>, date: usize) -> Vec<(f64, f64)> {
    let days: Vec<(i32, f64)> = members.iter().filter_map(|m| Some((line.args.day(date, line.at_cell(m))?, m.value))).collect();
    let first = days.first().map_or(0, |(day, _)| *day);
    days.into_iter().map(|(day, value)| ((f64::from(day) - f64::from(first)) / DAYS_OF_YEAR, value)).collect()
}

/// Pearson's coefficient, in two passes; `None` for fewer than two pairs or where one side does not vary.
fn correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 2 {
        return None;
    }
    // How far each number is from the mean, in a size whose squares neither vanish nor grow too large.
    let apart = |numbers: Vec<f64>| {
        let mean = mean(&numbers);
        let size = scale(numbers.iter().map(|v| v - mean));
        numbers.into_iter().map(move |v| (v - mean) / size)
    };
    let (x, y) = pairs.iter().copied().unzip();
    let (xy, xx, yy) = apart(x).zip(apart(y)).fold((0.0, 0.0, 0.0), |(xy, xx, yy), (a, b)| (xy + a * b, xx + a * a, yy + b * b));
    // One root: that of a square is exact, so that a series goes with itself by 1.
    (xx > 0.0 && yy > 0.0).then(|| (xy / (xx * yy).sqrt()).clamp(-1.0, 1.0))
}

/// The value below which a share of the sorted values lies, with both ends included, linear between neighbours (Hyndman and Fan's
/// seventh definition, that of spreadsheets).
fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let at = share * (sorted.len().checked_sub(1)?) as f64;
    let (low, part) = (at.floor(), at - at.floor());
    let below = *sorted.get(low as usize)?;
    let above = sorted.get(low as usize + 1).copied().unwrap_or(below);
    Some(if part == 0.0 { below } else { below + part * (above - below) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_include_both_ends() {
        let values = [1.0, 2.0, 3.0, 4.0];
        for (share, expected) in [(0.0, 1.0), (1.0, 4.0), (0.5, 2.5), (0.25, 1.75), (0.9, 3.7)] {
            assert!((percentile(&values, share).unwrap_or(f64::NAN) - expected).abs() < 1e-12, "{share}");
        }
        assert_eq!(percentile(&[7.0], 0.3), Some(7.0));
        assert_eq!((percentile(&values, -0.1), percentile(&values, 1.1), percentile(&[], 0.5)), (None, None, None));
    }

    #[test]
    fn correlation_is_one_on_a_line() {
        let line: Vec<(f64, f64)> = (0..10).map(|i| (f64::from(i), 3.0 - 2.0 * f64::from(i))).collect();
        assert_eq!(correlation(&line), Some(-1.0));
        assert_eq!(correlation(&line[..1]), None);
        assert_eq!(correlation(&[(1.0, 2.0), (1.0, 3.0)]), None);
        assert_eq!(correlation(&[(0.1, 0.1), (0.1, 0.2), (0.1, 0.3)]), None);
        assert_eq!(correlation(&[(1e200, 1e-200), (2e200, 2e-200)]), Some(1.0));
        let known = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0)];
        assert!((correlation(&known).unwrap_or(f64::NAN) - 0.654_653_670_707_977).abs() < 1e-12);
    }
}
