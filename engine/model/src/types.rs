//! The types of formulas.md §1.

use serde::{Deserialize, Serialize};

use crate::DimensionId;

/// The type of a metric, a property, a column or an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Type {
    /// A finite 64-bit float.
    Number,
    /// An exact decimal with `precision` digits, `scale` of them after the point.
    Decimal {
        /// All digits.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// A 64-bit integer from -(2^63 - 1) to 2^63 - 1.
    Integer,
    /// Unicode text.
    Text,
    /// TRUE or FALSE.
    Boolean,
    /// A day.
    Date,
    /// One item of a dimension.
    Item(DimensionId),
    /// A read half and a write half.
    Rights,
}

impl Type {
    /// Whether arithmetic takes it.
    pub fn is_numeric(self) -> bool {
        matches!(self, Type::Number | Type::Integer | Type::Decimal { .. })
    }
}
