//! Rows of an Arrow IPC file or stream.
//!
//! Both are read as streams from memory. The reader of files would ask for as much memory as a broken file says it needs, which ends the host.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::ipc::reader::StreamDecoder;

use super::source::{Chunk, Numbers, Source};
use crate::fault::{Done, Fault};

/// What a file begins and ends with, and a stream does not.
const MARK: &[u8] = b"ARROW1";
/// What every message of a stream begins with.
const STREAM: &[u8] = &[0xFF; 4];
/// The messages of a file begin behind the mark and some zeros, at a multiple of so many bytes.
const STEP: usize = 8;

/// A file that ends in `.arrow`, of either form.
pub(crate) struct Ipc {
    name: String,
    columns: Vec<String>,
    decoder: StreamDecoder,
    /// What is not decoded yet.
    rest: Buffer,
    /// The batch that came with the columns.
    first: Option<RecordBatch>,
    selected: Vec<usize>,
    given: u64,
    /// No file of this size has more rows.
    most: u64,
    /// Bytes of all messages.
    size: u64,
}

impl Ipc {
    pub(crate) fn open(path: &Path, name: &str) -> Done<Ipc> {
        let bytes = std::fs::read(path).map_err(|e| Fault::new(format!("`{name}` cannot be read: {e}")))?;
        if !bytes.starts_with(MARK) && !bytes.starts_with(STREAM) {
            return Err(Fault::new(format!("`{name}` is no Arrow file")).help("what kind of file it is, is told by the ending of its name"));
        }
        let most = (bytes.len() as u64).saturating_mul(8);
        let cut = || Fault::new(format!("`{name}` is cut off: it does not end as an Arrow file does")).help("copy it here once more");
        let mut rest = messages(bytes).ok_or_else(cut)?;
        let size = rest.len() as u64;
        let mut decoder = StreamDecoder::new();
        let first = decoder.decode(&mut rest).map_err(|e| broken(name, &e))?;
        let schema = decoder.schema().ok_or_else(|| broken(name, &"it names no columns"))?;
        let columns: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
        let selected = (0..columns.len()).collect();
        Ok(Ipc { name: name.to_owned(), columns, decoder, rest, first, selected, given: 0, most, size })
    }

    fn batch(&mut self) -> Option<Done<RecordBatch>> {
        let batch = match self.first.take() {
            Some(batch) => Ok(Some(batch)),
            None => self.decoder.decode(&mut self.rest),
        };
        match batch {
            Ok(Some(batch)) => Some(Ok(batch)),
            Ok(None) => self.decoder.finish().err().map(|e| Err(broken(&self.name, &e))),
            Err(e) => Some(Err(broken(&self.name, &e))),
        }
    }
}

/// The messages, without what a file has around them; `None` where a file is cut off.
fn messages(bytes: Vec<u8>) -> Option<Buffer> {
    if !bytes.starts_with(MARK) {
        return Some(Buffer::from_vec(bytes));
    }
    let footer = bytes.strip_suffix(MARK)?;
    let length = footer.last_chunk::<4>().map(|length| u32::from_le_bytes(*length))?;
    let end = footer.len().checked_sub(4)?.checked_sub(usize::try_from(length).ok()?)?;
    let front = (STEP..end).step_by(STEP).find(|at| bytes.get(*at..at + STEP).is_some_and(|eight| eight.iter().any(|byte| *byte != 0)));
    let front = front.unwrap_or(end);
    Some(Buffer::from_vec(bytes).slice_with_length(front, end.checked_sub(front)?))
}

fn broken(name: &str, e: &dyn std::fmt::Display) -> Fault {
    Fault::new(format!("`{name}` cannot be read as an Arrow file: {e}"))
}

impl Source for Ipc {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn select(&mut self, columns: &[usize]) -> Done {
        self.selected = columns.to_vec();
        Ok(())
    }

    fn next(&mut self) -> Option<Done<Chunk>> {
        let batch = match self.batch()? {
            Ok(batch) => batch,
            Err(fault) => return Some(Err(fault)),
        };
        let numbers = Numbers::From(self.given + 1);
        self.given += batch.num_rows() as u64;
        if self.given > self.most {
            return Some(Err(broken(&self.name, &"it says that it has more rows than it can hold")));
        }
        let columns = self.selected.iter().filter_map(|i| batch.columns().get(*i).cloned()).collect();
        Some(Ok(Chunk { numbers, rows: batch.num_rows(), columns }))
    }

    fn rows(&self) -> Option<u64> {
        None
    }

    fn bytes(&self) -> Option<(u64, u64)> {
        Some((self.size.saturating_sub(self.rest.len() as u64), self.size))
    }

    fn file(&self) -> &str {
        &self.name
    }
}
