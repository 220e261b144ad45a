//! The durable form of an application: checkpoints, and a log of the commits behind them.
//!
//! A commit appends one record to the log ([`record`]: what differs, and the events of the audit) and is acknowledged when that is on the
//! disk ([`writer`], [`log`]). Now and then all there is becomes a checkpoint ([`checkpoint`], [`manifest`], [`segment`]), and the log before
//! the checkpoint before it is taken away. Opening ([`recover`]) reads the newest good checkpoint and makes the changes of the log to it.
//!
//! INVARIANT: what was acknowledged is found again. A file that is damaged is told by its hash, and never taken for what was written; what can
//! be made good from other files is, and told; all else refuses to open.

mod archived;
mod backup;
mod bytes;
mod checkpoint;
mod checksum;
mod claim;
mod columns;
mod definitions;
mod delta;
mod disk;
mod envelope;
mod head;
mod image;
mod keys;
mod loaded;
mod log;
mod manifest;
mod old;
mod past;
mod pieces;
mod record;
mod recover;
mod registry;
mod renew;
mod segment;
mod sweep;
mod writer;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;
use smalt_model::MetricId;
use smalt_vault::Revision;

pub(crate) use backup::verify_files;
pub use backup::{
    BackupInfo, BackupOptions, BackupReport, Backups, RestoreOptions, RestoreReport, Retention, S3Options, Target, VerifyReport,
};
pub(crate) use bytes::Broken;
use checkpoint::{Size, Written};
pub(crate) use claim::{Claim, Unlock};
pub(crate) use definitions::{computed_properties, formulas};
pub(crate) use disk::{Disk, RealDisk};
use head::Head;
use image::Image;
pub(crate) use keys::Seals;
pub use keys::{DataKey, KeyError, KeyFile, KeyProvider, KeyVariable, WrappedKey};
pub(crate) use loaded::{Loaded, LoadedState, seed};
pub(crate) use past::Past;
use past::Pasts;
pub(crate) use record::Events;
use recover::Recovered;
pub(crate) use registry::{Branch, Snapshot};
use writer::{Since, Writer};

use crate::error::Error;
use crate::world::World;

/// The file of earlier versions.
const OLD_FILE: &str = "application.smalt";
/// A checkpoint is due after as many commits, where a host does not say, or as many bytes of them.
const DUE_RECORDS: u64 = 4_096;
const DUE_BYTES: u64 = 64 << 20;

/// The folder of an application, held by this process alone.
#[derive(Debug)]
pub(crate) struct Store {
    writer: Writer,
    /// What was appended last, whether or not it is on the disk yet.
    ahead: Mutex<Arc<Image>>,
    /// What the last checkpoint has. Whoever writes one holds it.
    written: Mutex<Written>,
    /// Held by who copies files elsewhere, or changes the keys: nothing is taken away meanwhile.
    copying: Mutex<()>,
    /// The last commit that a backup has.
    archived: Mutex<Option<u64>>,
    due_records: u64,
    mended: Vec<String>,
    /// The last to go: the folder is another one's when all files are closed.
    claim: Claim,
}

/// A folder that was read, and is written when the application is put together.
#[derive(Debug)]
pub(crate) struct Opened {
    claim: Claim,
    head: Head,
    written: Written,
    since: Since,
    mended: Vec<String>,
    /// Whether what was read must be written anew before anything else.
    is_new: bool,
    base: u64,
    next_state: u64,
    registry: registry::Registry,
    history: Pasts<Arc<Revision>>,
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
    /// Reads what is in a folder.
    ///
    /// `taken_back` are the commits that its audit has taken back: their writers were told that they failed, so they are not made.
    pub(crate) fn open(claim: Claim, taken_back: &BTreeSet<u64>) -> Result<(Opened, Contents), Error> {
        let headless = |e| Error::files("the head of the log cannot be opened, in", &claim.folder, e);
        let (head, last) = Head::open(&*claim.disk, &claim.folder, &claim.seals).map_err(headless)?;
        let (recovered, is_new) = read(&claim, last, taken_back)?;
        let Recovered { loaded, written, mut mended, events, since } = recovered;
        mended.splice(0..0, claim.mended.iter().cloned());
        let opened = Opened {
            claim,
            head,
            written,
            since,
            is_new: is_new || !mended.is_empty(),
            mended,
            base: loaded.base,
            next_state: loaded.next_state,
            registry: loaded.registry.clone(),
            history: loaded.history.iter().map(|past| Arc::new(past.of_revisions())).collect(),
            fingerprint: loaded.states.values().flat_map(|state| fingerprint(&state.revision)).collect(),
        };
        Ok((opened, Contents { loaded, events }))
    }

