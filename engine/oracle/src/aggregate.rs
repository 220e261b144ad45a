//! How the cells of a group become one (formulas.md §5).

use std::cmp::Ordering;

use smalt_formula::Method;

use crate::Found;
use crate::arithmetic::{average, exact_sum, mean, sum};
use crate::function::text;
use crate::value::{Type, Value};

/// The type that a method gives.
pub(crate) fn gives(method: Method, ty: Option<Type>) -> Found<Option<Type>> {
    // Of nothing but BLANK it is what it must be.
    let Some(ty) = ty else {
        return Ok(match method {
            Method::Count | Method::CountUnique => Some(Type::Integer),
            Method::Any | Method::All => Some(Type::Boolean),
            Method::TextList => Some(Type::Text),
            _ => None,
        });
    };
    let numeric = ty.is_numeric();
    let fits = match method {
        Method::Sum | Method::Avg | Method::Median | Method::StdevS | Method::StdevP | Method::FirstNonZero | Method::LastNonZero => {
            numeric
        }
        Method::Min | Method::Max => ty != Type::Boolean,
        Method::Any | Method::All => ty == Type::Boolean,
        _ => true,
    };
    if !fits {
        return Err(format!("{method:?} does not take {ty:?}"));
    }
    Ok(Some(match method {
        Method::Avg | Method::Median if ty.scale().is_some() => ty,
        Method::Avg | Method::Median | Method::StdevS | Method::StdevP => Type::Number,
        Method::Count | Method::CountUnique => Type::Integer,
        Method::TextList => Type::Text,
        _ => ty,
    }))
}

/// One value of a group's coordinates, in order; BLANKs are among them. A list of texts wants texts.
pub(crate) fn aggregate(method: Method, group: &[Option<&Value>], ty: Option<Type>) -> Option<Value> {
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
        Method::Sum => sum(&values, ty),
        Method::Avg => mean(&values),
        Method::Min => best(&values, Ordering::Less),
        Method::Max => best(&values, Ordering::Greater),
        Method::Median => {
            let mut sorted = values;
            sorted.sort_by(|a, b| a.compared(b).unwrap_or(Ordering::Equal));
            let middle = sorted.len() / 2;
            mean(&sorted[if sorted.len() % 2 == 1 { middle } else { middle - 1 }..=middle])
        }
        Method::StdevS if values.len() < 2 => None,
        Method::StdevS | Method::StdevP => {
            let mean = average(&numbers);
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
        Method::TextList => text(values.iter().filter_map(|v| v.text()).collect::<Vec<_>>().join(", ")),
        Method::First | Method::Last => None,
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
