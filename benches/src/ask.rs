//! Questions to a session, and their answers as numbers and texts.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type};
use smalt::{Outcome, Session};

use crate::Failure;

/// Runs a script for what it does.
///
/// # Errors
/// A statement is refused or fails.
pub fn run(session: &Session, script: &str) -> Result<(), Failure> {
    Ok(session.run(script, &mut Outcome::default())?)
}

/// The batches of one query.
///
/// # Errors
/// It is refused or fails.
pub fn batches(session: &Session, query: &str) -> Result<Vec<RecordBatch>, Failure> {
    let mut outcome = Outcome::default();
    session.run(query, &mut outcome)?;
    Ok(outcome.tables.pop().map(|(_, table)| table.batches).unwrap_or_default())
}

/// A column of numbers, NULL as 0.
///
/// # Errors
/// The column is not there or holds no numbers.
pub fn numbers(batches: &[RecordBatch], column: usize) -> Result<Vec<f64>, Failure> {
    let mut out = Vec::new();
    for batch in batches {
        let array = batch.columns().get(column).ok_or("a column is missing")?;
        match array.data_type() {
            DataType::Float64 => out.extend(array.as_primitive::<Float64Type>().iter().map(|v| v.unwrap_or(0.0))),
            DataType::Int64 => out.extend(array.as_primitive::<Int64Type>().iter().map(|v| v.unwrap_or(0) as f64)),
            other => return Err(format!("a column of {other} where numbers are expected").into()),
        }
    }
    Ok(out)
}

/// A column of texts.
///
/// # Errors
/// The column is not there or holds no texts.
pub fn texts(batches: &[RecordBatch], column: usize) -> Result<Vec<String>, Failure> {
    let mut out = Vec::new();
    for batch in batches {
        let array = batch.columns().get(column).ok_or("a column is missing")?;
        match array.data_type() {
            DataType::Utf8 => out.extend(array.as_string::<i32>().iter().map(|v| v.unwrap_or_default().to_owned())),
            DataType::Utf8View => out.extend(array.as_string_view().iter().map(|v| v.unwrap_or_default().to_owned())),
            other => return Err(format!("a column of {other} where texts are expected").into()),
        }
    }
    Ok(out)
}

/// How many cells all metrics have.
///
/// # Errors
/// As [`batches`] and [`numbers`].
pub fn cells(session: &Session) -> Result<u64, Failure> {
    let names = texts(&batches(session, "SHOW METRICS")?, 0)?;
    names.iter().try_fold(0, |sum, name| {
        let count = row(session, &format!("SELECT COUNT(*) FROM \"{}\"", name.replace('"', "\"\"")))?;
        Ok(sum + count.first().copied().unwrap_or(0.0) as u64)
    })
}

/// The one row of a query, all numbers.
///
/// # Errors
/// As [`batches`] and [`numbers`], or there is not one row.
pub fn row(session: &Session, query: &str) -> Result<Vec<f64>, Failure> {
    let found = batches(session, query)?;
    let width = found.first().map_or(0, RecordBatch::num_columns);
    (0..width).map(|column| numbers(&found, column)?.first().copied().ok_or_else(|| "a row is missing".into())).collect()
}
