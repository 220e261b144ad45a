//! Dates and the periods of the calendar.

use smalt_model::Type;
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_INTEGER, BLANK_ITEM, Vector};

use super::views::{days, ordinals};
use super::{Facts, Periods};

/// TIMEDIM(date, D): the period that holds the date.
pub(super) fn time_dim(args: &[Vector], ty: Type, facts: &dyn Facts) -> Option<Vector> {
    let ([date], Type::Item(dimension)) = (args, ty) else { return None };
    let (dates, periods, order) = (days(date)?, facts.period(dimension)?, facts.order(dimension));
    // Sorted, because nothing here hangs on the item order.
    let mut known: Vec<(i32, i32, u32)> =
        periods.starts.iter().zip(periods.ends.iter()).zip(order.iter()).map(|((start, end), item)| (*start, *end, *item)).collect();
    known.sort_unstable();
    let one = |date: &i32| {
        let after = known.partition_point(|(start, ..)| start <= date);
        let (_, end, item) = known.get(after.checked_sub(1)?)?;
        (date <= end && *date != BLANK_DATE).then_some(*item)
    };
    Some(Vector::Item(dimension, dates.iter().map(|date| one(date).unwrap_or(BLANK_ITEM)).collect()))
}

/// INPERIOD(date, D): TRUE or BLANK.
pub(super) fn in_period(args: &[Vector], facts: &dyn Facts) -> Option<Vector> {
    let [date, item] = args else { return None };
    let (dates, spans) = (days(date)?, spans(item, facts)?);
    let one = |(date, span): (&i32, Option<(i32, i32)>)| match span {
        Some((start, end)) if *date != BLANK_DATE && start <= *date && *date <= end => 1,
        _ => BLANK_BOOLEAN,
    };
    Some(Vector::Boolean(dates.iter().zip(spans).map(one).collect()))
}

/// DAYSINPERIOD(D [, start [, end]]).
pub(super) fn days_in_period(args: &[Vector], facts: &dyn Facts) -> Option<Vector> {
    let shares = shares(args, facts)?.map(|share| share.map_or(BLANK_INTEGER, |(part, _)| part)).collect();
    Some(Vector::Integer(shares))
}

/// PRORATA(D [, start [, end]]).
pub(super) fn prorata(args: &[Vector], facts: &dyn Facts) -> Option<Vector> {
    let shares = shares(args, facts)?.map(|share| share.map_or(f64::NAN, |(part, all)| part as f64 / all as f64)).collect();
    Some(Vector::Number(shares))
}

/// Of each item's period, the days from the start on and before the end, and all its days; `None` where it has none of the former.
fn shares<'a>(args: &'a [Vector], facts: &dyn Facts) -> Option<impl Iterator<Item = Option<(i64, i64)>> + use<'a>> {
    let (item, start, end) = match args {
        [item] => (item, None, None),
        [item, start] => (item, Some(days(start)?), None),
        [item, start, end] => (item, Some(days(start)?), Some(days(end)?)),
        _ => return None,
    };
    let bound = |column: Option<&[i32]>, at: usize, open: i32| match column {
        None => Some(open),
        Some(column) => column.get(at).copied().filter(|d| *d != BLANK_DATE),
    };
    Some(spans(item, facts)?.enumerate().map(move |(at, span)| {
        let (first, last) = span?;
        let all = i64::from(last) - i64::from(first) + 1;
        let from = i64::from(bound(start, at, first)?.max(first));
        let to = match end {
            None => i64::from(last) + 1,
            Some(_) => i64::from(bound(end, at, last)?).min(i64::from(last) + 1),
        };
        (to > from).then_some((to - from, all))
    }))
}

/// The first and the last day of each item's period; `None` where there is none.
fn spans<'a>(item: &'a Vector, facts: &dyn Facts) -> Option<impl Iterator<Item = Option<(i32, i32)>> + use<'a>> {
    let (dimension, items) = ordinals(item)?;
    let Periods { starts, ends } = facts.period(dimension)?;
    let position = facts.position(dimension);
    Some(items.iter().map(move |item| {
        let place = usize::try_from(*position.get(usize::try_from(*item).ok()?)?).ok()?;
        let (start, end) = (*starts.get(place)?, *ends.get(place)?);
        (start != BLANK_DATE && end != BLANK_DATE).then_some((start, end))
    }))
}

#[cfg(test)]
mod tests {
    use smalt_formula::Function as F;
    use smalt_model::Type::{Boolean, Integer, Number};
    use smalt_model::{Type, days_from_civil};

