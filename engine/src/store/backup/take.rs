//! Making a backup, while readers and writers go on.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use super::super::checkpoint::PARTS as PARTS_FOLDER;
use super::super::envelope::{self, Content};
use super::super::keys::Seals;
use super::super::manifest::{self, FileEntry, Manifest};
use super::super::{Claim, Store, archived, log};
use super::catalog::{AUDIT, AuditEntry, Backup, CHECKPOINTS, Catalog, LOG, PARTS, RecordsEntry, name, numbers};
use super::place::{Backups, is_named};
use super::report::{BackupOptions, BackupReport};
use super::retention;
use crate::audit::{Log, Moment};
use crate::error::Error;

/// About so many bytes of records, or of lines, are one object.
const CHUNK_BYTES: usize = 16 << 20;

impl Store {
    /// Makes a backup of what is on the disk.
    ///
    /// # Errors
    /// Files cannot be read, are damaged, or the place does not take them. What was there before stays.
    pub(crate) fn back_up(&self, to: &Backups, audit: &Log, options: &BackupOptions, now: Moment) -> Result<BackupReport, Error> {
        // Nothing is taken away while this is held, so the files of the checkpoint stay, whatever is committed meanwhile.
        let _copying = self.copying.lock();
        let Claim { disk, folder, seals, .. } = &self.claim;
        if to.folder().is_some_and(|to| folder.canonicalize().is_ok_and(|folder| to.starts_with(folder))) {
            return Err(Error::refused(format!("the backup cannot be kept in the folder of the application: `{to}`")));
        }
        let failed = |e| Error::files("the application cannot be backed up, in", folder, e);
        let checkpoint = self.point(audit).map_err(failed)?;
        let history = History::of(to, audit, &self.claim)?;
        let mut copying = Copying { to, seals, known: BTreeMap::new(), written: 0, bytes: 0 };
        for place in [PARTS, CHECKPOINTS, LOG, AUDIT] {
            copying.known.insert(place, to.list(place)?);
        }
        let file = read_own(folder, &manifest::name(checkpoint), |path| disk.read(path))?;
        let damaged = |e| Error::damaged(format!("the checkpoint in `{}` cannot be backed up: {e}", folder.display()));
        let (manifest, _) = Manifest::open(&file, seals).map_err(damaged)?;
        let parts = unique(manifest.files());
        for part in &parts {
            copying.part(part, || {
                let bytes = read_own(&folder.join(PARTS_FOLDER), &part.name, |path| disk.read(path))?;
                match is_named(&bytes, &part.name) {
                    true => Ok(bytes),
                    false => Err(Error::damaged(format!("the file `{}` in `{}` is damaged", part.name, folder.display()))),
                }
            })?;
        }
        let checkpoint = (checkpoint, copying.object(CHECKPOINTS, "manifest", file)?);
        let (log, gap_before) = match &history.last {
            Some(last) => self.records(&mut copying, last.catalog.number + 1, manifest.number)?,
            None => (Vec::new(), None),
        };
        let audit = copying.audit(audit, history.last.as_ref().map(|last| &last.catalog.audit))?;
        let catalog = Catalog {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            taken: now,
            region: options.region.clone(),
            number: manifest.number,
            checkpoint,
            parts,
            log,
            audit,
            before: history.last.iter().flat_map(|last| last.catalog.before.iter().copied().chain([last.number])).collect(),
        };
        let number = history.next;
        let keys = seals.ring().map_or_else(|| Ok(Vec::new()), |ring| ring.bytes()).map_err(failed)?;
        let object = catalog.seal(seals, &keys).map_err(failed)?;
        copying.put(name(number), object)?;
        let (written, written_bytes) = (copying.written, copying.bytes);
        self.note_archived(manifest.number).map_err(failed)?;
        let backup = catalog.info(number);
        let (removed, retention_failed) = match history.unreadable {
            // What an unreadable one needs nobody knows.
            Some(why) if options.retention.is_some() => (Vec::new(), Some(why)),
            _ => retention::apply(to, &history.all, &Backup { number, catalog, seals: seals.clone(), keys }, options, now),
        };
        Ok(BackupReport { backup, written, written_bytes, gap_before, removed, retention_failed })
    }

    /// The number of the manifest of a checkpoint that has all commits which are on the disk now.
    fn point(&self, audit: &Log) -> io::Result<u64> {
        audit.sync()?;
        let mut written = self.written.lock();
        self.check().map_err(io::Error::other)?;
        if self.is_behind() {
            self.write(&mut written)?;
        }
        Ok(written.manifest)
    }

