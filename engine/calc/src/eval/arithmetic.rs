//! + - * / ^ and the smallest and largest of several, over whole columns.

use std::borrow::Cow;

use smalt_model::Decimal;
use smalt_vault::{BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, Column, ExactSum, Vector};

/// A column of numbers or one for all places.
pub(super) enum Numbers {
    One(f64),
    Many(Vec<f64>),
}

/// A column of integers or decimals as floats, BLANK as NaN.
pub(crate) fn to_numbers(vector: Vector) -> Vec<f64> {
    match vector {
        Vector::Number(v) => v,
        Vector::Integer(v) => v.into_iter().map(|x| if x == BLANK_INTEGER { f64::NAN } else { x as f64 }).collect(),
        Vector::Decimal(digits, v) => {
            let number = |units: i128| Decimal { units, scale: digits.scale }.to_number();
            v.into_iter().map(|x| if x == BLANK_DECIMAL { f64::NAN } else { number(x) }).collect()
        }
        other => vec![f64::NAN; other.len()],
    }
}

/// The same for a stored column; numbers are lent as they are.
pub(crate) fn numbers_of(column: &Column) -> Cow<'_, [f64]> {
    match column {
        Column::Number(values) => Cow::Borrowed(values),
        other => Cow::Owned(to_numbers(other.to_vector())),
    }
}

#[inline(always)]
fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

/// `f` in every place; BLANK where either side is or the result is not finite.
pub(super) fn numbers(a: Numbers, b: Numbers, len: usize, f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    match (a, b) {
        (Numbers::Many(mut a), Numbers::Many(b)) => {
            a.iter_mut().zip(&b).for_each(|(x, y)| *x = finite(f(*x, *y)));
            a
        }
        (Numbers::Many(mut a), Numbers::One(y)) => {
            a.iter_mut().for_each(|x| *x = finite(f(*x, y)));
            a
        }
        (Numbers::One(x), Numbers::Many(mut b)) => {
            b.iter_mut().for_each(|y| *y = finite(f(x, *y)));
            b
        }
        (Numbers::One(x), Numbers::One(y)) => vec![finite(f(x, y)); len],
    }
}

/// `a ^ b` with BLANK in, BLANK out (`powf` knows NaN^0 = 1 and 1^NaN = 1).
pub(super) fn power(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.powf(b) }
}

/// `f` on integers; BLANK where either side is or the result overflows, which is told.
pub(super) fn integers(mut a: Vec<i64>, b: &[i64], f: impl Fn(i64, i64) -> Option<i64>, too_large: impl Fn(usize)) -> Vec<i64> {
    for (place, (x, y)) in a.iter_mut().zip(b).enumerate() {
        if *x == BLANK_INTEGER || *y == BLANK_INTEGER {
            *x = BLANK_INTEGER;
            continue;
        }
        *x = f(*x, *y).unwrap_or(BLANK_INTEGER);
        if *x == BLANK_INTEGER {
            too_large(place);
        }
    }
    a
}

/// One term of a sum with its part in the rule of cells (formulas.md §3).
pub(super) struct SumTerm {
    pub(super) negative: bool,
    pub(super) part: Part,
    pub(super) values: Vector,
}

/// How a term of a sum takes part in which cells exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It has all dimensions: the sum has its cells.
    Full,
    /// Narrower, beside terms with all dimensions: it adds what it has.
    Adds,
    /// Narrower, where no term has all dimensions: without it there is no cell.
    Needed,
}

