//! Comparisons: three states, equal types only.

use std::cmp::Ordering;

use smalt_formula::program::Comparison;
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Vector};

use super::arithmetic::to_numbers;
use super::decimal::exact;

fn holds(comparison: Comparison, ordering: Ordering) -> bool {
    match comparison {
        Comparison::Equal => ordering == Ordering::Equal,
        Comparison::NotEqual => ordering != Ordering::Equal,
        Comparison::Less => ordering == Ordering::Less,
        Comparison::LessOrEqual => ordering != Ordering::Greater,
        Comparison::Greater => ordering == Ordering::Greater,
        Comparison::GreaterOrEqual => ordering != Ordering::Less,
    }
}

fn each<T>(a: &[T], b: &[T], blank: impl Fn(&T) -> bool, test: impl Fn(&T, &T) -> bool) -> Vec<u8> {
    a.iter().zip(b).map(|(x, y)| if blank(x) || blank(y) { BLANK_BOOLEAN } else { u8::from(test(x, y)) }).collect()
}

/// Compares place by place; BLANK where either side is. `position` gives the place of an item in item order.
pub(super) fn compare(comparison: Comparison, a: Vector, b: Vector, position: Option<&[u32]>) -> Vector {
    let place = |i: u32| match position {
        Some(p) => p.get(i as usize).copied().unwrap_or(i),
        None => i,
    };
    Vector::Boolean(match (a, b) {
        (Vector::Integer(a), Vector::Integer(b)) => each(&a, &b, |x| *x == BLANK_INTEGER, |x, y| holds(comparison, x.cmp(y))),
        (Vector::Decimal(d, a), Vector::Decimal(e, b)) if d.scale == e.scale => {
            each(&a, &b, |x| *x == BLANK_DECIMAL, |x, y| holds(comparison, x.cmp(y)))
        }
        (a @ (Vector::Integer(_) | Vector::Decimal(..)), b @ (Vector::Integer(_) | Vector::Decimal(..))) => {
            let one = |place: usize| match (exact(&a, place), exact(&b, place)) {
                (Some(x), Some(y)) => u8::from(holds(comparison, x.compare(y))),
                _ => BLANK_BOOLEAN,
            };
            (0..a.len()).map(one).collect()
        }
        (
            a @ (Vector::Number(_) | Vector::Integer(_) | Vector::Decimal(..)),
            b @ (Vector::Number(_) | Vector::Integer(_) | Vector::Decimal(..)),
        ) => {
            let (a, b) = (to_numbers(a), to_numbers(b));
            let test: fn(f64, f64) -> bool = match comparison {
                Comparison::Equal => |x, y| x == y,
                Comparison::NotEqual => |x, y| x != y,
                Comparison::Less => |x, y| x < y,
                Comparison::LessOrEqual => |x, y| x <= y,
                Comparison::Greater => |x, y| x > y,
                Comparison::GreaterOrEqual => |x, y| x >= y,
            };
            each(&a, &b, |x| x.is_nan(), |x, y| test(*x, *y))
        }
        (Vector::Text(a), Vector::Text(b)) => each(&a, &b, Option::is_none, |x, y| holds(comparison, x.cmp(y))),
        (Vector::Boolean(a), Vector::Boolean(b)) => each(&a, &b, |x| *x >= BLANK_BOOLEAN, |x, y| holds(comparison, x.cmp(y))),
        (Vector::Rights(a), Vector::Rights(b)) => each(&a, &b, |x| *x == BLANK_RIGHTS, |x, y| holds(comparison, x.cmp(y))),
        (Vector::Date(a), Vector::Date(b)) => each(&a, &b, |x| *x == BLANK_DATE, |x, y| holds(comparison, x.cmp(y))),
        (Vector::Item(_, a), Vector::Item(_, b)) => each(&a, &b, |x| *x == BLANK_ITEM, |x, y| holds(comparison, place(*x).cmp(&place(*y)))),
        (a, _) => vec![BLANK_BOOLEAN; a.len()],
    })
}

/// The smaller (or larger) of two columns of one type; where one is BLANK, the other.
pub(super) fn extreme(largest: bool, a: Vector, b: Vector, position: Option<&[u32]>) -> Vector {
    let place = |i: u32| match position {
        Some(p) => p.get(i as usize).copied().unwrap_or(i),
        None => i,
    };
    fn pick<T: Clone>(a: Vec<T>, b: &[T], blank: impl Fn(&T) -> bool, second_wins: impl Fn(&T, &T) -> bool) -> Vec<T> {
        a.into_iter().zip(b).map(|(x, y)| if blank(&x) || (!blank(y) && second_wins(&x, y)) { y.clone() } else { x }).collect()
    }
    match (a, b) {
        (Vector::Integer(a), Vector::Integer(b)) => {
            Vector::Integer(pick(a, &b, |x| *x == BLANK_INTEGER, |x, y| if largest { y > x } else { y < x }))
        }
        (Vector::Decimal(d, a), Vector::Decimal(e, b)) if d == e => {
            Vector::Decimal(d, pick(a, &b, |x| *x == BLANK_DECIMAL, |x, y| if largest { y > x } else { y < x }))
        }
        (Vector::Text(a), Vector::Text(b)) => Vector::Text(pick(a, &b, Option::is_none, |x, y| if largest { y > x } else { y < x })),
        (Vector::Date(a), Vector::Date(b)) => Vector::Date(pick(a, &b, |x| *x == BLANK_DATE, |x, y| if largest { y > x } else { y < x })),
        (Vector::Item(d, a), Vector::Item(_, b)) => {
            Vector::Item(d, pick(a, &b, |x| *x == BLANK_ITEM, |x, y| if largest { place(*y) > place(*x) } else { place(*y) < place(*x) }))
        }
        (a, b) => Vector::Number(pick(to_numbers(a), &to_numbers(b), |x| x.is_nan(), |x, y| if largest { y > x } else { y < x })),
    }
}
