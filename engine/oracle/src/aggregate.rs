//! How the cells of a group become one (formulas.md §5).

use std::cmp::Ordering;

use smalt_formula::Method;

use crate::Found;
use crate::value::{Type, Value, exact_sum};

/// The type that a method gives.
pub(crate) fn gives(method: Method, ty: Option<Type>) -> Found<Option<Type>> {
    let ty = ty.ok_or("BLANK is not aggregated")?;
    let numeric = ty.is_numeric();
    let fits = match method {
        Method::Sum | Method::Avg | Method::Median | Method::StdevS | Method::StdevP | Method::FirstNonZero | Method::LastNonZero => {
            numeric
        }
        Method::Min | Method::Max => ty != Type::Boolean,
        Method::Any | Method::All => ty == Type::Boolean,
        Method::TextList => ty == Type::Text,
        _ => true,
    };
    if !fits {
        return Err(format!("{method:?} does not take {ty:?}"));
    }
    Ok(Some(match method {
        Method::Avg | Method::Median | Method::StdevS | Method::StdevP => Type::Number,
        Method::Count | Method::CountUnique => Type::Integer,
        _ => ty,
    }))
}

/// One value of a group's coordinates, in order; BLANKs are among them.
pub(crate) fn aggregate(method: Method, group: &[Option<&Value>]) -> Option<Value> {
    let values: Vec<&Value> = group.iter().copied().flatten().collect();
    let numbers: Vec<f64> = values.iter().filter_map(|v| v.number()).collect();
    let count = numbers.len() as f64;
    let is_zero = |v: &Value| v.number() == Some(0.0);
    match method {
        Method::First => return group.first().copied().flatten().cloned(),
        Method::Last => return group.last().copied().flatten().cloned(),
        _ if values.is_empty() => return None,
        _ => {}
    }
    match method {
        Method::Sum => sum(&values),
        Method::Avg => Value::finite(exact_sum(numbers) / count),
        Method::Min => best(&values, Ordering::Less),
        Method::Max => best(&values, Ordering::Greater),
        Method::Median => {
            let mut sorted = numbers;
            sorted.sort_by(f64::total_cmp);
            let middle = sorted.len() / 2;
            Value::finite(if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 })
        }
        Method::StdevS if values.len() < 2 => None,
        Method::StdevS | Method::StdevP => {
            let mean = exact_sum(numbers.iter().copied()) / count;
            let squares = exact_sum(numbers.iter().map(|v| (v - mean) * (v - mean)));
            Value::finite((squares / if method == Method::StdevS { count - 1.0 } else { count }).sqrt())
        }
        Method::Count => Value::whole(values.len() as i128),
        Method::CountUnique => {
            let first = |i: usize| !values[..i].iter().any(|v| v.compared(values[i]) == Some(Ordering::Equal));
            Value::whole((0..values.len()).filter(|i| first(*i)).count() as i128)
        }
        Method::FirstNonBlank => values.first().map(|v| (*v).clone()),
        Method::LastNonBlank => values.last().map(|v| (*v).clone()),
        Method::FirstNonZero => values.iter().find(|v| !is_zero(v)).map(|v| (*v).clone()),
        Method::LastNonZero => values.iter().rev().find(|v| !is_zero(v)).map(|v| (*v).clone()),
        Method::Any => Some(Value::Boolean(values.iter().any(|v| **v == Value::Boolean(true)))),
        Method::All => Some(Value::Boolean(values.iter().all(|v| **v == Value::Boolean(true)))),
        Method::TextList => Some(Value::Text(values.iter().filter_map(|v| v.text()).collect::<Vec<_>>().join(", "))),
        Method::First | Method::Last => None,
    }
}

/// A sum of numbers of one type.
pub(crate) fn sum(values: &[&Value]) -> Option<Value> {
    let whole: Option<i128> = values.iter().map(|v| if let Value::Integer(v) = v { Some(i128::from(*v)) } else { None }).sum();
    match whole {
        Some(total) => Value::whole(total),
        None => Value::finite(exact_sum(values.iter().filter_map(|v| v.number()))),
    }
}

/// The least or the greatest.
pub(crate) fn best(values: &[&Value], wanted: Ordering) -> Option<Value> {
    let mut best: Option<&Value> = None;
    for value in values {
        if best.is_none_or(|b| value.compared(b) == Some(wanted)) {
            best = Some(value);
        }
    }
    best.cloned()
}
