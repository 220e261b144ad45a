//! An application of a backup.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::super::bytes::Reader;
use super::super::checkpoint::PARTS as PARTS_FOLDER;
use super::super::disk::{Disk, RealDisk, put};
use super::super::envelope::Content;
use super::super::head::Head;
use super::super::log::{LogFile, NEW};
use super::super::{Claim, Unlock, archived, keys, manifest, recover};
use super::catalog::{AUDIT, Backup, CHECKPOINTS, LOG, PARTS, RecordsEntry, damaged};
use super::chain::Chain;
use super::place::Backups;
use super::report::{RestoreOptions, RestoreReport};
use crate::audit::{Class, Clock, Deed, LayDown, Log, Outcome, Who};
use crate::error::Error;

impl Backups {
    /// Makes an application of a backup, in a folder that is empty or not there, and reads all of it to see that it is whole.
    ///
    /// Its audit ends where the application does, with an event that tells of the restore.
    ///
    /// # Errors
    /// The folder holds something, no backup has the target, the data is at home in another region, the keys are missing or wrong, a backup is
    /// damaged ([`Error::is_damaged`]), or files cannot be written. The folder is empty then.
    pub fn restore(&self, folder: impl AsRef<Path>, options: &RestoreOptions) -> Result<RestoreReport, Error> {
        let folder = folder.as_ref();
        if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Error::refused(format!("`{}` is not empty: restore into a folder that is", folder.display())));
        }
        let chain = Chain::to(&options.target, self, options.keys.as_deref())?;
        self.check_region(&chain.base, options)?;
        let restored = Restoring { place: self, folder, chain: &chain, options }.all();
        if restored.is_err() {
            // A part of an application is none.
            drop(fs::remove_dir_all(folder));
        }
        restored
    }

    fn check_region(&self, backup: &Backup, options: &RestoreOptions) -> Result<(), Error> {
        let Some(home) = backup.catalog.region.as_deref().filter(|_| !options.force) else { return Ok(()) };
        let refuse = |here: String| Err(Error::refused(format!("the data of this backup is at home in `{home}`, and {here}")));
        match options.region.as_deref() {
            Some(region) if region == home => Ok(()),
            Some(region) => refuse(format!("this is `{region}`: restore it there, or force it")),
            None => refuse("it was not said where this is: give the region, or force it".to_owned()),
        }
    }
}

struct Restoring<'a> {
    place: &'a Backups,
    folder: &'a Path,
    chain: &'a Chain,
    options: &'a RestoreOptions,
}

