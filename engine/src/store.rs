//! The durable form of an application: checkpoints, and a log of the commits behind them.
//!
//! A commit appends one record to the log ([`record`]: what differs, and the events of the audit) and is acknowledged when that is on the
//! disk ([`writer`], [`log`]). Now and then all there is becomes a checkpoint ([`checkpoint`], [`manifest`], [`segment`]), and the log before
//! the checkpoint before it is taken away. Opening ([`recover`]) reads the newest good checkpoint and makes the changes of the log to it.
//!
//! INVARIANT: what was acknowledged is found again. A file that is damaged is told by its hash, and never taken for what was written; what can
//! be made good from other files is, and told; all else refuses to open.

mod bytes;
mod checkpoint;
mod checksum;
mod columns;
mod definitions;
mod delta;
mod disk;
mod envelope;
mod head;
mod image;
mod loaded;
mod log;
mod manifest;
mod old;
mod pieces;
mod record;
mod recover;
mod registry;
mod segment;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_model::MetricId;
use smalt_vault::Revision;

pub(crate) use bytes::Broken;
use checkpoint::{PARTS, Size, Written};
pub(crate) use definitions::{computed_properties, formulas};
pub(crate) use disk::{Disk, RealDisk};
use head::Head;
use image::Image;
pub(crate) use loaded::{Loaded, LoadedState, seed};
pub(crate) use record::Events;
use recover::Recovered;
pub(crate) use registry::Branch;
use writer::{Since, Writer};

use crate::error::Error;
use crate::world::World;

/// The file of earlier versions.
const OLD_FILE: &str = "application.smalt";
const LOCK: &str = "lock";
/// What stands in the lock of an application that was written.
const MARK: &[u8] = b"in use\n";
/// A checkpoint is due after as many commits, where a host does not say, or as many bytes of them.
const DUE_RECORDS: u64 = 4_096;
const DUE_BYTES: u64 = 64 << 20;

/// The folder of an application, held by this process alone.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    /// Locked as long as the file is open.
    _lock: File,
    writer: Writer,
    /// What was appended last, whether or not it is on the disk yet.
    ahead: Mutex<Arc<Image>>,
    /// What the last checkpoint has. Whoever writes one holds it.
    written: Mutex<Written>,
    due_records: u64,
    mended: Vec<String>,
}

/// A folder that was read, and is written when the application is put together.
#[derive(Debug)]
pub(crate) struct Opened {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    lock: File,
    head: Head,
    written: Written,
    since: Since,
    mended: Vec<String>,
    /// Whether what was read must be written anew before anything else.
    is_new: bool,
    base: u64,
    next_state: u64,
    registry: registry::Registry,
    /// The stamps of what is in the log's states, to see whether what was put together is the same.
    fingerprint: Vec<u64>,
}

/// What a folder held, and what else is known from it.
#[derive(Debug)]
pub(crate) struct Contents {
    pub(crate) loaded: Loaded,
    /// The events of the audit that the log has, oldest first.
    pub(crate) events: Vec<Events>,
}

impl Store {
    /// Opens the folder, or creates it, and reads what is in it.
    ///
    /// `taken_back` are the commits that its audit has taken back: their writers were told that they failed, so they are not made.
    pub(crate) fn open(disk: Arc<dyn Disk>, folder: &Path, taken_back: &BTreeSet<u64>) -> Result<(Opened, Contents), Error> {
        let parts = folder.join(PARTS);
        fs::create_dir_all(&parts).map_err(|e| Error::files("the folder cannot be created:", folder, e))?;
        let lock = take_lock(folder)?;
        for folder in [folder, &parts] {
            remove_left_overs(&*disk, folder).map_err(|e| Error::files("a left-over cannot be removed, in", folder, e))?;
        }
        let (head, last) = Head::open(&*disk, folder).map_err(|e| Error::files("the head of the log cannot be opened, in", folder, e))?;
        let (recovered, is_new) = read(&*disk, folder, &lock, last, taken_back)?;
        let Recovered { loaded, written, mended, events, since } = recovered;
        let opened = Opened {
            folder: folder.to_owned(),
            disk,
            lock,
            head,
            written,
            since,
            is_new: is_new || !mended.is_empty(),
            mended,
            base: loaded.base,
            next_state: loaded.next_state,
            registry: loaded.registry.clone(),
            fingerprint: loaded.states.values().flat_map(|state| fingerprint(&state.revision)).collect(),
        };
        Ok((opened, Contents { loaded, events }))
    }

    /// Whether a folder holds an application.
    pub(crate) fn exists(folder: &Path) -> bool {
        let is_manifest = |name: &String| manifest::number(name).is_some();
        folder.join(OLD_FILE).exists() || RealDisk.names(folder).is_ok_and(|names| names.iter().any(is_manifest))
    }

    /// What was damaged in the files and has been made good, in words.
    pub(crate) fn mended(&self) -> &[String] {
        &self.mended
    }

