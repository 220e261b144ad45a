//! Where rows come from.

use std::path::Path;

use arrow::array::{Array, ArrayRef};

use crate::fault::{Done, Fault};
use crate::outcome::Progress;
use crate::statement::Place;

/// Some rows, one array per column that was selected.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) numbers: Numbers,
    pub(crate) columns: Vec<ArrayRef>,
    pub(crate) rows: usize,
}

/// The numbers of a chunk's rows in their source, from 1, a header not counted.
#[derive(Clone, Debug)]
pub(crate) enum Numbers {
    /// One after the other, from this one on.
    From(u64),
    /// Those of some rows only, one for each.
    Each(Vec<u64>),
}

impl Numbers {
    /// The number of a row of the chunk.
    pub(crate) fn at(&self, row: usize) -> u64 {
        match self {
            Numbers::From(first) => first + row as u64,
            Numbers::Each(numbers) => numbers.get(row).copied().unwrap_or(0),
        }
    }
}

/// Rows by column, in chunks.
pub(crate) trait Source {
    /// The names of all columns there are.
    fn columns(&self) -> &[String];
    /// The columns that chunks are to have, in this order.
    fn select(&mut self, columns: &[usize]) -> Done;
    /// The next rows; `None` at the end.
    fn next(&mut self) -> Option<Done<Chunk>>;
    /// The number of rows, where it is known before reading.
    fn rows(&self) -> Option<u64>;
    /// The bytes that are read and those that there are, where the number of rows is not known.
    fn bytes(&self) -> Option<(u64, u64)> {
        None
    }
    /// The source whose rows these are, which has the words for them then.
    fn of(&self) -> Option<&dyn Source> {
        None
    }
    /// The name of the file that it is; none where it is no file, which has words of its own then.
    fn file(&self) -> &str {
        self.of().map_or("", Source::file)
    }
    /// Whether it is a file, so that there are options for its rows.
    fn is_file(&self) -> bool {
        !self.file().is_empty()
    }
    /// What is wrong at a row and a column, in the words of this source.
    fn fault(&self, row: u64, column: usize, reason: String) -> Fault {
        match self.of() {
            Some(of) => of.fault(row, column, reason),
            None => file_fault(self.file(), row, self.columns().get(column).map_or("", String::as_str), &reason),
        }
    }
    /// What is wrong with a whole row.
    fn row_fault(&self, row: u64, reason: &str) -> Fault {
        self.of().map_or_else(|| row_fault(self.file(), row, reason), |of| of.row_fault(row, reason))
    }
    /// What is wrong with all of it.
    fn whole_fault(&self, reason: &str) -> Fault {
        self.of().map_or_else(|| Fault::new(format!("`{}` {reason}", self.file())), |of| of.whole_fault(reason))
    }
}

/// How far the reading of a source is, of which so many rows have come.
pub(crate) fn progress(source: &dyn Source, doing: &str, name: &str, rows: u64) -> Progress {
    match (source.rows(), source.bytes()) {
        (None, Some((done, all))) => Progress { what: format!("{doing} {name}, bytes"), done, total: Some(all) },
        (total, _) => Progress { what: format!("{doing} {name}"), done: rows, total },
    }
}

/// The readers make room for many rows of each column at once.
const MOST_COLUMNS: usize = 4096;

/// Refuses what has more columns than can be read.
pub(super) fn check_columns(count: usize, name: &str) -> Done {
    if count <= MOST_COLUMNS {
        return Ok(());
    }
    Err(Fault::new(format!("`{name}` has more than {MOST_COLUMNS} columns, which is more than can be read")))
}

/// Opens a file by its ending.
pub(crate) fn open(path: &Path, name: &str) -> Done<Box<dyn Source>> {
    let source = opened(path, name)?;
    check_columns(source.columns().len(), name)?;
    Ok(source)
}

fn opened(path: &Path, name: &str) -> Done<Box<dyn Source>> {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" => Ok(Box::new(super::csv::Csv::open(path, name)?)),
        "parquet" => Ok(Box::new(super::parquet::Parquet::open(path, name)?)),
        "arrow" => Ok(Box::new(super::ipc::Ipc::open(path, name)?)),
        "json" => Ok(Box::new(super::json::Json::open(path, name)?)),
        _ => Err(Fault::new(format!("`{name}` is no kind of file that can be read"))
            .help("its name must end in .csv, .parquet, .arrow or .json")),
    }
}

/// `file`, row 3, column `c`: reason.
pub(crate) fn file_fault(file: &str, row: u64, column: &str, reason: &str) -> Fault {
    Fault::new(format!("`{file}`, row {row}, column `{column}`: {reason}"))
}

/// `file`, row 3: reason.
pub(crate) fn row_fault(file: &str, row: u64, reason: &str) -> Fault {
    Fault::new(format!("`{file}`, row {row}: {reason}"))
}

/// Rows that are in memory: the VALUES of an INSERT, or a query's answer.
pub(crate) struct Rows {
    names: Vec<String>,
    chunks: std::vec::IntoIter<Vec<ArrayRef>>,
    selected: Vec<usize>,
    total: u64,
    given: u64,
    /// Where each value stands in the script, row by row.
    places: Vec<Vec<Place>>,
}

impl Rows {
    /// Rows from arrays: one chunk after the other, each with one array per name.
    pub(crate) fn new(names: Vec<String>, chunks: Vec<Vec<ArrayRef>>, places: Vec<Vec<Place>>) -> Rows {
        let total = chunks.iter().map(|c| c.first().map_or(0, |a| a.len()) as u64).sum();
        let selected = (0..names.len()).collect();
        Rows { names, chunks: chunks.into_iter(), selected, total, given: 0, places }
    }
}

impl Source for Rows {
    fn columns(&self) -> &[String] {
        &self.names
    }

    fn select(&mut self, columns: &[usize]) -> Done {
        self.selected = columns.to_vec();
        Ok(())
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        let all = self.chunks.next()?;
        let rows = all.first().map_or(0, |a| a.len());
        let numbers = Numbers::From(self.given + 1);
        self.given += rows as u64;
        Some(Ok(Chunk { numbers, rows, columns: self.selected.iter().filter_map(|i| all.get(*i).cloned()).collect() }))
    }

    fn rows(&self) -> Option<u64> {
        Some(self.total)
    }

    fn fault(&self, row: u64, column: usize, reason: String) -> Fault {
        let name = self.names.get(column).map_or("", String::as_str);
        let fault = Fault::new(format!("row {row}, column `{name}`: {reason}"));
        let place = usize::try_from(row.saturating_sub(1)).ok().and_then(|row| self.places.get(row)?.get(column));
        match place {
            Some(place) => fault.at(*place),
            None => fault,
        }
    }

    fn row_fault(&self, row: u64, reason: &str) -> Fault {
        let fault = Fault::new(format!("row {row}: {reason}"));
        let place = usize::try_from(row.saturating_sub(1)).ok().and_then(|row| self.places.get(row)?.first());
        match place {
            Some(place) => fault.at(*place),
            None => fault,
        }
    }

    fn whole_fault(&self, reason: &str) -> Fault {
        Fault::new(reason)
    }
}
