//! Choosing between columns place by place.

use smalt_model::Type;
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, BLANK_RIGHTS, Vector};

/// Where `first` holds the first column's value, elsewhere the second's. Both have the type `ty`.
pub(super) fn choose(ty: Type, first: &[bool], a: Vector, b: Vector) -> Vector {
    fn pick<T>(first: &[bool], mut a: Vec<T>, b: Vec<T>) -> Vec<T> {
        for ((x, y), first) in a.iter_mut().zip(b).zip(first) {
            if !first {
                *x = y;
            }
        }
        a
    }
    match (a, b) {
        (Vector::Number(a), Vector::Number(b)) => Vector::Number(pick(first, a, b)),
        (Vector::Integer(a), Vector::Integer(b)) => Vector::Integer(pick(first, a, b)),
        (Vector::Decimal(d, a), Vector::Decimal(e, b)) if d == e => Vector::Decimal(d, pick(first, a, b)),
        (Vector::Text(a), Vector::Text(b)) => Vector::Text(pick(first, a, b)),
        (Vector::Boolean(a), Vector::Boolean(b)) => Vector::Boolean(pick(first, a, b)),
        (Vector::Date(a), Vector::Date(b)) => Vector::Date(pick(first, a, b)),
        (Vector::Item(d, a), Vector::Item(_, b)) => Vector::Item(d, pick(first, a, b)),
        (Vector::Rights(a), Vector::Rights(b)) => Vector::Rights(pick(first, a, b)),
        (a, _) => Vector::blank(ty, a.len()),
    }
}

/// Whether each place has a value.
pub(crate) fn present(vector: &Vector) -> Vec<bool> {
    match vector {
        Vector::Number(v) => v.iter().map(|x| !x.is_nan()).collect(),
        Vector::Integer(v) => v.iter().map(|x| *x != BLANK_INTEGER).collect(),
        Vector::Decimal(_, v) => v.iter().map(|x| *x != BLANK_DECIMAL).collect(),
        Vector::Text(v) => v.iter().map(Option::is_some).collect(),
        Vector::Boolean(v) => v.iter().map(|x| *x < BLANK_BOOLEAN).collect(),
        Vector::Date(v) => v.iter().map(|x| *x != BLANK_DATE).collect(),
        Vector::Item(_, v) => v.iter().map(|x| *x != BLANK_ITEM).collect(),
        Vector::Rights(v) => v.iter().map(|x| *x != BLANK_RIGHTS).collect(),
    }
}

/// Whether each place is TRUE; BLANK counts as FALSE.
pub(crate) fn truths(vector: &Vector) -> Vec<bool> {
    match vector {
        Vector::Boolean(v) => v.iter().map(|x| *x == 1).collect(),
        other => vec![false; other.len()],
    }
}

/// Makes BLANK what does not hold.
pub(super) fn keep_where(vector: Vector, holds: &[bool]) -> Vector {
    let ty = vector.ty();
    let len = vector.len();
    if holds.iter().all(|h| *h) {
        return vector;
    }
    choose(ty, holds, vector, Vector::blank(ty, len))
}
