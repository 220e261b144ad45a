//! The durable form of an application: one file, written whole to a new one, synced and renamed at each commit.
//!
//! Only input is kept; what formulas compute is computed again when the file is opened. The log that appends instead of rewriting
//! comes with the durability issue.

mod bytes;
mod checksum;
mod content;
mod image;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use smalt_model::{MetricId, ScenarioId};
use smalt_security::Policy;
use smalt_vault::Revision;

pub(crate) use bytes::Broken;
pub(crate) use content::{Loaded, formulas, seed};
pub(crate) use image::Branch;
use image::states;

use crate::error::Error;
use crate::history::Snapshots;
use crate::scenario::Scenarios;

const FILE: &str = "application.smalt";
const NEW_FILE: &str = "application.smalt.new";
const LOCK: &str = "lock";
/// What stands in the lock of an application that was written.
const MARK: &[u8] = b"in use\n";

/// The folder of an application, held by this process alone.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Locked as long as the file is open.
    lock: File,
}

impl Store {
    /// Opens the folder, or creates it, and reads what is in it.
    pub(crate) fn open(folder: &Path) -> Result<(Store, Loaded), Error> {
        fs::create_dir_all(folder).map_err(|e| Error::files("the folder cannot be created:", folder, e))?;
        let lock_path = folder.join(LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(&lock_path);
        let lock = lock.map_err(|e| Error::files("the lock cannot be opened:", &lock_path, e))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Error::refused(format!("the application in `{}` is open in another process", folder.display())));
            }
            Err(fs::TryLockError::Error(e)) => return Err(Error::files("the lock cannot be taken:", &lock_path, e)),
        }
        let store = Store { folder: folder.to_owned(), lock };
        // What a crash left of a write that did not get to its rename.
        match fs::remove_file(store.folder.join(NEW_FILE)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Error::files("a left-over cannot be removed:", folder, e)),
            _ => {}
        }
        let path = store.folder.join(FILE);
        let loaded = match File::open(&path) {
            Ok(mut file) => {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).map_err(|e| Error::files("the application cannot be read:", &path, e))?;
                content::read(&bytes).map_err(|e| Error::damaged(format!("the file `{}` is damaged: {e}", path.display())))?
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                if store.was_in_use(&lock_path)? {
                    let gone = format!("the folder `{}` held an application, and its file `{FILE}` is gone", folder.display());
                    return Err(Error::damaged(gone));
                }
                let loaded = seed();
                store
                    .save(&Whole::alone(&loaded.revision, &loaded.policy))
                    .map_err(|e| Error::files("the application cannot be written:", &path, e))?;
                loaded
            }
            Err(e) => return Err(Error::files("the application cannot be read:", &path, e)),
        };
        store.mark(&lock_path)?;
        Ok((store, loaded))
    }

    /// Whether a folder holds an application.
    pub(crate) fn exists(folder: &Path) -> bool {
        folder.join(FILE).exists()
    }

    /// Whether an application was written here before: a crash before that leaves a lock without a mark.
    fn was_in_use(&self, lock_path: &Path) -> Result<bool, Error> {
        self.lock.metadata().map(|m| m.len() > 0).map_err(|e| Error::files("the lock cannot be read:", lock_path, e))
    }

    /// Notes in the lock that the application is written.
    fn mark(&self, lock_path: &Path) -> Result<(), Error> {
        if self.was_in_use(lock_path)? {
            return Ok(());
        }
        let written = (&self.lock).write_all(MARK).and_then(|()| self.lock.sync_all());
        written.map_err(|e| Error::files("the lock cannot be written:", lock_path, e))
    }

    /// Writes a state; when this returns it is on the disk, and before that the old one is.
    pub(crate) fn save(&self, whole: &Whole<'_>) -> io::Result<()> {
        let new = self.folder.join(NEW_FILE);
        let mut file = io::BufWriter::with_capacity(1 << 20, File::create(&new)?);
        let (states, registry) = states(whole);
        content::write(&mut file, &states, &registry, whole.policy)?;
        file.flush()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&new, self.folder.join(FILE))?;
        File::open(&self.folder)?.sync_all()
    }
}

/// All that is kept of an application.
pub(crate) struct Whole<'a> {
    /// The state of Base.
    pub(crate) base: &'a Revision,
    /// The number of its commit.
    pub(crate) number: u64,
    pub(crate) policy: &'a Policy,
    pub(crate) scenarios: Scenarios,
    /// The states of the scenarios besides Base.
    pub(crate) branches: BTreeMap<ScenarioId, Arc<Revision>>,
    pub(crate) snapshots: Snapshots,
}

impl<'a> Whole<'a> {
    /// Base and nothing else, number 0.
    fn alone(base: &'a Revision, policy: &'a Policy) -> Whole<'a> {
        let (scenarios, branches, snapshots) = (Scenarios::default(), BTreeMap::new(), Snapshots::default());
        Whole { base, number: 0, policy, scenarios, branches, snapshots }
    }
}

/// Whether a metric's cells are kept: those of a formula that all scenarios have are computed again. Those of a formula that one scenario has for
/// a metric with input are kept, since a merge compares with them.
fn kept(revision: &Revision, metric: MetricId) -> bool {
    let has_input = || revision.cells(metric.input()).is_some();
    metric.is_input() || revision.schema().metric(metric).is_some_and(|m| m.formula.is_none()) || has_input()
}

#[cfg(test)]
mod tests;
