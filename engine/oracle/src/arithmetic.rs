//! Arithmetic of values (formulas.md §1): of INTEGERs whole, of DECIMALs digit by digit, with a NUMBER in floats. What is too large is BLANK.

use crate::decimal::Decimal;
use crate::value::{Type, Value};

/// Is one of them a NUMBER?
fn in_floats(values: &[&Value]) -> bool {
    values.iter().any(|v| matches!(v, Value::Number(_)))
}

/// All of them with their exact digits; `None` where one is a NUMBER.
pub(crate) fn exact(values: &[&Value]) -> Option<Vec<Decimal>> {
    values.iter().map(|v| v.exact()).collect()
}

pub(crate) fn negated(value: &Value) -> Option<Value> {
    match value {
        Value::Integer(v) => Value::whole(-i128::from(*v)),
        Value::Decimal(v) => Some(Value::Decimal(Decimal { units: -v.units, scale: v.scale })),
        v => Value::finite(-v.number()?),
    }
}

pub(crate) fn times(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => Value::whole(i128::from(*a) * i128::from(*b)),
        _ if in_floats(&[a, b]) => Value::finite(a.number()? * b.number()?),
        _ => a.exact()?.times(b.exact()?).map(Value::Decimal),
    }
}

/// Of two INTEGERs it is a NUMBER.
pub(crate) fn over(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Integer(_), Value::Integer(_)) => Value::finite(a.number()? / b.number()?),
        _ if in_floats(&[a, b]) => Value::finite(a.number()? / b.number()?),
        _ => a.exact()?.over(b.exact()?).map(Value::Decimal),
    }
}

pub(crate) fn minus(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        // A float taken from another is rounded once.
        (Value::Number(_), _) | (_, Value::Number(_)) => Value::finite(a.number()? - b.number()?),
        (Value::Integer(a), Value::Integer(b)) => Value::whole(i128::from(*a) - i128::from(*b)),
        _ => {
            let both = [a.exact()?, negated(b)?.exact()?];
            Decimal::sum(&both, both[0].scale.max(both[1].scale)).map(Value::Decimal)
        }
    }
}

/// A sum as a type, rounded once at most; only its end decides whether it fits.
pub(crate) fn sum(values: &[&Value], ty: Option<Type>) -> Option<Value> {
    if ty == Some(Type::Number) {
        return Value::finite(exact_sum(values.iter().filter_map(|v| v.number())));
    }
    let scale = ty.and_then(Type::scale);
    let sum = Decimal::sum(&exact(values)?, scale.unwrap_or(0))?;
    if scale.is_some() { Some(Value::Decimal(sum)) } else { Value::whole(sum.units) }
}

/// The average: that of DECIMALs is one.
pub(crate) fn mean(values: &[&Value]) -> Option<Value> {
    match exact(values) {
        Some(all) if matches!(values.first(), Some(Value::Decimal(_))) => Decimal::mean(&all).map(Value::Decimal),
        _ => Value::finite(average(&values.iter().filter_map(|v| v.number()).collect::<Vec<_>>())),
    }
}

/// The average of floats, which is one also where their sum is not.
pub(crate) fn average(values: &[f64]) -> f64 {
    let (sum, count) = (exact_sum(values.iter().copied()), values.len() as f64);
    let small = 0.5f64.powi(64);
    if sum.is_finite() { sum / count } else { exact_sum(values.iter().map(|v| v * small)) / count / small }
}

/// The exact sum of floats, rounded once (Shewchuk's partial sums, as in Python's `math.fsum`).
pub(crate) fn exact_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut partials: Vec<f64> = Vec::new();
    for value in values {
        let mut x = value;
        let mut kept = Vec::new();
        for &partial in &partials {
            let (high, low) = if x.abs() < partial.abs() { (partial, x) } else { (x, partial) };
            let sum = high + low;
            let rest = low - (sum - high);
            if rest != 0.0 {
                kept.push(rest);
            }
            x = sum;
        }
        kept.push(x);
        partials = kept;
    }
    let Some(mut sum) = partials.pop() else { return 0.0 };
    while let Some(next) = partials.pop() {
        let high = sum;
        sum = high + next;
        let rest = next - (sum - high);
        if rest != 0.0 {
            // A tie is rounded by the sign of what is left.
            if let Some(&after) = partials.last()
                && ((rest < 0.0 && after < 0.0) || (rest > 0.0 && after > 0.0))
            {
                let twice = rest * 2.0;
                let moved = sum + twice;
                if twice == moved - sum {
                    sum = moved;
                }
            }
            break;
        }
    }
    sum
}