/// A sum of numbers. Two terms are one addition, which rounds once; more are added exactly and rounded once, so that their order
/// does not matter.
pub(super) fn sum_numbers(terms: Vec<SumTerm>, len: usize) -> Vec<f64> {
    let mut columns: Vec<(bool, Part, Vec<f64>)> = terms.into_iter().map(|t| (t.negative, t.part, to_numbers(t.values))).collect();
    if let [(n1, p1, _), (n2, p2, _)] = columns.as_slice() {
        let (n1, p1, n2, p2) = (*n1, *p1, *n2, *p2);
        let (Some((_, _, b)), Some((_, _, mut a))) = (columns.pop(), columns.pop()) else { return Vec::new() };
        let (s1, s2) = (if n1 { -1.0 } else { 1.0 }, if n2 { -1.0 } else { 1.0 });
        for (x, y) in a.iter_mut().zip(&b) {
            let (l, r) = (s1 * *x, s2 * *y);
            *x = match (l.is_nan(), r.is_nan()) {
                (false, false) => finite(l + r),
                (false, true) if p1 == Part::Full && p2 != Part::Needed => l,
                (true, false) if p2 == Part::Full && p1 != Part::Needed => r,
                _ => f64::NAN,
            };
        }
        return a;
    }
    (0..len)
        .map(|i| {
            let mut sum = ExactSum::default();
            let mut cell = false;
            for (negative, part, values) in &columns {
                let value = values.get(i).copied().unwrap_or(f64::NAN);
                if value.is_nan() {
                    if *part == Part::Needed {
                        return f64::NAN;
                    }
                    continue;
                }
                cell |= *part != Part::Adds;
                sum.add(if *negative { -value } else { value });
            }
            if cell { finite(sum.value()) } else { f64::NAN }
        })
        .collect()
}

/// A sum of integers; overflow of the whole sum is BLANK, of a part of it is not.
pub(super) fn sum_integers(terms: &[SumTerm], len: usize, too_large: impl Fn(usize)) -> Vec<i64> {
    (0..len)
        .map(|i| {
            let mut sum = 0i128;
            let mut cell = false;
            for term in terms {
                let Vector::Integer(values) = &term.values else { return BLANK_INTEGER };
                let value = values.get(i).copied().unwrap_or(BLANK_INTEGER);
                if value == BLANK_INTEGER {
                    if term.part == Part::Needed {
                        return BLANK_INTEGER;
                    }
                    continue;
                }
                cell |= term.part != Part::Adds;
                sum += if term.negative { -i128::from(value) } else { i128::from(value) };
            }
            // i64::MIN is no integer of the language: it stands for BLANK, and so does what does not fit.
            let fits = i64::try_from(sum).ok().filter(|sum| *sum != BLANK_INTEGER);
            if cell && fits.is_none() {
                too_large(i);
            }
            fits.filter(|_| cell).unwrap_or(BLANK_INTEGER)
        })
        .collect()
}

/// DATE + days, DATE - days: a BLANK date gives BLANK, BLANK days act as 0.
pub(super) fn dates(terms: &[SumTerm], len: usize) -> Vec<i32> {
    let day = |sum: i128| i32::try_from(sum).ok().filter(|d| in_calendar(*d));
    (0..len).map(|i| days(terms, i).and_then(day).unwrap_or(BLANK_DATE)).collect()
}

/// DATE - DATE (and further whole days): days between, BLANK if a date is.
pub(super) fn days_between(terms: &[SumTerm], len: usize) -> Vec<i64> {
    (0..len).map(|i| days(terms, i).and_then(|sum| i64::try_from(sum).ok()).unwrap_or(BLANK_INTEGER)).collect()
}

/// The sum of dates and days at one place, under the rule of cells; `None` also where a date is BLANK.
fn days(terms: &[SumTerm], at: usize) -> Option<i128> {
    let mut sum = 0i128;
    let mut cell = false;
    for term in terms {
        let value = match &term.values {
            Vector::Date(v) => Some(v.get(at).copied().filter(|d| *d != BLANK_DATE).map(i128::from)?),
            Vector::Integer(v) => v.get(at).copied().filter(|x| *x != BLANK_INTEGER).map(i128::from),
            _ => return None,
        };
        match value {
            None if term.part == Part::Needed => return None,
            None => {}
            Some(value) => {
                cell |= term.part != Part::Adds;
                sum += if term.negative { -value } else { value };
            }
        }
    }
    cell.then_some(sum)
}

/// Years 1 to 9999, the dates that have a text.
fn in_calendar(day: i32) -> bool {
    (1..=9_999).contains(&smalt_model::civil_from_days(day).0)
}
