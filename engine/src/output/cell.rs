//! One cell of a result as the formats see it: nothing, a number, a truth value, or a text.

use std::borrow::Cow;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    StringViewArray, UInt64Array,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type, UInt64Type};
use arrow::error::ArrowError;
use smalt_model::{Decimal, format_date, format_number};

/// The content of a cell. Numbers are already digits.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// BLANK.
    Blank,
    /// The digits of a number.
    Number(String),
    /// TRUE or FALSE.
    Boolean(bool),
    /// A text; days are texts too.
    Text(Cow<'a, str>),
}

/// A column that can be read cell by cell.
#[derive(Debug)]
pub struct Column(Kind);

#[derive(Debug)]
enum Kind {
    Float(Float64Array),
    Integer(Int64Array),
    Unsigned(UInt64Array),
    Decimal(Decimal128Array),
    Boolean(BooleanArray),
    Date(Date32Array),
    Text(StringArray),
    View(StringViewArray),
    Blank,
}

impl Column {
    /// Reads an array of any type; what has no kind of its own becomes text.
    ///
    /// # Errors
    /// The array is of a type that has no text.
    pub fn of(array: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(Self(match array.data_type() {
            DataType::Null => Kind::Blank,
            DataType::Float64 => Kind::Float(array.as_primitive::<Float64Type>().clone()),
            DataType::Int64 => Kind::Integer(array.as_primitive::<Int64Type>().clone()),
            DataType::UInt64 => Kind::Unsigned(array.as_primitive::<UInt64Type>().clone()),
            DataType::Decimal128(..) => Kind::Decimal(array.as_primitive::<Decimal128Type>().clone()),
            DataType::Boolean => Kind::Boolean(array.as_boolean().clone()),
            DataType::Date32 => Kind::Date(array.as_primitive::<Date32Type>().clone()),
            DataType::Utf8 => Kind::Text(array.as_string::<i32>().clone()),
            DataType::Utf8View => Kind::View(array.as_string_view().clone()),
            DataType::Float16 | DataType::Float32 => return Self::of(&cast(array, &DataType::Float64)?),
            small if small.is_integer() => return Self::of(&cast(array, &DataType::Int64)?),
            _ => Kind::Text(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()),
        }))
    }

    /// The columns of a batch.
    ///
    /// # Errors
    /// As [`Column::of`].
    pub fn all_of(batch: &RecordBatch) -> Result<Vec<Self>, ArrowError> {
        batch.columns().iter().map(Self::of).collect()
    }

    /// The cell of a row.
    pub fn cell(&self, row: usize) -> Cell<'_> {
        match &self.0 {
            Kind::Float(values) if values.is_valid(row) => Cell::Number(format_number(values.value(row))),
            Kind::Integer(values) if values.is_valid(row) => Cell::Number(values.value(row).to_string()),
            Kind::Unsigned(values) if values.is_valid(row) => Cell::Number(values.value(row).to_string()),
            Kind::Decimal(values) if values.is_valid(row) => Cell::Number(digits(values, row)),
            Kind::Boolean(values) if values.is_valid(row) => Cell::Boolean(values.value(row)),
            Kind::Date(values) if values.is_valid(row) => Cell::Text(format_date(values.value(row)).into()),
            Kind::Text(values) if values.is_valid(row) => Cell::Text(values.value(row).into()),
            Kind::View(values) if values.is_valid(row) => Cell::Text(values.value(row).into()),
            _ => Cell::Blank,
        }
    }
}

/// A decimal as formulas.md §1 writes numbers.
fn digits(values: &Decimal128Array, row: usize) -> String {
    match u8::try_from(values.scale()) {
        Ok(scale) => Decimal { units: values.value(row), scale }.to_string(),
        Err(_) => values.value_as_string(row),
    }
}

/// A result with every kind of cell, for the tests of the formats.
#[cfg(test)]
pub(crate) mod samples {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use crate::outcome::Table;
    use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};

    /// A result of one batch.
    pub(crate) fn table(columns: Vec<(&str, ArrayRef)>) -> Table {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap();
        Table::new(&batch.schema(), vec![batch])
    }

    pub(crate) fn texts(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<StringArray>())
    }

    pub(crate) fn numbers(values: &[Option<f64>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<Float64Array>())
    }

    pub(crate) fn sample() -> Table {
        table(vec![
            ("Item", texts(&[Some("plain"), Some("a,\"b\"\nc"), Some(""), None])),
            ("Value", numbers(&[Some(1.0), Some(-0.5), Some(1e21), None])),
            ("Count", Arc::new(Int64Array::from(vec![Some(7), None, Some(-1), Some(0)]))),
            ("Open", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None, None]))),
            ("Day", Arc::new(Date32Array::from(vec![Some(0), None, Some(19_723), None]))),
        ])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use arrow::array::{DictionaryArray, Int8Array, NullArray};
    use arrow::datatypes::Int32Type;

    use super::*;

    fn first(array: ArrayRef) -> String {
        match Column::of(&array).unwrap().cell(0) {
            Cell::Blank => "BLANK".to_owned(),
            Cell::Number(digits) => digits,
            Cell::Boolean(value) => value.to_string(),
            Cell::Text(text) => format!("'{text}'"),
        }
    }

    #[test]
    fn every_type_is_read() {
        assert_eq!(first(Arc::new(Float64Array::from(vec![12.0]))), "12");
        assert_eq!(first(Arc::new(Int8Array::from(vec![-3]))), "-3");
        assert_eq!(first(Arc::new(UInt64Array::from(vec![u64::MAX]))), "18446744073709551615");
        assert_eq!(first(Arc::new(NullArray::new(1))), "BLANK");
        assert_eq!(first(Arc::new(StringViewArray::from(vec!["x"]))), "'x'");
        assert_eq!(first(Arc::new(["a"].into_iter().collect::<DictionaryArray<Int32Type>>())), "'a'");
        assert_eq!(first(Arc::new(Date32Array::from(vec![19_723]))), "'2024-01-01'");
    }

    #[test]
    fn decimals_are_exact_and_short() {
        for (raw, scale, expected) in
            [(1250, 2, "12.5"), (-1200, 2, "-12"), (0, 2, "0"), (1200, 0, "1200"), (5, 3, "0.005"), (15, 10, "1.5e-9")]
        {
            let array = Decimal128Array::from(vec![raw]).with_precision_and_scale(20, scale).unwrap();
            assert_eq!(first(Arc::new(array)), expected);
        }
    }
}
