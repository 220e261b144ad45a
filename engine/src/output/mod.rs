//! Results as files and streams: CSV, JSON, Arrow and Parquet. For COPY … TO, for the command line, and for hosts.

mod binary;
mod cell;
mod csv;
mod json;

use std::fmt;
use std::io::{self, Write};

use arrow::error::ArrowError;
use parquet::errors::ParquetError;

pub use cell::{Cell, Column};

#[cfg(test)]
use cell::samples;

use crate::outcome::Table;

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// RFC 4180 with a header: BLANK is empty (`NULL` where there is one column), an empty text `""`.
    Csv,
    /// An array of objects on one line.
    Json,
    /// An Arrow IPC stream.
    ArrowStream,
    /// An Arrow IPC file.
    ArrowFile,
    /// A Parquet file.
    Parquet,
}

/// Writes a result, and tells of how many rows are written now and then.
///
/// # Errors
/// The stream does not take it, or the form does not hold it.
pub fn write(form: Form, table: &Table, stream: &mut (impl Write + Send), told: &mut dyn FnMut(u64)) -> Result<(), OutputError> {
    match form {
        Form::Csv => csv::write(table, stream, told),
        Form::Json => json::write(table, stream, told),
        Form::ArrowStream => binary::write_stream(table, stream, told),
        Form::ArrowFile => binary::write_file(table, stream, told),
        Form::Parquet => binary::write_parquet(table, stream, told),
    }
}

/// Why a result was not written.
#[derive(Debug)]
pub enum OutputError {
    /// The stream does not take it.
    Stream(io::Error),
    /// The format does not hold it.
    Format(String),
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(error) => write!(f, "{error}"),
            Self::Format(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for OutputError {}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        Self::Stream(error)
    }
}

impl From<ArrowError> for OutputError {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, error) => Self::Stream(error),
            other => Self::Format(format!("this result cannot be written: {other}")),
        }
    }
}

impl From<ParquetError> for OutputError {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(error) => match error.downcast::<io::Error>() {
                Ok(error) => Self::Stream(*error),
                Err(other) => Self::Format(format!("this result cannot be written: {other}")),
            },
            other => Self::Format(format!("this result cannot be written: {other}")),
        }
    }
}
