//! Columns seen as what a function takes.

use std::borrow::Cow;
use std::sync::Arc;

use smalt_model::{Decimal, Digits, DimensionId, Lost, Toward, Type};
use smalt_vault::{BLANK_DECIMAL, BLANK_INTEGER, Vector};

/// An integer as a float; BLANK stays BLANK.
pub(super) fn real(x: i64) -> f64 {
    if x == BLANK_INTEGER { f64::NAN } else { x as f64 }
}

/// A float truncated to an integer; BLANK where there is no such integer.
pub(super) fn whole(x: f64) -> i64 {
    // 2^63, the first float above all integers. NaN is not below it.
    if x.abs() < 9_223_372_036_854_775_808.0 { x as i64 } else { BLANK_INTEGER }
}

/// What is no finite number becomes BLANK.
pub(super) fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { f64::NAN }
}

/// The decimal that units are; `None` where BLANK.
pub(super) fn decimal(units: i128, scale: u8) -> Option<Decimal> {
    (units != BLANK_DECIMAL).then_some(Decimal { units, scale })
}

/// A whole number as an integer; BLANK where there is no such integer.
pub(super) fn integer(x: i128) -> i64 {
    i64::try_from(x).unwrap_or(BLANK_INTEGER)
}

/// A column of numbers of any type as floats.
pub(super) fn reals(vector: &Vector) -> Option<Cow<'_, [f64]>> {
    match vector {
        Vector::Number(v) => Some(Cow::Borrowed(v)),
        Vector::Integer(v) => Some(Cow::Owned(v.iter().map(|x| real(*x)).collect())),
        Vector::Decimal(digits, v) => {
            Some(Cow::Owned(v.iter().map(|x| decimal(*x, digits.scale).map_or(f64::NAN, Decimal::to_number)).collect()))
        }
        _ => None,
    }
}

/// A column of numbers of any type as integers, truncated.
pub(super) fn wholes(vector: &Vector) -> Option<Cow<'_, [i64]>> {
    match vector {
        Vector::Integer(v) => Some(Cow::Borrowed(v)),
        Vector::Number(v) => Some(Cow::Owned(v.iter().map(|x| whole(*x)).collect())),
        Vector::Decimal(digits, v) => {
            let one = |x: &i128| decimal(*x, digits.scale).map_or(BLANK_INTEGER, |x| integer(x.to_whole(Toward::Zero)));
            Some(Cow::Owned(v.iter().map(one).collect()))
        }
        _ => None,
    }
}

/// A column of dates.
pub(super) fn days(vector: &Vector) -> Option<&[i32]> {
    match vector {
        Vector::Date(v) => Some(v),
        _ => None,
    }
}

/// A column of texts.
pub(super) fn texts(vector: &Vector) -> Option<&[Option<Arc<str>>]> {
    match vector {
        Vector::Text(v) => Some(v),
        _ => None,
    }
}

/// A column of items.
pub(super) fn ordinals(vector: &Vector) -> Option<(DimensionId, &[u32])> {
    match vector {
        Vector::Item(dimension, v) => Some((*dimension, v)),
        _ => None,
    }
}

/// A column in the type that is asked for: integers and numbers turn into each other, decimals into ones with more digits, nothing else does.
pub(super) fn of_type(vector: Vector, ty: Type) -> Option<Vector> {
    match (vector, ty) {
        (Vector::Integer(v), Type::Number) => Some(Vector::Number(v.into_iter().map(real).collect())),
        (vector @ Vector::Decimal(..), Type::Number) => Some(Vector::Number(reals(&vector)?.into_owned())),
        (Vector::Decimal(own, v), ty) => {
            let digits = ty.digits().filter(|digits| digits.scale == own.scale)?;
            let held = |x: i128| if digits.hold(x) { x } else { BLANK_DECIMAL };
            Some(Vector::Decimal(digits, v.into_iter().map(held).collect()))
        }
        (Vector::Number(v), Type::Integer) => Some(Vector::Integer(v.into_iter().map(whole).collect())),
        (vector, ty) => (vector.ty() == ty).then_some(vector),
    }
}

/// `f` of one column of floats; what is not finite is BLANK.
pub(super) fn map_real(args: &[Vector], f: impl Fn(f64) -> f64) -> Option<Vector> {
    let [x] = args else { return None };
    Some(Vector::Number(reals(x)?.iter().map(|x| finite(f(*x))).collect()))
}

/// `f` of two columns of floats; what is not finite is BLANK.
pub(super) fn map_reals(a: &Vector, b: &Vector, f: impl Fn(f64, f64) -> f64) -> Option<Vector> {
    let (a, b) = (reals(a)?, reals(b)?);
    Some(Vector::Number(a.iter().zip(b.iter()).map(|(a, b)| finite(f(*a, *b))).collect()))
}

/// `f` of two columns of integers, called where neither is BLANK; `None` is BLANK.
pub(super) fn map_wholes(a: &[i64], b: &[i64], f: impl Fn(i64, i64) -> Option<i64>) -> Vector {
    let both = |(&a, &b): (&i64, &i64)| {
        if a == BLANK_INTEGER || b == BLANK_INTEGER { BLANK_INTEGER } else { f(a, b).unwrap_or(BLANK_INTEGER) }
    };
    Vector::Integer(a.iter().zip(b).map(both).collect())
}

/// `f` of a column of decimals, called where it is not BLANK; what is lost is BLANK.
pub(super) fn map_decimal(digits: Digits, v: &[i128], f: impl Fn(Decimal) -> Result<Decimal, Lost>) -> Vector {
    let one = |x: &i128| decimal(*x, digits.scale).and_then(|x| f(x).ok()).map_or(BLANK_DECIMAL, |x| x.units);
    Vector::Decimal(Digits::largest(digits.scale), v.iter().map(one).collect())
}

/// `f` of two columns of decimals of one scale, called where neither is BLANK; what is lost is BLANK.
pub(super) fn map_decimals(digits: Digits, a: &[i128], b: &[i128], f: impl Fn(Decimal, Decimal) -> Result<Decimal, Lost>) -> Vector {
    let both = |(a, b): (&i128, &i128)| {
        let (a, b) = (decimal(*a, digits.scale)?, decimal(*b, digits.scale)?);
        f(a, b).ok().map(|x| x.units)
    };
    Vector::Decimal(Digits::largest(digits.scale), a.iter().zip(b).map(|pair| both(pair).unwrap_or(BLANK_DECIMAL)).collect())
}
