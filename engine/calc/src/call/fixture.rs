//! What the tests of functions share: short words for values, a check of one cell, and a small calendar.
#![allow(clippy::panic, reason = "tests")]

use std::sync::Arc;

use smalt_formula::Function;
use smalt_model::{DimensionId, Type, Value, format_date, parse_date};
use smalt_vault::{BLANK_DATE, Vector};

use super::{Facts, Periods, call};

/// BLANK.
pub(super) const B: Option<Value> = None;

pub(super) fn n(x: f64) -> Option<Value> {
    Some(Value::Number(x))
}

pub(super) fn i(x: i64) -> Option<Value> {
    Some(Value::Integer(x))
}

pub(super) fn t(x: &str) -> Option<Value> {
    Some(Value::Text(x.into()))
}

pub(super) fn b(x: bool) -> Option<Value> {
    Some(Value::Boolean(x))
}

pub(super) fn d(x: &str) -> Option<Value> {
    match parse_date(x) {
        Some(day) => Some(Value::Date(day)),
        None => panic!("{x} is no date"),
    }
}

pub(super) fn item(dimension: DimensionId, x: u32) -> Option<Value> {
    Some(Value::Item(dimension, x))
}

pub(super) fn shown(value: &Option<Value>) -> String {
    match value {
        Some(Value::Date(day)) => format_date(*day),
        Some(value) => format!("{value:?}"),
        None => "BLANK".to_owned(),
    }
}

/// Months of 2024: ordinals are given backwards (ordinal 11 is January), and ordinal 12 is gone.
pub(super) const MONTH: DimensionId = DimensionId(3);
/// Countries: FR 0, DE 1, gone 2, IT 3, ES 4, in the order ES, IT, DE, FR.
/// Properties: 1 Region (of `REGION`), 2 Code (INTEGER), 3 Rate (NUMBER), 4 Flag, 5 Since (DATE).
pub(super) const COUNTRY: DimensionId = DimensionId(5);
pub(super) const REGION: DimensionId = DimensionId(6);

pub(super) struct World;

impl Facts for World {
    fn order(&self, dimension: DimensionId) -> Arc<[u32]> {
        match dimension {
            MONTH => (0..12).rev().collect(),
            COUNTRY => [4, 3, 1, 0].into(),
            _ => [].into(),
        }
    }

    fn position(&self, dimension: DimensionId) -> Arc<[u32]> {
        match dimension {
            MONTH => (0..12).rev().chain([u32::MAX]).collect(),
            COUNTRY => [3, 2, u32::MAX, 1, 0].into(),
            _ => [].into(),
        }
    }

    fn property(&self, dimension: DimensionId, property: u16) -> Arc<Vector> {
        let text = |x: &str| Some(Arc::from(x));
        Arc::new(match (dimension, property) {
            (COUNTRY, 0) => Vector::Text(vec![text("FR"), text("DE"), None, text("IT"), text("ES")]),
            (COUNTRY, 1) => Vector::Item(REGION, vec![7, 8, 7, 7, 9]),
            (COUNTRY, 2) => Vector::Integer(vec![33, 49, 99, i64::MIN, 33]),
            (COUNTRY, 3) => Vector::Number(vec![0.2, 0.19, 0.5, 22.0, -0.0]),
            (COUNTRY, 4) => Vector::Boolean(vec![1, 0, 1, 1, 2]),
            (COUNTRY, 5) => Vector::Date(vec![10, 20, 30, 20, BLANK_DATE]),
            _ => Vector::blank(Type::Text, 0),
        })
    }

    fn period(&self, dimension: DimensionId) -> Option<Periods> {
        let starts: Vec<i32> = (1..=12).filter_map(|m| smalt_model::days_from_civil(2024, m, 1)).collect();
        let ends = starts.iter().skip(1).map(|s| s - 1).chain(parse_date("2024-12-31")).collect();
        (dimension == MONTH).then(|| Periods { starts: starts.into(), ends })
    }
}

/// The item of `MONTH` for a month of 2024.
pub(super) fn month(number: u32) -> Option<Value> {
    item(MONTH, 12 - number)
}

/// A column of one value. A BLANK has the type of a number; where that matters the caller says more.
fn column(value: &Option<Value>, function: Function, at: usize) -> Vector {
    use Function as F;
    match (value, function) {
        (Some(value), _) => Vector::constant(value, 3),
        (None, F::Year | F::Month | F::Day | F::Weekday | F::StartOfMonth | F::Days | F::MonthDif | F::TimeDim) => {
            Vector::blank(Type::Date, 3)
        }
        (None, F::EDate | F::EoMonth | F::InPeriod) if at == 0 => Vector::blank(Type::Date, 3),
        (None, F::DaysInPeriod | F::Prorata) if at > 0 => Vector::blank(Type::Date, 3),
        (None, F::InPeriod | F::DaysInPeriod | F::Prorata) => Vector::blank(Type::Item(MONTH), 3),
        (None, F::Shift) if at == 0 => Vector::blank(Type::Item(COUNTRY), 3),
        (None, F::Left | F::Right | F::Mid) if at > 0 => Vector::blank(Type::Integer, 3),
        (None, F::Substitute) if at == 3 => Vector::blank(Type::Integer, 3),
        (
            None,
            F::Len
            | F::Left
            | F::Right
            | F::Mid
            | F::Lower
            | F::Upper
            | F::Proper
            | F::Trim
            | F::Contains
            | F::StartsWith
            | F::EndsWith
            | F::Find
            | F::Substitute
            | F::Value
            | F::DateValue
            | F::Item(_)
            | F::Match(_),
        ) => Vector::blank(Type::Text, 3),
        (None, F::Text) if at == 1 => Vector::blank(Type::Text, 3),
        (None, F::Mod | F::Quotient) => Vector::blank(Type::Integer, 3),
        (None, _) => Vector::blank(Type::Number, 3),
    }
}

/// One cell of a function, asked for three times over: all three agree.
pub(super) fn one(function: Function, args: &[Option<Value>], ty: Type) -> Option<Value> {
    let columns: Vec<Vector> = args.iter().enumerate().map(|(at, a)| column(a, function, at)).collect();
    let result = call(function, &columns, ty, 3, &World);
    assert_eq!(result.ty(), ty);
    assert_eq!(result.len(), 3);
    assert!((1..3).all(|at| result.get(at) == result.get(0)));
    if let Vector::Number(v) = &result {
        assert!(v.iter().all(|x| !x.is_infinite()));
    }
    result.get(0)
}

/// One cell of a function is what it should be; numbers to the last bit, but for -0.
pub(super) fn check(function: Function, args: &[Option<Value>], ty: Type, wanted: Option<Value>) {
    assert_eq!(one(function, args, ty), wanted, "{function:?} of {args:?}");
}

/// One cell of a function is near a number.
pub(super) fn check_near(function: Function, args: &[Option<Value>], wanted: f64) {
    match one(function, args, Type::Number) {
        Some(Value::Number(x)) if (x - wanted).abs() <= 1e-9 * wanted.abs().max(1.0) => {}
        other => panic!("{function:?} of {args:?} is {other:?}, not {wanted}"),
    }
}