    /// Whether a folder holds an application.
    pub(crate) fn exists(folder: &Path) -> bool {
        claim::holds_application(&RealDisk, folder)
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
                self.claim.folder.display()
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
            Ok(record) => self.writer.push(record, Arc::clone(&image)),
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
        let (before, size) = self.write(&mut written)?;
        // What is not taken away now is with the next checkpoint.
        if let Some(_nobody) = self.copying.try_lock() {
            let Claim { disk, folder, .. } = &self.claim;
            drop(sweep::all_but(&**disk, folder, &[&before, &written], self.kept_from()));
        }
        Ok(Some(size))
    }

    /// The first commit that no backup has; where there never was a backup, past all.
    fn kept_from(&self) -> u64 {
        self.archived.lock().map_or(u64::MAX, |last| last.saturating_add(1))
    }

    /// Writes a checkpoint; gives the one before.
    fn write(&self, written: &mut Written) -> io::Result<(Written, Size)> {
        self.check().map_err(io::Error::other)?;
        let image = self.writer.turn_page();
        let Claim { disk, folder, seals, .. } = &self.claim;
        let (now, size) = checkpoint::write(&**disk, folder, seals, &image, written)?;
        Ok((std::mem::replace(written, now), size))
    }
}

impl Opened {
    /// Begins to write, from a moment that was restored from what was read.
    ///
    /// # Errors
    /// The files cannot be written.
    pub(crate) fn start(self, world: &World, due_records: Option<u64>) -> Result<Store, Error> {
        let image = Arc::new(Image::restored(world, self.base, &self.registry, self.next_state, self.history));
        let is_same = image.states.values().flat_map(|held| fingerprint(&held.revision)).collect::<BTreeSet<_>>()
            == self.fingerprint.iter().copied().collect::<BTreeSet<_>>();
        let has_more = image.next > self.next_state;
        let Claim { disk, folder, seals, .. } = &self.claim;
        let archived = archived::read(&**disk, folder, seals);
        let writer = Writer::new(Arc::clone(disk), folder, seals, self.head, Arc::clone(&image), self.since);
        let store = Store {
            writer,
            ahead: Mutex::new(image),
            written: Mutex::new(self.written),
            copying: Mutex::new(()),
            archived: Mutex::new(archived),
            due_records: due_records.unwrap_or(DUE_RECORDS).max(1),
            mended: self.mended,
            claim: self.claim,
        };
        // The log tells of changes to what was read: where something else was made of it, or a state more, it is written as it is now first.
        if self.is_new || !is_same || has_more {
            let failed = |e| Error::files("the application cannot be written, in", &store.claim.folder, e);
            store.checkpoint().map_err(failed)?;
            store.claim.mark().map_err(failed)?;
            store.claim.disk.remove(&store.claim.folder.join(OLD_FILE)).map_err(failed)?;
        }
        Ok(store)
    }
}

/// Reads the folder: the state, and whether it has to be written anew.
fn read(claim: &Claim, last: u64, taken_back: &BTreeSet<u64>) -> Result<(Recovered, bool), Error> {
    let Claim { disk, folder, seals, .. } = claim;
    let disk = &**disk;
    let damaged = |what: String| Error::damaged(format!("{what}: restore a backup"));
    if let Some(mut recovered) = recover::checkpoint(disk, folder, seals).map_err(damaged)? {
        let upto = unfailed(disk, folder, last, taken_back).map_err(damaged)?;
        recover::replay(disk, folder, seals, &mut recovered, upto).map_err(damaged)?;
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
            if claim.was_in_use().map_err(|e| Error::files("the lock cannot be read, in", folder, e))? {
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
