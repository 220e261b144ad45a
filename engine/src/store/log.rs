//! The ordered log: files of redb, each with the records of some commits in a row.
//!
//! A file is written by one opening of the application and never again: the next opening, and each checkpoint, begin another one. So a file
//! is read as it is, from a copy in memory, and what is wrong with it stays to be seen. Its name says the first commit that it may hold.
//!
//! What redb itself has of checksums is looked at before anything is read, since it trusts its pages otherwise; each record has its own besides.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use redb::{Database, Durability, ReadableDatabase, ReadableTable, StorageBackend, TableDefinition};

use super::disk::{Disk, Places};

const RECORDS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("records");
const PREFIX: &str = "log-";
const SUFFIX: &str = ".redb";
/// What a file is called until it can be read.
pub(super) const NEW: &str = ".new";
/// How much of a file redb keeps in memory: records are written and not read again.
const CACHE_BYTES: usize = 1 << 20;

/// The name of the file whose first record is that of this commit.
pub(super) fn name(first: u64) -> String {
    format!("{PREFIX}{first:020}{SUFFIX}")
}

/// The first commit that a file of this name may hold; `None`: it is no log.
pub(super) fn first(name: &str) -> Option<u64> {
    name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.parse().ok()
}

/// A file of the log, open for more records.
#[derive(Debug)]
pub(super) struct LogFile {
    database: Database,
    places: Arc<dyn Places>,
}

impl LogFile {
    /// Makes an empty one.
    pub(super) fn create(disk: &dyn Disk, folder: &Path, first: u64) -> io::Result<LogFile> {
        LogFile::create_with(disk, folder, first, &[])
    }

    fn create_with(disk: &dyn Disk, folder: &Path, first: u64, records: &[(u64, &[u8])]) -> io::Result<LogFile> {
        let new: PathBuf = folder.join(name(first) + NEW);
        disk.remove(&new)?;
        let made = LogFile::begin(disk, &new, records).and_then(|file| {
            // A crash before this leaves no log that cannot be read.
            disk.rename(&new, &folder.join(name(first)))?;
            disk.sync_folder(folder)?;
            Ok(file)
        });
        if made.is_err() {
            // A part of a file is of no use, and takes room where there may be none.
            let _ = disk.remove(&new);
        }
        made
    }

    fn begin(disk: &dyn Disk, path: &Path, records: &[(u64, &[u8])]) -> io::Result<LogFile> {
        let places: Arc<dyn Places> = disk.open(path)?.into();
        let backend = Backend(Arc::clone(&places));
        let database = Database::builder().set_cache_size(CACHE_BYTES).create_with_backend(backend).map_err(failed)?;
        let file = LogFile { database, places };
        file.append(records)?;
        Ok(file)
    }

    /// Adds records, all or none; when this returns they are on the disk. Where there was no room for them, the file gives back what it took.
    pub(super) fn append(&self, records: &[(u64, &[u8])]) -> io::Result<()> {
        let before = self.places.len()?;
        let added = self.put(records);
        if added.as_ref().is_err_and(|error| is_full(error.kind())) {
            // INVARIANT: nothing is written to the file after this: redb touches one no more that has failed it, and its writer is poisoned.
            // What was committed before lies in what is left.
            let _ = self.places.set_len(before).and_then(|()| self.places.sync());
        }
        added
    }

    fn put(&self, records: &[(u64, &[u8])]) -> io::Result<()> {
        let mut transaction = self.database.begin_write().map_err(failed)?;
        transaction.set_durability(Durability::Immediate).map_err(failed)?;
        transaction.set_quick_repair(true);
        {
            let mut table = transaction.open_table(RECORDS).map_err(failed)?;
            for (number, record) in records {
                table.insert(number, record).map_err(failed)?;
            }
        }
        transaction.commit().map_err(failed)
    }
}

/// Hands over the records of a file in order.
///
/// # Errors
/// The file cannot be read, or is damaged.
pub(super) fn each(disk: &dyn Disk, path: &Path, mut with: impl FnMut(u64, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let memory = Memory(Mutex::new(disk.read(path)?));
    let database = Database::builder().set_check_integrity_on_open(true).create_with_backend(memory).map_err(failed)?;
    let transaction = database.begin_read().map_err(failed)?;
    let table = transaction.open_table(RECORDS).map_err(failed)?;
    for entry in table.iter().map_err(failed)? {
        let (number, record) = entry.map_err(failed)?;
        with(number.value(), record.value())?;
    }
    Ok(())
}

/// Writes a file anew without the records from a commit on.
pub(super) fn cut(disk: &dyn Disk, folder: &Path, first: u64, from: u64) -> io::Result<()> {
    let mut kept = Vec::new();
    each(disk, &folder.join(name(first)), |number, record| {
        kept.extend((number < from).then(|| (number, record.to_vec())));
        Ok(())
    })?;
    if kept.is_empty() {
        disk.remove(&folder.join(name(first)))?;
        return disk.sync_folder(folder);
    }
    let kept: Vec<(u64, &[u8])> = kept.iter().map(|(number, record)| (*number, record.as_slice())).collect();
    LogFile::create_with(disk, folder, first, &kept).map(drop)
}

fn is_full(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

fn failed(error: impl Into<redb::Error>) -> io::Error {
    match error.into() {
        redb::Error::Io(e) => e,
        other => io::Error::other(other.to_string()),
    }
}

/// A file as redb wants it.
#[derive(Debug)]
struct Backend(Arc<dyn Places>);

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read_at(at, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync()
    }

    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(at, bytes)
    }
}

/// A file that was read: what redb mends there is mended in memory alone.
#[derive(Debug)]
struct Memory(Mutex<Vec<u8>>);

/// Bytes past this are asked for by a damaged length only.
const MOST_BYTES: u64 = 1 << 36;

fn range(at: u64, len: usize) -> io::Result<std::ops::Range<usize>> {
    let from = usize::try_from(at).map_err(|_| io::ErrorKind::UnexpectedEof)?;
    Ok(from..from.checked_add(len).ok_or(io::ErrorKind::UnexpectedEof)?)
}

impl StorageBackend for Memory {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().len() as u64)
    }

    fn read(&self, at: u64, out: &mut [u8]) -> io::Result<()> {
        let bytes = self.0.lock();
        out.copy_from_slice(bytes.get(range(at, out.len())?).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        if len > MOST_BYTES {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.lock().resize(usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut all = self.0.lock();
        all.get_mut(range(at, bytes.len())?).ok_or(io::ErrorKind::UnexpectedEof)?.copy_from_slice(bytes);
        Ok(())
    }
}
