//! One value.

use std::cmp::Ordering;

use smalt_model::{format_date, format_number};

use crate::decimal::{Decimal, MOST_DIGITS, Toward};
use crate::model::Model;

/// The type of an expression. ACCESS RIGHTS are not in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// A float.
    Number,
    /// A whole number.
    Integer,
    /// Digits, some of them behind the point. What is computed has 38; those of a metric bound what is stored in it.
    Decimal {
        /// All digits.
        precision: u8,
        /// Those behind the point.
        scale: u8,
    },
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
    /// A number with a fixed number of digits behind the point.
    Decimal(Decimal),
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
    /// Is it INTEGER, DECIMAL or NUMBER?
    pub fn is_numeric(self) -> bool {
        matches!(self, Type::Number | Type::Integer | Type::Decimal { .. })
    }

    /// As an expression has it: with all digits that there are.
    #[must_use]
    pub fn computed(self) -> Type {
        match self {
            Type::Decimal { scale, .. } => Type::Decimal { precision: MOST_DIGITS, scale },
            other => other,
        }
    }

    /// The digits behind the point of a DECIMAL.
    pub fn scale(self) -> Option<u8> {
        if let Type::Decimal { scale, .. } = self { Some(scale) } else { None }
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
            Value::Decimal(v) => Some(v.number()),
            _ => None,
        }
    }

    /// As a number with exact digits; a NUMBER has none.
    pub(crate) fn exact(&self) -> Option<Decimal> {
        match self {
            Value::Integer(v) => Some(Decimal { units: i128::from(*v), scale: 0 }),
            Value::Decimal(v) => Some(*v),
            _ => None,
        }
    }

    /// As a whole number; a fraction is truncated.
    pub fn truncated(&self) -> Option<i64> {
        match self {
            Value::Number(v) if v.abs() < 9e18 => Some(v.trunc() as i64),
            Value::Integer(v) => Some(*v),
            Value::Decimal(v) => i64::try_from(v.to_integer(Toward::Zero)).ok(),
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

    /// Turned into the type in which it meets others; a number that has too many digits there is BLANK.
    pub fn widened(&self, ty: Option<Type>) -> Option<Value> {
        match (self, ty) {
            (Value::Integer(_) | Value::Decimal(_), Some(Type::Number)) => Value::finite(self.number()?),
            (Value::Integer(_) | Value::Decimal(_), Some(Type::Decimal { scale, .. })) => self.exact()?.at(scale).map(Value::Decimal),
            _ => Some(self.clone()),
        }
    }

    /// As a metric of a type keeps it.
    pub fn stored(&self, ty: Type) -> Option<Value> {
        let Type::Decimal { precision, scale } = ty else { return self.widened(Some(ty)) };
        let kept = match self {
            // Its author has said how many digits it shows, so these are the ones that count.
            Value::Number(v) => Decimal::of_number(*v, scale)?,
            _ => self.exact()?.at(scale)?,
        };
        kept.fits(precision).then_some(Value::Decimal(kept))
    }

    /// What `<` and `=` say.
    pub fn compared(&self, other: &Value) -> Option<Ordering> {
        match (self, other) {
            (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(b)),
            (Value::Text(a), Value::Text(b)) => Some(a.chars().cmp(b.chars())),
            (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(b)),
            (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Value::Item(d, a), Value::Item(e, b)) if d == e => Some(a.cmp(b)),
            (Value::Integer(_) | Value::Decimal(_), Value::Integer(_) | Value::Decimal(_)) => Some(self.exact()?.compared(other.exact()?)),
            _ => self.number()?.partial_cmp(&other.number()?),
        }
    }

    /// What it is next to `&`.
    pub fn shown(&self, model: &Model) -> String {
        match self {
            Value::Number(v) => format_number(*v),
            Value::Integer(v) => v.to_string(),
            Value::Decimal(v) => v.shown(),
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
        (Some(a), Some(b)) if a.is_numeric() && b.is_numeric() && a != Type::Number && b != Type::Number => {
            let scale = a.scale().unwrap_or(0).max(b.scale().unwrap_or(0));
            Ok(Some(Type::Decimal { precision: MOST_DIGITS, scale }))
        }
        (Some(a), Some(b)) if a.is_numeric() && b.is_numeric() => Ok(Some(Type::Number)),
        _ => Err(format!("{a:?} does not meet {b:?}")),
    }
}