    /// Refuses where an earlier write failed.
    ///
    /// # Errors
    /// Why nothing can be changed.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self.writer.failed() {
            None => Ok(()),
            Some(why) => Err(format!(
                "the application in `{}` takes no more changes, since one could not be written ({why}): open it again",
                self.folder.display()
            )),
        }
    }

    /// Puts a commit behind those that are on their way to the disk: the moment `world` after the one that was appended last.
    ///
    /// # Errors
    /// It cannot be put into bytes; nothing can be appended then.
    pub(crate) fn append(&self, world: &World, events: &Events) -> Result<(), String> {
        self.check()?;
        let mut ahead = self.ahead.lock();
        let image = Arc::new(Image::of(world, Some(&ahead)));
        match record::write(&ahead, &image, events) {
            Ok(record) => self.writer.push(&record, Arc::clone(&image)),
            Err(e) => {
                self.writer.fail(&e.to_string());
                return Err(e.to_string());
            }
        }
        *ahead = image;
        Ok(())
    }

    /// Waits until a commit that was appended is on the disk.
    ///
    /// # Errors
    /// It cannot be written. Whether it is there is seen when the application is opened again.
    pub(crate) fn wait(&self, number: u64) -> io::Result<()> {
        self.writer.wait(number)
    }

    /// Whether so much stands in the log that a checkpoint should be written.
    pub(crate) fn is_due(&self) -> bool {
        let Since { records, bytes } = self.writer.since();
        records >= self.due_records || bytes >= DUE_BYTES
    }

    /// Whether there is anything behind the last checkpoint.
    pub(crate) fn is_behind(&self) -> bool {
        self.writer.since().records > 0
    }

    /// Writes a checkpoint of what is on the disk, and takes away what is older than the one before. `None` where somebody is doing so.
    ///
    /// # Errors
    /// It cannot be written. Nothing is lost: what was there before is, and the log.
    pub(crate) fn checkpoint(&self) -> io::Result<Option<Size>> {
        let Some(mut written) = self.written.try_lock() else { return Ok(None) };
        if let Err(why) = self.check() {
            return Err(io::Error::other(why));
        }
        let image = self.writer.turn_page();
        let (now, size) = checkpoint::write(&*self.disk, &self.folder, &image, &written)?;
        let before = std::mem::replace(&mut *written, now);
        // What cannot be taken away now is with the next checkpoint.
        drop(clear_away(&*self.disk, &self.folder, &before, &written));
        Ok(Some(size))
    }
}

impl Opened {
    /// Begins to write, from a moment that was restored from what was read.
    ///
    /// # Errors
    /// The files cannot be written.
    pub(crate) fn start(self, world: &World, due_records: Option<u64>) -> Result<Store, Error> {
        let image = Arc::new(Image::restored(world, self.base, &self.registry, self.next_state));
        let is_same = image.states.values().flat_map(|held| fingerprint(&held.revision)).collect::<BTreeSet<_>>()
            == self.fingerprint.iter().copied().collect::<BTreeSet<_>>();
        let has_more = image.next > self.next_state;
        let writer = Writer::new(Arc::clone(&self.disk), &self.folder, self.head, Arc::clone(&image), self.since);
        let store = Store {
            folder: self.folder,
            disk: self.disk,
            _lock: self.lock,
            writer,
            ahead: Mutex::new(image),
            written: Mutex::new(self.written),
            due_records: due_records.unwrap_or(DUE_RECORDS).max(1),
            mended: self.mended,
        };
        // The log tells of changes to what was read: where something else was made of it, or a state more, it is written as it is now first.
        if self.is_new || !is_same || has_more {
            let failed = |e| Error::files("the application cannot be written, in", &store.folder, e);
            store.checkpoint().map_err(failed)?;
            mark(&store._lock, &store.folder)?;
            store.disk.remove(&store.folder.join(OLD_FILE)).map_err(failed)?;
        }
        Ok(store)
    }
}

/// Reads the folder: the state, and whether it has to be written anew.
fn read(disk: &dyn Disk, folder: &Path, lock: &File, last: u64, taken_back: &BTreeSet<u64>) -> Result<(Recovered, bool), Error> {
    let damaged = |what: String| Error::damaged(format!("{what}: restore a backup"));
    if let Some(mut recovered) = recover::checkpoint(disk, folder).map_err(damaged)? {
        let upto = unfailed(disk, folder, last, taken_back).map_err(damaged)?;
        recover::replay(disk, folder, &mut recovered, upto).map_err(damaged)?;
        let number = recovered.loaded.number;
        if number < last.min(upto) {
            let lost = format!("the log in `{}` is damaged: the commits {} to {last} are not there", folder.display(), number + 1);
            return Err(damaged(lost));
        }
        return Ok((recovered, false));
    }
    let path = folder.join(OLD_FILE);
    let loaded = match disk.read(&path) {
        Ok(bytes) => old::read(&bytes).map_err(|e| Error::damaged(format!("the file `{}` is damaged: {e}", path.display())))?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            if was_in_use(lock, folder)? {
                let gone = format!("the folder `{}` held an application, and its checkpoints are gone", folder.display());
                return Err(Error::damaged(gone));
            }
            seed()
        }
        Err(e) => return Err(Error::files("the application cannot be read:", &path, e)),
    };
    Ok((Recovered { loaded, written: Written::default(), mended: Vec::new(), events: Vec::new(), since: Since::default() }, true))
}

