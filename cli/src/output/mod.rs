//! Results on standard output, in one of five formats.

mod across;
#[cfg(test)]
pub(crate) mod samples;
mod text;

use std::io::Write;

use smalt::Table;
use smalt::output::{Form, write};

pub(crate) use across::{across, has_column};
pub use smalt::output::OutputError;
pub(crate) use smalt::output::{Cell, Column};
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

    const ALL: [(&str, Format); 5] =
        [("table", Self::Table), ("csv", Self::Csv), ("json", Self::Json), ("arrow", Self::Arrow), ("parquet", Self::Parquet)];

    /// The format of a name; names have no case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, format)| *format)
    }

    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, format)| *format == self).map_or("", |(name, _)| name)
    }

    /// Whether it is bytes that hold one result, and no text.
    pub(crate) fn is_binary(self) -> bool {
        matches!(self, Self::Arrow | Self::Parquet)
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

    /// What results are written as.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether none was written.
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Writes a result; it is on its way to the reader when this returns.
    pub fn write(&mut self, table: &Table) -> Result<(), OutputError> {
        let first = self.count == 0;
        self.count += 1;
        match self.format {
            Format::Table | Format::Csv if !first => self.stream.write_all(b"\n")?,
            format if format.is_binary() && !first => {
                return Err(OutputError::Format("this format holds one result, and the script has more; use csv or json".to_owned()));
            }
            _ => {}
        }
        let form = match self.format {
            Format::Table => None,
            Format::Csv => Some(Form::Csv),
            Format::Json => Some(Form::Json),
            Format::Arrow => Some(Form::ArrowStream),
            Format::Parquet => Some(Form::Parquet),
        };
        match form {
            None => text::write(table, &mut self.stream)?,
            Some(form) => write(form, table, &mut self.stream, &mut |_| {})?,
        }
        self.stream.flush()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::samples::sample;
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