    /// The records of some commits, as far as they are in the log, and the first of them if some before it are not.
    fn records(&self, copying: &mut Copying<'_>, from: u64, to: u64) -> Result<(Vec<RecordsEntry>, Option<u64>), Error> {
        let Claim { disk, folder, seals, .. } = &self.claim;
        let failed = |e| Error::files("the log cannot be backed up, in", folder, e);
        let mut firsts: Vec<u64> = disk.names(folder).map_err(failed)?.iter().filter_map(|name| log::first(name)).collect();
        firsts.sort_unstable();
        let (mut entries, mut chunk): (Vec<RecordsEntry>, Records) = (Vec::new(), Records::default());
        for (at, first) in firsts.iter().enumerate() {
            let is_before = firsts.get(at + 1).is_some_and(|next| *next <= from);
            if is_before || *first > to {
                continue;
            }
            let mut done: Vec<Records> = Vec::new();
            let path = folder.join(log::name(*first));
            let read = log::each(&**disk, &path, |number, record| {
                if number < from || number > to {
                    return Ok(());
                }
                if chunk.is_full() || !chunk.takes(number) {
                    done.push(std::mem::take(&mut chunk));
                }
                let record = seals.open(Content::Record, record).map_err(|e| io::Error::other(e.to_string()))?;
                chunk.push(number, &record);
                Ok(())
            });
            read.map_err(|e| Error::damaged(format!("the file `{}` is damaged: {e}", path.display())))?;
            done.into_iter().try_for_each(|records| copying.records(records, &mut entries))?;
        }
        copying.records(chunk, &mut entries)?;
        // What was before a gap leads nowhere.
        let whole = entries.windows(2).rposition(|pair| matches!(pair, [a, b] if a.last + 1 != b.first)).map_or(0, |at| at + 1);
        entries.drain(..whole);
        let gap = match entries.first() {
            Some(entry) if entry.first > from => Some(entry.first),
            None if from <= to => Some(to),
            _ => None,
        };
        Ok((entries, gap))
    }

    fn note_archived(&self, number: u64) -> io::Result<()> {
        let Claim { disk, folder, seals, .. } = &self.claim;
        archived::write(&**disk, folder, seals, number)?;
        *self.archived.lock() = Some(number);
        Ok(())
    }
}

fn read_own(folder: &Path, name: &str, read: impl Fn(&Path) -> io::Result<Vec<u8>>) -> Result<Vec<u8>, Error> {
    let path = folder.join(name);
    read(&path).map_err(|e| Error::files("the file cannot be backed up:", &path, e))
}

/// Files, each once, by name.
fn unique<'a>(files: impl Iterator<Item = &'a FileEntry>) -> Vec<FileEntry> {
    let by_name: BTreeMap<&str, &FileEntry> = files.map(|file| (file.name.as_str(), file)).collect();
    by_name.into_values().cloned().collect()
}

/// Records of commits in a row, on their way to an object: each with its number and its length.
#[derive(Default)]
struct Records {
    bytes: Vec<u8>,
    /// The first and the last.
    range: Option<(u64, u64)>,
}

impl Records {
    fn is_full(&self) -> bool {
        self.bytes.len() >= CHUNK_BYTES
    }

    fn takes(&self, number: u64) -> bool {
        self.range.is_none_or(|(_, last)| last + 1 == number)
    }

    fn push(&mut self, number: u64, record: &[u8]) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
        self.bytes.extend_from_slice(&(record.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(record);
        self.range = Some((self.range.map_or(number, |(first, _)| first), number));
    }
}

/// What is copied, and what was.
struct Copying<'a> {
    to: &'a Backups,
    seals: &'a Seals,
    /// What is there, by folder.
    known: BTreeMap<&'static str, BTreeMap<String, u64>>,
    written: u64,
    bytes: u64,
}

