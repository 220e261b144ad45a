//! What one backup consists of.

use std::io;

use serde::{Deserialize, Serialize};

use super::super::bytes::Broken;
use super::super::envelope::{self, Content};
use super::super::keys::{KeyProvider, Keyring, Seals};
use super::super::manifest::FileEntry;
use super::place::Backups;
use super::report::BackupInfo;
use crate::audit::Moment;
use crate::error::Error;

/// The folders of the objects.
pub(super) const BACKUPS: &str = "backups";
pub(super) const CHECKPOINTS: &str = "checkpoints";
pub(super) const PARTS: &str = "parts";
pub(super) const LOG: &str = "log";
pub(super) const AUDIT: &str = "audit";

/// What a backup consists of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Catalog {
    /// The version that made it.
    pub(super) engine: String,
    pub(super) taken: Moment,
    /// Where the data is at home.
    pub(super) region: Option<String>,
    /// The number of commits that led to it.
    pub(super) number: u64,
    /// The checkpoint: the number of its manifest, and the object that it is.
    pub(super) checkpoint: (u64, FileEntry),
    pub(super) parts: Vec<FileEntry>,
    /// The records of commits since the backup before.
    pub(super) log: Vec<RecordsEntry>,
    pub(super) audit: AuditEntry,
    /// The backups of the same history before it, the oldest first.
    pub(super) before: Vec<u64>,
}

/// The records of some commits in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RecordsEntry {
    pub(super) file: FileEntry,
    pub(super) first: u64,
    pub(super) last: u64,
}

/// The audit up to the backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct AuditEntry {
    /// How many lines it has.
    pub(super) lines: u64,
    /// The hash that the first and the last of them claim.
    pub(super) first_hash: String,
    pub(super) last_hash: String,
    pub(super) files: Vec<FileEntry>,
}

/// A backup that was read.
#[derive(Clone, Debug)]
pub(super) struct Backup {
    pub(super) number: u64,
    pub(super) catalog: Catalog,
    /// How its files are sealed, and the wrapped keys as they are kept.
    pub(super) seals: Seals,
    pub(super) keys: Vec<u8>,
}

/// The name of the object of a backup.
pub(super) fn name(number: u64) -> String {
    format!("{BACKUPS}/{number:012}.backup")
}

fn number(name: &str) -> Option<u64> {
    name.strip_prefix(BACKUPS)?.strip_prefix('/')?.strip_suffix(".backup")?.parse().ok()
}

impl Catalog {
    /// The object that tells of it, with the wrapped keys.
    pub(super) fn seal(&self, seals: &Seals, keys: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = (keys.len() as u64).to_le_bytes().to_vec();
        out.extend_from_slice(keys);
        out.extend(seals.seal(Content::Backup, &serde_json::to_vec(self)?)?);
        Ok(out)
    }

    /// All objects that it needs, by folder.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&'static str, &FileEntry)> {
        let parts = self.parts.iter().map(|file| (PARTS, file));
        let log = self.log.iter().map(|records| (LOG, &records.file));
        let audit = self.audit.files.iter().map(|file| (AUDIT, file));
        std::iter::once((CHECKPOINTS, &self.checkpoint.1)).chain(parts).chain(log).chain(audit)
    }

    pub(super) fn info(&self, number: u64) -> BackupInfo {
        BackupInfo {
            number,
            revision: self.number,
            taken: self.taken.to_string(),
            region: self.region.clone(),
            bytes: self.objects().map(|(_, file)| file.bytes).sum(),
        }
    }
}

impl Backup {
    /// Reads a backup.
    ///
    /// # Errors
    /// It is not there, is damaged, or the keys do not open it.
    pub(super) fn read(place: &Backups, number: u64, keys: Option<&dyn KeyProvider>) -> Result<Backup, Error> {
        Backup::open(place, number, |wrapped| {
            let Some(provider) = keys else {
                return Err(Error::refused(format!("the backup in `{place}` is encrypted: give its key")));
            };
            envelope::open(Content::Keys, wrapped).map_err(|e| damaged(place, &name(number), e))?;
            let locked = |e| Error::refused(format!("the backup in `{place}` cannot be opened with this key: {e}"));
            let ring = Keyring::open(wrapped, provider).map_err(locked)?;
            Seals::with(ring).map_err(|e| place.failed("the backup cannot be read:", &name(number), e))
        })
    }

    /// Reads a backup of an application with the keys that this has now, which are all that it ever had.
    ///
    /// # Errors
    /// As [`Backup::read`].
    pub(super) fn read_with(place: &Backups, number: u64, seals: &Seals) -> Result<Backup, Error> {
        Backup::open(place, number, |_| Ok(seals.clone()))
    }

    fn open(place: &Backups, number: u64, unlock: impl FnOnce(&[u8]) -> Result<Seals, Error>) -> Result<Backup, Error> {
        let object = name(number);
        let bytes = place.get(&object)?;
        let broken = |e: Broken| damaged(place, &object, e);
        let short = || broken(Broken("it ends too early"));
        let (length, rest) = bytes.split_first_chunk::<8>().ok_or_else(short)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| short())?;
        let (wrapped, sealed) = rest.split_at_checked(length).ok_or_else(short)?;
        let seals = if wrapped.is_empty() { Seals::clear() } else { unlock(wrapped)? };
        let json = seals.open(Content::Backup, sealed).map_err(broken)?;
        let catalog = serde_json::from_slice(&json).map_err(|_| broken(Broken("it is no backup of this version")))?;
        Ok(Backup { number, catalog, seals, keys: wrapped.to_vec() })
    }

    pub(super) fn info(&self) -> BackupInfo {
        self.catalog.info(self.number)
    }
}

/// What is said of an object that is not what was written.
pub(super) fn damaged(place: &Backups, object: &str, why: impl std::fmt::Display) -> Error {
    Error::damaged(format!("the backup in `{place}` is damaged: `{object}`: {why}"))
}

/// The numbers of all backups that there are, the oldest first.
pub(super) fn numbers(place: &Backups) -> Result<Vec<u64>, Error> {
    let mut numbers: Vec<u64> = place.list(BACKUPS)?.keys().filter_map(|name| number(name)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

impl Backups {
    /// All backups, the oldest first.
    ///
    /// # Errors
    /// One is damaged, or the keys do not open it.
    pub fn all(&self, keys: Option<&dyn KeyProvider>) -> Result<Vec<BackupInfo>, Error> {
        numbers(self)?.into_iter().map(|number| Backup::read(self, number, keys).map(|backup| backup.info())).collect()
    }
}