    use crate::call::fixture::{B, COUNTRY, MONTH, b, check, d, i, item, month, n, one};

    #[test]
    fn timedim_gives_the_period_that_holds_the_date() {
        for (date, wanted) in [
            ("2024-01-01", month(1)),
            ("2024-01-31", month(1)),
            ("2024-02-29", month(2)),
            ("2024-12-31", month(12)),
            ("2023-12-31", B),
            ("2025-01-01", B),
        ] {
            check(F::TimeDim, &[d(date)], Type::Item(MONTH), wanted);
        }
        check(F::TimeDim, &[B], Type::Item(MONTH), B);
        check(F::TimeDim, &[d("2024-01-01")], Type::Item(COUNTRY), B);
    }

    #[test]
    fn inperiod_is_true_or_blank() {
        for (date, at, wanted) in [
            ("2024-02-01", 2, b(true)),
            ("2024-02-29", 2, b(true)),
            ("2024-03-01", 2, B),
            ("2024-01-31", 2, B),
            ("2023-02-10", 2, B),
            ("2024-12-31", 12, b(true)),
        ] {
            check(F::InPeriod, &[d(date), month(at)], Boolean, wanted);
        }
        check(F::InPeriod, &[B, month(2)], Boolean, B);
        check(F::InPeriod, &[d("2024-02-01"), B], Boolean, B);
        check(F::InPeriod, &[d("2024-02-01"), item(MONTH, 12)], Boolean, B);
        check(F::InPeriod, &[d("2024-02-01"), item(COUNTRY, 1)], Boolean, B);
    }

    #[test]
    fn days_from_the_start_and_before_the_end() {
        let check_days = |from: &str, to: &str, at: u32, wanted: Option<(i64, i64)>| {
            let args = [month(at), d(from), d(to)];
            check(F::DaysInPeriod, &args, Integer, wanted.and_then(|(part, _)| i(part)));
            check(F::Prorata, &args, Number, wanted.and_then(|(part, all)| n(part as f64 / all as f64)));
        };
        // The contract's example, in another leap year.
        check_days("2024-06-15", "2024-07-14", 5, None);
        check_days("2024-06-15", "2024-07-14", 6, Some((16, 30)));
        check_days("2024-06-15", "2024-07-14", 7, Some((13, 31)));
        check_days("2024-06-15", "2024-07-14", 8, None);
        check_days("2024-02-01", "2024-03-01", 2, Some((29, 29)));
        check_days("2024-02-10", "2024-02-10", 2, None);
        check_days("2024-02-10", "2024-02-01", 2, None);
        check_days("1990-01-01", "2090-01-01", 2, Some((29, 29)));
        check_days("2024-07-01", "2024-07-02", 7, Some((1, 31)));
        check_days("2024-06-01", "2024-07-01", 7, None);
    }

    #[test]
    fn open_starts_and_ends() {
        check(F::DaysInPeriod, &[month(2)], Integer, i(29));
        check(F::DaysInPeriod, &[month(12), d("2024-12-31")], Integer, i(1));
        check(F::DaysInPeriod, &[month(11), d("2024-12-31")], Integer, B);
        check(F::DaysInPeriod, &[B], Integer, B);
        check(F::DaysInPeriod, &[month(2), B], Integer, B);
        check(F::DaysInPeriod, &[month(2), d("2024-01-01"), B], Integer, B);
        check(F::Prorata, &[month(2)], Number, n(1.0));
        check(F::Prorata, &[month(4), d("2024-04-16")], Number, n(0.5));
        check(F::Prorata, &[month(3), d("2024-04-16")], Number, B);
        check(F::Prorata, &[month(2), B], Number, B);
        check(F::Prorata, &[item(COUNTRY, 1)], Number, B);
    }

    #[test]
    fn the_days_of_all_periods_add_up() {
        let first = days_from_civil(2024, 1, 1).unwrap_or(0);
        for (from, to) in (0..366).step_by(11).flat_map(|a| (0..366).step_by(13).map(move |b| (first + a, first + b))) {
            let bounds = [Some(smalt_model::Value::Date(from)), Some(smalt_model::Value::Date(to))];
            let days: i64 = (1..=12)
                .filter_map(|at| one(F::DaysInPeriod, &[month(at), bounds[0].clone(), bounds[1].clone()], Integer))
                .map(|v| if let smalt_model::Value::Integer(v) = v { v } else { 0 })
                .sum();
            assert_eq!(days, i64::from((to - from).max(0)));
        }
    }
}