impl Copying<'_> {
    fn put(&mut self, name: String, bytes: Vec<u8>) -> Result<(), Error> {
        let size = bytes.len() as u64;
        self.to.put(&name, bytes)?;
        self.written += 1;
        self.bytes += size;
        Ok(())
    }

    fn is_there(&self, folder: &'static str, name: &str, size: u64) -> bool {
        self.known.get(folder).and_then(|names| names.get(&format!("{folder}/{name}"))) == Some(&size)
    }

    /// A file that is named by its hash; none is read that is there.
    fn part(&mut self, file: &FileEntry, read: impl FnOnce() -> Result<Vec<u8>, Error>) -> Result<(), Error> {
        match self.is_there(PARTS, &file.name, file.bytes) {
            true => Ok(()),
            false => self.put(format!("{PARTS}/{}", file.name), read()?),
        }
    }

    /// An object that gets its name by what is in it.
    fn object(&mut self, folder: &'static str, suffix: &str, bytes: Vec<u8>) -> Result<FileEntry, Error> {
        let file = FileEntry { name: format!("{}.{suffix}", envelope::name_of(&bytes)), bytes: bytes.len() as u64 };
        if !self.is_there(folder, &file.name, file.bytes) {
            self.put(format!("{folder}/{}", file.name), bytes)?;
        }
        Ok(file)
    }

    fn sealed(&mut self, folder: &'static str, suffix: &str, content: Content, bytes: &[u8]) -> Result<FileEntry, Error> {
        let sealed = self.seals.seal(content, bytes).map_err(|e| self.to.failed("the backup cannot be written:", folder, e))?;
        self.object(folder, suffix, sealed)
    }

    fn records(&mut self, records: Records, entries: &mut Vec<RecordsEntry>) -> Result<(), Error> {
        if let Some((first, last)) = records.range {
            let file = self.sealed(LOG, "records", Content::Records, &records.bytes)?;
            entries.push(RecordsEntry { file, first, last });
        }
        Ok(())
    }

    /// The lines of the audit that are not in the backup before.
    fn audit(&mut self, audit: &Log, before: Option<&AuditEntry>) -> Result<AuditEntry, Error> {
        let mut entry = before.cloned().unwrap_or_default();
        let (known, mut chunk, mut refused) = (entry.lines, Vec::new(), None);
        let read = audit.each_line(|number, line, hash| {
            if number == 1 {
                entry.first_hash.clone_from(&hash);
            }
            if number > known {
                chunk.extend_from_slice(line);
                (entry.lines, entry.last_hash) = (number, hash);
            }
            if chunk.len() >= CHUNK_BYTES {
                let sealed = self.sealed(AUDIT, "events", Content::Events, &std::mem::take(&mut chunk));
                entry.files.push(sealed.map_err(|e| io::Error::other(refused.insert(e).to_string()))?);
            }
            Ok(())
        });
        if let Some(refused) = refused {
            return Err(refused);
        }
        read.map_err(|e| self.to.failed("the audit cannot be backed up to", AUDIT, e))?;
        if !chunk.is_empty() {
            entry.files.push(self.sealed(AUDIT, "events", Content::Events, &chunk)?);
        }
        Ok(entry)
    }
}

/// The backups that are there already.
struct History {
    /// All that can be read, the oldest first.
    all: Vec<Backup>,
    /// Why some cannot.
    unreadable: Option<String>,
    /// The newest one of which what is backed up now goes on.
    last: Option<Backup>,
    /// The number of the next one.
    next: u64,
}

impl History {
    fn of(to: &Backups, audit: &Log, claim: &Claim) -> Result<History, Error> {
        let numbers = numbers(to)?;
        let (mut all, mut unreadable) = (Vec::new(), None);
        for number in &numbers {
            match Backup::read_with(to, *number, &claim.seals) {
                Ok(backup) => all.push(backup),
                Err(e) => drop(unreadable.get_or_insert(e.to_string())),
            }
        }
        // The hashes that the events have at which backups ended.
        let wanted: BTreeSet<u64> = all.iter().map(|backup| backup.catalog.audit.lines).chain([1]).collect();
        let mut hashes = BTreeMap::new();
        let read = audit.each_line(|number, _, hash| {
            if wanted.contains(&number) {
                hashes.insert(number, hash);
            }
            Ok(())
        });
        read.map_err(|e| Error::files("the audit cannot be read, in", &claim.folder, e))?;
        // A line that is damaged has no hash: it tells nothing.
        let first = hashes.get(&1);
        let of_another = |backup: &&Backup| match (first, backup.catalog.audit.first_hash.as_str()) {
            (Some(first), theirs) if !first.is_empty() && !theirs.is_empty() => first != theirs,
            (first, _) => first.is_none(),
        };
        if let Some(other) = all.iter().find(of_another) {
            return Err(Error::refused(format!(
                "`{to}` has backups of another application (number {}): give each a place of its own",
                other.number
            )));
        }
        let is_alike = |backup: &&Backup| backup.keys.is_empty() == claim.seals.ring().is_none();
        let is_ours = |backup: &&Backup| hashes.get(&backup.catalog.audit.lines) == Some(&backup.catalog.audit.last_hash);
        let last = all.iter().rev().find(|backup| is_alike(backup) && is_ours(backup)).cloned();
        Ok(History { all, unreadable, last, next: numbers.last().map_or(1, |last| last + 1) })
    }
}
