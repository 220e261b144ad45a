//! Arithmetic of decimals over whole columns, exact or rounded half away from zero; INTEGERs take part in it.

use smalt_model::{Decimal, Digits, Lost};
use smalt_vault::{BLANK_DECIMAL, BLANK_INTEGER, Vector};

/// A value of a column of integers or decimals.
#[inline]
pub(crate) fn exact(column: &Vector, place: usize) -> Option<Decimal> {
    match column {
        Vector::Decimal(digits, v) => v.get(place).filter(|x| **x != BLANK_DECIMAL).map(|x| Decimal { units: *x, scale: digits.scale }),
        Vector::Integer(v) => v.get(place).filter(|x| **x != BLANK_INTEGER).map(|x| Decimal::whole(*x)),
        _ => None,
    }
}

/// The units of a result; what is too large is told.
pub(super) fn units(result: Result<i128, Lost>, place: usize, too_large: &impl Fn(usize)) -> i128 {
    result.unwrap_or_else(|lost| {
        if lost == Lost::TooLarge {
            too_large(place);
        }
        BLANK_DECIMAL
    })
}

/// A chain of `*` and `/` from left to right, each rounded.
pub(super) fn product(factors: &[(bool, Vector)], digits: Digits, len: usize, too_large: impl Fn(usize)) -> Vec<i128> {
    let one = |place: usize| {
        // What is BLANK anyway is not too large.
        let mut values = factors.iter().map(|(_, v)| exact(v, place));
        if values.any(|v| v.is_none()) {
            return Err(Lost::NoValue);
        }
        let mut all: Option<Decimal> = None;
        for (divides, column) in factors {
            let value = exact(column, place).ok_or(Lost::NoValue)?;
            all = Some(match (all, divides) {
                (None, _) => value,
                (Some(all), false) => all.times(value)?,
                (Some(all), true) => all.over(value)?,
            });
        }
        digits.take(all.ok_or(Lost::NoValue)?)
    };
    (0..len).map(|place| units(one(place), place, &too_large)).collect()
}

/// `f` of two columns.
pub(super) fn pairs(
    a: &Vector,
    b: &Vector,
    digits: Digits,
    len: usize,
    too_large: impl Fn(usize),
    f: impl Fn(Decimal, Decimal) -> Result<Decimal, Lost>,
) -> Vector {
    let one = |place: usize| match (exact(a, place), exact(b, place)) {
        (Some(a), Some(b)) => f(a, b).and_then(|value| digits.take(value)),
        _ => Err(Lost::NoValue),
    };
    Vector::Decimal(digits, (0..len).map(|place| units(one(place), place, &too_large)).collect())
}

/// Numbers as decimals with these digits.
pub(super) fn convert(column: Vector, digits: Digits, too_large: impl Fn(usize)) -> Vector {
    match column {
        Vector::Decimal(own, v) if own.scale == digits.scale && own.precision <= digits.precision => Vector::Decimal(digits, v),
        Vector::Number(v) => {
            let one = |x: f64| Decimal::of_number(x, digits.scale).and_then(|value| digits.take(value));
            Vector::Decimal(digits, v.into_iter().enumerate().map(|(place, x)| units(one(x), place, &too_large)).collect())
        }
        column => {
            let one = |place: usize| exact(&column, place).ok_or(Lost::NoValue).and_then(|value| digits.take(value));
            Vector::Decimal(digits, (0..column.len()).map(|place| units(one(place), place, &too_large)).collect())
        }
    }
}