impl Restoring<'_> {
    fn all(&self) -> Result<RestoreReport, Error> {
        let Chain { base, last, log, revision } = self.chain;
        let failed = |e| Error::files("the application cannot be written, in", self.folder, e);
        fs::create_dir_all(self.folder).map_err(failed)?;
        if !last.keys.is_empty() {
            // Those of the last one have all that there were before.
            keys::write(&RealDisk, self.folder, &last.keys).map_err(failed)?;
        }
        let unlock = Unlock { keys: self.options.keys.as_deref().filter(|_| !last.keys.is_empty()), encrypt: false };
        let claim = Claim::take(Arc::new(RealDisk), self.folder, unlock)?;
        // Before anything else: a part of an application is not to be taken for a new one.
        claim.mark().map_err(failed)?;
        let mut bytes = 0;
        let parts = self.folder.join(PARTS_FOLDER);
        for file in &base.catalog.parts {
            self.file(&parts, &file.name, self.place.get_hashed(PARTS, file)?).map_err(failed)?;
            bytes += file.bytes;
        }
        RealDisk.sync_folder(&parts).map_err(failed)?;
        bytes += self.log(&claim, log)?;
        let mut lines = LayDown::begin(self.folder, &claim.seals, *revision).map_err(failed)?;
        let mut written = Ok(());
        last.each_line(self.place, |line| {
            if written.is_ok() {
                written = lines.step(line);
            }
        })?;
        written.and_then(|()| lines.finish()).map_err(failed)?;
        let (number, file) = &base.catalog.checkpoint;
        bytes += file.bytes;
        self.file(self.folder, &manifest::name(*number), self.place.get_hashed(CHECKPOINTS, file)?).map_err(failed)?;
        RealDisk.sync_folder(self.folder).map_err(failed)?;
        self.check(&claim, *revision)?;
        Head::open(&RealDisk, self.folder, &claim.seals).and_then(|(head, _)| head.mark_both(*revision)).map_err(failed)?;
        // The commits up to here are in the backups: the log of those behind them stays until they are too.
        archived::write(&RealDisk, self.folder, &claim.seals, *revision).map_err(failed)?;
        let audit = Log::open(self.folder, &claim.seals, *revision, Clock::default(), &[])?;
        audit.note(Deed::plain(Class::Administration, "RESTORE", Outcome::Done, Who::Owner));
        Ok(RestoreReport { backup: base.info(), revision: *revision, replayed: revision - base.catalog.number, bytes })
    }

    fn file(&self, folder: &Path, name: &str, bytes: Vec<u8>) -> io::Result<()> {
        put(&RealDisk, &folder.join(format!("{name}{NEW}")), &folder.join(name), &bytes)
    }

    /// Writes the records that are to be made again as a file of the log; gives the bytes that were read.
    fn log(&self, claim: &Claim, log: &[RecordsEntry]) -> Result<u64, Error> {
        let failed = |e| Error::files("the log cannot be written, in", self.folder, e);
        let mut file: Option<LogFile> = None;
        for entry in log {
            let records = self.chain.last.records(self.place, entry)?;
            let wanted = |number: &u64| *number > self.chain.base.catalog.number && *number <= self.chain.revision;
            let seal = |(number, record): (u64, Vec<u8>)| Ok((number, claim.seals.seal(Content::Record, &record)?));
            let sealed = records.into_iter().filter(|(number, _)| wanted(number)).map(seal);
            let sealed = sealed.collect::<io::Result<Vec<_>>>().map_err(failed)?;
            let Some((first, _)) = sealed.first() else { continue };
            let open = match file.take() {
                Some(open) => open,
                None => LogFile::create(&RealDisk, self.folder, *first).map_err(failed)?,
            };
            let records: Vec<(u64, &[u8])> = sealed.iter().map(|(number, record)| (*number, record.as_slice())).collect();
            file.insert(open).append(&records).map_err(failed)?;
        }
        Ok(log.iter().map(|entry| entry.file.bytes).sum())
    }

    /// Reads what was written, as it will be when it is opened.
    fn check(&self, claim: &Claim, revision: u64) -> Result<(), Error> {
        let about = |what: String| Error::damaged(format!("the backup in `{}` cannot be read back: {what}", self.place));
        let read = recover::checkpoint(&RealDisk, self.folder, &claim.seals).map_err(about)?;
        let mut recovered = read.ok_or_else(|| about("it has no checkpoint".to_owned()))?;
        recover::replay(&RealDisk, self.folder, &claim.seals, &mut recovered, u64::MAX).map_err(about)?;
        match recovered.loaded.number == revision && recovered.mended.is_empty() {
            true => Ok(()),
            false => Err(about(format!("it has revision {} and not {revision}", recovered.loaded.number))),
        }
    }
}

impl Backup {
    /// Hands over the lines of the audit.
    pub(super) fn each_line(&self, place: &Backups, mut with: impl FnMut(&[u8])) -> Result<(), Error> {
        for file in &self.catalog.audit.files {
            let sealed = place.get_hashed(AUDIT, file)?;
            let lines = self.seals.open(Content::Events, &sealed).map_err(|e| damaged(place, &format!("{AUDIT}/{}", file.name), e))?;
            lines.split_inclusive(|byte| *byte == b'\n').for_each(&mut with);
        }
        Ok(())
    }

    /// The records of an object, with the numbers of their commits.
    pub(super) fn records(&self, place: &Backups, entry: &RecordsEntry) -> Result<Vec<(u64, Vec<u8>)>, Error> {
        let sealed = place.get_hashed(LOG, &entry.file)?;
        let broken = |e| damaged(place, &format!("{LOG}/{}", entry.file.name), e);
        let bytes = self.seals.open(Content::Records, &sealed).map_err(broken)?;
        let mut reader = Reader::new(&bytes);
        let mut records = Vec::new();
        while !reader.is_empty() {
            let number = reader.u64().map_err(broken)?;
            let length = reader.len().map_err(broken)?;
            records.push((number, reader.take(length).map_err(broken)?.to_vec()));
        }
        match records.iter().map(|(number, _)| *number).eq(entry.first..=entry.last) {
            true => Ok(records),
            false => Err(damaged(place, &format!("{LOG}/{}", entry.file.name), "it has other commits than were written")),
        }
    }
}
