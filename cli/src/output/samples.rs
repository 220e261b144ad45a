//! Results for the tests.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use smalt::Table;

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
