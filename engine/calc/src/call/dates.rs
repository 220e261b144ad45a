//! Dates: their parts, and dates made of parts and months.

use smalt_formula::Function;
use smalt_model::{civil_from_days, days_from_civil};
use smalt_vault::{BLANK_DATE, BLANK_INTEGER, Vector};

use super::views::{days, wholes};

pub(super) fn dates(function: Function, args: &[Vector]) -> Option<Vector> {
    match (function, args) {
        (Function::Date, [y, m, d]) => {
            let (y, m, d) = (wholes(y)?, wholes(m)?, wholes(d)?);
            // BLANK is far below every year, month and day.
            let date = |((y, m), d): ((&i64, &i64), &i64)| days_from_civil(*y, *m, *d).unwrap_or(BLANK_DATE);
            Some(Vector::Date(y.iter().zip(m.iter()).zip(d.iter()).map(date).collect()))
        }
        (Function::Year, [d]) => part(d, |d| civil_from_days(d).0),
        (Function::Month, [d]) => part(d, |d| civil_from_days(d).1),
        (Function::Day, [d]) => part(d, |d| civil_from_days(d).2),
        // Day 0 was a Thursday.
        (Function::Weekday, [d]) => part(d, |d| (i64::from(d) + 3).rem_euclid(7) + 1),
        (Function::EDate, [d, months]) => shifted(d, months, |d, months| {
            let (year, month, day) = civil_from_days(d);
            let (year, month) = months_later(year, month, months)?;
            last_up_to(year, month, day)
        }),
        (Function::EoMonth, [d, months]) => shifted(d, months, |d, months| {
            let (year, month, _) = civil_from_days(d);
            let (year, month) = months_later(year, month, months)?;
            last_up_to(year, month, 31)
        }),
        (Function::StartOfMonth, [d]) => {
            let first = |d: &i32| {
                let day = i32::try_from(civil_from_days(*d).2 - 1).ok()?;
                d.checked_sub(day).filter(|_| *d != BLANK_DATE)
            };
            Some(Vector::Date(days(d)?.iter().map(|d| first(d).unwrap_or(BLANK_DATE)).collect()))
        }
        (Function::Days, [a, b]) => between(a, b, |a, b| i64::from(a) - i64::from(b)),
        (Function::MonthDif, [a, b]) => between(a, b, whole_months),
        _ => None,
    }
}

/// Whole months from `b` to `a`, toward zero: one more each time that the day of `b` is reached again.
fn whole_months(a: i32, b: i32) -> i64 {
    let ((ay, am, ad), (by, bm, bd)) = (civil_from_days(a), civil_from_days(b));
    let months = (ay - by) * 12 + am - bm;
    match months.signum() {
        1 if ad < bd => months - 1,
        -1 if ad > bd => months + 1,
        _ => months,
    }
}

/// A year and a month so many months later.
fn months_later(year: i64, month: i64, months: i64) -> Option<(i64, i64)> {
    let all = (year * 12 + month - 1).checked_add(months)?;
    Some((all.div_euclid(12), all.rem_euclid(12) + 1))
}

/// A day of a month, or the month's last one where it has no such day.
fn last_up_to(year: i64, month: i64, day: i64) -> Option<i32> {
    (day.min(28)..=day).rev().find_map(|day| days_from_civil(year, month, day))
}

/// A part of each date.
fn part(column: &Vector, f: impl Fn(i32) -> i64) -> Option<Vector> {
    Some(Vector::Integer(days(column)?.iter().map(|d| if *d == BLANK_DATE { BLANK_INTEGER } else { f(*d) }).collect()))
}

/// A date of each date and a number of months.
fn shifted(column: &Vector, months: &Vector, f: impl Fn(i32, i64) -> Option<i32>) -> Option<Vector> {
    let (column, months) = (days(column)?, wholes(months)?);
    let one = |(&d, &m): (&i32, &i64)| {
        if d == BLANK_DATE || m == BLANK_INTEGER { BLANK_DATE } else { f(d, m).unwrap_or(BLANK_DATE) }
    };
    Some(Vector::Date(column.iter().zip(months.iter()).map(one).collect()))
}

