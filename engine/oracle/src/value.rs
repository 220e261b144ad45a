//! One value.

use std::cmp::Ordering;

use smalt_model::{format_date, format_number};

use crate::model::Model;

/// The type of an expression. DECIMAL and ACCESS RIGHTS are not in here yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A float.
    Number,
    /// A whole number.
    Integer,
    /// A text.
    Text,
    /// TRUE or FALSE.
    Boolean,
    /// A day.
    Date,
    /// An item of a dimension.
    Item(usize),
}

/// A value; BLANK is the absence of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A finite float.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// The dimension and the item's place in item order.
    Item(usize, usize),
}

impl Type {
    /// Is it INTEGER or NUMBER?
    pub fn is_numeric(self) -> bool {
        matches!(self, Type::Number | Type::Integer)
    }
}

impl Value {
    /// A float that is a NUMBER: NaN and infinities are BLANK.
    pub fn finite(value: f64) -> Option<Value> {
        value.is_finite().then_some(Value::Number(value))
    }

    /// A whole number that is an INTEGER: what does not fit is BLANK.
    pub fn whole(value: i128) -> Option<Value> {
        i64::try_from(value).ok().filter(|v| *v != i64::MIN).map(Value::Integer)
    }

    /// As a float.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(v) => Some(*v),
            Value::Integer(v) => Some(*v as f64),
            _ => None,
        }
    }

    /// As a whole number; a fraction is truncated.
    pub fn truncated(&self) -> Option<i64> {
        match self {
            Value::Number(v) if v.abs() < 9e18 => Some(v.trunc() as i64),
            Value::Integer(v) => Some(*v),
            _ => None,
        }
    }

    /// As a text.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// As a truth.
    pub fn truth(&self) -> Option<bool> {
        if let Value::Boolean(truth) = self { Some(*truth) } else { None }
    }

    /// As a day number.
    pub fn day(&self) -> Option<i32> {
        if let Value::Date(day) = self { Some(*day) } else { None }
    }

    /// As an item's place.
    pub fn item(&self) -> Option<usize> {
        if let Value::Item(_, item) = self { Some(*item) } else { None }
    }

    /// Turned into the wider type where an INTEGER meets a NUMBER.
    pub fn widened(&self, ty: Option<Type>) -> Value {
        match (self, ty) {
            (Value::Integer(v), Some(Type::Number)) => Value::Number(*v as f64),
            _ => self.clone(),
        }
    }

    /// What `<` and `=` say.
    pub fn compared(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Some(a.chars().cmp(b.chars())),
            (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Item(d, a), Value::Item(e, b)) if d == e => Some(a.cmp(b)),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// What it is next to `&`.
    pub fn shown(&self, model: &Model) -> String {
        match self {
            Value::Number(v) => format_number(*v),
            Value::Integer(v) => v.to_string(),
            Value::Text(text) => text.clone(),
            Value::Boolean(true) => "TRUE".to_owned(),
            Value::Boolean(false) => "FALSE".to_owned(),
            Value::Date(day) => format_date(*day),
            Value::Item(dimension, item) => model.dimensions[*dimension].items[*item].clone(),
        }
    }
}

/// The type in which two meet; `None` is the literal BLANK, which fits any.
pub(crate) fn meet(a: Option<Type>, b: Option<Type>) -> Result<Option<Type>, String> {
    match (a, b) {
        (None, other) | (other, None) => Ok(other),
        (Some(a), Some(b)) if a == b => Ok(Some(a)),
        (Some(a), Some(b)) if a.is_numeric() && b.is_numeric() => Ok(Some(Type::Number)),
        _ => Err(format!("{a:?} does not meet {b:?}")),
    }
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
