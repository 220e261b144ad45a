//! Vectors of the vault as Arrow arrays.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringViewArray, StringViewBuilder, UInt32Array,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::DataType;
use smalt_model::{Rights, Type};
use smalt_vault::{BLANK_BOOLEAN, BLANK_DATE, BLANK_DECIMAL, BLANK_INTEGER, BLANK_ITEM, Vector};

/// The Arrow type that a type of the language has in a query. Items are their names.
pub(crate) fn data_type(ty: Type) -> DataType {
    match ty {
        Type::Number => DataType::Float64,
        Type::Decimal { precision, scale } => DataType::Decimal128(precision, scale.cast_signed()),
        Type::Integer => DataType::Int64,
        Type::Text | Type::Item(_) | Type::Rights => DataType::Utf8View,
        Type::Boolean => DataType::Boolean,
        Type::Date => DataType::Date32,
    }
}

/// A vector as an array, BLANK as NULL. Items stay ordinals.
pub(crate) fn to_array(vector: &Vector) -> ArrayRef {
    match vector {
        Vector::Number(v) => Arc::new(if v.iter().any(|x| x.is_nan()) {
            v.iter().map(|x| (!x.is_nan()).then_some(*x)).collect::<Float64Array>()
        } else {
            Float64Array::from(v.clone())
        }),
        Vector::Integer(v) => Arc::new(v.iter().map(|x| (*x != BLANK_INTEGER).then_some(*x)).collect::<Int64Array>()),
        Vector::Decimal(digits, v) => {
            let values = v.iter().map(|x| (*x != BLANK_DECIMAL).then_some(*x)).collect::<Decimal128Array>();
            Arc::new(values.with_data_type(data_type(digits.ty())))
        }
        Vector::Text(v) => Arc::new(texts(v.iter().map(|t| t.as_deref()))),
        Vector::Boolean(v) => Arc::new(v.iter().map(|x| (*x < BLANK_BOOLEAN).then_some(*x == 1)).collect::<BooleanArray>()),
        Vector::Date(v) => Arc::new(v.iter().map(|x| (*x != BLANK_DATE).then_some(*x)).collect::<Date32Array>()),
        Vector::Item(_, v) => Arc::new(ordinals(v)),
        Vector::Rights(v) => {
            let texts: Vec<Option<String>> = v.iter().map(|c| Rights::from_code(*c).map(|r| r.to_string())).collect();
            Arc::new(self::texts(texts.iter().map(Option::as_deref)))
        }
    }
}

/// A vector as an array, without a copy where numbers allow it.
pub(crate) fn into_array(vector: Vector) -> ArrayRef {
    match vector {
        Vector::Number(v) if v.iter().all(|x| !x.is_nan()) => Arc::new(Float64Array::from(v)),
        Vector::Integer(v) if v.iter().all(|x| *x != BLANK_INTEGER) => Arc::new(Int64Array::from(v)),
        Vector::Decimal(digits, v) if v.iter().all(|x| *x != BLANK_DECIMAL) => {
            Arc::new(Decimal128Array::from(v).with_data_type(data_type(digits.ty())))
        }
        Vector::Date(v) if v.iter().all(|x| *x != BLANK_DATE) => Arc::new(Date32Array::from(v)),
        Vector::Item(_, v) if v.iter().all(|x| *x != BLANK_ITEM) => Arc::new(UInt32Array::from(v)),
        other => to_array(&other),
    }
}

/// Ordinals with BLANK as NULL. Under NULL stands no ordinal: what is picked by these has nothing there, and not what the first item has.
pub(crate) fn ordinals(items: &[u32]) -> UInt32Array {
    let nulls: NullBuffer = items.iter().map(|x| *x != BLANK_ITEM).collect();
    UInt32Array::new(items.to_vec().into(), Some(nulls).filter(|nulls| nulls.null_count() > 0))
}

/// Texts in buffers of their own, each text once.
pub(crate) fn texts<'a>(texts: impl Iterator<Item = Option<&'a str>>) -> StringViewArray {
    let mut builder = StringViewBuilder::new().with_deduplicate_strings();
    texts.for_each(|text| builder.append_option(text));
    builder.finish()
}
