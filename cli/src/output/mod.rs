//! Results on standard output, in one of five formats.

mod binary;
mod cell;
mod csv;
mod json;
mod text;

use std::fmt;
use std::io::{self, Write};

use arrow::error::ArrowError;
use parquet::errors::ParquetError;
use smalt::Table;

#[cfg(test)]
pub(crate) use cell::samples;
pub(crate) use cell::{Cell, Column};
pub(crate) use text::{format, thousands};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns, for people.
    #[default]
    Table,
    /// RFC 4180 with the reference's rules for BLANK and empty texts.
    Csv,
    /// One array of objects per result, each on a line of its own.
    Json,
    /// One Arrow IPC stream.
    Arrow,
    /// One Parquet file.
    Parquet,
}

impl Format {
    /// All names, as a sentence has them.
    pub(crate) const NAMES: &str = "table, csv, json, arrow or parquet";

    /// The format of a name; names have no case.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "table" => Self::Table,
            "csv" => Self::Csv,
            "json" => Self::Json,
            "arrow" => Self::Arrow,
            "parquet" => Self::Parquet,
            _ => return None,
        })
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

/// Writes one result after the other.
#[derive(Debug)]
pub struct Results<W> {
    format: Format,
    stream: W,
    count: usize,
}

impl<W: Write + Send> Results<W> {
    /// A writer of results to a stream.
    pub fn new(format: Format, stream: W) -> Self {
        Self { format, stream, count: 0 }
    }

    /// Writes a result; it is on its way to the reader when this returns.
    pub fn write(&mut self, table: &Table) -> Result<(), OutputError> {
        let first = self.count == 0;
        self.count += 1;
        match self.format {
            Format::Table | Format::Csv if !first => self.stream.write_all(b"\n")?,
            Format::Arrow | Format::Parquet if !first => {
                return Err(OutputError::Format("this format holds one result, and the script has more; use csv or json".to_owned()));
            }
            _ => {}
        }
        match self.format {
            Format::Table => text::write(table, &mut self.stream)?,
            Format::Csv => csv::write(table, &mut self.stream)?,
            Format::Json => json::write(table, &mut self.stream)?,
            Format::Arrow => binary::write_arrow(table, &mut self.stream)?,
            Format::Parquet => binary::write_parquet(table, &mut self.stream)?,
        }
        self.stream.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::cell::samples::sample;
    use super::*;

    fn written(format: Format, times: usize) -> Result<Vec<u8>, OutputError> {
        let mut stream = Vec::new();
        let mut results = Results::new(format, &mut stream);
        for _ in 0..times {
            results.write(&sample())?;
        }
        Ok(stream)
    }

    #[test]
    fn an_empty_line_stands_between_results_only() {
        let one = String::from_utf8(written(Format::Csv, 1).unwrap()).unwrap();
        let three = String::from_utf8(written(Format::Csv, 3).unwrap()).unwrap();
        assert_eq!(three, format!("{one}\n{one}\n{one}"));
    }

    #[test]
    fn json_has_a_line_per_result() {
        let two = String::from_utf8(written(Format::Json, 2).unwrap()).unwrap();
        assert_eq!(two.lines().count(), 2);
    }

    #[test]
    fn binary_formats_hold_one_result() {
        for format in [Format::Arrow, Format::Parquet] {
            assert!(!written(format, 1).unwrap().is_empty());
            assert!(written(format, 2).unwrap_err().to_string().contains("holds one result"));
        }
    }

    #[test]
    fn formats_have_names_without_case() {
        assert_eq!(Format::named("CSV"), Some(Format::Csv));
        assert_eq!(Format::named("xml"), None);
    }
}