/// The last commit that did not fail: behind `last` there may be some whose writer was told so. They are taken out of the log.
fn unfailed(disk: &dyn Disk, folder: &Path, last: u64, taken_back: &BTreeSet<u64>) -> Result<u64, String> {
    if taken_back.range(last + 1..).next().is_none() {
        return Ok(u64::MAX);
    }
    let names = disk.names(folder).map_err(|e| format!("the folder `{}` cannot be read: {e}", folder.display()))?;
    let Some(first) = names.iter().filter_map(|name| log::first(name)).max() else { return Ok(u64::MAX) };
    let path = folder.join(log::name(first));
    let damaged = |e: io::Error| format!("the file `{}` is damaged: {e}", path.display());
    let mut failed = None;
    log::each(disk, &path, |number, _| {
        if failed.is_none() && number > last && taken_back.contains(&number) {
            failed = Some(number);
        }
        Ok(())
    })
    .map_err(damaged)?;
    let Some(failed) = failed else { return Ok(u64::MAX) };
    log::cut(disk, folder, first, failed).map_err(|e| format!("the file `{}` cannot be written: {e}", path.display()))?;
    Ok(failed.saturating_sub(1))
}

/// Removes files that did not get their names.
fn remove_left_overs(disk: &dyn Disk, folder: &Path) -> io::Result<()> {
    let new = disk.names(folder)?.into_iter().filter(|name| name.ends_with(log::NEW));
    new.into_iter().try_for_each(|name| disk.remove(&folder.join(name)))
}

/// Takes away what neither of the last two checkpoints needs.
fn clear_away(disk: &dyn Disk, folder: &Path, before: &Written, now: &Written) -> io::Result<()> {
    let names = disk.names(folder)?;
    for name in names.iter().filter(|name| manifest::number(name).is_some_and(|number| number != before.manifest && number != now.manifest))
    {
        disk.remove(&folder.join(name))?;
    }
    let parts = folder.join(PARTS);
    for name in disk.names(&parts)?.into_iter().filter(|name| !before.has(name) && !now.has(name)) {
        disk.remove(&parts.join(name))?;
    }
    let mut firsts: Vec<u64> = names.iter().filter_map(|name| log::first(name)).collect();
    firsts.sort_unstable();
    for pair in firsts.windows(2) {
        if let [first, next] = pair
            && next.saturating_sub(1) <= before.number
        {
            disk.remove(&folder.join(log::name(*first)))?;
        }
    }
    disk.sync_folder(folder)
}

fn take_lock(folder: &Path) -> Result<File, Error> {
    let path = folder.join(LOCK);
    let lock = File::options().create(true).truncate(false).write(true).open(&path);
    let lock = lock.map_err(|e| Error::files("the lock cannot be opened:", &path, e))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(fs::TryLockError::WouldBlock) => {
            Err(Error::refused(format!("the application in `{}` is open in another process", folder.display())))
        }
        Err(fs::TryLockError::Error(e)) => Err(Error::files("the lock cannot be taken:", &path, e)),
    }
}

/// Whether an application was written here before: a crash before that leaves a lock without a mark.
fn was_in_use(lock: &File, folder: &Path) -> Result<bool, Error> {
    lock.metadata().map(|m| m.len() > 0).map_err(|e| Error::files("the lock cannot be read, in", folder, e))
}

/// Notes in the lock that the application is written.
fn mark(mut lock: &File, folder: &Path) -> Result<(), Error> {
    if was_in_use(lock, folder)? {
        return Ok(());
    }
    let written = lock.write_all(MARK).and_then(|()| lock.sync_all());
    written.map_err(|e| Error::files("the lock cannot be written, in", folder, e))
}

/// Whether a metric's cells are told by the log: those of a formula that all scenarios have are computed again. Those of a formula that one
/// scenario has for a metric with input are kept, since a merge compares with them.
fn kept(revision: &Revision, metric: MetricId) -> bool {
    let has_input = || revision.cells(metric.input()).is_some();
    metric.is_input() || revision.schema().metric(metric).is_some_and(|m| m.formula.is_none()) || has_input()
}

/// The stamps of all of a state that the log tells of.
fn fingerprint(revision: &Revision) -> Vec<u64> {
    let schema = revision.schema();
    let items = schema.dimensions().map(|def| revision.items(def.id).stamp());
    let metrics = schema.metrics().flat_map(|def| [def.id, def.id.input()]);
    let cells = metrics.filter(|metric| kept(revision, *metric)).filter_map(|metric| revision.cells(metric).map(|cells| cells.stamp()));
    let parked = schema.metrics().filter_map(|def| revision.parked(def.id).map(|cells| cells.stamp()));
    let rows = schema.lists().filter_map(|def| revision.rows(def.id).map(|rows| rows.stamp()));
    items.chain(cells).chain(parked).chain(rows).collect()
}
