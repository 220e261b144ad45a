//! Rows of a Parquet file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::source::{Chunk, Numbers, Source};
use crate::fault::{Done, Fault};

/// Rows of a chunk: a column of them fits a second-level cache.
const ROWS: usize = 65_536;

/// So many batches are decoded before somebody takes the first one.
const BATCHES_AHEAD: usize = 3;

/// A Parquet file; only the selected columns are read.
pub(crate) struct Parquet {
    name: String,
    columns: Vec<String>,
    state: State,
    /// For each selected column its place in the reader's batches.
    order: Vec<usize>,
    total: u64,
    given: u64,
}

enum State {
    Closed(Box<ParquetRecordBatchReaderBuilder<File>>),
    Open(Ahead),
    Done,
}

/// What a thread of its own decodes, a few batches ahead of whoever puts them where they belong.
struct Ahead {
    batches: Receiver<Result<RecordBatch, ArrowError>>,
}

impl Ahead {
    fn new(reader: ParquetRecordBatchReader) -> io::Result<Ahead> {
        let (sender, batches) = sync_channel(BATCHES_AHEAD);
        let read = move || {
            for batch in reader {
                let is_last = batch.is_err();
                // Nobody listens any more: the load has ended with an error.
                if sender.send(batch).is_err() || is_last {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("smalt-read".to_owned()).spawn(read)?;
        Ok(Ahead { batches })
    }
}

impl Parquet {
    pub(crate) fn open(path: &Path, name: &str) -> Done<Parquet> {
        let mut file = File::open(path).map_err(|e| Fault::new(format!("`{name}` cannot be read: {e}")))?;
        check_marks(&mut file, name)?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| broken(name, &e))?;
        let columns = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
        let total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        Ok(Parquet { name: name.to_owned(), columns, state: State::Closed(Box::new(builder)), order: Vec::new(), total, given: 0 })
    }
}

/// What a file begins and ends with.
const MARK: &[u8; 4] = b"PAR1";

/// Tells a file that is something else, and one that is cut off, in words of our own.
fn check_marks(file: &mut File, name: &str) -> Done {
    let mut mark = |at: SeekFrom| -> io::Result<[u8; 4]> {
        let mut found = [0; 4];
        file.seek(at)?;
        file.read_exact(&mut found)?;
        Ok(found)
    };
    let (first, last) = (mark(SeekFrom::Start(0)), mark(SeekFrom::End(-4)));
    if first.is_err() || first.is_ok_and(|mark| mark != *MARK) {
        return Err(Fault::new(format!("`{name}` is no Parquet file")).help("what kind of file it is, is told by the ending of its name"));
    }
    if last.is_err() || last.is_ok_and(|mark| mark != *MARK) {
        return Err(Fault::new(format!("`{name}` is cut off: it does not end as a Parquet file does")).help("copy it here once more"));
    }
    Ok(())
}

fn broken(name: &str, e: &dyn std::fmt::Display) -> Fault {
    Fault::new(format!("`{name}` cannot be read as a Parquet file: {e}"))
}

impl Source for Parquet {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn select(&mut self, columns: &[usize]) -> Done {
        let State::Closed(builder) = std::mem::replace(&mut self.state, State::Done) else { return Ok(()) };
        let mut wanted = columns.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        self.order = columns.iter().filter_map(|c| wanted.iter().position(|w| w == c)).collect();
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted);
        let reader = builder.with_projection(mask).with_batch_size(ROWS).build().map_err(|e| broken(&self.name, &e))?;
        self.state = State::Open(Ahead::new(reader).map_err(|e| Fault::new(format!("no thread can be started to read a file: {e}")))?);
        Ok(())
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        let State::Open(ahead) = &self.state else { return None };
        // The thread ends when it has sent everything, or an error.
        let batch = match ahead.batches.recv().ok()? {
            Ok(batch) => batch,
            Err(e) => return Some(Err(broken(&self.name, &e))),
        };
        let numbers = Numbers::From(self.given + 1);
        self.given += batch.num_rows() as u64;
        let columns = self.order.iter().filter_map(|i| batch.columns().get(*i).cloned()).collect::<Vec<_>>();
        debug_assert!(columns.iter().all(|c| c.len() == batch.num_rows()));
        Some(Ok(Chunk { numbers, rows: batch.num_rows(), columns }))
    }

    fn rows(&self) -> Option<u64> {
        Some(self.total)
    }

    fn file(&self) -> &str {
        &self.name
    }
}