/// A number of each two dates.
fn between(a: &Vector, b: &Vector, f: impl Fn(i32, i32) -> i64) -> Option<Vector> {
    let one = |(&a, &b): (&i32, &i32)| if a == BLANK_DATE || b == BLANK_DATE { BLANK_INTEGER } else { f(a, b) };
    Some(Vector::Integer(days(a)?.iter().zip(days(b)?).map(one).collect()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]

    use smalt_formula::Function as F;
    use smalt_model::Type::{Date, Integer};
    use smalt_model::{Value, civil_from_days, days_from_civil};

    use crate::call::fixture::{B, check, d, i, n, one, shown};

    #[test]
    fn an_impossible_date_is_blank() {
        for (y, m, day, wanted) in [
            (2024, 2, 29, d("2024-02-29")),
            (2023, 2, 29, B),
            (2000, 2, 29, d("2000-02-29")),
            (1900, 2, 29, B),
            (2024, 13, 1, B),
            (2024, 0, 1, B),
            (2024, 4, 31, B),
            (2024, 1, 0, B),
            (0, 1, 1, B),
            (10_000, 1, 1, B),
            (1, 1, 1, d("0001-01-01")),
            (9999, 12, 31, d("9999-12-31")),
        ] {
            check(F::Date, &[i(y), i(m), i(day)], Date, wanted);
        }
        check(F::Date, &[n(2024.9), n(2.1), n(29.5)], Date, d("2024-02-29"));
        check(F::Date, &[i(2024), B, i(1)], Date, B);
        check(F::Date, &[n(1e300), i(1), i(1)], Date, B);
    }

    #[test]
    fn parts_of_dates() {
        for (date, year, month, day, weekday) in [
            ("1970-01-01", 1970, 1, 1, 4),
            ("2024-02-29", 2024, 2, 29, 4),
            ("2026-11-23", 2026, 11, 23, 1),
            ("2026-11-29", 2026, 11, 29, 7),
            ("0001-01-01", 1, 1, 1, 1),
            ("9999-12-31", 9999, 12, 31, 5),
            ("1969-12-28", 1969, 12, 28, 7),
        ] {
            check(F::Year, &[d(date)], Integer, i(year));
            check(F::Month, &[d(date)], Integer, i(month));
            check(F::Day, &[d(date)], Integer, i(day));
            check(F::Weekday, &[d(date)], Integer, i(weekday));
        }
        for function in [F::Year, F::Month, F::Day, F::Weekday] {
            check(function, &[B], Integer, B);
        }
    }

    #[test]
    fn months_are_added_and_the_day_is_kept_where_there_is_one() {
        for (from, months, edate, eomonth) in [
            ("2024-01-31", 1, d("2024-02-29"), d("2024-02-29")),
            ("2023-01-31", 1, d("2023-02-28"), d("2023-02-28")),
            ("2024-03-31", -1, d("2024-02-29"), d("2024-02-29")),
            ("2024-05-15", 0, d("2024-05-15"), d("2024-05-31")),
            ("2024-02-29", 12, d("2025-02-28"), d("2025-02-28")),
            ("2024-02-29", -48, d("2020-02-29"), d("2020-02-29")),
            ("2024-11-30", 3, d("2025-02-28"), d("2025-02-28")),
            ("9999-12-01", 0, d("9999-12-01"), d("9999-12-31")),
            ("9999-12-01", 1, B, B),
            ("0001-01-01", -1, B, B),
            ("2024-01-01", i64::MAX, B, B),
            ("2024-01-01", -i64::MAX, B, B),
        ] {
            check(F::EDate, &[d(from), i(months)], Date, edate);
            check(F::EoMonth, &[d(from), i(months)], Date, eomonth);
        }
        check(F::EDate, &[d("2024-01-31"), n(1.9)], Date, d("2024-02-29"));
        for function in [F::EDate, F::EoMonth] {
            check(function, &[B, i(1)], Date, B);
            check(function, &[d("2024-01-31"), B], Date, B);
        }
    }

    #[test]
    fn months_start_on_the_first() {
        for (from, wanted) in [
            ("2024-02-29", "2024-02-01"),
            ("2024-02-01", "2024-02-01"),
            ("1969-12-31", "1969-12-01"),
            ("0001-01-15", "0001-01-01"),
            ("9999-12-31", "9999-12-01"),
        ] {
            check(F::StartOfMonth, &[d(from)], Date, d(wanted));
        }
        check(F::StartOfMonth, &[B], Date, B);
    }

    #[test]
    fn days_and_whole_months_between() {
        for (a, b, days, months) in [
            ("2024-03-01", "2024-02-28", 2, 0),
            ("2024-03-31", "2024-02-29", 31, 1),
            ("2024-02-29", "2024-01-31", 29, 0),
            ("2024-01-31", "2024-02-29", -29, 0),
            ("2025-01-15", "2024-01-15", 366, 12),
            ("2025-01-14", "2024-01-15", 365, 11),
            ("2024-01-15", "2025-01-14", -365, -11),
            ("2024-01-15", "2024-01-15", 0, 0),
            ("2024-01-16", "2024-03-15", -59, -1),
        ] {
            check(F::Days, &[d(a), d(b)], Integer, i(days));
            check(F::MonthDif, &[d(a), d(b)], Integer, i(months));
        }
        for function in [F::Days, F::MonthDif] {
            check(function, &[B, d("2024-01-01")], Integer, B);
            check(function, &[d("2024-01-01"), B], Integer, B);
        }
    }

    #[test]
    fn laws_of_months_hold_on_every_day() {
        let first = days_from_civil(1999, 12, 1).unwrap_or(0);
        for day in first..first + 1600 {
            let date = Some(Value::Date(day));
            let start = one(F::StartOfMonth, std::slice::from_ref(&date), Date);
            assert_eq!(shown(&start).get(8..), Some("01"));
            // The day after the end of a month is the start of the next one.
            let end = one(F::EoMonth, &[date.clone(), i(0)], Date);
            let Some(Value::Date(end)) = end else { panic!("a month without an end") };
            assert_eq!(civil_from_days(end + 1).2, 1);
            assert_eq!(one(F::MonthDif, &[Some(Value::Date(end + 1)), start.clone()], Integer), i(1));
            for months in -14..=14i64 {
                let moved = one(F::EDate, &[date.clone(), i(months)], Date);
                let back = one(F::MonthDif, &[date.clone(), moved.clone()], Integer);
                let there = one(F::MonthDif, &[moved.clone(), date.clone()], Integer);
                let Some((Value::Integer(back), Value::Integer(there))) = back.zip(there) else { panic!("no months") };
                assert_eq!(back, -there);
                // A day that the month has not got is one short of a whole month.
                let clamped = months != 0 && shown(&moved).get(8..) != shown(&date).get(8..);
                assert_eq!(there, if clamped && months > 0 { months - 1 } else { months }, "{date:?} {months}");
            }
        }
    }
}
