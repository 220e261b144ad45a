//! Commits on their way to the disk. Those that wait at the same time share one transaction of the log, and its syncs.
//!
//! Whoever waits first writes for all. INVARIANT: a write that failed is never tried again, and none comes after it: what of it is on the
//! disk nobody can tell before the files are opened again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use super::disk::Disk;
use super::envelope::Content;
use super::head::Head;
use super::image::Image;
use super::keys::Seals;
use super::log::LogFile;

/// The commits that wait, and what became of the others.
#[derive(Debug)]
pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    seals: Seals,
    queue: Mutex<Queue>,
    done: Condvar,
    files: Mutex<Files>,
}

#[derive(Debug)]
struct Queue {
    waiting: Vec<Entry>,
    /// Whether somebody is writing.
    is_writing: bool,
    /// What is on the disk.
    durable: Arc<Image>,
    failed: Option<String>,
    /// Commits and bytes in the log since the last checkpoint began.
    since: Since,
}

/// How much stands in the log.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Since {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

#[derive(Debug)]
struct Entry {
    record: Vec<u8>,
    image: Arc<Image>,
}

#[derive(Debug)]
struct Files {
    /// `None`: the next record begins a file.
    log: Option<LogFile>,
    head: Head,
}

impl Writer {
    pub(super) fn new(disk: Arc<dyn Disk>, folder: &Path, seals: &Seals, head: Head, durable: Arc<Image>, since: Since) -> Writer {
        let queue = Queue { waiting: Vec::new(), is_writing: false, durable, failed: None, since };
        let files = Mutex::new(Files { log: None, head });
        Writer { disk, folder: folder.to_owned(), seals: seals.clone(), queue: Mutex::new(queue), done: Condvar::new(), files }
    }

    /// Puts the record of a commit behind those that wait.
    pub(super) fn push(&self, record: Vec<u8>, image: Arc<Image>) {
        self.queue.lock().waiting.push(Entry { record, image });
    }

    /// Why nothing can be written any more, if that is so.
    pub(super) fn failed(&self) -> Option<String> {
        self.queue.lock().failed.clone()
    }

    /// Gives up: nothing is written from now on.
    pub(super) fn fail(&self, why: &str) {
        self.queue.lock().failed.get_or_insert_with(|| why.to_owned());
        self.done.notify_all();
    }

    /// Waits until a commit is on the disk, and writes it if nobody else does.
    ///
    /// # Errors
    /// It could not be written, or one before it could not.
    pub(super) fn wait(&self, number: u64) -> io::Result<()> {
        let mut queue = self.queue.lock();
        loop {
            if queue.durable.number >= number {
                return Ok(());
            }
            if let Some(why) = &queue.failed {
                return Err(io::Error::other(why.clone()));
            }
            if queue.is_writing {
                self.done.wait(&mut queue);
                continue;
            }
            let entries = std::mem::take(&mut queue.waiting);
            let Some(last) = entries.last().map(|entry| Arc::clone(&entry.image)) else {
                return Err(io::Error::other("the change was never written"));
            };
            queue.is_writing = true;
            drop(queue);
            let written = self.write(&entries);
            queue = self.queue.lock();
            queue.is_writing = false;
            match written {
                Ok(()) => {
                    queue.since.records += entries.len() as u64;
                    queue.since.bytes += entries.iter().map(|entry| entry.record.len() as u64).sum::<u64>();
                    queue.durable = last;
                }
                Err(e) => drop(queue.failed.get_or_insert_with(|| e.to_string())),
            }
            self.done.notify_all();
        }
    }

    fn write(&self, entries: &[Entry]) -> io::Result<()> {
        let mut files = self.files.lock();
        let Some(first) = entries.first() else { return Ok(()) };
        if files.log.is_none() {
            files.log = Some(LogFile::create(&*self.disk, &self.folder, first.image.number)?);
        }
        // Sealed as late as this: a file that is begun after the keys were changed holds nothing of the keys before.
        let seal = |entry: &Entry| Ok((entry.image.number, self.seals.seal(Content::Record, &entry.record)?));
        let sealed = entries.iter().map(seal).collect::<io::Result<Vec<_>>>()?;
        let records: Vec<(u64, &[u8])> = sealed.iter().map(|(number, record)| (*number, record.as_slice())).collect();
        files.log.iter().try_for_each(|log| log.append(&records))?;
        entries.last().into_iter().for_each(|entry| files.head.mark(entry.image.number));
        Ok(())
    }

    /// How much stands in the log since the last checkpoint.
    pub(super) fn since(&self) -> Since {
        self.queue.lock().since
    }

    /// Writes the head anew, with the keys of now.
    pub(super) fn mark_anew(&self) -> io::Result<()> {
        let files = self.files.lock();
        let number = self.queue.lock().durable.number;
        files.head.mark_both(number)
    }

    /// Begins another file with the next record, so that this one can go when a checkpoint has all of it. Gives what is on the disk.
    pub(super) fn turn_page(&self) -> Arc<Image> {
        // The one who writes has the files: what is durable after this is in files that are closed.
        let mut files = self.files.lock();
        files.log = None;
        let mut queue = self.queue.lock();
        queue.since = Since::default();
        Arc::clone(&queue.durable)
    }
}
