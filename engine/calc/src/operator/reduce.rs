//! A group's values, in coordinate order, to one.

use std::cmp::Ordering;
use std::sync::Arc;

use smalt_formula::program::Method;
use smalt_model::{Decimal, DecimalSum, Type, Value, format_date, format_number};
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

/// The method's result; `None` is BLANK. `values` is not empty.
pub(super) fn reduce(
    method: Method,
    ty: Type,
    values: Vec<Value>,
    positions: Option<&[u32]>,
    text: &dyn Fn(&Value) -> Arc<str>,
) -> Option<Value> {
    let by = |a: &Value, b: &Value| order(a, b, positions);
    match method {
        Method::Min => values.into_iter().min_by(by),
        Method::Max => values.into_iter().max_by(by),
        Method::FirstNonBlank => values.into_iter().next(),
        Method::LastNonBlank => values.into_iter().next_back(),
        Method::FirstNonZero => values.into_iter().find(|v| !is_zero(v)),
        Method::LastNonZero => values.into_iter().rfind(|v| !is_zero(v)),
        Method::Any => Some(Value::Boolean(values.contains(&Value::Boolean(true)))),
        Method::All => Some(Value::Boolean(!values.contains(&Value::Boolean(false)))),
        Method::TextList => Some(Value::Text(values.iter().map(|v| text(v).to_string()).collect::<Vec<_>>().join(", ").into())),
        Method::CountUnique => {
            let mut values = values;
            values.sort_by(by);
            values.dedup_by(|a, b| by(a, b) == Ordering::Equal);
            i64::try_from(values.len()).ok().map(Value::Integer)
        }
        Method::Median if ty.digits().is_some() => {
            let mut units: Vec<i128> = values.iter().filter_map(|v| v.exact().map(|x| x.units)).collect();
            units.sort_unstable();
            let mut middle = DecimalSum::default();
            middle.add(*units.get((units.len() - 1) / 2)?);
            middle.add(*units.get(units.len() / 2)?);
            Some(Value::Decimal(ty.digits()?, middle.mean().ok()?))
        }
        Method::Median => {
            let mut numbers = numbers(&values);
            numbers.sort_by(f64::total_cmp);
            let (low, high) = (numbers.get((numbers.len() - 1) / 2)?, numbers.get(numbers.len() / 2)?);
            finite(f64::midpoint(*low, *high))
        }
        Method::StdevS | Method::StdevP => {
            let numbers = numbers(&values);
            let count = numbers.len() as f64;
            let divisor = if method == Method::StdevS { count - 1.0 } else { count };
            if divisor < 1.0 {
                return None;
            }
            let mean = exact(numbers.iter().copied()) / count;
            finite((exact(numbers.iter().map(|v| (v - mean) * (v - mean))) / divisor).sqrt())
        }
        Method::Sum | Method::Avg | Method::Count | Method::First | Method::Last => {
            // Computed by accumulators, or refused when the formula is saved.
            debug_assert!(ty.is_numeric());
            None
        }
    }
}

fn exact(values: impl Iterator<Item = f64>) -> f64 {
    let mut sum = ExactSum::default();
    values.for_each(|v| sum.add(v));
    sum.value()
}

fn finite(value: f64) -> Option<Value> {
    value.is_finite().then_some(Value::Number(value))
}

fn numbers(values: &[Value]) -> Vec<f64> {
    values
        .iter()
        .filter_map(|v| match v {
            Value::Number(x) => Some(*x),
            Value::Integer(x) => Some(*x as f64),
            Value::Decimal(..) => v.exact().map(Decimal::to_number),
            _ => None,
        })
        .collect()
}

fn is_zero(value: &Value) -> bool {
    matches!(value, Value::Integer(0) | Value::Decimal(_, 0)) || matches!(value, Value::Number(x) if *x == 0.0)
}

fn order(a: &Value, b: &Value, positions: Option<&[u32]>) -> Ordering {
    let place = |i: u32| positions.and_then(|p| p.get(i as usize).copied()).unwrap_or(i);
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Decimal(_, a), Value::Decimal(_, b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Item(_, a), Value::Item(_, b)) => place(*a).cmp(&place(*b)),
        (Value::Rights(a), Value::Rights(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
