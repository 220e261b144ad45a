//! One value. BLANK is the absence of one: `Option<Value>`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Decimal, Digits, DimensionId, Rights, Type};

/// A value of a cell, a property or a constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A finite float.
    Number(f64),
    /// The units of a decimal with so many digits: `units / 10^scale`.
    Decimal(Digits, i128),
    /// An integer, never `i64::MIN`.
    Integer(i64),
    /// A text.
    Text(Arc<str>),
    /// TRUE or FALSE.
    Boolean(bool),
    /// Days since 1970-01-01.
    Date(i32),
    /// The ordinal of an item.
    Item(DimensionId, u32),
    /// A right.
    Rights(Rights),
}

impl Value {
    /// Its type.
    pub fn ty(&self) -> Type {
        match self {
            Value::Number(_) => Type::Number,
            Value::Decimal(digits, _) => digits.ty(),
            Value::Integer(_) => Type::Integer,
            Value::Text(_) => Type::Text,
            Value::Boolean(_) => Type::Boolean,
            Value::Date(_) => Type::Date,
            Value::Item(dimension, _) => Type::Item(*dimension),
            Value::Rights(_) => Type::Rights,
        }
    }

    /// A number without loss: an integer or a decimal.
    pub fn exact(&self) -> Option<Decimal> {
        match self {
            Value::Integer(value) => Some(Decimal::whole(*value)),
            Value::Decimal(digits, units) => Some(Decimal { units: *units, scale: digits.scale }),
            _ => None,
        }
    }
}
